import { notFound, PublicError } from '../../errors.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { type NewSecurityEvent, recordSecurityEvent } from '../security-log/store.ts'
import { revokeAllSessions } from '../sessions/store.ts'
import { endSessions } from '../sessions/tell.ts'
import type { NewSuspension } from './input.ts'
import type { SuspensionPorts } from './ports.ts'
import {
  endLapsedSuspensions,
  endSuspension,
  findSuspension,
  keepSuspension,
  markSuspended,
  type SuspensionRow,
} from './store.ts'

/** Suspends an account and ends its sessions, in one transaction. Returns the ids of the ended sessions. */
export async function suspend(
  ports: SuspensionPorts,
  userId: string,
  suspension: NewSuspension,
  adminId: string,
): Promise<string[]> {
  const about = actOf(ports, userId, adminId)
  return endSessions(ports, { userId, reason: 'SUSPENDED', deviceId: null, about }, async (sql) => {
    if (!(await markSuspended(sql, userId))) throw notFound('user', userId)
    await keepSuspension(sql, userId, suspension, adminId, about.at)
    // A statement of its own: it sees the session of a sign-in that `markSuspended` has waited for.
    const ended = await revokeAllSessions(sql, userId, null, about.at, 'SUSPENDED')
    await recordSecurityEvent(sql, { ...about, kind: 'USER_SUSPENDED', detail: { note: suspension.reason } })
    return ended
  })
}

export async function restore(
  ports: Pick<SuspensionPorts, 'database' | 'clock' | 'clientNetwork'>,
  userId: string,
  adminId: string,
): Promise<void> {
  await ports.database.transaction(async (sql) => {
    if (!(await endSuspension(sql, userId))) return
    await recordSecurityEvent(sql, { ...actOf(ports, userId, adminId), kind: 'USER_RESTORED' })
  })
}

/** What the security log says of each act of this request. */
const actOf = (
  { clock, clientNetwork }: Pick<SuspensionPorts, 'clock' | 'clientNetwork'>,
  userId: string,
  adminId: string,
) =>
  ({ at: new Date(clock.now()), user: { id: userId }, actor: { kind: 'ADMIN', id: adminId }, clientNetwork }) as const

/** For the sweep: ends suspensions whose end has come, at most 1,000 at a time. Returns how many. */
export function endLapsed(database: Database, now: Date): Promise<number> {
  return database.transaction(async (sql) => {
    const ids = await endLapsedSuspensions(sql, now)
    await recordSecurityEvent(sql, ...ids.map((id) => restoredBySystem(id, now)))
    return ids.length
  })
}

const restoredBySystem = (id: string, at: Date): NewSecurityEvent => ({
  kind: 'USER_RESTORED',
  at,
  user: { id },
  actor: { kind: 'SYSTEM' },
  clientNetwork: null,
})

/**
 * The suspension that refuses a sign-in now; null if it has come to its end, which makes the account active again. The
 * caller holds the account's lock.
 */
export async function suspensionNow(sql: Sql, userId: string, now: Date): Promise<SuspensionRow | null> {
  const suspension = await findSuspension(sql, userId)
  if (suspension && (suspension.until === null || suspension.until > now)) return suspension
  await endSuspension(sql, userId)
  await recordSecurityEvent(sql, restoredBySystem(userId, now))
  return null
}

export function refusedAsSuspended({ reason, until }: SuspensionRow): PublicError {
  const end = until === null ? '' : ` until ${until.toISOString()}`
  return new PublicError('USER_SUSPENDED', `The account is suspended${end}: ${reason}`, {
    reason,
    until: until?.toISOString() ?? null,
  })
}
