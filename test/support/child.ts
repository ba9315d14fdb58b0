import { spawn } from 'node:child_process'
import { accessSync, constants, openSync, closeSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * Runs `"$@"` and stops it (SIGTERM) when standard input ends. So the server ends with whoever started it, even when that
 * one was killed with SIGKILL: nothing is left running on the machine.
 */
const SUPERVISOR =
  'exec 3<&0; "$@" </dev/null 3<&- & pid=$!; (cat <&3 >/dev/null; kill "$pid") & exec 3<&-; wait "$pid"'

export interface Child {
  /** Throws, with the end of its output, when the server has ended by itself. */
  check(): void
  stop(): Promise<void>
  /** Ends it with SIGKILL, and everything that it started: it can tidy up nothing. */
  kill(): Promise<void>
}

/** Starts a server that lives as long as this process at most; its output goes to `logFile`. */
export function startChild(command: string[], env: Record<string, string>, cwd: string, logFile: string): Child {
  const log = openSync(logFile, 'a')
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', ...command], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', log, log],
    detached: true, // Ctrl-C goes to the test runner, which then stops it in order.
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', () => undefined) // the exit code says it too
  child.stdin?.once('error', () => undefined) // the pipe breaks when the server ended first
  return {
    check() {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${command[0]} ended with ${child.exitCode ?? child.signalCode}; its output is in ${logFile}`)
    },
    async stop() {
      child.stdin?.end()
      await ended
    },
    async kill() {
      // The supervisor leads a process group (`detached`), in which the server is.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      await ended
    },
  }
}

/** The first of these that is an executable file; bare names are looked for on the PATH. */
export function findExecutable(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = names.flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false // absent or not executable: the next one
    }
  })
}
