import { encodeCursor, maxVector, type Vector } from '../../../platform/eventlog/cursor.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import { comparePositions, type Position } from '../../../platform/eventlog/position.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { MESSAGE_SENT, type MessageSent } from '../events.ts'
import { recipientsAmong } from '../store/participants.ts'
import type { Stream } from './stream.ts'

/** Events of one read of the log. */
const PAGE = 200

/** Reads of the log at once for all replays of a node: when everybody comes back together, others still get connections. */
const READS_AT_ONCE = 4

export const cursorTooOld = () =>
  new PublicError(
    'CURSOR_TOO_OLD',
    'The event log no longer reaches back to the cursor: fetch the conversations anew and subscribe without it.',
  )

export interface ReplayDeps {
  readonly database: Database
  readonly eventLog: EventLog
}

/** Gives a stream what it missed since `from`, up to `head` or later, and makes it live. Ends early when it closes. */
export type Replay = (stream: Stream, from: Vector, head: Position) => Promise<void>

export function makeReplay({ database, eventLog }: ReplayDeps): Replay {
  const enter = makeTurnstile(READS_AT_ONCE)

  /** Null for a stream that closed while it waited for its turn. */
  const read = (after: Position, stream: Stream) =>
    enter(async () => {
      if (stream.closed) return null
      const page = await eventLog.read(database, after, PAGE)
      // Asked after the read: a floor that is still below proves that nothing was missing.
      if (comparePositions(await eventLog.start(database), after) > 0) throw cursorTooOld()
      const messages = page.events.filter((event) => event.kind === MESSAGE_SENT)
      const recipients = await recipientsAmong(database, messages, [stream.viewer.userId])
      return { ...page, messages: messages.filter((_, index) => (recipients[index]?.length ?? 0) > 0) }
    })

  return async (stream, from, head) => {
    /** The log is read in its own order, so whatever is at or below it was given, in every shard. */
    let upTo = from.reduce((lowest, position) => (comparePositions(position, lowest) < 0 ? position : lowest))
    const reached = () =>
      maxVector(
        from,
        from.map(() => upTo),
      )
    for (;;) {
      while (comparePositions(upTo, head) < 0) {
        // Also where no page has anything for it: whoever opens and leaves must not have the whole log read behind them.
        const page = await read(upTo, stream)
        if (!page) return
        for (const { shard, position, payload } of page.messages) {
          const before = from[shard]
          if (before && comparePositions(position, before) <= 0) continue
          upTo = position
          const event = { shard, position, payload: payload as unknown as MessageSent }
          if (!(await stream.give({ cursor: encodeCursor(reached()), event }))) return
        }
        upTo = page.upTo
      }
      if (stream.goLive(reached())) return
      head = await eventLog.head(database)
    }
  }
}

/** Lets so many in at once; the others wait in order. */
function makeTurnstile(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0
  const queue: (() => void)[] = []
  return async (work) => {
    if (inside >= limit) await new Promise<void>((resolve) => queue.push(resolve))
    else inside++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else inside--
    }
  }
}
