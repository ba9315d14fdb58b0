import { DatabaseError, type ClientBase } from 'pg'
import type { QueryOptions, Rows, Sql } from './sql.ts'

/** A server that fell silent: the statement was given up on this side and may still hold the connection. */
const READ_TIMEOUT = 'Query read timeout'

/**
 * Statements that are prepared: by their text, which is the code's own and never made of values. Beyond it a statement is
 * parsed each time, so that neither this process nor the server keeps what somebody puts together by mistake.
 */
const MAX_PREPARED = 500
const prepared = new Map<string, string>()

/** The name under which a connection keeps the statement parsed and planned. Statements without a name of ours have none. */
function nameOf(text: string): string | undefined {
  const known = prepared.get(text)
  if (known !== undefined || prepared.size >= MAX_PREPARED) return known
  const ours = /^\s*\/\* ([\w.]{1,50}) \*\//.exec(text)?.[1]
  if (ours === undefined) return undefined
  // Two texts may have one name.
  const name = `${ours}#${prepared.size}`
  prepared.set(text, name)
  return name
}

export interface RunOptions extends QueryOptions {
  /** Parse and plan the statement once for this connection. */
  readonly prepare?: boolean
}

export async function run<Row extends object>(
  client: ClientBase,
  text: string,
  values: readonly unknown[] = [],
  { deadlineMs, prepare = false }: RunOptions = {},
): Promise<Rows<Row>> {
  const name = prepare ? nameOf(text) : undefined
  // pg takes `query_timeout` for one statement too, which its types do not know.
  const statement = {
    ...(name !== undefined && { name }),
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

/** A migration changed what a prepared statement gives. It did nothing; on another connection it is planned anew. */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '0A000' && /cached plan/.test(error.message)

/** A pooler stands before the server and gave this connection another one's statements. */
export const isMixedUp = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === '26000' || error.code === '42P05')

/** Whether the connection is of no more use; a mere refusal of a statement leaves it as good as before. */
export function isLost(error: unknown): boolean {
  if (isStalePlan(error) || isMixedUp(error)) return true
  if (error instanceof DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return error instanceof RollbackError || isSilence(error)
}

/**
 * One READ COMMITTED transaction on `client`. Statements of `work` run one after the other, also when it starts several
 * at once, and none after it has ended.
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
