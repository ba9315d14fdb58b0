/** `npm run check`: looks for what must never be in the data, also while Parley runs. Changes nothing. */
import { join, resolve } from 'node:path'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { readConfig } from '../platform/config/config.ts'
import { openLog } from '../platform/log/pino.ts'
import { openPool } from '../platform/sql/pool.ts'
import { StartupError } from '../platform/startup-error.ts'
import { makeClosers } from '../roles/closers.ts'
import { findFaults, findLostBodies } from '../subgraphs/chat/index.ts'
import { makePostgresMessages, openMongoMessages } from '../subgraphs/chat/messages/store/index.ts'
import { refuseArguments, runCommand } from './command.ts'

const USAGE = `npm run check
Checks the data: that messages are numbered without gaps and in the order of the event log, that each has its body, and more. It
changes nothing, and with POSTGRES_URL it may run while Parley does. It reads all messages. It ends with 1 if anything is wrong, and names it.`

/** The tables may be large: a statement reads all of one. */
const STATEMENT_MS = 60 * 60_000
/** Messages between two lines of progress. */
const PROGRESS = 100_000

/** A check changes nothing. */
const refuseOlderDocuments = (): Promise<never> =>
  Promise.reject(
    new StartupError(
      'The messages in MongoDB have the field names of an older version: start Parley once, then check.',
    ),
  )

async function check(): Promise<boolean> {
  const config = readConfig(process.env)
  const log = openLog({ level: config.LOG_LEVEL })
  await using closers = makeClosers()
  const folder = join(resolve(config.DATA_DIR), 'postgres')
  const url = config.POSTGRES_URL ?? closers.use(await startEmbeddedPostgres({ folder, log })).url
  const sql = closers.use(
    await openPool(url, { max: 2, log, applicationName: 'parley check', statementTimeoutMs: STATEMENT_MS }),
  )
  const store =
    config.MONGODB_URL === undefined
      ? makePostgresMessages(sql)
      : await openMongoMessages({ url: config.MONGODB_URL, log, beforeRewriting: refuseOlderDocuments })
  closers.use(store)
  const faults = await findFaults(sql)
  let count = 0
  faults.push(
    ...(await findLostBodies(sql, store, (seen) => {
      if (Math.floor(seen / PROGRESS) > Math.floor(count / PROGRESS)) process.stderr.write(`${seen} messages …\n`)
      count = seen
    })),
  )
  for (const { rule, found } of faults) process.stdout.write(`${rule} Not so: ${found}\n`)
  process.stdout.write(faults.length === 0 ? `All is well: ${count} messages were checked.\n` : '')
  return faults.length === 0
}

runCommand(USAGE, async (args) => {
  refuseArguments(USAGE, args)
  if (!(await check())) process.exitCode = 1
})
