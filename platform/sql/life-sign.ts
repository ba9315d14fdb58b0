import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { pause } from '../backoff.ts'
import { Client } from 'pg'
import type { Log } from '../log/log.ts'
import { describeUrl, errorText } from './connection.ts'
import type { Sql } from './sql.ts'

/** The first half of the lock's key: any number that no other lock uses. */
const LIFE_SIGN = 7_225_540
/**
 * The pause before a retry. It is shorter than the time between two checks by other processes, which count a process as
 * dead after two: so a short interruption is not taken for a death.
 */
const RETRY_MS = 150
const CONNECT_MS = 5_000

/**
 * Shows every other process on the database that this one is alive: a separate connection holds an advisory lock. When
 * the process dies, however it dies, the kernel closes the connection and PostgreSQL releases the lock at once. If the
 * whole machine dies, nothing closes the connection: then the leases expire.
 */
export interface LifeSign extends AsyncDisposable {
  /**
   * The second half of the lock's key. Null while the lock is not held: then the sign says nothing about this process.
   */
  readonly key: number | null
}

/** Returns at once, and never fails: while PostgreSQL is down, there is no sign. */
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
      await Promise.race([client.end().catch(() => {}), delay(RETRY_MS)]) // a silent server is not waited for
    }
  }

  const keep = async () => {
    while (!signal.aborted) {
      await hold().catch((error: unknown) =>
        log.debug('There is no sign of life in PostgreSQL: retrying.', { ...facts, error: errorText(error) }),
      )
      await pause(RETRY_MS, signal)
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

/** Returns those of the keys whose lock no process holds any more. */
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
