import { createHash } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import type { Log } from '../log/log.ts'
import { defineScript, openRedis, type RedisOptions } from '../redis/index.ts'
import type { NonceGuard } from './nonces.ts'

export interface RedisNoncesOptions extends RedisOptions {
  readonly url: string
  /** Deliberately without default: two installations on one server would refuse each other's nonces. */
  readonly prefix: string
  readonly log: Log
  readonly clock: Clock
}

/** Takes the nonce, and returns the start of this Redis's memory; that is now if it has lost even this record. */
const TAKE = `
local taken = redis.call('set', KEYS[1], '', 'PX', ARGV[1], 'NX')
local born = redis.call('hget', KEYS[2], 'at')
if not born then
  born = ARGV[2]
  redis.call('hset', KEYS[2], 'at', born)
end
return {taken and 1 or 0, born}`

/** The same, if the session's entry has the value that it had before and has not expired: 2 says that it has not. */
const TAKE_IF = `
local value = redis.call('get', KEYS[3])
if value ~= ARGV[3] then return {2, '0'} end
local left = tonumber(string.match(value, '^%d+')) - tonumber(ARGV[2])
if left <= 0 then return {2, '0'} end
redis.call('pexpire', KEYS[3], string.format('%.0f', math.min(left, tonumber(ARGV[4]))))
${TAKE}`

/**
 * Called for each new connection. If the server has restarted or is another one, its memory starts now: it may have
 * lost the last moments even if it keeps files, and a replica that took over may lack writes of its master.
 */
const MEET = `
if redis.call('hget', KEYS[1], 'run') ~= ARGV[1] or not redis.call('hget', KEYS[1], 'at') then
  redis.call('hset', KEYS[1], 'run', ARGV[1], 'at', ARGV[2])
end
return redis.call('hget', KEYS[1], 'at')`

/**
 * The guard over Redis, with one round trip per nonce. Redis must not evict keys (`maxmemory-policy noeviction`, its
 * default): then a full Redis refuses the nonce, and so the client's request.
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
  const takeNonceIf = defineScript(redis.client, 'parleyNonceTakeIf', TAKE_IF)
  const meetServer = defineScript(redis.client, 'parleyNonceMeet', MEET)
  const bornKey = `${prefix}nonces`
  let bornMs = clock.now()

  const meet = async () => {
    const run = /run_id:(\S+)/.exec(await redis.client.info('server'))?.[1] ?? ''
    bornMs = Number(await meetServer([bornKey], [run, clock.now()]))
  }
  /**
   * Resolves when the server of the present connection is known to be the same, or a new one. No nonce is taken
   * before.
   */
  let met: Promise<void> = meet()
  const again = redis.onBack(() => {
    met = meet()
    // The next `take` reports the error.
    met.catch(() => undefined)
  })
  try {
    await met
  } catch (error) {
    await redis[Symbol.asyncDispose]()
    throw error
  }

  /** Hashed, so that keys have one length for any input, and different pairs have different keys. */
  const keyOf = (sessionId: string, nonce: string) =>
    `${prefix}nonce:${createHash('sha256')
      .update(JSON.stringify([sessionId, nonce]))
      .digest('base64url')}`

  return {
    async take(sessionId, nonce, ttlSeconds) {
      await met.catch(() => (met = meet()))
      const ttlMs = Math.ceil(ttlSeconds * 1_000)
      const answer = await takeNonce([keyOf(sessionId, nonce), bornKey], [ttlMs, clock.now()])
      const [taken, born] = answer as [number, string]
      bornMs = Number(born)
      return taken === 1
    },
    async takeIf(unchanged, sessionId, nonce, ttlSeconds) {
      await met.catch(() => (met = meet()))
      const answer = await takeNonceIf(
        [keyOf(sessionId, nonce), bornKey, unchanged.key],
        [Math.ceil(ttlSeconds * 1_000), clock.now(), unchanged.value, unchanged.ttlMs],
      )
      const [taken, born] = answer as [number, string]
      if (taken === 2) return 'changed'
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
