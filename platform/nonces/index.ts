/**
 * Records the used nonces of each session, so that no signed request is accepted twice. Invariant: a nonce is never
 * forgotten before its time; without room or without its server a guard refuses instead. May import
 * platform/{clock,log,redis,sql}.
 */
export type { DurableNonceGuard, NonceGuard } from './nonces.ts'
export { openMemoryNonces } from './memory.ts'
export { openRedisNonces } from './redis.ts'
