import { createHash } from 'node:crypto'
import { silentLog, type Log } from '../log/log.ts'
import { errorText } from '../sql/connection.ts'
import type { Database } from '../sql/sql.ts'
import type { DurableNonceGuard } from './nonces.ts'

/** Interval at which expired nonces are removed. */
const SWEEP_MS = 30_000
/** Maximum rows of one statement, because a long statement delays the readers of the event log. */
const SWEEP_ROWS = 10_000

/**
 * Nonces in PostgreSQL: for outages of Redis, for a full memory, and for nonces that the other guard would forget
 * before their time. The caller owns the database.
 */
export function makePostgresNonces(database: Database, log: Log = silentLog): DurableNonceGuard {
  let sweeping: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    sweeping = sweeping
      .then(() => sweep(database))
      .catch((error: unknown) => log.warn('Expired nonces could not be removed.', { error: errorText(error) }))
  }, SWEEP_MS)
  timer.unref()
  return {
    async take(sessionId, nonce, ttlSeconds) {
      const hash = createHash('sha256')
        .update(JSON.stringify([sessionId, nonce]))
        .digest()
      // A single statement, so only one of many concurrent calls succeeds: the others wait for its row, and then find
      // it not expired.
      const { rowCount } = await database.query(
        `/* nonces.take */
         insert into nonces.used as u (hash, expires_at)
         values ($1::bytea, clock_timestamp() + make_interval(secs => $2::double precision))
         on conflict (hash) do update set expires_at = excluded.expires_at
         where u.expires_at <= clock_timestamp()`,
        [hash, ttlSeconds],
      )
      return rowCount === 1
    },
    bornMs: () => -Infinity,
    async holdsAny() {
      const { rowCount } = await database.query(
        '/* nonces.holdsAny */ select from nonces.used where expires_at > clock_timestamp() limit 1',
      )
      return rowCount > 0
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await sweeping
    },
  }
}

/** Removes all expired nonces, in batches. Skips rows that another process is removing. */
export async function sweep(database: Database): Promise<void> {
  let removed: number
  do {
    const { rowCount } = await database.query(
      `/* nonces.sweep */
       delete from nonces.used
       where hash in (
         select hash from nonces.used
         where expires_at <= clock_timestamp()
         limit $1::integer
         for update skip locked
       )`,
      [SWEEP_ROWS],
    )
    removed = rowCount
  } while (removed === SWEEP_ROWS)
}
