import { RedisPubSub } from 'graphql-redis-subscriptions'
import type { Redis } from 'ioredis'
import type { Log } from '../log/log.ts'
import { openRedis, type RedisOptions } from '../redis/index.ts'
import { UnavailableError } from '../unavailable.ts'
import { assertFits, type Bus } from './bus.ts'

export interface RedisBusOptions extends RedisOptions {
  readonly url: string
  /** Deliberately without default: two installations on one server would get each other's messages. */
  readonly prefix: string
  readonly log: Log
}

/**
 * The bus over Redis pub/sub, with two connections, because a subscribed one cannot publish.
 * `graphql-redis-subscriptions` counts listeners per channel and fans out. It discards the count that PUBLISH returns,
 * so publishing uses ioredis directly.
 */
export async function openRedisBus(options: RedisBusOptions): Promise<Bus> {
  const { url, prefix, log } = options
  const publisher = await openRedis(url, log, options)
  const subscriber = await openRedis(url, log, options).catch(async (error: unknown) => {
    await publisher[Symbol.asyncDispose]()
    throw error
  })
  const keyOf = (channel: string) => `${prefix}bus:${channel}`
  /** Number of listeners per channel: the channels to subscribe to again after a reconnect. */
  const wanted = new Map<string, number>()
  const gapListeners = new Set<() => void>()
  let closing: Promise<void> | undefined

  const fanOut = new RedisPubSub({
    publisher: publisher.client,
    subscriber: subscriberFacade(subscriber.client),
    serializer: (text: string) => text,
    deserializer: (bytes: Buffer | string) => bytes.toString(),
  })

  subscriber.onBack(() => {
    const channels = [...wanted.keys()]
    const resubscribed = channels.length > 0 ? subscriber.client.subscribe(...channels) : Promise.resolve()
    resubscribed.then(
      () => gapListeners.forEach((listener) => listener()),
      // Lost again, or half-open: retry with a new connection.
      () => subscriber.renew(),
    )
  })

  const close = async () => {
    gapListeners.clear()
    wanted.clear()
    await Promise.all([publisher[Symbol.asyncDispose](), subscriber[Symbol.asyncDispose]()])
  }

  return {
    async publish(channel, text) {
      assertFits(text)
      return publisher.client.publish(keyOf(channel), text)
    },

    async listen(channel, onMessage) {
      // Checked here, because RedisPubSub keeps an entry for ever for each failed subscription.
      if (closing || subscriber.client.status !== 'ready')
        throw new UnavailableError('The bus is down: Redis does not answer.')
      const key = keyOf(channel)
      let left = false
      const id = await fanOut.subscribe(key, (text: string) => {
        if (left) return
        try {
          onMessage(text)
        } catch (error) {
          log.error('A listener of the bus failed', { channel, error })
        }
      })
      wanted.set(key, (wanted.get(key) ?? 0) + 1)
      return {
        async [Symbol.asyncDispose]() {
          if (left) return
          left = true
          const others = (wanted.get(key) ?? 1) - 1
          if (others > 0) wanted.set(key, others)
          else wanted.delete(key)
          fanOut.unsubscribe(id)
        },
      }
    },

    onGap(listener) {
      const own = () => listener()
      gapListeners.add(own)
      return { [Symbol.dispose]: () => void gapListeners.delete(own) }
    },

    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/**
 * The four methods that RedisPubSub calls. Its `unsubscribe` ignores the promises of ioredis, and a rejection during
 * an outage would end the process. The rejection can be dropped: a new connection starts without subscriptions.
 */
function subscriberFacade(client: Redis): Redis {
  const facade = {
    on: (event: string, listener: (...args: unknown[]) => void) => client.on(event, listener),
    subscribe: (channel: string, done: (error: Error | null) => void) =>
      void client.subscribe(channel).then(() => done(null), done),
    unsubscribe: (channel: string) => void client.unsubscribe(channel).catch(() => undefined),
    punsubscribe: () => undefined, // no patterns here
  }
  return facade as unknown as Redis
}
