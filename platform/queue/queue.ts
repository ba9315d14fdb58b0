/** One message as it came from the queue. Either `ack` it or leave it: unacknowledged ones come again, in order. */
export interface Delivery {
  readonly body: string
  readonly redelivered: boolean
  /** Done. Idempotent; acknowledging after the connection was lost does nothing (the message comes again). */
  ack(): void
}

export interface ConsumeOptions {
  /** At most so many unacknowledged messages at once. */
  readonly prefetch: number
}

/**
 * Durable work queues, each split into shards; a shard has one active consumer over all processes and keeps its order.
 * There is no nack: a requeue would bring a message back behind later ones, so whoever fails retries or parks.
 * - `publish` resolves when the broker has the message durably (publisher confirm) and rejects otherwise; the caller
 *   starts again at the first unconfirmed one, so a message may come twice.
 * - `consume` calls `onDelivery` in order, without waiting for it. A lost connection reconnects with backoff and jitter
 *   and delivers again from the first unacknowledged one; `onDelivery` may then see messages a second time.
 * - Embedded: in this process, lost with it (the event log is the truth; its reader finds the range again).
 */
export interface Queue extends AsyncDisposable {
  /** Makes the queue and its shards (0 … shards-1) if absent; every user of it calls this first. */
  declare(name: string, shards: number): Promise<void>
  publish(name: string, shard: number, body: string): Promise<void>
  consume(
    name: string,
    shard: number,
    options: ConsumeOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<AsyncDisposable>
}
