import type { NewSecurityEvent } from '../security-log/store.ts'

/** Why a session ended before it expired. */
export type EndReason = 'REVOKED' | 'LIMIT' | 'SUSPENDED' | 'ACCOUNT_DELETED'

/** One event for each ended session. */
export const sessionsEnded = (
  sessionIds: readonly string[],
  reason: EndReason,
  about: Omit<NewSecurityEvent, 'kind' | 'sessionId' | 'detail'>,
): NewSecurityEvent[] =>
  sessionIds.map((sessionId) => ({ ...about, kind: 'SESSION_ENDED', sessionId, detail: { reason } }))
