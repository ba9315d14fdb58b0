/** What a statement gives back. `rowCount` counts affected rows for writes. */
export interface Rows<Row> {
  rows: Row[]
  rowCount: number
}

/**
 * One way to run SQL, inside a transaction or not. Statements begin with their name in a comment
 * (a block comment, such as chat.markRead), parameters are always `$n` with a cast.
 */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: QueryOptions,
  ): Promise<Rows<Row>>
}

export interface QueryOptions {
  /** Gives the statement up, and its connection, when the server said nothing for so long. Default: the pool's. */
  readonly deadlineMs?: number
}

/**
 * The same database for a loop that others wait for: each statement outside a transaction is given up after `deadlineMs`,
 * so that a connection that is open and dead costs the loop no more than that.
 */
export function withDeadline(database: Database, deadlineMs: number): Database {
  return {
    query: (text, values, options) => database.query(text, values, { deadlineMs, ...options }),
    transaction: (work) => database.transaction(work),
    // It is its owner's.
    async [Symbol.asyncDispose]() {},
  }
}

/**
 * A pool of connections to one PostgreSQL database.
 * - `query` runs a statement of its own; `transaction` runs `work` in one READ COMMITTED transaction and commits when it
 *   resolves, rolls back when it throws. Serialization failures and deadlocks (40001, 40P01) are retried, so `work` must
 *   be repeatable: no side effects outside `sql`.
 * - bigint columns arrive as strings, `timestamptz` as Date, `jsonb` parsed.
 * - When the server is away both reject; nothing is queued without bound.
 */
export interface Database extends Sql, AsyncDisposable {
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}
