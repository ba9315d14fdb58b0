import { randomBytes } from 'node:crypto'
import { silentLog } from '../../platform/log/log.ts'
import { openPool } from '../../platform/sql/pool.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { eventually } from './eventually.ts'
import { administer, databaseUrl } from './postgres.ts'
import { requireUrl } from './services.ts'

export interface TestDatabase extends AsyncDisposable {
  readonly url: string
  readonly database: Database
  /**
   * Resolves when every transaction has ended that runs now on this server, in any database: an inbox that is opened then
   * starts above all events that were logged so far.
   */
  settled(): Promise<void>
}

export interface TestDatabaseOptions {
  /** Connections of its pool; default 10. */
  readonly max?: number
  /** Without any schema, for tests that migrate themselves. */
  readonly empty?: boolean
}

/** A database of its own for a test file: a clone of the migrated template, dropped when it is disposed. */
export async function createDatabase({ max = 10, empty = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const template = requireUrl('postgres')
  const admin = databaseUrl(template, 'postgres')
  const name = `parley_test_${randomBytes(8).toString('hex')}`
  await administer(
    admin,
    `create database ${name} template ${empty ? 'template0' : new URL(template).pathname.slice(1)}`,
  )
  const url = databaseUrl(template, name)
  const database = await openPool(url, { max, log: silentLog })
  return {
    url,
    database,
    async settled() {
      const { rows } = await database.query<{ next: string }>('select pg_current_xact_id()::text as next')
      await eventually(async () => {
        const { rows: passed } = await database.query(
          'select 1 where pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8',
          [rows[0]?.next],
        )
        return passed.length > 0
      }, 60_000)
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await administer(admin, `drop database if exists ${name} with (force)`)
    },
  }
}
