import { StartupError } from '../platform/startup-error.ts'

/**
 * Runs a command as this process: `--help` prints its usage. An error that the user can fix is printed as one line on
 * stderr, any other with its stack; both end with code 1.
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

/** For a command without arguments. */
export function refuseArguments(usage: string, args: readonly string[]): void {
  if (args.length > 0)
    throw new StartupError(`The argument ${args[0]} is unknown. Usage: ${usage.split('\n', 1).join()}`)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
