/**
 * What relay, consumer and nodes say to each other. Domain-free: the event is opaque. Positions travel as `formatPosition`
 * text. The queue may repeat a notification, Redis pub/sub may lose any feed message or answer; each side notices by
 * positions.
 */
import type { Json, LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition, parsePosition, type Position } from '../platform/eventlog/position.ts'

/** What the relay publishes to the queue: the event, and the position up to which its shard was published before. */
export interface Notification {
  readonly event: LoggedEvent
  /** No event of the shard stands between it and the event; null when the relay cannot say. */
  readonly previous: Position | null
  /** When the relay read it from the log, in Unix ms; null when the relay did not say. */
  readonly relayedAt: number | null
}

/** The bus channel a node listens on. */
export const nodeChannel = (nodeId: string): string => `node:${nodeId}`
/** The bus channel a consumer listens on for answers. */
export const consumerChannel = (consumerId: string): string => `consumer:${consumerId}`

/** Consumer to node: one event, once per node, with all its recipients there. */
export interface FeedEvent {
  readonly type: 'event'
  /** The consumer's id: where the answer goes. */
  readonly consumer: string
  readonly shard: number
  readonly position: string
  /**
   * The position that this consumer sent to this node before on this shard; null when it sent none yet. A node whose own
   * position on the shard is below it (or that is given null) has a hole and reads the range from the log.
   */
  readonly previous: string | null
  readonly recipients: readonly string[]
  readonly event: { readonly kind: string; readonly key: string; readonly at: string; readonly payload: unknown }
}

/** Consumer to node, about once a second per shard, also when nothing happens. */
export interface FeedHeartbeat {
  readonly type: 'heartbeat'
  readonly consumer: string
  readonly shard: number
  /** Every event of the shard up to here was decided: what concerned this node was sent to it. */
  readonly position: string
  /** The last position sent to this node on this shard; a node below it has a hole. */
  readonly last: string | null
}

/** Node to consumer: who was reached by an event. May come in parts; a device not named by the deadline gets a push. */
export interface FeedReached {
  readonly type: 'reached'
  readonly node: string
  readonly shard: number
  readonly position: string
  readonly devices: readonly { readonly userId: string; readonly deviceId: string }[]
}

/**
 * Node to consumer: these devices have streams that are not there yet, and move. They are waited for: a push would tell
 * of what is about to come.
 */
export interface FeedMoving {
  readonly type: 'moving'
  readonly node: string
  readonly devices: readonly { readonly userId: string; readonly deviceId: string }[]
}

/** Node to consumer: an answer to every heartbeat, so that a suspect node is trusted again. */
export interface FeedAlive {
  readonly type: 'alive'
  readonly node: string
}

export type ToNode = FeedEvent | FeedHeartbeat
export type ToConsumer = FeedReached | FeedMoving | FeedAlive

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

/** Null for what no node sent. */
export function parseAnswer(text: string): ToConsumer | null {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null // the caller logs it
  }
  if (typeof raw !== 'object' || raw === null) return null
  const { type, node, position, devices } = raw
  if (typeof node !== 'string') return null
  if (type === 'alive') return { type, node }
  if (type !== 'moving' && (type !== 'reached' || typeof position !== 'string')) return null
  const named =
    Array.isArray(devices) &&
    devices.every((device: { deviceId?: unknown } | null) => typeof device?.deviceId === 'string')
  return named ? (raw as unknown as FeedReached | FeedMoving) : null
}

export function encodeNotification({ event, previous, relayedAt }: Notification): string {
  const { position, shard, kind, key, at, payload } = event
  return JSON.stringify({
    position: formatPosition(position),
    previous: previous && formatPosition(previous),
    shard,
    kind,
    key,
    at: at.toISOString(),
    payload,
    relayedAt,
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
  const relayedAt = typeof raw['relayedAt'] === 'number' ? raw['relayedAt'] : null
  const event = { position, shard, kind, key, at, payload: payload as Json }
  return { event, previous: positionOf(raw['previous']), relayedAt }
}

function positionOf(text: unknown): Position | null {
  return typeof text === 'string' ? parsePosition(text) : null
}
