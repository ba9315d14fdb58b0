import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { silentLog } from '../platform/log/log.ts'
import { dumpSchema, migrate, openPool, startEmbeddedPostgres } from '../platform/sql/index.ts'
import { rooms } from './migrations.ts'

/** Writes each room's `schema.sql`, from a database that is made for it and thrown away. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-dump-'))
  // As root the server runs as another user, who must get through to it.
  chmodSync(folder, 0o711)
  try {
    await using postgres = await startEmbeddedPostgres({ folder, log: silentLog, settings: { fsync: 'off' } })
    await migrate(postgres.url, rooms, silentLog)
    await using database = await openPool(postgres.url, { max: 1, log: silentLog })
    for (const room of rooms) {
      writeFileSync(join(dirname(room.folder), 'schema.sql'), await dumpSchema(database, room.schema))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
