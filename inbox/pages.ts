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

/**
 * Maximum pages that are read for one user at once, on one node: more than the devices that anybody uses in one second. It
 * stops a client that asks in a loop without waiting, whose requests would otherwise wait here until their deadlines. Beyond it: RATE_LIMITED.
 */
export const MAX_PAGES_PER_USER = 4

/** Maximum pages that are read at once on one node, so that those that wait do not fill its memory. Beyond it: UNAVAILABLE. */
const MAX_PAGES = 1_000

/** When a refused request may be sent again: several reads have ended by then. */
const RETRY_AFTER_MS = 1_000

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
async function readPage(reads: Reads, asked: ReadPage, maxReads = MAX_READS): Promise<InboxPage> {
  const { viewer, from, head, limit, signal } = asked
  const reader = {
    viewer,
    signal,
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
    // A full page looks no further for one more event: the next page would read all that again.
    (reads) => reads >= maxReads || (reads > 0 && items.length >= limit),
  )
  const last = items.at(-1)
  if (isFull && last) return { items, cursor: last.cursor, hasMore: true }
  if (end === 'left') throw new InboxError('UNAVAILABLE', 'The request was given up before the log was read.')
  return { items, cursor: encodeCursor(walk.covered()), hasMore: end === 'tired' }
}

/** As `readPage`, within the limits of a node. Rejects with RATE_LIMITED or UNAVAILABLE beyond them. */
export function makePages(reads: Reads): (asked: ReadPage) => Promise<InboxPage> {
  const pagesOf = new Map<string, number>()
  let pages = 0
  return async (asked) => {
    const { userId } = asked.viewer
    const own = pagesOf.get(userId) ?? 0
    if (own >= MAX_PAGES_PER_USER) {
      const message = `${MAX_PAGES_PER_USER} pages of events are being read for you: retry after \`retryAfterMs\`.`
      throw new InboxError('RATE_LIMITED', message, { retryAfterMs: RETRY_AFTER_MS })
    }
    if (pages >= MAX_PAGES) {
      const message = 'Pages of events are being read for too many users: retry after `retryAfterMs`.'
      throw new InboxError('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS })
    }
    pagesOf.set(userId, own + 1)
    pages++
    try {
      return await readPage(reads, asked)
    } finally {
      pages--
      const left = (pagesOf.get(userId) ?? 1) - 1
      if (left > 0) pagesOf.set(userId, left)
      else pagesOf.delete(userId)
    }
  }
}
