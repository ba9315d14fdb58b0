import { LRUCache } from 'lru-cache'
import { v7 } from 'uuid'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import type { Sql } from '../../platform/sql/sql.ts'

/** A session's use is written at most once in this time: the time of last use may be so much late. */
const SEEN_EVERY_MS = 5 * 60_000
/** How long used sessions are collected for one statement. */
const FLUSH_EVERY_MS = 5_000
/** Sessions of one statement. The rest waits for the next, so that its locks are short. */
const BATCH = 500
/** Sessions that wait to be written, and sessions of which the last write is known. Beyond it the oldest are dropped. */
const MAX_SESSIONS = 100_000
/** The use of an ended session is reported at most once in this time: PostgreSQL records it once an hour. */
const ENDED_EVERY_MS = 60 * 60_000
/** Reports of ended sessions under way. Beyond it a report is dropped, so that a flood cannot fill PostgreSQL's queue. */
const MAX_REPORTS = 4

/** Tells PostgreSQL which sessions are used. No request waits for it. */
export interface SessionUse extends AsyncDisposable {
  /** A verified request came in the session, or a connection of it is open. */
  seen(sessionId: string): void
  /** A request came in a session that has ended. Its signature was not checked. */
  usedAfterEnd(sessionId: string, network: string): void
}

/**
 * Calls `users.see_sessions` and `users.note_ended_session_used`. While PostgreSQL is down, uses are kept and written
 * later; what cannot be kept is lost, and then a session looks unused for some minutes longer.
 */
export function trackUse(
  { sql, clock, log }: { readonly sql: Sql; readonly clock: Clock; readonly log: Log },
  flushEveryMs = FLUSH_EVERY_MS,
): SessionUse {
  const reportOutage = makeOutageLog(log, clock, 'The use of sessions cannot be written yet; retrying.')
  const written = new LRUCache<string, number>({ max: MAX_SESSIONS })
  const waiting = new Map<string, number>()
  const reported = new LRUCache<string, number>({ max: MAX_SESSIONS })
  const reports = new Set<Promise<void>>()
  let flushing: Promise<void> | undefined

  async function write(): Promise<void> {
    const batch = [...waiting].slice(0, BATCH)
    if (batch.length === 0) return
    const ids = batch.map(([id]) => id)
    const times = batch.map(([, atMs]) => new Date(atMs))
    for (const id of ids) waiting.delete(id)
    try {
      await sql.query('/* gateway.seeSessions */ select users.see_sessions($1::uuid[], $2::timestamptz[])', [
        ids,
        times,
      ])
    } catch (error) {
      for (const [id, atMs] of batch) if (!waiting.has(id)) waiting.set(id, atMs)
      throw error
    }
  }
  const flush = () => {
    flushing ??= write()
      .catch(reportOutage)
      .finally(() => {
        flushing = undefined
      })
    return flushing
  }
  const timer = setInterval(() => void flush(), flushEveryMs)
  timer.unref()

  return {
    seen(sessionId) {
      const now = clock.now()
      if (now - (written.get(sessionId) ?? -Infinity) < SEEN_EVERY_MS || waiting.size >= MAX_SESSIONS) return
      written.set(sessionId, now)
      waiting.set(sessionId, now)
    },
    usedAfterEnd(sessionId, network) {
      const now = clock.now()
      if (now - (reported.get(sessionId) ?? -Infinity) < ENDED_EVERY_MS || reports.size >= MAX_REPORTS) return
      reported.set(sessionId, now)
      const report = sql
        .query(
          '/* gateway.noteEndedSessionUsed */ select users.note_ended_session_used($1::uuid, $2::uuid, $3::text, $4::timestamptz)',
          [v7({ msecs: now }), sessionId, network, new Date(now)],
        )
        .then(
          () => {},
          (error: unknown) => {
            // The next request reports it again.
            reported.delete(sessionId)
            reportOutage(error)
          },
        )
        .finally(() => reports.delete(report))
      reports.add(report)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flushing
      // What waits is written once more; a failure loses some minutes of "last seen".
      await flush()
      await Promise.all(reports)
    },
  }
}
