/**
 * Rate limits: token buckets by key. Invariants: taking is atomic across all processes of one Redis; a bucket is
 * forgotten when it would be full again. May import platform/{clock,log,redis}.
 */
export type { RateLimiter } from './rate.ts'
export { openMemoryRate } from './memory.ts'
export { openRedisRate } from './redis.ts'
