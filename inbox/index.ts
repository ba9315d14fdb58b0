/**
 * The inbox: the receiving end of delivery. A node hosts the streams of its process, receives events from consumers,
 * and gives each stream every event that concerns its user: once, in order, live or replayed from the log.
 *
 * Invariants
 *
 * - A stream gets nothing at or below its watermark, and skips nothing that concerns its user.
 * - Presence is written before a stream opens, so a consumer that decides an event later sends it here.
 * - Events that the bus lost are noticed by their positions, and read from the log.
 * - A page of events (`readPage`) brings what a resumed stream brings, by the same code.
 * - An event that passes by (`pass`) is in no log. Its cursor is the node's frontier, so that a resume from it misses
 *   nothing; while the node may have missed events, nothing passes.
 * - Who was away for long reads by an index only what may concern the user (`own-reads.ts`). It is the same as the whole log brings.
 * - Cursors belong to the node: an event has one cursor for all streams that are up to date.
 *
 * The inbox knows no kinds of events: the registry (platform/eventlog/kinds.ts) says who gets which event. May import
 * platform. `protocol.ts` defines its messages to and from delivery.
 */
export type { AttendedNode } from './attendance.ts'
export { startInboxNode, type InboxNode } from './node.ts'
export type { InboxItem } from './stream.ts'
