import { StartupError } from '../platform/startup-error.ts'

/**
 * Runs a command of this process: `--help` prints its usage. A fault that its user can mend is one line on stderr, any other
 * has its stack; both end with code 1.
 */
export function runCommand(usage: string, main: (args: readonly string[]) => Promise<void> | void): void {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${usage}\n`)
    return
  }
  Promise.resolve()
    .then(() => main(args))
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof StartupError ? error.message : textOf(error)}\n`)
      process.exitCode = 1
    })
}

/** For a command that takes nothing. */
export function refuseArguments(usage: string, args: readonly string[]): void {
  if (args.length > 0) throw new StartupError(`There is no argument ${args[0]}. Usage: ${usage.split('\n', 1).join()}`)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
