import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../platform/sql/connection.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { ServiceDownError, StartupError } from '../platform/startup-error.ts'

/** The key of the advisory lock; any number that no other code uses. */
const CLAIM = 7_225_539
/**
 * Every process holds this lock too, from before the claim to its end. One that holds the claim alone is of an older
 * version, which writes messages to MongoDB under other names.
 */
const DOCUMENT_NAMES = 7_225_540
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
    await client.query(`/* roles.markProcess */ select pg_advisory_lock_shared($1::bigint)`, [DOCUMENT_NAMES])
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

/**
 * Rejects while a process of an older version runs on the database; later ones are refused by the migrations that this
 * version has applied. Messages in MongoDB must not be rewritten beside one: it would not find them under their new
 * names, and would take an edit of one for written that was not.
 */
export async function refuseOlderProcesses(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ older: number }>(
    `/* roles.countOlderProcesses */ select count(*)::integer as older from (
       select pid from pg_locks
       where locktype = 'advisory' and granted and classid = 0 and objsubid = 1
         and database = (select oid from pg_database where datname = current_database())
       group by pid
       having bool_or(objid = $1::oid) and not bool_or(objid = $2::oid)
     ) as process`,
    [CLAIM, DOCUMENT_NAMES],
  )
  const older = rows[0]?.older ?? 0
  if (older === 0) return
  throw new ServiceDownError(
    `The messages in MongoDB have the field names of an older version, of which processes still run (${older}): ` +
      'stop every role of it. Then the messages get their new names, and this process starts.',
  )
}
