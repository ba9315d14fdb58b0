/**
 * The messages between relay, consumers and nodes. They do not depend on the product: the event is opaque. Positions
 * are `formatPosition` texts. The queue may repeat a notification, and Redis pub/sub may lose any feed message or
 * answer; each side notices by the positions.
 */
import type { Json, LoggedEvent } from '../platform/eventlog/eventlog.ts'
import { formatPosition, parsePosition, type Position } from '../platform/eventlog/position.ts'

/** A message of the relay to the queue: an event, and the position up to which the shard was published before. */
export interface Notification {
  readonly event: LoggedEvent
  /** No event of the shard is between it and the event; null if the relay does not know. */
  readonly previous: Position | null
  /** When the relay read it from the log, in Unix milliseconds; null if the relay did not say. */
  readonly relayedAt: number | null
}

/** The bus channel that a node listens on. */
export const nodeChannel = (nodeId: string): string => `node:${nodeId}`
/** The bus channel that a consumer listens on for answers. */
export const consumerChannel = (consumerId: string): string => `consumer:${consumerId}`

/** Consumer to node: one event, sent once per node with all its recipients there. What is too large comes in parts. */
export interface FeedEvent {
  readonly type: 'event'
  /** The consumer's id, to which the answer goes. */
  readonly consumer: string
  readonly shard: number
  readonly position: string
  /**
   * The position of the event that this consumer sent before to this node on this shard; null if there is none yet. If
   * the node's own position on the shard is lower, or `previous` is null, the node has missed something and reads the
   * range from the log.
   */
  readonly previous: string | null
  readonly recipients: readonly string[]
  readonly event: { readonly kind: string; readonly key: string; readonly at: string; readonly payload: unknown }
}

/**
 * Consumer to node: an event whose recipients do not fit in one message. The parts follow each other, and the event takes
 * place when the last one is there: until then nothing of it counts as received, so that no cursor says that recipients of a
 * later part have it. A node that lost a part, or that is of a version which does not know parts, lacks the event's position, as
 * if it had lost the whole event: the next message of the shard shows that, and it reads the log.
 */
export interface FeedPart extends Omit<FeedEvent, 'type' | 'event'> {
  readonly type: 'part'
  /** From 1. */
  readonly part: number
  readonly parts: number
  /** In the last part only. */
  readonly event?: FeedEvent['event']
}

/**
 * Maximum parts of an event, each with up to 26,000 recipients: more than a node has streams (100,000). It stops one event
 * from filling the memory of a node; what has more is not sent, and the node reads it from the log.
 */
export const MAX_PARTS = 16

/** Consumer to node, about once a second per shard, even if nothing happens. */
export interface FeedHeartbeat {
  readonly type: 'heartbeat'
  readonly consumer: string
  readonly shard: number
  /** Every event of the shard up to here was decided, and sent to this node if it concerned it. */
  readonly position: string
  /** The last position that was sent to this node on this shard; a node with a lower position has missed something. */
  readonly last: string | null
}

/**
 * Any process to node: an event for who has a stream now. It has no position: it is not in the log, and nobody notices
 * if it is lost.
 */
export interface PassingMessage {
  readonly type: 'passing'
  /** Unique: equal texts of it are the same event. */
  readonly id: string
  readonly recipients: readonly string[]
  readonly kind: string
  readonly payload: unknown
}

/**
 * Node to consumer: the devices that an event reached. May come in parts. A device that is not named by the deadline
 * gets a push.
 */
export interface FeedReached {
  readonly type: 'reached'
  readonly node: string
  readonly shard: number
  readonly position: string
  readonly devices: readonly { readonly userId: string; readonly deviceId: string }[]
}

/**
 * Node to consumer: the streams of these devices have not reached the event yet, but make progress. The consumer waits
 * for them: a push would announce what is about to arrive.
 */
export interface FeedMoving {
  readonly type: 'moving'
  readonly node: string
  readonly devices: readonly { readonly userId: string; readonly deviceId: string }[]
}

/** Node to consumer: the answer to a heartbeat, which restores trust in a suspected node. */
export interface FeedAlive {
  readonly type: 'alive'
  readonly node: string
}

export type ToNode = FeedEvent | FeedPart | FeedHeartbeat
export type ToConsumer = FeedReached | FeedMoving | FeedAlive

/** A message from the bus with parsed positions. */
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

/** A part of an event, from the bus. The event is in the last one only. */
export interface FeedPartMessage extends Omit<Extract<FeedMessage, { type: 'event' }>, 'type' | 'kind' | 'payload'> {
  readonly type: 'part'
  readonly part: number
  readonly parts: number
  readonly event: { readonly kind: string; readonly payload: unknown } | null
}

/** Null for any other message to a node. */
export function parsePassing(text: string): PassingMessage | null {
  // Most messages are of the other types, and are parsed once.
  if (!text.startsWith('{"type":"passing"')) return null
  try {
    const raw = JSON.parse(text) as PassingMessage
    return typeof raw.id === 'string' && typeof raw.kind === 'string' && Array.isArray(raw.recipients) ? raw : null
  } catch {
    return null
  }
}

/** Null for a message of another version, or one that no consumer of this log sent. */
export function parseFeed(text: string, shards: number): FeedMessage | FeedPartMessage | null {
  let raw: Partial<Omit<FeedPart, 'type'> & Omit<FeedHeartbeat, 'type'>> & { type?: unknown }
  try {
    raw = JSON.parse(text) as typeof raw
  } catch {
    return null
  }
  if (typeof raw !== 'object' || raw === null) return null
  const { type, consumer, shard } = raw
  const position = positionOf(raw.position)
  if (typeof consumer !== 'string' || !position) return null
  if (typeof shard !== 'number' || !Number.isInteger(shard) || shard < 0 || shard >= shards) return null
  if (type === 'heartbeat') return { type, consumer, shard, position, last: positionOf(raw.last) }
  if (!Array.isArray(raw.recipients)) return null
  const event = typeof raw.event?.kind === 'string' ? raw.event : null
  const sent = { consumer, shard, position, previous: positionOf(raw.previous), recipients: raw.recipients }
  if (type === 'part') return partOf(raw, sent, event)
  return type === 'event' && event ? { type, ...sent, kind: event.kind, payload: event.payload } : null
}

function partOf(
  { part, parts }: { readonly part?: unknown; readonly parts?: unknown },
  sent: Omit<FeedPartMessage, 'type' | 'part' | 'parts' | 'event'>,
  event: FeedPartMessage['event'],
): FeedPartMessage | null {
  if (!Number.isInteger(part) || !Number.isInteger(parts)) return null
  const [at, of] = [part as number, parts as number] // checked above
  if (at < 1 || at > of || of > MAX_PARTS || (at === of) !== (event !== null)) return null
  return { type: 'part', ...sent, part: at, parts: of, event }
}

/** Null if no node sent it. */
export function parseAnswer(text: string): ToConsumer | null {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
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

/** Null for a text that `encodeNotification` did not write. */
export function decodeNotification(body: string): Notification | null {
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(body) as Record<string, unknown>
  } catch {
    return null
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
