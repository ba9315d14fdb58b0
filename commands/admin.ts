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
import { makeFolder } from '../platform/make-folder.ts'
import type { SessionKeys } from '../platform/sessions/keys.ts'
import { sessionKeysOf } from '../roles/adapters.ts'
import { makeClosers } from '../roles/closers.ts'
import { rooms } from '../roles/migrations.ts'
import { PublicError } from '../subgraphs/errors.ts'
import { parseAdminEmail } from '../subgraphs/users/admin-sign-in/input.ts'
import { addAdmin, dropAdmin, resetPassword, setCodes } from '../subgraphs/users/admin-sign-in/manage.ts'
import { newPassword } from '../subgraphs/users/admin-sign-in/password.ts'
import { listAdmins } from '../subgraphs/users/admin-sign-in/store.ts'
import { askNewPassword } from './ask-password.ts'
import { runCommand } from './command.ts'

const USAGE = `npm run admin -- add EMAIL [--scopes admin,…] [--password-stdin]
npm run admin -- reset-password EMAIL [--password-stdin]
npm run admin -- codes-on EMAIL
npm run admin -- codes-off EMAIL
npm run admin -- remove EMAIL
npm run admin -- list
Manages the admins who sign in with e-mail and password. On a terminal the password is asked for twice, and not shown; if
nothing is typed, and in scripts, one is generated and shown once. --password-stdin reads it from the first line of the standard
input. codes-on makes a secret for an authenticator app, whose codes the admin then needs too;
it uses SESSION_KEYS like the server. With the embedded PostgreSQL, Parley must be stopped.`

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
  const known = ['add', 'reset-password', 'codes-on', 'codes-off', 'remove', 'list'].includes(action)
  if (!known || more.length > 0 || (email === undefined ? 0 : 1) !== wanted) throw new StartupError(USAGE)
  return { action, email, scopes, fromStdin }
}

/** The password, and the line that shows it if it was generated. */
async function choosePassword(fromStdin: boolean): Promise<{ password: string; shown: string }> {
  if (fromStdin) {
    const [password = ''] = (await text(process.stdin)).split(/\r?\n/, 1)
    return { password, shown: '' }
  }
  const terminal = process.stdin.isTTY ? { input: process.stdin, output: process.stderr } : null
  const typed = terminal && (await askNewPassword(terminal))
  if (typed !== null) return { password: typed, shown: '' }
  const password = newPassword()
  return { password, shown: `\nPassword, shown once: ${password}` }
}

async function act(
  database: Database,
  sessionKeys: () => SessionKeys,
  { action, email: given = '', scopes, fromStdin }: Request,
): Promise<string> {
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
  if (action === 'codes-on' || action === 'codes-off') {
    const uri = await setCodes(database, email, action === 'codes-on' ? sessionKeys() : null)
    if (uri === null) throw new StartupError(`There is no admin ${email}.`)
    return uri === ''
      ? `${email} needs no code any more.`
      : `${email} needs a code from now on. For the app, shown once:\n${uri}`
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
  const sessionKeys = () => {
    const folder = resolve(config.DATA_DIR)
    makeFolder(folder, 0o700)
    return sessionKeysOf(config, folder)
  }
  try {
    process.stdout.write(`${await act(database, sessionKeys, request)}\n`)
  } catch (error) {
    // What it says was wrong with an argument is for the one who typed it.
    throw error instanceof PublicError ? new StartupError(error.message) : error
  }
})
