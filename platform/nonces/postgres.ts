import { createHash } from 'node:crypto'
import { silentLog, type Log } from '../log/log.ts'
import { errorText } from '../sql/connection.ts'
import type { Database } from '../sql/sql.ts'
import type { DurableNonceGuard } from './nonces.ts'

/** How often expired nonces are removed. */
const SWEEP_MS = 30_000
/** Rows of one statement. Short statements: a long one holds up the readers of the event log. */
const SWEEP_ROWS = 10_000

/**
 * Nonces in PostgreSQL: while Redis is away, when the memory for nonces is full, and those that the other guard would forget
 * before their time. The database stays the caller's.
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
      // One statement, so one of many concurrent ones: the others wait for its row and then find it not expired.
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

/** Removes all that expired, in batches; rows that another process removes at this moment are left to it. */
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
