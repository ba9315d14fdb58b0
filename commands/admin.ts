/** `npm run admin -- …`: the admins who sign in with a password. The first one is made here; there is no default one. */
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { readConfig } from '../platform/config/config.ts'
import { startEmbeddedPostgres } from '../platform/embedded-postgres/index.ts'
import { openLog } from '../platform/log/pino.ts'
import { migrate } from '../platform/sql/migrate.ts'
import { openPool } from '../platform/sql/pool.ts'
import type { Database } from '../platform/sql/sql.ts'
import { StartupError } from '../platform/startup-error.ts'
import { makeClosers } from '../roles/closers.ts'
import { rooms } from '../roles/migrations.ts'
import { PublicError } from '../subgraphs/errors.ts'
import { parseAdminEmail } from '../subgraphs/users/admin-sign-in/input.ts'
import { addAdmin, dropAdmin, resetPassword } from '../subgraphs/users/admin-sign-in/manage.ts'
import { newPassword } from '../subgraphs/users/admin-sign-in/password.ts'
import { listAdmins } from '../subgraphs/users/admin-sign-in/store.ts'
import { runCommand } from './command.ts'

const USAGE = `npm run admin -- add EMAIL [--scopes admin,…] [--password-stdin]
npm run admin -- reset-password EMAIL [--password-stdin]
npm run admin -- remove EMAIL
npm run admin -- list
Manages the admins who sign in with e-mail and password. A password is generated and shown once, or read from the first line
of the standard input (--password-stdin). With the embedded PostgreSQL, Parley must be stopped.`

interface Request {
  readonly action: string
  readonly email: string | undefined
  readonly scopes: readonly string[]
  readonly fromStdin: boolean
}

function parse(args: readonly string[]): Request {
  const places: string[] = []
  let scopes: readonly string[] = ['admin']
  let fromStdin = false
  const left = args.flatMap((argument) => (argument.startsWith('--') ? argument.split('=') : [argument]))
  for (let at = 0; at < left.length; at++) {
    const argument = left[at]!
    if (argument === '--password-stdin') fromStdin = true
    else if (argument === '--scopes') scopes = (left[++at] ?? '').split(',')
    else if (argument.startsWith('-')) throw new StartupError(`The option ${argument} is unknown.\n${USAGE}`)
    else places.push(argument)
  }
  const [action = '', email, ...more] = places
  const wanted = action === 'list' ? 0 : 1
  const known = ['add', 'reset-password', 'remove', 'list'].includes(action)
  if (!known || more.length > 0 || (email === undefined ? 0 : 1) !== wanted) throw new StartupError(USAGE)
  return { action, email, scopes, fromStdin }
}

/** The password, and the line that shows it if it was generated. */
async function choosePassword(fromStdin: boolean): Promise<{ password: string; shown: string }> {
  if (!fromStdin) {
    const password = newPassword()
    return { password, shown: `\nPassword, shown once: ${password}` }
  }
  const [password = ''] = (await text(process.stdin)).split(/\r?\n/, 1)
  return { password, shown: '' }
}

async function act(database: Database, { action, email: given = '', scopes, fromStdin }: Request): Promise<string> {
  if (action === 'list') {
    const admins = await listAdmins(database)
    if (admins.length === 0) return 'There is no admin.'
    return admins
      .map((admin) => `${admin.email}  ${admin.scopes.join(',')}  since ${admin.createdAt.toISOString()}`)
      .join('\n')
  }
  const email = parseAdminEmail(given)
  if (action === 'remove') {
    if (!(await dropAdmin(database, email))) throw new StartupError(`There is no admin ${email}.`)
    return `${email} is no admin any more. A token that was given out is valid for ten minutes at most.`
  }
  const { password, shown } = await choosePassword(fromStdin)
  if (action === 'add') {
    if (!(await addAdmin(database, email, password, scopes)))
      throw new StartupError(`${email} is an admin already: use reset-password.`)
    return `${email} is an admin now.${shown}`
  }
  if (!(await resetPassword(database, email, password))) throw new StartupError(`There is no admin ${email}.`)
  return `${email} has a new password, and is signed out everywhere.${shown}`
}

runCommand(USAGE, async (args) => {
  const request = parse(args)
  const config = readConfig(process.env)
  // Only failures: the output is for people.
  const log = openLog({ level: 'error' })
  await using closers = makeClosers()
  const url =
    config.POSTGRES_URL ??
    closers.use(await startEmbeddedPostgres({ folder: join(resolve(config.DATA_DIR), 'postgres'), log })).url
  await migrate(url, rooms, log)
  const database = closers.use(await openPool(url, { max: 2, log, applicationName: 'parley admin' }))
  try {
    process.stdout.write(`${await act(database, request)}\n`)
  } catch (error) {
    // What it says was wrong with an argument is for the one who typed it.
    throw error instanceof PublicError ? new StartupError(error.message) : error
  }
})
