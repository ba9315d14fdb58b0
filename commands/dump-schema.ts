import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { silentLog } from '../platform/log/log.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { dumpSchema, migrate, openPool } from '../platform/sql/index.ts'
import { refuseArguments, runCommand } from './command.ts'
import { rooms } from '../roles/migrations.ts'

const USAGE = `npm run db:dump
Writes each room's schema.sql, from a temporary database.`

runCommand(USAGE, async (args) => {
  refuseArguments(USAGE, args)
  const folder = mkdtempSync(join(tmpdir(), 'parley-dump-'))
  // Under root the server runs as another user, which must be able to enter the folder.
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
})
