/**
 * The wire between the delivery consumer and the nodes that host users' streams. Domain-free: the event is opaque.
 * Positions travel as `formatPosition` text. Redis pub/sub may lose any of these; each side notices by positions.
 */

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
