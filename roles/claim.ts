import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../platform/sql/connection.ts'
import { StartupError } from '../platform/startup-error.ts'

/** Of the advisory lock; any number that nobody else takes. */
const CLAIM = 7_225_539
/** How long a process that just died may still be seen: PostgreSQL ends its connections when it notices. */
const PATIENCE_MS = 3_000

/**
 * Claims a database for as long as the process lives: alone, or beside others that do not want it alone. What is in the
 * memory of one process others do not hear of: a session ended there would stay good here. It guards against a mistake
 * at the start, no more: a claim that is lost with its connection is not taken again.
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
      'Another Parley runs on this database, and one of the two keeps in memory what the other must hear: ' +
        'stop it, or set REDIS_URL and RABBITMQ_URL for both.',
    )
  } catch (error) {
    await client.end().catch(() => {}) // the first failure is the one to tell
    throw error
  }
}
