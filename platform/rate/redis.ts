import type { Log } from '../log/log.ts'
import { defineScript, openRedis, type RedisOptions } from '../redis/index.ts'
import { assertBucket, type RateLimiter } from './rate.ts'

export interface RedisRateOptions extends RedisOptions {
  readonly url: string
  /** Deliberately without default: two installations on one server would take each other's tokens. */
  readonly prefix: string
  readonly log: Log
}

/**
 * Uses Redis's own time, so that processes with different clocks agree. A refusal writes nothing, so the bucket keeps
 * filling. A bucket expires when it would be full again. Returns 0 if the tokens were taken, otherwise the wait in ms.
 */
const TAKE = `
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local burst, perMs, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local known = redis.call('hmget', KEYS[1], 'tokens', 'at')
local tokens = burst
if known[1] then tokens = math.min(burst, known[1] + math.max(0, now - known[2]) * perMs) end
if tokens < wanted - 1e-9 then return math.ceil((wanted - tokens) / perMs) end
redis.call('hset', KEYS[1], 'tokens', string.format('%.17g', tokens - wanted), 'at', string.format('%.17g', now))
redis.call('pexpire', KEYS[1], string.format('%.0f', math.ceil((burst - tokens + wanted) / perMs)))
return 0`

export async function openRedisRate(options: RedisRateOptions): Promise<RateLimiter> {
  const { url, prefix, log } = options
  const redis = await openRedis(url, log, options)
  const takeToken = defineScript(redis.client, 'parleyRateTake', TAKE)
  return {
    async take(key, bucket, tokens = 1) {
      assertBucket(bucket, tokens)
      const waitMs = Number(await takeToken([`${prefix}rate:${key}`], [bucket.burst, bucket.perSecond, tokens]))
      return waitMs === 0 ? { allowed: true } : { allowed: false, retryAfterMs: waitMs }
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
