import type { NewSecurityEvent } from '../security-log/store.ts'

/**
 * Why a session ended before it expired: its user ended it, or an admin (REVOKED); its user signed out; a newer sign-in
 * took its place, by the sign-in policy or because there were too many; its device was removed; its user was suspended,
 * or deleted the account.
 */
export type EndReason = 'REVOKED' | 'SIGNED_OUT' | 'REPLACED' | 'DEVICE_REMOVED' | 'SUSPENDED' | 'ACCOUNT_DELETED'

/** What the events of one act have in common. */
export type About = Omit<NewSecurityEvent, 'kind' | 'sessionId' | 'detail'>

/** One event for each ended session. */
export const sessionsEnded = (sessionIds: readonly string[], reason: EndReason, about: About): NewSecurityEvent[] =>
  sessionIds.map((sessionId) => ({ ...about, kind: 'SESSION_ENDED', sessionId, detail: { reason } }))
