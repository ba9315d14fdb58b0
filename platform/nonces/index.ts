/**
 * Which nonces a session has used, so that no signed request is accepted twice.
 * Invariant: a nonce is never forgotten before its time; whoever has no room or no server refuses instead.
 * May import platform/{clock,log,redis,sql}.
 */
export type { DurableNonceGuard, NonceGuard } from './nonces.ts'
export { openMemoryNonces } from './memory.ts'
export { openRedisNonces } from './redis.ts'
