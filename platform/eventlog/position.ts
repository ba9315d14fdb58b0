/**
 * Where an event stands in the log. Ordered by (epoch, xid, id): by id alone a reader skips an event that took its id
 * early and committed late. The epoch rises when a backup is restored, whose transaction ids may lie above the new
 * server's.
 */
export interface Position {
  readonly epoch: number
  /** The PostgreSQL transaction id (xid8) that wrote the event. */
  readonly xid: bigint
  /** The row's identity; orders events of one transaction. */
  readonly id: bigint
}

/** Before everything. */
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

/** `epoch:xid:id` in decimal; the form on the queue, on the bus and in SQL rows. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.xid}:${position.id}`
}

/** Null for anything that `formatPosition` did not write. */
export function parsePosition(text: string): Position | null {
  const match = /^(\d{1,9}):(\d{1,20}):(\d{1,19})$/.exec(text)
  if (!match) return null
  const [, epoch, xid, id] = match as unknown as [string, string, string, string]
  return { epoch: Number(epoch), xid: BigInt(xid), id: BigInt(id) }
}
