import { formatPosition, parsePosition, type Position } from '../platform/eventlog/position.ts'
import type { Json, LoggedEvent } from '../platform/eventlog/eventlog.ts'

/** Relay to consumer, in the log's shards. */
export const NOTIFY_QUEUE = 'chat.message.notify'
/** Consumer to push worker, by user. */
export const PUSH_QUEUE = 'notification.push'
/** Enough for a few push workers side by side; a user's pushes stay in order within one. */
export const PUSH_SHARDS = 4

/** The bus channel on which whoever appended to the log says so, after the commit. A hint: losing one costs half a second. */
export const APPENDED_CHANNEL = 'events.appended'

/** What the relay publishes: the event, and the position up to which its shard was published before. */
export interface Notification {
  readonly event: LoggedEvent
  /** No event of the shard stands between it and the event; null when the relay cannot say. */
  readonly previous: Position | null
}

export function encodeNotification({ event, previous }: Notification): string {
  const { position, shard, kind, key, at, payload } = event
  return JSON.stringify({
    position: formatPosition(position),
    previous: previous && formatPosition(previous),
    shard,
    kind,
    key,
    at: at.toISOString(),
    payload,
  })
}

/** Null for what `encodeNotification` did not write. */
export function decodeNotification(body: string): Notification | null {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(body) as Record<string, unknown>
  } catch {
    return null // not JSON: the caller reads the log instead
  }
  if (typeof raw !== 'object' || raw === null) return null
  const { shard, kind, key, payload } = raw
  const position = positionOf(raw['position'])
  const at = new Date(typeof raw['at'] === 'string' ? raw['at'] : NaN)
  if (!position || typeof shard !== 'number' || typeof kind !== 'string' || typeof key !== 'string') return null
  if (Number.isNaN(at.getTime()) || payload === undefined) return null
  return { event: { position, shard, kind, key, at, payload: payload as Json }, previous: positionOf(raw['previous']) }
}

function positionOf(text: unknown): Position | null {
  return typeof text === 'string' ? parsePosition(text) : null
}

/** Which shard of the push queue a user's pushes go through (FNV-1a over the id). */
export function pushShardOf(userId: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < userId.length; at++) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193) >>> 0
  return hash % PUSH_SHARDS
}
