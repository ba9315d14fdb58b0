import { encodeCursor, maxVector, type Vector } from '../platform/eventlog/cursor.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { ViewerDevice } from '../platform/eventlog/kinds.ts'
import type { OpenOwnReads, OwnReads } from './own-reads.ts'
import type { LogReader, ReadFor, ReplayPage } from './shared-reads.ts'
import type { InboxItem, Stream } from './stream.ts'

/**
 * How much of the log a reader reads together with others, in pages: of a page that many share each reads a part. A short gap
 * is closed by then, as after a lost connection, and after a restart all come back together. Whoever has a longer way goes on
 * alone, and reads the own events only.
 */
const SHARED_PAGES = 1

/** How many pages are read until it is tried again whether the log is prepared for reading the own events only. */
const PAGES_WITHOUT_OWN = 25

export interface Reads {
  readonly readFor: ReadFor
  /** Default: the log is read by shared reads alone. */
  readonly openOwn?: OpenOwnReads
}

export interface ReplayDeps {
  readonly reads: Reads
  readonly head: () => Promise<Position>
}

/** The way of one device through the log, from a cursor on. Resumed streams and pages of events take the same. */
export interface Walk {
  /**
   * Gives the device's events up to `head` or later, each with its cursor. `tired` means that `isEnough` was true between two reads
   * of the log, `left` that `give` returned false or that the reader closed.
   */
  to(
    head: Position,
    give: (item: InboxItem) => boolean | Promise<boolean>,
    isEnough?: (reads: number) => boolean,
  ): Promise<'arrived' | 'left' | 'tired'>
  /** Everything up to here was given. Not after `give` returned false. */
  covered(): Vector
}

/** A reader of the log for one device. */
export interface DeviceReader extends LogReader {
  readonly viewer: ViewerDevice
}

export function makeWalk({ readFor, openOwn }: Reads, reader: DeviceReader, from: Vector): Walk {
  /** The log is read in its order, so everything at or below this position was given, in every shard. */
  let upTo = from.reduce((lowest, position) => (comparePositions(position, lowest) < 0 ? position : lowest))
  const covered = () => maxVector(from, Array<Position>(from.length).fill(upTo))
  return {
    covered,
    async to(head, give, isEnough) {
      let shared = 0
      let own: OwnReads | null = null
      for (let reads = 0; comparePositions(upTo, head) < 0; reads++) {
        if (isEnough?.(reads)) return 'tired'
        if (!own && openOwn && shared >= SHARED_PAGES) {
          own = await openOwn(reader, upTo)
          if (!own) shared = -PAGES_WITHOUT_OWN
        }
        const page: ReplayPage | null = await (own ? own.next() : readFor(reader, upTo))
        if (!page) return 'left'
        if (!own) shared += 1 / page.sharers
        // It has arrived at the horizon at which it was opened.
        else if (comparePositions(page.upTo, upTo) <= 0) own = null
        for (const { shard, position, kind, payload } of page.events) {
          const before = from[shard]
          if (before && comparePositions(position, before) <= 0) continue
          upTo = position
          if (kind.isFrom?.(payload, reader.viewer)) continue
          const event = { shard, position, kind, payload }
          if (!(await give({ cursor: encodeCursor(covered()), event }))) return 'left'
        }
        upTo = page.upTo
      }
      return 'arrived'
    },
  }
}

/**
 * Gives a stream the events that it missed since `from`, up to `head` or later, and makes it live. Ends early if the
 * stream closes.
 */
export type Replay = (stream: Stream, from: Vector, head: Position) => Promise<void>

export function makeReplay(deps: ReplayDeps): Replay {
  return async (stream, from, head) => {
    const walk = makeWalk(deps.reads, stream, from)
    for (;;) {
      if ((await walk.to(head, (item) => stream.give(item))) === 'left') return
      if (stream.goLive(walk.covered())) return
      head = await deps.head()
    }
  }
}
