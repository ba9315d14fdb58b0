/**
 * `npm start`, and every container: runs the configured roles in this process, prints their addresses, and drains on
 * SIGINT and SIGTERM. The only place that ends the process.
 */
import { readConfig, roleNames } from '../platform/config/config.ts'
import { openLog } from '../platform/log/pino.ts'
import { StartupError } from '../platform/startup-error.ts'
import { startParley } from './start.ts'
import { StartStopped } from './waiting.ts'

const EXIT_UNUSABLE = 1
/** The exit code after a second signal, or a drain that hangs: the shell's code for SIGINT. */
const EXIT_FORCED = 130
/** Time for closing connections and the embedded database, after the drain's own deadline. */
const CLOSE_MS = 15_000

/** Signals within this time count as one. */
const SAME_SIGNAL_MS = 1_000

const USAGE = `npm start -- [--roles ROLE,ROLE…]
Runs Parley until SIGINT or SIGTERM: all roles, or those that --roles or ROLES names (${roleNames.join(', ')}).
npm run config prints every variable.`

const ARGUMENTS = /^--roles(?:=(.+))?$/

function rolesArgument(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((argument) => ARGUMENTS.test(argument))
  const unknown = argv.find((argument, index) => !ARGUMENTS.test(argument) && (at === -1 || index !== at + 1))
  if (unknown !== undefined)
    throw new StartupError(`The argument ${unknown} is unknown: use --roles gateway,chat or no argument.`)
  if (at === -1) return undefined
  const roles = ARGUMENTS.exec(argv[at]!)?.[1] ?? argv[at + 1]
  if (roles === undefined) throw new StartupError('--roles needs a list, such as --roles gateway,chat')
  return roles
}

function explain(error: unknown): string {
  if (error instanceof StartupError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const roles = rolesArgument(args)
  const config = readConfig({ ...process.env, ...(roles !== undefined && { ROLES: roles }) })
  const log = openLog({ level: config.LOG_LEVEL })

  // Handled from the start, so that a Ctrl-C during the start of the database closes everything that is open.
  const ending = firstSignal()
  process.on('unhandledRejection', (error) => log.error('An error that nobody awaited', { error }))

  const stopping = new AbortController()
  void ending.then(() => stopping.abort())
  const parley = await startParley(config, log, stopping.signal)
  process.stdout.write(`${parley.banner}\n`)
  const signal = await ending
  log.info('Draining', { signal })
  setTimeout(() => process.exit(EXIT_FORCED), config.DRAIN_SECONDS * 1_000 + CLOSE_MS).unref()
  await parley[Symbol.asyncDispose]()
  log.info('Stopped')
  process.exit(0)
}

/**
 * The first signal that asks to stop. A later one ends the process at once, unless it comes right after the first: a
 * terminal and npm both pass on the same Ctrl-C.
 */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAtMs: number | null = null
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        firstAtMs ??= Date.now()
        if (Date.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(EXIT_FORCED)
        resolve(signal)
      })
    }
  })
}

main().catch((error: unknown) => {
  // Stopped while it waited for a service, as the signal asked.
  if (error instanceof StartStopped) process.exit(0)
  process.stderr.write(`${explain(error)}\n`)
  process.exit(EXIT_UNUSABLE)
})
