import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelModel } from 'amqplib'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { startConsumer } from './consumer.ts'
import { answered, openLink, type LinkOptions } from './link.ts'
import { openPublisher } from './publisher.ts'
import type { Queue } from './queue.ts'

export interface RabbitQueueOptions extends LinkOptions {
  /** Deliberately without default: two installations on one broker would share their queues. */
  readonly prefix: string
}

/**
 * The pause before a missing queue is created again. If it is created at once, RabbitMQ 3.10 does not notify the
 * consumers of the old one (tried), and they would wait for ever.
 */
const REMAKE_AFTER_MS = 500

/**
 * The queue over RabbitMQ: per shard one quorum queue with a single active consumer. It has two connections, because a
 * broker short of memory stops reading from a publishing connection, and acknowledgements on it would be stuck too.
 */
export async function openRabbitQueue(options: RabbitQueueOptions): Promise<Queue> {
  const { prefix, log } = options
  const queueOf = (name: string, shard: number) => `${prefix}${name}.${shard}`
  /** The number of shards by queue name, for creating them again on a broker that lost them. */
  const declared = new Map<string, number>()
  let closing: Promise<void> | undefined
  const assertOpen = () => {
    if (closing) throw new Error('The queue is closed.')
  }

  const publishing = await openLink(options)
  const consuming = await openLink(options).catch(async (error: unknown) => {
    await publishing[Symbol.asyncDispose]()
    throw error
  })

  const declare = async (name: string, shards: number) => {
    const model = publishing.current()
    if (!model) throw new UnavailableError('RabbitMQ is down.')
    for (let shard = 0; shard < shards; shard++) await declareShard(model, queueOf(name, shard), log)
  }
  let redeclaring: Promise<void> | undefined
  const redeclare = () =>
    (redeclaring ??= (async () => {
      await delay(REMAKE_AFTER_MS)
      for (const [name, shards] of declared) await declare(name, shards)
    })().finally(() => (redeclaring = undefined)))

  const publisher = await openPublisher(publishing, log, () => {
    redeclare().catch((error: unknown) => log.warn('A queue is missing and cannot be created', { error }))
  })
  const consumers = new Set<AsyncDisposable>()

  const close = async () => {
    await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()))
    await publisher[Symbol.asyncDispose]()
    await Promise.all([publishing[Symbol.asyncDispose](), consuming[Symbol.asyncDispose]()])
  }

  return {
    async declare(name, shards) {
      assertOpen()
      await declare(name, shards)
      declared.set(name, Math.max(shards, declared.get(name) ?? 0))
    },

    async publish(name, shard, body) {
      assertOpen()
      await publisher.publish(queueOf(name, shard), body)
    },

    async consume(name, shard, consumeOptions, onDelivery) {
      assertOpen()
      const queue = queueOf(name, shard)
      const consumer = await startConsumer(consuming, { queue, options: consumeOptions, onDelivery, log, redeclare })
      consumers.add(consumer)
      return {
        async [Symbol.asyncDispose]() {
          consumers.delete(consumer)
          await consumer[Symbol.asyncDispose]()
        },
      }
    },

    onBack: (listener) => consuming.onUp(() => listener()),

    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/**
 * The queue must have no delivery limit, otherwise the broker would drop messages that a crashing consumer got too
 * often. Below version 4 a quorum queue has none unless one is set (and -1 dropped everything at the first return,
 * tried on 3.10). From version 4 the default is 20, and -1 means none.
 */
async function declareShard(model: ChannelModel, queue: string, log: Log): Promise<void> {
  const before4 = { 'x-queue-type': 'quorum', 'x-single-active-consumer': true }
  if (majorVersion(model) < 4) return assertQueue(model, queue, before4)
  try {
    await assertQueue(model, queue, { ...before4, 'x-delivery-limit': -1 })
  } catch (error) {
    if ((error as { code?: unknown }).code !== PRECONDITION_FAILED) throw error
    await assertQueue(model, queue, before4) // created before the broker's upgrade; its arguments cannot be changed
    log.warn('A queue from before RabbitMQ 4 drops a message after 20 deliveries; set delivery-limit -1 by a policy', {
      queue,
    })
  }
}

const PRECONDITION_FAILED = 406

function majorVersion(model: ChannelModel): number {
  const { version } = model.connection.serverProperties
  return Number.parseInt(version, 10) || 0
}

/** Uses its own channel, because a refusal closes it. */
async function assertQueue(model: ChannelModel, queue: string, args: Record<string, unknown>): Promise<void> {
  const channel = await answered(model.createChannel(), 'open a channel')
  channel.on('error', () => undefined) // assertQueue rejects with the same error
  try {
    await answered(channel.assertQueue(queue, { durable: true, arguments: args }), 'declare a queue')
  } finally {
    await answered(channel.close(), 'close').catch(() => undefined) // closed by the refusal
  }
}
