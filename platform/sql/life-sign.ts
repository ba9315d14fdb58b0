import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Log } from '../log/log.ts'
import { describeUrl, errorText } from './connection.ts'
import type { Sql } from './sql.ts'

/** The first half of the lock's key; any number that nobody else takes. */
const LIFE_SIGN = 7_225_540
/** Before another attempt; shorter than the time in which others look twice, so that a blink is no death. */
const RETRY_MS = 150
const CONNECT_MS = 5_000

/**
 * Shows every process on the database that this one lives: PostgreSQL holds an advisory lock for a connection of its own,
 * and lets it go at once when the process dies, however it dies, since the kernel closes the connection. A machine that
 * dies with its kernel shows nothing: for that there are times.
 */
export interface LifeSign extends AsyncDisposable {
  /** What others look for; null while the sign is not there, and nothing can be told by it. */
  readonly key: number | null
}

/** Never waits and never fails: while PostgreSQL is away there is no sign. */
export function openLifeSign(url: string, log: Log): LifeSign {
  const facts = { postgres: describeUrl(url) }
  const ending = new AbortController()
  const { signal } = ending
  let key: number | null = null
  let current: Client | null = null

  const hold = async () => {
    const client = new Client({
      connectionString: url,
      application_name: 'parley',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: CONNECT_MS,
    })
    current = client
    const gone = new Promise<void>((resolve) => client.once('end', () => resolve()))
    client.on('error', () => {}) // 'end' follows
    try {
      await client.connect()
      const mine = randomInt(1, 2 ** 31 - 1)
      await client.query('/* sql.lifeSign */ select pg_advisory_lock_shared($1::int, $2::int)', [LIFE_SIGN, mine])
      key = mine
      if (!signal.aborted) await gone
    } finally {
      key = null
      await Promise.race([client.end().catch(() => {}), delay(RETRY_MS)]) // whoever is silent need not hear it
    }
  }

  const keep = async () => {
    while (!signal.aborted) {
      await hold().catch((error: unknown) =>
        log.debug('There is no sign of life in PostgreSQL: retrying.', { ...facts, error: errorText(error) }),
      )
      await delay(RETRY_MS, undefined, { signal }).catch(() => {}) // closing: the loop ends
    }
  }
  const kept = keep()

  let closing: Promise<void> | undefined
  const close = async () => {
    ending.abort()
    await current?.end().catch(() => {}) // it was lost before
    await kept
  }
  return {
    get key() {
      return key
    },
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Which of these signs nobody shows any more. */
export async function findGoneSigns(sql: Sql, keys: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql.query<{ key: number }>(
    `/* sql.findGoneSigns */
     select key from unnest($1::int[]) as key
     where not exists (
       select from pg_locks as l
       where l.locktype = 'advisory' and l.granted and l.objsubid = 2
         and l.classid = ${LIFE_SIGN}::oid and l.objid = key::oid
         and l.database = (select oid from pg_database where datname = current_database())
     )`,
    [keys],
  )
  return new Set(rows.map(({ key }) => key))
}
