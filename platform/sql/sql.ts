/** The result of a statement. For a write, `rowCount` is the number of affected rows. */
export interface Rows<Row> {
  rows: Row[]
  rowCount: number
}

/**
 * Runs SQL, inside a transaction or outside. Each statement begins with its name in a block comment (such as
 * chat.markRead), and every parameter is `$n` with a cast.
 */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: QueryOptions,
  ): Promise<Rows<Row>>
}

export interface QueryOptions {
  /**
   * After this time without an answer, the statement fails and its connection is closed. Default: the pool's deadline.
   */
  readonly deadlineMs?: number
}

/**
 * Returns the same database with a deadline for each statement outside a transaction. It is for loops that must not
 * stand still: a connection that is open but dead delays the loop by at most `deadlineMs`.
 */
export function withDeadline(database: Database, deadlineMs: number): Database {
  return {
    query: (text, values, options) => database.query(text, values, { deadlineMs, ...options }),
    transaction: (work) => database.transaction(work),
    // Whoever opened the database disposes it.
    async [Symbol.asyncDispose]() {},
  }
}

/**
 * A pool of connections to one PostgreSQL database.
 * - `query` runs one statement outside a transaction. `transaction` runs `work` in one READ COMMITTED transaction; it
 *   commits if `work` resolves, and rolls back if `work` throws. After a serialization failure or a deadlock (40001, 40P01)
 *   `work` runs again, so it must have no side effects outside `sql`.
 * - Columns of type bigint are strings, `timestamptz` is a Date, and `jsonb` is parsed.
 * - While the server is down, both reject. The number of waiting calls is bounded.
 */
export interface Database extends Sql, AsyncDisposable {
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}
