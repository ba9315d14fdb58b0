import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.ts'
import { assertBucket, type RateLimiter } from './rate.ts'

/**
 * Maximum buckets, so that many addresses cannot fill the process. Beyond it the least recently used is dropped, and
 * is full again: the buckets of limited clients are used all the time.
 */
const MAX_BUCKETS = 100_000

/** Tolerance for rounding: a client that waited exactly as long as it was told must get its token. */
const ROUNDING = 1e-9

/** The limiter of one process. */
export function openMemoryRate({ clock }: { readonly clock: Clock }): RateLimiter {
  const buckets = new LRUCache<string, { tokens: number; atMs: number }>({ max: MAX_BUCKETS })
  let closed = false
  return {
    async take(key, bucket, wanted = 1) {
      if (closed) throw new Error('The rate limiter is closed.')
      assertBucket(bucket, wanted)
      const nowMs = clock.now()
      const known = buckets.get(key)
      const refilled = known ? (Math.max(0, nowMs - known.atMs) * bucket.perSecond) / 1_000 : 0
      const tokens = known ? Math.min(bucket.burst, known.tokens + refilled) : bucket.burst
      if (tokens < wanted - ROUNDING)
        return { allowed: false, retryAfterMs: Math.ceil(((wanted - tokens) / bucket.perSecond) * 1_000) }
      buckets.set(key, { tokens: tokens - wanted, atMs: nowMs })
      return { allowed: true }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      buckets.clear()
    },
  }
}
