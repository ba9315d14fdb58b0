/**
 * The place of an event in the log, ordered by (epoch, xid, id). With the id alone, a reader would skip an event that
 * got its id early and was committed late. The epoch rises when a backup is restored, because the backup may have
 * larger transaction ids than the new server.
 */
export interface Position {
  readonly epoch: number
  /** The PostgreSQL transaction id (xid8) that wrote the event. */
  readonly xid: bigint
  /** The row's id. It orders the events of one transaction. */
  readonly id: bigint
}

/** The position before every event. */
export const ORIGIN: Position = { epoch: 0, xid: 0n, id: 0n }

/** Negative, zero or positive, as `Array.sort` wants it. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return 0
}

export function laterPosition(a: Position, b: Position): Position {
  return comparePositions(a, b) >= 0 ? a : b
}

/** Returns `epoch:xid:id` in decimal: the form on the queue, on the bus and in SQL rows. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.xid}:${position.id}`
}

/** Null for a text that is not in the form of `formatPosition`. */
export function parsePosition(text: string): Position | null {
  const match = /^(\d{1,9}):(\d{1,20}):(\d{1,19})$/.exec(text)
  if (!match) return null
  const [, epoch, xid, id] = match as unknown as [string, string, string, string]
  return { epoch: Number(epoch), xid: BigInt(xid), id: BigInt(id) }
}
