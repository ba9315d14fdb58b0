/** `npm run rebuild-search`: lets the running processes make the index of the search anew. */
import { join, resolve } from 'node:path'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { readConfig } from '../platform/config/config.ts'
import { openLog } from '../platform/log/pino.ts'
import { openPool } from '../platform/sql/pool.ts'
import { makeClosers } from '../roles/closers.ts'
import { forgetIndex } from '../subgraphs/chat/index.ts'
import { refuseArguments, runCommand } from './command.ts'

const USAGE = `npm run rebuild-search
Removes the index of the search. Processes of the role chat make it anew from all messages: those that run begin at once, others when
they start. Meanwhile searches find only what is in it already. A changed SEARCH_LANGUAGE needs no command: the index is made anew by itself.`

/** The index may be large. */
const STATEMENT_MS = 60 * 60_000

async function rebuild(): Promise<void> {
  const config = readConfig(process.env)
  const log = openLog({ level: config.LOG_LEVEL })
  await using closers = makeClosers()
  const folder = join(resolve(config.DATA_DIR), 'postgres')
  const url = config.POSTGRES_URL ?? closers.use(await startEmbeddedPostgres({ folder, log })).url
  const sql = closers.use(
    await openPool(url, { max: 1, log, applicationName: 'parley rebuild-search', statementTimeoutMs: STATEMENT_MS }),
  )
  await forgetIndex(sql)
  process.stdout.write('The index of the search is empty. Processes of the role chat make it anew.\n')
}

runCommand(USAGE, async (args) => {
  refuseArguments(USAGE, args)
  await rebuild()
})
