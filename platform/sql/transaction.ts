import { DatabaseError, type ClientBase } from 'pg'
import type { QueryOptions, Rows, Sql } from './sql.ts'

/** pg's message when the server did not answer in time. The statement may still run on the server. */
const READ_TIMEOUT = 'Query read timeout'

/**
 * Maximum prepared statements. The texts come from our code and contain no values, so there are fewer. Beyond the limit
 * a statement is parsed each time: code that builds texts from values by mistake fills neither this process nor the
 * server.
 */
const MAX_PREPARED = 500
const prepared = new Map<string, string>()

/**
 * The name under which a connection prepares the statement. Undefined if the text does not begin with a name of ours.
 */
function nameOf(text: string): string | undefined {
  const known = prepared.get(text)
  if (known !== undefined || prepared.size >= MAX_PREPARED) return known
  const ours = /^\s*\/\* ([\w.]{1,50}) \*\//.exec(text)?.[1]
  if (ours === undefined) return undefined
  // The number makes it unique: two texts may begin with the same name.
  const name = `${ours}#${prepared.size}`
  prepared.set(text, name)
  return name
}

export interface RunOptions extends QueryOptions {
  /** Whether the connection parses and plans the statement only once. */
  readonly prepare?: boolean
}

export async function run<Row extends object>(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
  { deadlineMs, prepare = false }: RunOptions = {},
): Promise<Rows<Row>> {
  const name = prepare ? nameOf(text) : undefined
  // pg accepts `query_timeout` for one statement, but its types do not list it.
  const statement = {
    ...(name !== undefined && { name }),
    text,
    values: values as unknown[],
    ...(deadlineMs !== undefined && { query_timeout: deadlineMs }),
  }
  const result = await client.query<Row>(statement)
  return { rows: result.rows, rowCount: result.rowCount ?? 0 }
}

/**
 * A transaction could not be rolled back, so the state of its connection is unknown. `cause` is why the transaction
 * failed.
 */
export class RollbackError extends Error {}

/** Whether the server did not answer before the deadline. */
export const isSilence = (error: unknown): boolean => error instanceof Error && error.message === READ_TIMEOUT

/**
 * Whether a migration changed the result type of a prepared statement. The statement had no effect; on another
 * connection it is planned again.
 */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '0A000' && /cached plan/.test(error.message)

/** Whether a pooler mixed up the prepared statements of several connections. */
export const isMixedUp = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === '26000' || error.code === '42P05')

/** Whether the connection cannot be used any more. After a refused statement it can. */
export function isLost(error: unknown): boolean {
  if (isStalePlan(error) || isMixedUp(error)) return true
  if (error instanceof DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return error instanceof RollbackError || isSilence(error)
}

/**
 * Runs one READ COMMITTED transaction on `client`. The statements of `work` run one after the other, even if it starts
 * several at once. A statement after the end of the transaction is refused.
 */
export async function runTransaction<T>(
  client: ClientBase,
  work: (sql: Sql) => Promise<T>,
  options: Pick<RunOptions, 'prepare'> = {},
): Promise<T> {
  let ended = false
  let last: Promise<unknown> = client.query('begin isolation level read committed')
  await last
  const sql: Sql = {
    query<Row extends object>(text: string, values?: readonly unknown[]) {
      if (ended) return Promise.reject(new Error('A statement came after its transaction had ended.'))
      const result = last.then(() => run<Row>(client, text, values, options))
      last = result.catch(() => {}) // the caller gets the error; the server refuses the statements that follow
      return result
    },
  }
  try {
    const result = await work(sql)
    ended = true
    await last
    const { command } = await client.query('commit')
    // If a statement had failed and `work` continued, the server answers ROLLBACK without an error.
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
