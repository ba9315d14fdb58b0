import type { Database, Sql } from '../../platform/sql/sql.ts'
import { eventually } from './eventually.ts'

/**
 * Runs `first` in a transaction that then stays open. Resolves when `first` is done, so that nothing that follows can come
 * before it. `end` runs `last` in the same transaction and commits.
 */
export async function holdTransaction(
  database: Database,
  first: (sql: Sql) => Promise<unknown>,
  last: (sql: Sql) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ end(): Promise<void> }> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let ended: Promise<void> = Promise.resolve()
  await new Promise<void>((resolve, reject) => {
    ended = database.transaction(async (sql) => {
      await first(sql)
      resolve()
      await released
      await last(sql)
    })
    ended.catch(reject)
  })
  return {
    end: () => {
      release()
      return ended
    },
  }
}

/** Resolves when `count` connections of this database wait for locks. */
export async function lockWaits(database: Database, count = 1): Promise<void> {
  await eventually(async () => {
    const { rows } = await database.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows.length >= count
  })
}
