/**
 * The bus: fire-and-forget messages to the present listeners, across all processes. Invariants: one listener that
 * leaves never affects another; a listener that throws affects no other code; nothing is stored. May import
 * platform/log and platform/redis.
 */
export type { Bus } from './bus.ts'
export { openMemoryBus } from './memory.ts'
export { openRedisBus } from './redis.ts'
