/**
 * The bus: fire-and-forget messages to whoever listens now, over all processes.
 * Invariants: one listener leaving never silences another; a listener that throws harms nobody else; nothing is kept.
 * May import platform/log and platform/redis.
 */
export type { Bus } from './bus.ts'
export { openMemoryBus } from './memory.ts'
export { openRedisBus } from './redis.ts'
