/**
 * The event log: outbox, replay and audit in one table. The rooms that append events define their payloads.
 *
 * Invariants
 *
 * - No event appears before a position that a reader has passed.
 * - The events of one key have the order in which their transactions held the key's lock.
 * - Positions and shards never change their meaning, also not after a restore from a backup.
 * - Events before the floor (`EventLog.start`) may have been deleted.
 *
 * May import platform/sql and platform/log.
 */
export type { EventLog } from './eventlog.ts'
export { raiseEpochIfRestored } from './epoch.ts'
export { keepFor, openEventLog, trim } from './log.ts'
export { comparePositions, ORIGIN, type Position } from './position.ts'
