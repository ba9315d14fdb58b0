import { openFeed, type Feed } from '../platform/eventlog/feed.ts'
import type { EventLog } from '../platform/eventlog/eventlog.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { comparePositions, type Position } from '../platform/eventlog/position.ts'
import type { Database } from '../platform/sql/sql.ts'
import { cursorTooOld, type LogReader, type ReplayedEvent, type ReplayPage } from './shared-reads.ts'
import { makeTurns } from './turns.ts'

/** Maximum events of one read. */
const PAGE = 200

/**
 * Maximum concurrent reads of one node, so that connections are left for others. A user has one of them at most, so that nobody
 * delays the others by asking often.
 */
const READS_AT_ONCE = 2

/** The reads of one reader, each right after the one before. Null if the reader closed while it waited. */
export interface OwnReads {
  next(): Promise<ReplayPage | null>
}

/**
 * Opens a way through the log for one reader that costs what was missed and not what happened: only events that may concern
 * the user are read. What they are is still decided by their audiences, as in shared reads, so both ways give the same events.
 * Null if the log was not prepared for it at `after` yet: then the shared reads are the only way.
 */
export type OpenOwnReads = (reader: LogReader, after: Position) => Promise<OwnReads | null>

export function makeOwnReads({
  database,
  eventLog,
  kinds,
}: {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'start'>
  readonly kinds: Kinds
}): OpenOwnReads {
  const inTurn = makeTurns(READS_AT_ONCE)

  const read = async (feed: Feed, userId: string, after: Position): Promise<ReplayPage> => {
    const page = await feed.next(PAGE)
    const delivered = page.events.filter(({ kind }) => kinds.isDelivered(kind))
    const recipients = await kinds.recipients(database, delivered, [userId])
    // Read after the page: if the log's start is still below `after`, nothing was missing in the page.
    if (comparePositions(await eventLog.start(database), after) > 0) throw cursorTooOld()
    const events = delivered.flatMap((event, index): ReplayedEvent[] => {
      // Null: the consumer has parked it.
      const known = recipients[index]?.includes(userId) ? kinds.read(event) : null
      return known ? [{ ...known, shard: event.shard, position: event.position }] : []
    })
    return { events, upTo: page.upTo, sharers: 1 }
  }

  return async (reader, after) => {
    const { userId } = reader.viewer
    const feed = await inTurn(reader, () => openFeed(database, kinds, { userId, after }))
    if (!feed) return null
    let upTo = after
    return {
      async next() {
        const page = await inTurn(reader, () => read(feed, userId, upTo))
        if (page) ({ upTo } = page)
        return page
      },
    }
  }
}
