import { silentLog, type Log } from '../log/log.ts'
import type { ConsumeOptions, Delivery, Queue } from './queue.ts'

/**
 * Maximum waiting messages in one shard. Stops a dead consumer from filling the process; beyond it `publish` rejects.
 */
const MAX_WAITING = 10_000

interface Message {
  readonly body: string
  delivered: boolean
  /** Settles `publish`. */
  readonly done: { resolve(): void; reject(error: Error): void } | null
}

export interface MemoryQueueOptions {
  /**
   * Queues whose `publish` resolves only when the message was acknowledged: for messages that exist nowhere else,
   * because this queue is lost with the process. For others `publish` resolves at once, because the event log has
   * their messages.
   */
  readonly confirmOnAck?: readonly string[]
}

interface Consumer {
  readonly prefetch: number
  readonly onDelivery: (delivery: Delivery) => void
  /** Delivered and not yet acknowledged, oldest first. */
  readonly unacknowledged: Set<Message>
}

interface Shard {
  waiting: Message[]
  /** The first consumer is active, the others are on standby. */
  readonly consumers: Consumer[]
  pumping: boolean
}

/**
 * The queue within one process, and lost with it: the event log is the source of truth, and its reader publishes the
 * range again.
 */
export function openMemoryQueue(log: Log = silentLog, { confirmOnAck = [] }: MemoryQueueOptions = {}): Queue {
  const queues = new Map<string, Shard[]>()
  let closed = false

  const shardOf = (name: string, shard: number): Shard => {
    if (closed) throw new Error('The queue is closed.')
    const found = queues.get(name)?.[shard]
    if (!found) throw new Error(`There is no shard ${shard} of the queue ${name}: declare it first.`)
    return found
  }

  /** Delivers as much as the active consumer has room for; never during the caller's own call. */
  const pump = (shard: Shard) => {
    if (shard.pumping) return
    shard.pumping = true
    queueMicrotask(() => {
      shard.pumping = false
      for (;;) {
        const consumer = shard.consumers[0]
        if (!consumer || consumer.unacknowledged.size >= consumer.prefetch) return
        const message = shard.waiting.shift()
        if (!message) return
        deliver(shard, consumer, message)
      }
    })
  }

  const deliver = (shard: Shard, consumer: Consumer, message: Message) => {
    const redelivered = message.delivered
    message.delivered = true
    consumer.unacknowledged.add(message)
    const ack = () => {
      if (!consumer.unacknowledged.delete(message)) return
      message.done?.resolve()
      pump(shard)
    }
    try {
      consumer.onDelivery({ body: message.body, redelivered, ack })
    } catch (error) {
      log.error('A consumer of the queue failed', { error })
    }
  }

  return {
    async declare(name, shards) {
      if (closed) throw new Error('The queue is closed.')
      const queue = queues.get(name) ?? []
      while (queue.length < shards) queue.push({ waiting: [], consumers: [], pumping: false })
      queues.set(name, queue)
    },

    async publish(name, shardNumber, body) {
      const shard = shardOf(name, shardNumber)
      if (shard.waiting.length >= MAX_WAITING) throw new Error(`Shard ${shardNumber} of the queue ${name} is full.`)
      if (!confirmOnAck.includes(name)) {
        shard.waiting.push({ body, delivered: false, done: null })
        return pump(shard)
      }
      await new Promise<void>((resolve, reject) => {
        shard.waiting.push({ body, delivered: false, done: { resolve, reject } })
        pump(shard)
      })
    },

    async consume(name, shardNumber, { prefetch }: ConsumeOptions, onDelivery) {
      const shard = shardOf(name, shardNumber)
      const consumer: Consumer = { prefetch, onDelivery, unacknowledged: new Set() }
      shard.consumers.push(consumer)
      pump(shard)
      return {
        async [Symbol.asyncDispose]() {
          const at = shard.consumers.indexOf(consumer)
          if (at < 0) return
          shard.consumers.splice(at, 1)
          shard.waiting = [...consumer.unacknowledged, ...shard.waiting]
          consumer.unacknowledged.clear() // later acks do nothing: the messages are delivered again
          pump(shard)
        },
      }
    },

    onBack: () => ({ [Symbol.dispose]() {} }),

    async [Symbol.asyncDispose]() {
      closed = true
      for (const shards of queues.values())
        for (const shard of shards) {
          const left = [...shard.consumers.flatMap(({ unacknowledged }) => [...unacknowledged]), ...shard.waiting]
          for (const { done } of left) done?.reject(new Error('The queue is closed.'))
          shard.consumers.length = 0
          shard.waiting = []
        }
      queues.clear()
    },
  }
}
