/**
 * `npm start`, and every container: runs the roles that the configuration names in this process, prints where to go, and
 * drains on SIGINT and SIGTERM. The only place that ends the process.
 */
import { readConfig } from '../platform/config/config.ts'
import { openLog } from '../platform/log/pino.ts'
import { StartupError } from '../platform/startup-error.ts'
import { startParley } from './start.ts'
import { StartStopped } from './waiting.ts'

const EXIT_UNUSABLE = 1
/** A second signal, or a drain that hangs, ends the process with this: the shell's code for SIGINT. */
const EXIT_FORCED = 130
/** Beyond the drain's own deadline, for closing connections and the embedded database. */
const CLOSE_MS = 15_000

/** Signals this close together are one wish. */
const SAME_SIGNAL_MS = 1_000

const ARGUMENTS = /^--roles(?:=(.+))?$/

function rolesArgument(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((argument) => ARGUMENTS.test(argument))
  const unknown = argv.find((argument, index) => !ARGUMENTS.test(argument) && (at === -1 || index !== at + 1))
  if (unknown !== undefined)
    throw new StartupError(`There is no argument ${unknown}: use --roles gateway,chat or none.`)
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
  const roles = rolesArgument(process.argv.slice(2))
  const config = readConfig({ ...process.env, ...(roles !== undefined && { ROLES: roles }) })
  const log = openLog({ level: config.LOG_LEVEL })

  // Listened to from the first moment: a Ctrl-C while the database starts must close what is open too.
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
 * The first signal that asks to stop. A later one ends the process at once, but not straight after the first: a terminal
 * and npm both pass the same Ctrl-C on.
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
  // Stopped while it waited for a service: that is what was asked for.
  if (error instanceof StartStopped) process.exit(0)
  process.stderr.write(`${explain(error)}\n`)
  process.exit(EXIT_UNUSABLE)
})
