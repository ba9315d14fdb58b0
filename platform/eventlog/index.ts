/**
 * The event log: outbox, replay and audit in one table, for events whose shapes belong to the rooms that append them.
 * Invariants: what a reader has passed never gets a predecessor; the order of one key's events is the order of its lock;
 * positions and shards mean the same for ever, also after a restore; nothing below the floor is promised to be there.
 * May import platform/sql and platform/log.
 */
export type { EventLog } from './eventlog.ts'
export { keepFor, openEventLog, raiseEpochIfRestored, trim } from './log.ts'
export { comparePositions, ORIGIN, type Position } from './position.ts'
