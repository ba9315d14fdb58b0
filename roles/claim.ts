import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../platform/sql/connection.ts'
import { StartupError } from '../platform/startup-error.ts'

/** The key of the advisory lock; any number that no other code uses. */
const CLAIM = 7_225_539
/** How long a dead process may still hold the lock: PostgreSQL ends its connections when it notices. */
const PATIENCE_MS = 3_000

/**
 * Claims a database for the lifetime of the process: exclusively, or shared with processes that do not need it
 * exclusively. Other processes do not see what one process keeps in memory: a session that ended there would stay
 * valid in the others. It only guards against a mistake at the start: a claim that is lost with its connection is not
 * taken again.
 */
export async function claimDatabase(url: string, { alone }: { readonly alone: boolean }): Promise<AsyncDisposable> {
  const client = await connect(url, { application_name: 'parley', keepAlive: true })
  const take = alone ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
  const end = Date.now() + PATIENCE_MS
  try {
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(
        `/* roles.claimDatabase */ select ${take}($1::bigint) as taken`,
        [CLAIM],
      )
      if (rows[0]?.taken) return { [Symbol.asyncDispose]: () => client.end() }
      if (Date.now() > end) break
      await delay(100)
    }
    throw new StartupError(
      'Another Parley runs on this database, and one of the two keeps shared state in its memory:' +
        'stop it, or set REDIS_URL and RABBITMQ_URL for both.',
    )
  } catch (error) {
    await client.end().catch(() => {}) // only the first failure is reported
    throw error
  }
}
