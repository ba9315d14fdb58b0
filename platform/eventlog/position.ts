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

/** The largest values of PostgreSQL's types. */
export const MAX_XID = 2n ** 64n - 1n
export const MAX_ID = 2n ** 63n - 1n

/**
 * Null for a text that `formatPosition` does not write, such as one with a zero in front: so a position has one spelling.
 * Also null for numbers that PostgreSQL refuses, because such a text may come from a client.
 */
export function parsePosition(text: string): Position | null {
  const match = /^(0|[1-9]\d{0,8}):(0|[1-9]\d{0,19}):(0|[1-9]\d{0,18})$/.exec(text)
  if (!match) return null
  const [, epoch, xid, id] = match as unknown as [string, string, string, string]
  const position = { epoch: Number(epoch), xid: BigInt(xid), id: BigInt(id) }
  return position.xid <= MAX_XID && position.id <= MAX_ID ? position : null
}
