import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Kinds, KnownEvent } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Database } from '../platform/sql/sql.ts'
import { InboxError } from './errors.ts'

/** Maximum events of one read of the log. */
const PAGE = 200

/** Maximum concurrent reads. Few, so that more streams share each one, and connections are left for others. */
const READS_AT_ONCE = 2

/** Maximum users of one read. */
const MAX_USERS = 1_000

/** An event of the log for one user. */
export interface ReplayedEvent extends KnownEvent {
  readonly shard: number
  readonly position: Position
}

export interface ReplayPage {
  /** The user's events of the page, in the order of the log. */
  readonly events: readonly ReplayedEvent[]
  /** The page covers the log up to here. */
  readonly upTo: Position
  /** How many readers shared the read. */
  readonly sharers: number
}

/** A stream, or a request for a page, that reads the log. */
export interface LogReader {
  readonly viewer: { readonly userId: string }
  readonly closed: boolean
  /** Fires when it closes, if it can tell at once. */
  readonly signal?: AbortSignal | undefined
}

interface Request {
  readonly reader: LogReader
  readonly after: Position
  resolve(page: ReplayPage | null): void
  reject(error: unknown): void
}

export const cursorTooOld = () =>
  new InboxError(
    'CURSOR_TOO_OLD',
    'The event log no longer reaches back to the cursor: fetch the conversations again and subscribe without a cursor.',
  )

/**
 * Reads the log after `after` for one reader. Null if the reader closed while it waited: a client that opens and
 * leaves must not cause a read of the whole log. Rejects with CURSOR_TOO_OLD if the log no longer contains everything
 * after `after`.
 */
export type ReadFor = (reader: LogReader, after: Position) => Promise<ReplayPage | null>

/**
 * After a restart all streams come back at once, with cursors of about the same time. All waiting streams whose next
 * events are in a page share its read, its events and the query for their recipients; from then on they read the same
 * pages. They are served in the order of arrival, so a very old cursor does not delay the others.
 */
export function makeSharedReads({
  database,
  eventLog,
  kinds,
}: {
  readonly database: Database
  readonly eventLog: EventLog
  readonly kinds: Kinds
}): ReadFor {
  let queue: Request[] = []
  let reading = 0

  /** Removes and returns the requests whose next events are in the page. */
  const takeSharers = (first: Request, upTo: Position): Request[] => {
    const sharers = [first]
    queue = queue.filter((request) => {
      const shares =
        sharers.length < MAX_USERS &&
        comparePositions(request.after, first.after) >= 0 &&
        comparePositions(request.after, upTo) < 0
      if (shares) sharers.push(request)
      return !shares
    })
    return sharers
  }

  const serve = async (first: Request) => {
    if (first.reader.closed) return first.resolve(null)
    let sharers = [first]
    try {
      const page = await eventLog.read(database, first.after, PAGE)
      sharers = takeSharers(first, page.upTo)
      const delivered = page.events.filter(({ kind }) => kinds.isDelivered(kind))
      const recipients = await kinds.recipients(database, delivered, [...new Set(sharers.map(userOf))])
      // Read after the page: if the log's start is still below `after`, nothing was missing in the page.
      const floor = await eventLog.start(database)
      const byUser = new Map<string, ReplayedEvent[]>()
      for (const [index, event] of delivered.entries()) {
        const known = kinds.read(event)
        // Null: the consumer has parked it.
        if (!known) continue
        const replayed = { ...known, shard: event.shard, position: event.position }
        for (const userId of recipients[index] ?? []) {
          const own = byUser.get(userId)
          if (own) own.push(replayed)
          else byUser.set(userId, [replayed])
        }
      }
      for (const sharer of sharers) {
        const { after, resolve, reject } = sharer
        if (comparePositions(floor, after) > 0) reject(cursorTooOld())
        const own = (byUser.get(userOf(sharer)) ?? []).filter(({ position }) => comparePositions(position, after) > 0)
        resolve({ events: own, upTo: page.upTo, sharers: sharers.length })
      }
    } catch (error) {
      for (const { reject } of sharers) reject(error)
    }
  }

  const work = async () => {
    for (let first = queue.shift(); first; first = queue.shift()) await serve(first)
    reading--
  }

  return (reader, after) =>
    new Promise((resolve, reject) => {
      queue.push({ reader, after, resolve, reject })
      if (reading >= READS_AT_ONCE) return
      reading++
      void work()
    })
}

const userOf = ({ reader }: Request) => reader.viewer.userId
