import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { connect, describeUrl, errorCode, errorText } from './connection.ts'
import { readMigrations, splitStatements, type Migration, type MigrationRoom } from './migration-files.ts'
import { run } from './transaction.ts'

export type { MigrationRoom } from './migration-files.ts'

/** The lock that lets one process migrate at a time. No other lock of ours has this first half of a key. */
const LOCK = 'pg_try_advisory_lock(1346458188, 1)'
const POLL_MS = 100
/** How long a process waits for another one that migrates, before it gives up. */
const MAX_WAIT_MS = 10 * 60_000
/**
 * How long a statement waits for the lock of a table, and how often it is tried. While it waits, all later statements
 * on the table wait behind it.
 */
const LOCK_TIMEOUT_MS = 5_000
const MAX_TRIES = 12

interface RoomFiles {
  readonly schema: string
  readonly files: readonly Migration[]
}

interface Applied {
  schema: string
  number: number
  name: string
  checksum: string
}

/**
 * Applies the migrations that are missing in the database, room by room in this order. Several processes may call it at
 * once: one migrates, and the others wait. It throws one clear line if a file was changed after it was applied, or if
 * the database has a migration that the files lack. Migrations run with an empty search path, so every name in them has
 * its schema.
 */
export async function migrate(url: string, rooms: readonly MigrationRoom[], log: Log): Promise<void> {
  const migrations: RoomFiles[] = rooms.map((room) => ({ schema: room.schema, files: readMigrations(room) }))
  const client = await connect(url, { application_name: 'parley migrations' })
  try {
    await takeLock(client, log)
    await prepare(client)
    const applied = await readApplied(client)
    check(url, migrations, applied)
    for (const { schema, files } of migrations) {
      await run(client, `/* migrations.schema */ create schema if not exists ${client.escapeIdentifier(schema)}`)
      const done = applied.filter((row) => row.schema === schema).length
      for (const migration of files.slice(done)) {
        await apply(client, migration)
        log.info(`Migration ${schema}/${migration.name} is applied.`, { breaking: migration.breaking ?? undefined })
      }
    }
  } finally {
    await client.end()
  }
}

/**
 * Polls for the lock. A process that waited for it inside the server would hold a snapshot there, and `create index
 * concurrently` waits for all snapshots.
 */
async function takeLock(client: Client, log: Log): Promise<void> {
  const end = Date.now() + MAX_WAIT_MS
  for (let tries = 0; ; tries++) {
    const { rows } = await run<{ taken: boolean }>(client, `/* migrations.lock */ select ${LOCK} as taken`)
    if (rows[0]?.taken) return
    if (tries === 10) log.info('Another process migrates the database: waiting for it.')
    if (Date.now() > end) throw new StartupError('Another process has been migrating the database for ten minutes.')
    await delay(POLL_MS)
  }
}

async function prepare(client: Client): Promise<void> {
  await run(
    client,
    `/* migrations.settings */ select set_config('search_path', '', false), set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', false)`,
  )
  await client.query(`/* migrations.prepare */
    create schema if not exists migrations;
    create table if not exists migrations.applied (
      schema text not null,
      number integer not null,
      name text not null,
      checksum text not null,
      breaking text,
      applied_at timestamptz not null default clock_timestamp(),
      primary key (schema, number)
    )`)
}

async function readApplied(client: Client): Promise<Applied[]> {
  const { rows } = await run<Applied>(
    client,
    '/* migrations.applied */ select schema, number, name, checksum from migrations.applied order by schema, number',
  )
  return rows
}

/** Throws if the database has a migration that the files lack, or that was changed since. */
function check(url: string, migrations: readonly RoomFiles[], applied: readonly Applied[]): void {
  for (const row of applied) {
    const file = migrations.find(({ schema }) => schema === row.schema)?.files[row.number - 1]
    if (!file) {
      throw new StartupError(
        `The code is older than the data: database ${describeUrl(url)} has migration ${row.schema}/${row.name}, which ` +
          'this version does not know. Start the newer version, or restore a backup from before it.',
      )
    }
    if (file.checksum !== row.checksum) {
      throw new StartupError(
        `Migration ${row.schema}/${file.name} was changed after database ${describeUrl(url)} had it: ` +
          'put the file back as it was and make the change in a new migration.',
      )
    }
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const { schema, name } = migration
  for (let attempt = 1; ; attempt++) {
    try {
      await (migration.inTransaction ? applyInTransaction : applyByStatement)(client, migration)
      return
    } catch (error) {
      if (migration.inTransaction) await client.query('rollback').catch(() => {}) // the first error says what happened
      if (errorCode(error) === '55P03' && attempt < MAX_TRIES) continue
      throw new StartupError(`Migration ${schema}/${name} failed: ${errorText(error)}.`, { cause: error })
    }
  }
}

async function applyInTransaction(client: Client, migration: Migration): Promise<void> {
  await client.query('begin')
  await client.query(migration.sql)
  await record(client, migration)
  await client.query('commit')
}

/** After a failure, the statements before it stay done. So every statement of such a file must be repeatable. */
async function applyByStatement(client: Client, migration: Migration): Promise<void> {
  for (const statement of splitStatements(migration)) await client.query(statement)
  await record(client, migration)
}

async function record(client: Client, { schema, number, name, checksum, breaking }: Migration): Promise<void> {
  await run(
    client,
    `/* migrations.record */ insert into migrations.applied (schema, number, name, checksum, breaking)
     values ($1::text, $2::integer, $3::text, $4::text, $5::text)`,
    [schema, number, name, checksum, breaking],
  )
}
