import { encodeCursor, type Vector } from '../platform/eventlog/cursor.ts'
import type { ViewerDevice } from '../platform/eventlog/kinds.ts'
import type { Position } from '../platform/eventlog/position.ts'
import { InboxError } from './errors.ts'
import { makeWalk, type Reads } from './replay.ts'
import type { InboxItem } from './stream.ts'

/**
 * Maximum reads of the log for one page, each of up to 200 events. A device none of whose events is for it, such as those that
 * it sent itself, would otherwise keep a request busy beyond its deadline. At the limit the page ends early, with a cursor that is further on.
 */
const MAX_READS = 25

/** A page of a device's events. */
export interface InboxPage {
  readonly items: readonly InboxItem[]
  /** Continues right after the page. */
  readonly cursor: string
  /** Whether the log goes on after the page. The next page may be empty nevertheless. */
  readonly hasMore: boolean
}

export interface ReadPage {
  readonly viewer: ViewerDevice
  readonly from: Vector
  /** The events up to here are wanted. */
  readonly head: Position
  /** Maximum events. */
  readonly limit: number
  readonly signal?: AbortSignal
}

/** Reads a page of what a stream that resumes from `from` gets. */
export async function readPage(reads: Reads, asked: ReadPage, maxReads = MAX_READS): Promise<InboxPage> {
  const { viewer, from, head, limit, signal } = asked
  const reader = {
    viewer,
    get closed() {
      return signal?.aborted ?? false
    },
  }
  const items: InboxItem[] = []
  let isFull = false
  const walk = makeWalk(reads, reader, from)
  const end = await walk.to(
    head,
    (item) => {
      // The one after the last shows that there is more.
      isFull = items.length === limit
      if (!isFull) items.push(item)
      return !isFull
    },
    maxReads,
  )
  const last = items.at(-1)
  if (isFull && last) return { items, cursor: last.cursor, hasMore: true }
  if (end === 'left') throw new InboxError('UNAVAILABLE', 'The request was given up before the log was read.')
  return { items, cursor: encodeCursor(walk.covered()), hasMore: end === 'tired' }
}
