import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Kinds, KnownEvent } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Database } from '../platform/sql/sql.ts'
import { InboxError } from './errors.ts'

/** Events of one read of the log. */
const PAGE = 200

/** Reads at once. Few: the fewer, the more streams share one, and others get connections. */
const READS_AT_ONCE = 2

/** Users of one read. */
const MAX_USERS = 1_000

/** An event of the log for one user. */
export interface ReplayedEvent extends KnownEvent {
  readonly shard: number
  readonly position: Position
}

export interface ReplayPage {
  /** The user's events of the page, in the order of the log. */
  readonly events: readonly ReplayedEvent[]
  /** Everything of the log's up to here is among them. */
  readonly upTo: Position
}

/** Who reads: a stream. */
export interface Reader {
  readonly viewer: { readonly userId: string }
  readonly closed: boolean
}

interface Request {
  readonly reader: Reader
  readonly after: Position
  resolve(page: ReplayPage | null): void
  reject(error: unknown): void
}

export const cursorTooOld = () =>
  new InboxError(
    'CURSOR_TOO_OLD',
    'The event log no longer reaches back to the cursor: fetch the conversations anew and subscribe without it.',
  )

/**
 * Reads on in the log for one reader. Null for one that closed while it waited: whoever opens and leaves must not have the
 * whole log read behind them. Rejects with CURSOR_TOO_OLD where the log was cut behind `after`.
 */
export type ReadFor = (reader: Reader, after: Position) => Promise<ReplayPage | null>

/**
 * After a restart everybody comes back at once, with cursors of about the same moment. Whoever waits to read what one read
 * brings shares it, its events and the question whose they are; from then on they read the same pages. First come, first
 * served, so that a very old cursor holds up nobody.
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

  /** Takes those whose next events are among the page's. */
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
      // Asked after the read: a floor that is still below proves that nothing was missing.
      const floor = await eventLog.start(database)
      const byUser = new Map<string, ReplayedEvent[]>()
      for (const [index, event] of delivered.entries()) {
        const known = kinds.read(event)
        if (!known) continue // the consumer parked it
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
        resolve({ events: own, upTo: page.upTo })
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
