import type { FeedEvent, FeedHeartbeat } from '../../../platform/eventlog/feed.ts'
import { parsePosition, type Position } from '../../../platform/eventlog/position.ts'

/** What came over the bus, with its positions parsed. */
export type FeedMessage =
  | {
      readonly type: 'event'
      readonly consumer: string
      readonly shard: number
      readonly position: Position
      readonly previous: Position | null
      readonly recipients: readonly string[]
      readonly kind: string
      readonly payload: unknown
    }
  | {
      readonly type: 'heartbeat'
      readonly consumer: string
      readonly shard: number
      readonly position: Position
      readonly last: Position | null
    }

/** Null for what no consumer of this log sent: another version's, or a stray message. */
export function parseFeed(text: string, shards: number): FeedMessage | null {
  let raw: Partial<Omit<FeedEvent, 'type'> & Omit<FeedHeartbeat, 'type'>> & { type?: unknown }
  try {
    raw = JSON.parse(text) as typeof raw
  } catch {
    return null // not JSON: the caller says so
  }
  if (typeof raw !== 'object' || raw === null) return null
  const { type, consumer, shard } = raw
  const position = positionOf(raw.position)
  if (typeof consumer !== 'string' || !position) return null
  if (typeof shard !== 'number' || !Number.isInteger(shard) || shard < 0 || shard >= shards) return null
  if (type === 'heartbeat') return { type, consumer, shard, position, last: positionOf(raw.last) }
  if (type !== 'event' || !Array.isArray(raw.recipients) || typeof raw.event?.kind !== 'string') return null
  const { kind, payload } = raw.event
  return {
    type,
    consumer,
    shard,
    position,
    previous: positionOf(raw.previous),
    recipients: raw.recipients,
    kind,
    payload,
  }
}

function positionOf(text: unknown): Position | null {
  return typeof text === 'string' ? parsePosition(text) : null
}
