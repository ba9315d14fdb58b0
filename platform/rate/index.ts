/**
 * Rate limits: token buckets by key. Invariants: taking is atomic over all processes of one Redis; a bucket that was not
 * touched until it is full again is forgotten. May import platform/{clock,log,redis}.
 */
export type { RateLimiter } from './rate.ts'
export { openMemoryRate } from './memory.ts'
export { openRedisRate } from './redis.ts'
