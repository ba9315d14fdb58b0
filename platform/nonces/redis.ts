import { createHash } from 'node:crypto'
import type { Log } from '../log/log.ts'
import { openRedis, type RedisOptions } from '../redis/index.ts'
import type { NonceGuard } from './nonces.ts'

export interface RedisNoncesOptions extends RedisOptions {
  readonly url: string
  /** Intentionally no default: two installations on one server would refuse each other's nonces. */
  readonly prefix: string
  readonly log: Log
}

/**
 * The guard over Redis: one SET NX per nonce. Redis must not evict (`maxmemory-policy noeviction`, its default): then one
 * that is full refuses, and the caller's request with it.
 */
export async function openRedisNonces({ url, prefix, log, ...options }: RedisNoncesOptions): Promise<NonceGuard> {
  const redis = await openRedis(url, log, options)
  return {
    async take(sessionId, nonce, ttlSeconds) {
      // A hash, so that a key has one length whatever the client sent, and no two pairs share one.
      const hash = createHash('sha256')
        .update(JSON.stringify([sessionId, nonce]))
        .digest('base64url')
      const ttlMs = Math.ceil(ttlSeconds * 1_000)
      return (await redis.client.set(`${prefix}nonce:${hash}`, '', 'PX', ttlMs, 'NX')) === 'OK'
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}
