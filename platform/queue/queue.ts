/** A message from the queue. Either `ack` it or leave it: unacknowledged messages are delivered again, in order. */
export interface Delivery {
  readonly body: string
  readonly redelivered: boolean
  /**
   * Marks the message as done. Idempotent. After a lost connection it does nothing, and the message is delivered
   * again.
   */
  ack(): void
}

export interface ConsumeOptions {
  /** Maximum unacknowledged messages at a time. */
  readonly prefetch: number
}

/**
 * Durable work queues, each split into shards. A shard has one active consumer across all processes, and keeps its
 * order. There is no nack: a requeue would put a message behind later ones, so a failing consumer retries or parks.
 *
 * - `publish` resolves when the broker has stored the message durably (publisher confirm), and rejects otherwise. The caller
 *   starts again at the first unconfirmed message, so a message may come twice.
 * - `consume` calls `onDelivery` in order, without waiting for it. After a lost connection it reconnects with backoff and
 *   jitter, and delivers again from the first unacknowledged message; `onDelivery` may then get messages a second time.
 * - In memory: within this process, and lost with it (the event log is the source of truth; its reader publishes the range
 *   again).
 */
export interface Queue extends AsyncDisposable {
  /** Creates the queue and its shards (0 … shards-1) if absent; each user of the queue must call this first. */
  declare(name: string, shards: number): Promise<void>
  publish(name: string, shard: number, body: string): Promise<void>
  consume(
    name: string,
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<AsyncDisposable>
  /** Called when the connection was lost and is back, before anything is delivered: what waited comes at once. Never in memory. */
  onBack(listener: () => void): Disposable
}
