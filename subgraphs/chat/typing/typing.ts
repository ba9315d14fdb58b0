import { LRUCache } from 'lru-cache'
import type { InboxNode } from '../../../inbox/index.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { messagesNotAccepted, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { TYPING_CHANGED, type TypingChanged } from './events.ts'
import { findTypingAudience, type TypingAudience } from './store.ts'

/** A typing that is not repeated ends after this time, also if the app or this process is gone. */
export const ENDS_IN_MS = 8_000

/** When apps repeat it: early enough that a slow request does not make it flicker. */
export const REPEAT_AFTER_MS = 4_000

/** A start within this time after the last one that was told is told to nobody. */
const QUIET_MS = 3_000

/** Maximum events of one user in one conversation in `ENDS_IN_MS`: stops an app that starts and stops in a loop. */
const MAX_TOLD = 4

/**
 * In larger groups nothing is told: somebody would always type, each start costs a message to every member who is online,
 * and nobody reads so many names.
 */
export const MAX_TYPING_MEMBERS = 200

/** Maximum users who type, as this process remembers them. Beyond it the oldest is forgotten, and told again at once. */
const MAX_REMEMBERED = 50_000

/** What this process told of a user in a conversation, by `performance.now()`. */
interface Told {
  readonly times: readonly number[]
  /** When the last start was told; null if it was ended since. */
  readonly startedAt: number | null
  /** When the user last sent a message. */
  readonly sentAt: number
}

const NEVER: Told = { times: [], startedAt: null, sentAt: -Infinity }

export interface TypingDeps {
  readonly database: Sql
  readonly node: Pick<InboxNode, 'pass'>
  readonly clock: Clock
  readonly log: Log
  readonly metrics?: { count(name: string, labels: Readonly<Record<string, string>>): void }
}

/** Tells who types. What was told is remembered by each process for itself: with several, a user may be told as often more. */
export interface Typing {
  /** Throws what a message of the viewer would be refused with. */
  start(viewer: Viewer, conversationId: string): Promise<void>
  stop(viewer: Viewer, conversationId: string): Promise<void>
  /** The user sent a message, which ends it: the next start is told at once. */
  sent(userId: string, conversationId: string): void
}

export function makeTyping({ database, node, clock, log, metrics }: TypingDeps): Typing {
  const remembered = new LRUCache<string, Told>({ max: MAX_REMEMBERED, ttl: ENDS_IN_MS })
  const keyOf = (userId: string, conversationId: string) => `${userId} ${conversationId}`
  const count = (outcome: string) => metrics?.count('chat_typing_total', { outcome })

  const change = async ({ userId }: Viewer, given: string, isStart: boolean) => {
    const conversationId = parseId(given)
    if (!conversationId) throw notFound('conversation', given)
    const key = keyOf(userId, conversationId)
    const now = performance.now()
    const told = remembered.get(key) ?? NEVER
    const times = told.times.filter((at) => at > now - ENDS_IN_MS)
    const isQuiet = isStart && told.startedAt !== null && told.startedAt > now - QUIET_MS
    if (isQuiet || times.length >= MAX_TOLD) return count('throttled')
    const audience = await findTypingAudience(
      database,
      conversationId,
      userId,
      new Date(clock.now()),
      MAX_TYPING_MEMBERS,
    )
    if (audience.refusal) throw refusal(audience, conversationId)
    const before = remembered.get(key) ?? NEVER
    // A start must not come after the message that ends it.
    if (isStart && before.sentAt >= now) return count('ended')
    remembered.set(key, { ...before, times: [...times, now], startedAt: isStart ? now : null })
    const payload: TypingChanged = { conversationId, userId, endsInMs: isStart ? ENDS_IN_MS : 0 }
    try {
      await node.pass({ kind: TYPING_CHANGED, payload }, audience.userIds)
      count(audience.userIds.length > 0 ? 'told' : 'nobody')
    } catch (error) {
      // It is lost without harm: the next start comes in seconds.
      log.debug('Nobody can be told that a user types.', { error })
      count('lost')
    }
  }

  return {
    start: (viewer, conversationId) => change(viewer, conversationId, true),
    stop: (viewer, conversationId) => change(viewer, conversationId, false),
    sent(userId, conversationId) {
      const key = keyOf(userId, conversationId)
      remembered.set(key, { ...(remembered.get(key) ?? NEVER), startedAt: null, sentAt: performance.now() })
    },
  }
}

function refusal({ refusal, mutedUntil }: TypingAudience, conversationId: string): PublicError {
  if (refusal === 'NOT_FOUND') return notFound('conversation', conversationId)
  if (refusal === 'REFUSED') return messagesNotAccepted()
  if (refusal === 'MUTED') {
    const until = mutedUntil?.toISOString()
    return new PublicError('MUTED', `You may not send messages into this group before ${until}.`, { until })
  }
  return new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may send messages.')
}
