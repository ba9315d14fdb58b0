import { badInput, notFound, PublicError } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { MINUTE } from '../limits.ts'
import { tellOfDeparture } from '../friends/departure.ts'
import { releaseUsernameOf } from '../people/released-names.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import { sessionsEnded } from '../sessions/log.ts'
import { revokeAllSessions } from '../sessions/store.ts'
import { parseAddress } from '../sign-in/input.ts'
import { eraseCodes, eraseUser } from './erase.ts'
import type { AccountPorts } from './ports.ts'
import { isFreshSession, lockAccount, markDeleted } from './store.ts'

/**
 * How long after its sign-in a session may delete the account. Whoever finds an unlocked phone cannot, because a
 * one-time password is needed again; FRESH_SIGN_IN_REQUIRED is the answer.
 */
export const FRESH_MS = 10 * MINUTE

/**
 * Deletes the viewer's account in one transaction: it is marked, its sessions end, and everything personal in this room
 * is erased. The other rooms follow by their jobs.
 */
export async function deleteAccount(
  { database, eventLog, announcer, clock, usernameHoldMs }: AccountPorts,
  { userId, deviceId, sessionId }: Viewer,
  confirmation: string,
): Promise<void> {
  const address = parseAddress(confirmation)
  const ended = await database.transaction(async (sql) => {
    // The first statement, as the log needs it: whatever changes between the user and another one waits for it.
    await eventLog.lock(sql, userId)
    const now = new Date(clock.now())
    const account = await lockAccount(sql, userId)
    if (account?.state !== 'ACTIVE') throw notFound('user', userId)
    if (account.address !== address) throw badInput('address', '`address` must be the one that you sign in with.')
    if (!(await isFreshSession(sql, userId, sessionId, new Date(now.getTime() - FRESH_MS)))) {
      throw new PublicError(
        'FRESH_SIGN_IN_REQUIRED',
        'Sign in again, and repeat this with the new session within ten minutes.',
      )
    }
    await markDeleted(sql, userId, now)
    await eraseCodes(sql, address)
    const revoked = await revokeAllSessions(sql, userId, null, now, 'ACCOUNT_DELETED')
    const about = { at: now, user: { id: userId }, actor: { kind: 'USER', id: userId }, clientNetwork: null } as const
    await recordSecurityEvent(
      sql,
      { ...about, kind: 'ACCOUNT_DELETED' },
      ...sessionsEnded(revoked, 'ACCOUNT_DELETED', about),
    )
    await releaseUsernameOf(sql, userId, new Date(now.getTime() + usernameHoldMs))
    await tellOfDeparture(eventLog, sql, { userId, deviceId })
    await eraseUser(sql, userId)
    return revoked
  })
  await announcer.announce(ended, 'ACCOUNT_DELETED')
}
