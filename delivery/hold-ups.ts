import { findHoldUp } from '../platform/eventlog/hold-up.ts'
import { comparePositions, ORIGIN, type Position } from '../platform/eventlog/position.ts'
import type { Log } from '../platform/log/log.ts'
import type { Sql } from '../platform/sql/sql.ts'
import type { Meter } from './meter.ts'

/** How long readers may be held up before it is worth a line. A transaction of ours takes milliseconds. */
const WORTH_A_LINE_MS = 5_000
/** Pause between two questions to the server while events were announced that cannot be read, and while none were. */
const ASK_MS = { announced: 1_000, quiet: 5_000 }
/** Interval between two lines, however often and by whomever delivery is held up. */
const SAY_AGAIN_MS = 60_000

export interface HoldUpDeps {
  readonly database: Sql
  readonly log: Log
  readonly meter: Pick<Meter, 'heldUp'>
  /** Milliseconds; for tests. */
  readonly now?: () => number
}

export interface HoldUps {
  /** To be called after each read with the position that it came to, and whether events were announced meanwhile. */
  read(upTo: Position, announced: boolean): void
}

/**
 * Tells operators what holds delivery up: a transaction that stays open anywhere on the PostgreSQL server. Readers of the log stop
 * below it, so everybody waits, while nothing fails. A line names it after five seconds; a counter has the seconds.
 */
export function watchHoldUps({ database, log, meter, now = () => performance.now() }: HoldUpDeps): HoldUps {
  let last = ORIGIN
  let movedAt = now()
  let askedAt = -Infinity
  let saidAt = -Infinity
  let asking = false
  let wasAnnounced = false
  /** Up to when the time of the present hold-up is counted; null when nothing is held up. */
  let countedTo: number | null = null

  const count = (from: number) => {
    const until = now()
    meter.heldUp(Math.max(0, until - from))
    countedTo = until
  }

  const ask = async () => {
    const found = await findHoldUp(database)
    if (!found || found.ageMs < WORTH_A_LINE_MS) return
    count(countedTo ?? now() - found.ageMs)
    if (now() - saidAt < SAY_AGAIN_MS) return
    saidAt = now()
    const { ageMs, xid, holder } = found
    log.warn('A transaction that stays open on the PostgreSQL server holds delivery up: end it, or limit its time.', {
      heldUpForMs: Math.round(ageMs),
      transaction: xid,
      ...(holder ?? { holder: 'not found: it may have just ended' }),
    })
  }

  return {
    read(upTo, announced) {
      if (comparePositions(upTo, last) > 0) {
        if (countedTo !== null) {
          count(countedTo)
          log.info('Delivery goes on: the transaction that held it up has ended.')
        }
        countedTo = null
        last = upTo
        movedAt = now()
        wasAnnounced = announced
        return
      }
      wasAnnounced ||= announced
      const isDue = now() - askedAt >= (wasAnnounced ? ASK_MS.announced : ASK_MS.quiet)
      if (asking || !isDue || now() - movedAt < WORTH_A_LINE_MS) return
      asking = true
      askedAt = now()
      ask()
        .catch((error: unknown) => log.debug('What holds delivery up could not be found out.', { error }))
        .finally(() => (asking = false))
    },
  }
}
