import { spawn } from 'node:child_process'
import { mailbox } from '../../../examples/development.ts'
import { assetPath } from '../../../platform/assets.ts'
import { eventually } from '../../support/eventually.ts'

export interface Example extends AsyncDisposable {
  /** The lines that it printed, the questions aside. */
  readonly lines: () => string[]
  /** The first line that fits, as soon as it is there. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** How it ended by itself. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>
}

/** Runs an example as its reader does, and types in the one-time password that the server printed. */
export function startExample(name: string, url: string, dataFolder: string, ...args: string[]): Example {
  const child = spawn(process.execPath, [assetPath(`examples/${name}.mjs`), url, ...args], { stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  let asked = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const addresses = [...stdout.matchAll(/One-time password for (\S+): /g)]
    for (const [, address] of addresses.slice(asked)) {
      asked++
      mailbox(dataFolder)
        .findOtp(address!)
        .then(
          (code) => child.stdin.write(`${code}\n`),
          (error: unknown) => (stderr += String(error)),
        )
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr }))
  })
  const lines = () =>
    stdout
      .replace(/One-time password for \S+: /g, '')
      .split('\n')
      .slice(0, -1)
  return {
    lines,
    ended,
    line: (pattern) =>
      eventually(() => {
        const found = lines()
          .map((line) => pattern.exec(line))
          .find((match) => match !== null)
        if (!found) throw new Error(`${name} printed no line like ${pattern}:\n${stdout}\n${stderr}`)
        return found
      }, 30_000),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
