import { DatabaseError, type ClientBase } from 'pg'
import type { QueryOptions, Rows, Sql } from './sql.ts'

/** A server that fell silent: the statement was given up on this side and may still hold the connection. */
const READ_TIMEOUT = 'Query read timeout'

export async function run<Row extends object>(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
  { deadlineMs }: QueryOptions = {},
): Promise<Rows<Row>> {
  // pg takes `query_timeout` for one statement too, which its types do not know.
  const statement = {
    text,
    values: values as unknown[],
    ...(deadlineMs !== undefined && { query_timeout: deadlineMs }),
  }
  const result = await client.query<Row>(statement)
  return { rows: result.rows, rowCount: result.rowCount ?? 0 }
}

/** A transaction that could not be rolled back leaves its connection in an unknown state: `cause` is why it failed. */
export class RollbackError extends Error {}

/** Whether the server said nothing for the whole deadline: it, or the network before it, is silent. */
export const isSilence = (error: unknown): boolean => error instanceof Error && error.message === READ_TIMEOUT

/** Whether the connection is of no more use; a mere refusal of a statement leaves it as good as before. */
export function isLost(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return error instanceof RollbackError || isSilence(error)
}

/**
 * One READ COMMITTED transaction on `client`. Statements of `work` run one after the other, also when it starts several
 * at once, and none after it has ended.
 */
export async function runTransaction<T>(client: ClientBase, work: (sql: Sql) => Promise<T>): Promise<T> {
  let ended = false
  let last: Promise<unknown> = client.query('begin isolation level read committed')
  await last
  const sql: Sql = {
    query<Row extends object>(text: string, values?: readonly unknown[]) {
      if (ended) return Promise.reject(new Error('A statement came after its transaction had ended.'))
      const result = last.then(() => run<Row>(client, text, values))
      last = result.catch(() => {}) // the caller has the error; the next statement gets the server's own refusal
      return result
    },
  }
  try {
    const result = await work(sql)
    ended = true
    await last
    const { command } = await client.query('commit')
    // The server answers ROLLBACK, without an error, when a statement had failed and `work` went on all the same.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.')
    return result
  } catch (error) {
    ended = true
    await last
    if (isLost(error)) throw error
    await client.query('rollback').catch(() => {
      throw new RollbackError('The connection to PostgreSQL was lost in a transaction.', { cause: error })
    })
    throw error
  }
}
