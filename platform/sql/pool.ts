import { setTimeout as delay } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import { type Backoff, backoffMs } from '../backoff.ts'
import type { Log } from '../log/log.ts'
import { UnavailableError } from '../unavailable.ts'
import { connect, describeUrl, errorCode, errorText } from './connection.ts'
import type { Database, QueryOptions, Rows, Sql } from './sql.ts'
import { isLost, isMixedUp, isSilence, isStalePlan, run, runTransaction } from './transaction.ts'

export interface PoolOptions {
  /** Maximum connections. */
  readonly max: number
  readonly log: Log
  /** How long a call waits for a new or free connection; default 5 s. */
  readonly connectTimeoutMs?: number
  /** The server cancels a statement that runs longer; default 7 s, after which no client waits for the answer. */
  readonly statementTimeoutMs?: number
  /**
   * A statement that waits longer for a lock fails; default 2 s. Locks are held for milliseconds. If one is held for longer, the
   * client must be refused while there is time for the answer: a send may already have waited for a connection and for its
   * turn.
   */
  readonly lockTimeoutMs?: number
  /**
   * The server ends a transaction that is idle for longer; default 5 s. An open transaction holds up every reader of
   * the event log, even after its client has lost the connection.
   */
  readonly idleInTransactionTimeoutMs?: number
  /** A connection that was unused for longer is checked with a statement before it is used; default 2 s. */
  readonly unusedMs?: number
  /** How long opening the pool waits for a server that is starting; default 10 s. */
  readonly startupWaitMs?: number
  /**
   * Whether each connection parses and plans a statement only once; default true. Must be false behind a pooler that
   * assigns the server's connections per transaction.
   */
  readonly prepare?: boolean
  /** The name in `pg_stat_activity`; default `parley`. */
  readonly applicationName?: string
}

/**
 * Maximum calls that wait for a free connection. Further calls reject at once, so a stuck server cannot fill memory.
 */
const MAX_WAITING = 5_000
/** Maximum tries of a transaction that conflicts with others. Then the caller gets its error. */
const MAX_TRIES = 6
const RETRY_PAUSES: Backoff = { firstMs: 10, mostMs: 500 }
/** How long after the server's statement timeout a connection without an answer is given up. */
const SILENCE_MS = 1_000
/** Default of `unusedMs`: an unused connection may be dead without the process having noticed. */
const UNUSED_MS = 2_000
/** Deadline of the statement that checks an unused connection; a busy server answers it within milliseconds. */
const SIGN_OF_LIFE_MS = 2_000
/**
 * After this time without traffic the kernel probes a connection (TCP keep-alive); it gives up about ten seconds later.
 */
const KEEP_ALIVE_MS = 3_000

/**
 * Settings of each session. `jit=off`: our statements are too short to be worth compiling, whatever the server
 * estimates. `read committed`: a statement that follows a lock must see what was committed before the lock was taken.
 */
const SESSION = '-c jit=off -c default_transaction_isolation=read\\ committed'

const RETRYABLE = new Set(['40001', '40P01'])

/** Opens a pool, and checks that the server can be used. `Database` says what it promises. */
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
  // Only the text of these errors is logged: the errors hold the client, with its password.
  // Without these listeners, a connection that the server closes would end the process. The pool listens to idle
  // connections only, so each connection gets a listener of its own.
  // While the pool closes, a lost connection is not worth a line.
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

  /** When the server last answered on each connection. */
  const heardAt = new WeakMap<PoolClient, number>()
  /**
   * When a statement last got no answer: it was slow, or its connection was dead. Connections without an answer since
   * then are checked before they are used.
   */
  let suspectedAt = -Infinity
  /** When a connection was last found dead. Connections without an answer since then are replaced without a check. */
  let diedAt = -Infinity

  /** Returns a connection that works, as far as this process can know. */
  async function takeClient(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect()
      const heard = heardAt.get(client)
      if (heard === undefined) return client // a new connection
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
      return false // it is replaced; if the server is down, connecting reports that
    }
  }

  function died(): void {
    log.warn(
      'A PostgreSQL connection is open but dead: it is replaced, and so are the others that were silent since then.',
      facts,
    )
    diedAt = performance.now()
  }

  /**
   * Called after a wait of `ms` without an answer. A live server answers within its statement timeout; after a shorter
   * deadline the statement may only have been slow.
   */
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
        const again = isStalePlan(error) || isMixedUp(error) || (code !== undefined && RETRYABLE.has(code))
        if (!again || attempt === MAX_TRIES) throw error
        log.debug('A transaction conflicted with another one: retrying.', { ...facts, code, attempt })
        await delay(backoffMs(attempt, RETRY_PAUSES))
      }
    }
  }

  /**
   * Retries once per connection, because after a migration each connection may have outdated plans, and after a reset
   * (`discard all`) none of its prepared statements.
   */
  async function runAlone<Row extends object>(
    text: string,
    values?: readonly unknown[],
    queryOptions?: QueryOptions,
  ): Promise<Rows<Row>> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await withClient((client) => run<Row>(client, text, values, { ...queryOptions, prepare }))
      } catch (error) {
        const didNothing = isStalePlan(error) || isMixedUp(error)
        if (!didNothing || attempt === max) throw error
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
