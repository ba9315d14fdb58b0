import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assetPath } from '../../platform/assets.ts'

/** What a built program of ours printed, and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program extends AsyncDisposable {
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves to the banner's value of this name, such as `GraphQL`. */
  readonly banner: (name: string) => string
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

/** Only what a program needs of a machine: a test says every variable of ours itself. */
const machine = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }),
)

function launch(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, [assetPath(`dist/${script}`), ...args], {
    env: { ...machine, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** Runs a built program to its end. */
export function runProgram(
  script: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return launch(script, args, env).ended
}

/** Starts `roles/main.js` and waits until it says that it is ready; rejects with its output when it ends before. */
export const startProgram = (env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Program> =>
  beginProgram(env, args).ready

/** The same for one that is to wait for something first: it can be looked at, and stopped, before it is ready. */
export function beginProgram(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Omit<Program, 'banner' | 'signal'> & { readonly ready: Promise<Program> } {
  const { child, ended, stdout, stderr } = launch('roles/main.js', args, env)
  const ready = new Promise<void>((resolve) => {
    const look = () => stdout().includes('Parley is ready.') && /\n {2}Queue .*\n/.test(stdout()) && resolve()
    child.stdout?.on('data', look)
  })
  const early = ended.then(({ code }) => {
    throw new Error(`The program ended with ${code} before it was ready:\n${stdout()}\n${stderr()}`)
  })
  early.catch(() => undefined) // after it was ready, an end is what a test waits for
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  const dispose = async () => {
    if (child.exitCode === null && child.signalCode === null) await stop()
  }
  const program: Program = {
    stdout,
    stderr,
    banner(name) {
      const value = new RegExp(`^ {2}${name} +(.*)$`, 'm').exec(stdout())?.[1]
      if (value === undefined) throw new Error(`The banner has no ${name}:\n${stdout()}`)
      return value
    },
    stop,
    signal: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: dispose,
  }
  const isReady = Promise.race([ready, early]).then(() => program)
  isReady.catch(() => undefined) // of one that is stopped before
  return { stdout, stderr, stop, ready: isReady, [Symbol.asyncDispose]: dispose }
}

/** A folder of a test's own, removed at its end. */
export async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'parley-test-'))
  // As root, PostgreSQL runs as another user: where that one cannot pass, its data would lie elsewhere and stay behind.
  await chmod(path, 0o711)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
