/**
 * `npm run copy-messages -- --to mongodb|postgres`: moves the messages to the other store, while Parley is stopped.
 * With the store in use as target, it cancels an interrupted copy.
 */
import { join, resolve } from 'node:path'
import { readConfig } from '../platform/config/config.ts'
import { openLog } from '../platform/log/pino.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { migrate } from '../platform/sql/migrate.ts'
import { openPool } from '../platform/sql/pool.ts'
import { StartupError } from '../platform/startup-error.ts'
import {
  copyMessages,
  giveUpCopy,
  makePostgresMessages,
  type MessageStore,
  nameOf,
  openMongoMessages,
  refuseWhileRunning,
  readStoreRecord,
} from '../subgraphs/chat/messages/store/index.ts'
import { runCommand } from './command.ts'
import { makeClosers } from '../roles/closers.ts'
import { rooms } from '../roles/migrations.ts'

const USAGE = `npm run copy-messages -- --to mongodb|postgres
Moves the messages to the other store and compares them, while Parley is stopped. MONGODB_URL must be set. To continue a
stopped copy, run the same command again; with the store in use as target, it cancels an interrupted copy.`

/** One connection copies, the other updates the record. */
const CONNECTIONS = 2

function target(argv: readonly string[]): MessageStore['kind'] {
  const [name, kind, ...rest] = argv.flatMap((argument) => argument.split('='))
  if (name === '--to' && (kind === 'mongodb' || kind === 'postgres') && rest.length === 0) return kind
  throw new StartupError('Name the target store: npm run copy-messages -- --to mongodb|postgres')
}

async function copy(to: MessageStore['kind'], signal: AbortSignal): Promise<string> {
  const config = readConfig(process.env)
  if (config.MONGODB_URL === undefined) {
    throw new StartupError('MONGODB_URL must be set: it is one of the two stores that messages are copied between.')
  }
  const log = openLog({ level: config.LOG_LEVEL })
  await using closers = makeClosers()
  const url =
    config.POSTGRES_URL ??
    closers.use(await startEmbeddedPostgres({ folder: join(resolve(config.DATA_DIR), 'postgres'), log })).url
  await migrate(url, rooms, log)
  const sql = closers.use(await openPool(url, { max: CONNECTIONS, log, applicationName: 'parley copy-messages' }))
  const record = await readStoreRecord(sql)
  if (record?.kind === to) {
    const gaveUp = await giveUpCopy(sql)
    return `${gaveUp ? 'The copy was cancelled: the' : 'The'} messages are in ${nameOf(to)}.`
  }
  const postgres = closers.use(makePostgresMessages(sql))
  const mongo = closers.use(
    await openMongoMessages({ url: config.MONGODB_URL, log, signal, beforeRewriting: () => refuseWhileRunning(sql) }),
  )
  const stores = to === 'mongodb' ? { from: postgres, to: mongo } : { from: mongo, to: postgres }
  const copied = await copyMessages(sql, stores, { log, signal })
  const start = to === 'mongodb' ? 'with' : 'without'
  return `${copied} messages were copied and compared. Start Parley ${start} MONGODB_URL from now on.`
}

runCommand(USAGE, async (args) => {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new StartupError('Stopped. Run the same command again to continue.')))
  }
  process.stdout.write(`${await copy(target(args), stopping.signal)}\n`)
})
