import type { Clock } from '../../../platform/clock/clock.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { startTurns } from '../../../platform/turns.ts'
import { DAY, MINUTE } from '../limits.ts'
import { eraseUser, forgetSessions } from './erase.ts'
import { countLateErasures, findOpenErasures, finishErasures, settleErasure } from './store.ts'

/** Interval of the search for deleted accounts that are not done with. */
const TURN_EVERY_MS = 2_000
/** Accounts of one turn, so that one that fails forever does not hide the others for long. */
const PER_TURN = 100
/** By then every request that ran at the deletion has ended: what it wrote is erased too. */
const SETTLE_MS = MINUTE
/** An erasure that takes longer is reported: a room has a problem, or a role does not run. */
const LATE_MS = DAY

interface JobDeps {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

/**
 * Finishes deletions. What is left to do is in the tables, so any process of this role goes on after a restart, and
 * two at once do the same.
 */
export function startErasing(deps: JobDeps): AsyncDisposable {
  const { database, clock, log } = deps
  let reportedLateAtMs = -Infinity
  const turn = async () => {
    await eraseOpen(database, clock)
    if (clock.now() < reportedLateAtMs + LATE_MS) return
    const late = await countLateErasures(database, new Date(clock.now() - LATE_MS))
    if (late === 0) return
    reportedLateAtMs = clock.now()
    log.error('Deleted accounts are not erased in every room after a day: check that every role runs.', { late })
  }
  return startTurns(turn, { everyMs: TURN_EVERY_MS, log, failure: 'Deleted accounts cannot be erased yet: retrying.' })
}

/** One turn: exported for tests. */
export async function eraseOpen(database: Database, clock: Clock): Promise<void> {
  const open = await findOpenErasures(database, PER_TURN)
  if (open.length === 0) return
  const now = clock.now()
  for (const { userId, erasedAt, settled } of open) {
    await database.transaction(async (sql) => {
      await forgetSessions(sql, userId)
      if (settled || erasedAt.getTime() > now - SETTLE_MS) return
      await eraseUser(sql, userId)
      await settleErasure(sql, userId)
    })
  }
  await finishErasures(
    database,
    open.map(({ userId }) => userId),
    new Date(now),
  )
}
