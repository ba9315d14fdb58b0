/**
 * Durable work queues in shards: one active consumer per shard over all processes, in order, at least once.
 * Invariants: `publish` resolves only for what the broker holds durably; nothing is ever put back behind later messages.
 * May import platform/log.
 */
export type { Queue } from './queue.ts'
export { openMemoryQueue } from './memory.ts'
export { openRabbitQueue } from './rabbitmq.ts'
