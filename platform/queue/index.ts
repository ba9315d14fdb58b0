/**
 * Durable work queues in shards: one active consumer per shard across all processes, in order, at least once.
 * Invariants: `publish` resolves only when the broker has stored the message durably; a message is never requeued
 * behind later ones. May import platform/log.
 */
export type { Queue } from './queue.ts'
export { openMemoryQueue } from './memory.ts'
export { openRabbitQueue } from './rabbitmq.ts'
