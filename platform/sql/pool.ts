import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { connect, describeUrl, errorCode, errorText } from './connection.ts'
import type { Database, QueryOptions, Rows, Sql } from './sql.ts'
import { isLost, isMixedUp, isSilence, isStalePlan, run, runTransaction } from './transaction.ts'

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number
  readonly log: Log
  /** How long one call waits for a connection, new or free; default 5 s. */
  readonly connectTimeoutMs?: number
  /** The server cancels a statement that runs longer; default 7 s: nobody waits for an answer any more by then. */
  readonly statementTimeoutMs?: number
  /**
   * The server gives a statement up that waits longer for a lock; default 2 s. Locks are held for milliseconds. When one is
   * held for long, who waits must hear of it while there is time to answer: a send may have waited before for a connection
   * and for its turn.
   */
  readonly lockTimeoutMs?: number
  /** The server ends a transaction that stands idle longer: an open one holds up every reader of the log, also when its client is cut off. Default 5 s. */
  readonly idleInTransactionTimeoutMs?: number
  /** A connection that nobody used for so long is asked for a sign of life first; default 2 s. */
  readonly unusedMs?: number
  /** How long opening waits for a server that is still starting; default 10 s. */
  readonly startupWaitMs?: number
  /**
   * Each connection parses and plans a statement once; default true. False where a pooler hands out the server's connections
   * by transaction.
   */
  readonly prepare?: boolean
  /** Shows in `pg_stat_activity`; default `parley`. */
  readonly applicationName?: string
}

/** Calls that may wait for a free connection. Beyond it they reject at once, so that a stuck server cannot fill memory. */
const MAX_WAITING = 5_000
/** Tries of one transaction that loses to others; then its error is the caller's. */
const MAX_TRIES = 6
/** The first pause between tries, before jitter; it doubles. */
const RETRY_PAUSE_MS = 10
/** A server that never answers: how long after its own statement timeout the connection is given up. */
const SILENCE_MS = 1_000
/** So long unused, and a connection may be open and dead without anybody's notice. */
const UNUSED_MS = 2_000
/** How long that sign may take; a busy server answers this within milliseconds. */
const SIGN_OF_LIFE_MS = 2_000
/** When the kernel begins to ask on a connection that stands still; it gives up about ten seconds later. */
const KEEP_ALIVE_MS = 3_000

/**
 * Settings of each session. Short statements are not worth compiling, whatever the server thinks that they cost; and what takes
 * a lock first must see what was committed before it got it.
 */
const SESSION = '-c jit=off -c default_transaction_isolation=read\\ committed'

const RETRYABLE = new Set(['40001', '40P01'])

/** Opens a pool and proves that the server can be used; see `Database` for what it promises. */
export async function openPool(url: string, options: PoolOptions): Promise<Database> {
  const {
    max,
    log,
    connectTimeoutMs = 5_000,
    statementTimeoutMs = 7_000,
    unusedMs = UNUSED_MS,
    prepare = true,
  } = options
  const facts = { postgres: describeUrl(url) }
  const settings = {
    application_name: options.applicationName ?? 'parley',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 5_000,
    query_timeout: statementTimeoutMs + SILENCE_MS,
    options: SESSION,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  }
  const probe = await connect(url, settings, options.startupWaitMs)
  await probe.end()

  const pool = new Pool({ ...settings, connectionString: url, max })
  // The errors carry the client, password included: their text alone is logged.
  // Without these listeners a connection that the server closes would end the process: the pool listens to idle ones
  // only, a checked-out one has nobody.
  // Once closing, a server that ends before our farewells arrive is no news.
  pool.on('error', (error) => {
    if (!closing) log.warn('An idle PostgreSQL connection was lost.', { ...facts, error: errorText(error) })
  })
  pool.on('connect', (client) =>
    client.on('error', (error) => {
      if (!closing) log.debug('A PostgreSQL connection was lost.', { ...facts, error: errorText(error) })
    }),
  )

  const running = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  /** Counts `work` as running, so that dispose waits for it. */
  function tracked<T>(work: () => Promise<T>): Promise<T> {
    if (closing) return Promise.reject(new UnavailableError('The PostgreSQL pool is closed.'))
    if (pool.waitingCount >= MAX_WAITING) {
      return Promise.reject(
        new UnavailableError(`PostgreSQL is too slow: ${MAX_WAITING} calls wait for a connection already.`),
      )
    }
    const promise = work().finally(() => running.delete(promise))
    running.add(promise)
    return promise
  }

  /** When each connection was last heard. */
  const heardAt = new WeakMap<PoolClient, number>()
  /** When a statement last got no answer: slow, or its connection is dead. Others are asked before they are used. */
  let suspectedAt = -Infinity
  /** When a connection was last found dead. Others that were not heard since then died with it, and are not even asked. */
  let diedAt = -Infinity

  /** A connection that works, as far as one can know. */
  async function takeClient(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect()
      const heard = heardAt.get(client)
      if (heard === undefined) return client // it is new
      const fresh = heard > suspectedAt && performance.now() - heard < unusedMs
      if (heard > diedAt && (fresh || (await livesStill(client)))) return client
      client.release(true)
    }
  }

  async function livesStill(client: PoolClient): Promise<boolean> {
    try {
      await run(client, '/* sql.signOfLife */ select 1', [], { deadlineMs: SIGN_OF_LIFE_MS })
      return true
    } catch (error) {
      if (isSilence(error)) died()
      return false // a broken one is replaced; if the server is away, connecting says so
    }
  }

  function died(): void {
    log.warn('A PostgreSQL connection is open and dead: it and others of its age are replaced.', facts)
    diedAt = performance.now()
  }

  /** A live server says something within its own statement timeout; a shorter deadline may have met a slow one. */
  function silent(ms: number): void {
    if (ms > statementTimeoutMs) died()
    else suspectedAt = performance.now()
  }

  async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await takeClient()
    const startedAt = performance.now()
    let lost = false
    try {
      return await work(client)
    } catch (error) {
      lost = isLost(error)
      if (isSilence(error)) silent(performance.now() - startedAt)
      if (isMixedUp(error)) log.error('PostgreSQL stands behind a pooler: set POSTGRES_PREPARED=off.', facts)
      throw error
    } finally {
      if (!lost) heardAt.set(client, performance.now())
      client.release(lost)
    }
  }

  async function retrying<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withClient((client) => runTransaction(client, work, { prepare }))
      } catch (error) {
        const code = errorCode(error)
        const again = isStalePlan(error) || (code !== undefined && RETRYABLE.has(code))
        if (!again || attempt === MAX_TRIES) throw error
        log.debug('A transaction lost to another one and runs again.', { ...facts, code, attempt })
        await delay(Math.random() * RETRY_PAUSE_MS * 2 ** attempt)
      }
    }
  }

  /** As often as there may be connections whose plans are older than a migration. */
  async function runAlone<Row extends object>(
    text: string,
    values?: readonly unknown[],
    queryOptions?: QueryOptions,
  ): Promise<Rows<Row>> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await withClient((client) => run<Row>(client, text, values, { ...queryOptions, prepare }))
      } catch (error) {
        if (!isStalePlan(error) || attempt === max) throw error
      }
    }
  }

  async function close(): Promise<void> {
    await Promise.allSettled(running)
    await pool.end()
  }

  return {
    query: <Row extends object>(text: string, values?: readonly unknown[], queryOptions?: QueryOptions) =>
      tracked(() => runAlone<Row>(text, values, queryOptions)),
    transaction: (work) => tracked(() => retrying(work)),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}
