import { setTimeout as delay } from 'node:timers/promises'
import { ServiceDownError } from '../startup-error.ts'
import { errorCode } from '../sql/connection.ts'
import type { Sql } from '../sql/sql.ts'

/** Each try waits for 1.5 s at most, while sends wait behind it. The pause lets them pass. */
const TRIES = 2
const PAUSE_MS = 200
const LOCK_TIMEOUT = '55P03'

/**
 * Raises the epoch if the server's transaction ids do not continue those of the log. Returns whether it did. The signs
 * are a new cluster id or timeline, and an event above the server's next transaction id. A data folder that was copied
 * back while the server was down shows no sign: then run `update events.settings set epoch = epoch + 1` by hand.
 *
 * Transactions that have appended must end first, or readers would miss their events. If one stays open, it rejects with a
 * `ServiceDownError` that names it, and may be called again.
 */
export async function raiseEpochIfRestored(sql: Sql): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await sql.query<{ raised: boolean }>(
        '/* events.raiseEpochIfRestored */ select events.raise_epoch_if_restored() as raised',
      )
      return rows[0]?.raised ?? false
    } catch (error) {
      if (errorCode(error) !== LOCK_TIMEOUT) throw error
      if (attempt === TRIES) throw await explain(sql)
      await delay(PAUSE_MS)
    }
  }
}

async function explain(sql: Sql): Promise<ServiceDownError> {
  // A prepared transaction has no process.
  const { rows } = await sql.query<{ holders: string | null }>(
    `/* events.findAppenders */
     select string_agg(coalesce('process ' || pid, 'a prepared transaction'), ', ') as holders
     from pg_locks
     where relation = 'events.log'::regclass
       and database = (select oid from pg_database where datname = current_database())
       and mode = 'RowExclusiveLock' and granted`,
  )
  return new ServiceDownError(
    'The database was restored, or another server took over, so the epoch of the event log must rise; but a transaction that ' +
      `has written to the log stays open. It must end first (${rows[0]?.holders ?? 'it has just ended'}).`,
  )
}
