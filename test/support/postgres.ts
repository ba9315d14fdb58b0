import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { silentLog } from '../../platform/log/log.ts'
import { startEmbeddedPostgres } from '../../platform/embedded-postgres/index.ts'
import { migrate, type MigrationRoom } from '../../platform/sql/migrate.ts'
import { rooms } from '../../roles/migrations.ts'
import type { Started } from './services.ts'

/** The run's database, migrated, which `createDatabase` clones. Nothing connects to it, or it could not be cloned. */
const TEMPLATE = `parley_test_${randomBytes(6).toString('hex')}`

/** Losing the test data in a power cut is fine, and much faster. Faults tests start a durable server of their own. */
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  max_prepared_transactions: '10',
}

/** POSTGRES_URL if set, else a private server. The URL that it gives names the template database. */
export async function start(folder: string): Promise<Started> {
  const given = process.env['POSTGRES_URL']
  const server = given
    ? null
    : await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog, settings: FAST })
  const admin = given ?? server?.url ?? ''
  try {
    await administer(admin, `create database ${TEMPLATE}`)
    const url = databaseUrl(admin, TEMPLATE)
    await migrateTemplate(url)
    const [row] = await administer(admin, 'show server_version')
    return {
      url,
      version: String(row?.['server_version']),
      what: given ? 'POSTGRES_URL' : 'the embedded PostgreSQL',
      async stop() {
        // A private server goes as a whole.
        if (given) await administer(given, `drop database ${TEMPLATE} with (force)`)
        await server?.[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await server?.[Symbol.asyncDispose]()
    throw error
  }
}

/** A room whose migrations fail is told and left out, so that the tests of the others still say something. */
async function migrateTemplate(url: string): Promise<void> {
  const working: MigrationRoom[] = []
  for (const room of rooms) {
    try {
      await migrate(url, [...working, room], silentLog)
      working.push(room)
    } catch (error) {
      if (process.env['CI']) throw error
      process.stderr.write(`The schema ${room.schema} is missing in this run: ${String(error)}\n`)
    }
  }
}

export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** One statement on a connection of its own. */
export async function administer(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}
