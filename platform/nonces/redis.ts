import { createHash } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import type { Log } from '../log/log.ts'
import { defineScript, openRedis, type RedisOptions } from '../redis/index.ts'
import type { NonceGuard } from './nonces.ts'

export interface RedisNoncesOptions extends RedisOptions {
  readonly url: string
  /** Intentionally no default: two installations on one server would refuse each other's nonces. */
  readonly prefix: string
  readonly log: Log
  readonly clock: Clock
}

/** Takes the nonce, and says since when this Redis remembers: since now, where it has lost even that. */
const TAKE = `
local taken = redis.call('set', KEYS[1], '', 'PX', ARGV[1], 'NX')
local born = redis.call('hget', KEYS[2], 'at')
if not born then
  born = ARGV[2]
  redis.call('hset', KEYS[2], 'at', born)
end
return {taken and 1 or 0, born}`

/**
 * Of a server that is another run than the last one that was seen: it may have lost the last moments even where it keeps
 * files, and a replica that took over has not all that its master had. So it counts as born now.
 */
const MEET = `
if redis.call('hget', KEYS[1], 'run') ~= ARGV[1] or not redis.call('hget', KEYS[1], 'at') then
  redis.call('hset', KEYS[1], 'run', ARGV[1], 'at', ARGV[2])
end
return redis.call('hget', KEYS[1], 'at')`

/**
 * The guard over Redis: one round trip per nonce. Redis must not evict (`maxmemory-policy noeviction`, its default): then
 * one that is full refuses, and the caller's request with it.
 */
export async function openRedisNonces({
  url,
  prefix,
  log,
  clock,
  ...options
}: RedisNoncesOptions): Promise<NonceGuard> {
  const redis = await openRedis(url, log, options)
  const takeNonce = defineScript(redis.client, 'parleyNonceTake', TAKE)
  const meetServer = defineScript(redis.client, 'parleyNonceMeet', MEET)
  const bornKey = `${prefix}nonces`
  let bornMs = clock.now()

  const meet = async () => {
    const run = /run_id:(\S+)/.exec(await redis.client.info('server'))?.[1] ?? ''
    bornMs = Number(await meetServer([bornKey], [run, clock.now()]))
  }
  /** Of the present connection: nothing is taken before it is known whether the server is the same. */
  let met: Promise<void> = meet()
  const again = redis.onBack(() => {
    met = meet()
    // Whoever takes hears of it.
    met.catch(() => undefined)
  })
  try {
    await met
  } catch (error) {
    await redis[Symbol.asyncDispose]()
    throw error
  }

  return {
    async take(sessionId, nonce, ttlSeconds) {
      await met.catch(() => (met = meet()))
      // A hash, so that a key has one length whatever the client sent, and no two pairs share one.
      const hash = createHash('sha256')
        .update(JSON.stringify([sessionId, nonce]))
        .digest('base64url')
      const ttlMs = Math.ceil(ttlSeconds * 1_000)
      const [taken, born] = (await takeNonce([`${prefix}nonce:${hash}`, bornKey], [ttlMs, clock.now()])) as [
        number,
        string,
      ]
      bornMs = Number(born)
      return taken === 1
    },
    bornMs: () => bornMs,
    async [Symbol.asyncDispose]() {
      again[Symbol.dispose]()
      await redis[Symbol.asyncDispose]()
    },
  }
}
