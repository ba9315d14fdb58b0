import { badInput, notFound, PublicError } from '../../errors.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { Viewer } from '../../viewer.ts'
import { MINUTE } from '../limits.ts'
import { tellOfDeparture } from '../friends/departure.ts'
import { releaseUsernameOf } from '../people/released-names.ts'
import { type NewSecurityEvent, recordSecurityEvent } from '../security-log/store.ts'
import { sessionsEnded } from '../sessions/log.ts'
import { revokeAllSessions } from '../sessions/store.ts'
import { parseAddress } from '../sign-in/input.ts'
import { eraseCodes, eraseUser } from './erase.ts'
import type { AccountPorts } from './ports.ts'
import { type AccountRow, isFreshSession, lockAccount, markDeleted } from './store.ts'

/**
 * How long after its sign-in a session may delete the account. Whoever finds an unlocked phone cannot, because a
 * one-time password is needed again; FRESH_SIGN_IN_REQUIRED is the answer.
 */
export const FRESH_MS = 10 * MINUTE

/** Deletes the viewer's account, with a session that has just begun and the address as a confirmation. */
export async function deleteAccount(ports: AccountPorts, viewer: Viewer, confirmation: string): Promise<void> {
  const address = parseAddress(confirmation)
  await deleteChecked(ports, { ...viewer, actor: { kind: 'USER', id: viewer.userId } }, async (sql, account, now) => {
    if (account.state !== 'ACTIVE') throw notFound('user', viewer.userId)
    if (account.address !== address) throw badInput('address', '`address` must be the one that you sign in with.')
    const since = new Date(now.getTime() - FRESH_MS)
    if (!(await isFreshSession(sql, viewer.userId, viewer.sessionId, since))) {
      throw new PublicError(
        'FRESH_SIGN_IN_REQUIRED',
        'Sign in again, and repeat this with the new session within ten minutes.',
      )
    }
  })
}

/** The same by an admin, also of a suspended account. */
export const eraseAccount = (
  ports: AccountPorts,
  userId: string,
  { adminId, reason }: { readonly adminId: string; readonly reason: string },
): Promise<void> =>
  // No device has the id of a user.
  deleteChecked(
    ports,
    { userId, deviceId: userId, actor: { kind: 'ADMIN', id: adminId }, note: reason },
    async () => {},
  )

interface Deletion {
  readonly userId: string
  /** The device that it came from, which is not told of it. */
  readonly deviceId: string
  readonly actor: NewSecurityEvent['actor']
  /** An admin's reason. */
  readonly note?: string
}

/**
 * Deletes an account in one transaction: it is marked, its sessions end, and everything personal in this room is erased.
 * The other rooms follow by their jobs. `check` throws to refuse it, while the account is locked.
 */
async function deleteChecked(
  { database, eventLog, announcer, clock, clientNetwork, usernameHoldMs }: AccountPorts,
  { userId, deviceId, actor, note }: Deletion,
  check: (sql: Sql, account: AccountRow, now: Date) => Promise<void>,
): Promise<void> {
  const ended = await database.transaction(async (sql) => {
    // The first statement, as the log needs it: whatever changes between the user and another one waits for it.
    await eventLog.lock(sql, userId)
    const now = new Date(clock.now())
    const account = await lockAccount(sql, userId)
    if (!account || account.state === 'DELETED' || account.address === null) throw notFound('user', userId)
    await check(sql, account, now)
    await markDeleted(sql, userId, now)
    await eraseCodes(sql, account.address)
    const revoked = await revokeAllSessions(sql, userId, null, now, 'ACCOUNT_DELETED')
    // The log keeps no network of somebody who leaves.
    const about = { at: now, user: { id: userId }, actor, clientNetwork: actor.kind === 'USER' ? null : clientNetwork }
    await recordSecurityEvent(
      sql,
      { ...about, kind: 'ACCOUNT_DELETED', ...(note !== undefined && { detail: { note } }) },
      ...sessionsEnded(revoked, 'ACCOUNT_DELETED', about),
    )
    await releaseUsernameOf(sql, userId, new Date(now.getTime() + usernameHoldMs))
    await tellOfDeparture(eventLog, sql, { userId, deviceId })
    await eraseUser(sql, userId)
    return revoked
  })
  await announcer.announce(ended, 'ACCOUNT_DELETED')
}
