/**
 * The inbox: the other end of delivery. A node hosts its process's streams, takes in what consumers send it, and gives each
 * stream every event that concerns its user: once, in order, live or replayed from the log.
 *
 * Invariants
 * - A stream is given nothing at or below its watermark, and passes nothing that concerns its user.
 * - Presence is written before a stream opens, so whoever decides an event later sends it here.
 * - What the bus lost shows by positions, and is read from the log.
 * - Cursors are the node's: one event has one cursor for all streams that are up to date.
 *
 * It names no kind of event: the registry (platform/eventlog/kinds.ts) says what is delivered to whom. May import platform.
 * `protocol.ts` is what it speaks with delivery.
 */
export { startInboxNode, type InboxNode } from './node.ts'
export type { InboxItem } from './stream.ts'
