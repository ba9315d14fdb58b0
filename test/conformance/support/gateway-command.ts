import { spawn } from 'node:child_process'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../../platform/free-port.ts'

/** A gateway under test: ours in this process, or any other that a command starts. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly url: string
}

export interface GatewayCommand {
  /** A shell command; `{supergraph}` and `{port}` stand for the file that it is to load and where it is to listen. */
  readonly command: string
  /** Where it answers then; `{port}` again. */
  readonly url: string
}

/** A JVM or a cold `npx` may take this long on a busy machine. */
const START_MS = 60_000
/** SIGTERM first; what is still there afterwards is killed. */
const STOP_MS = 5_000

/** Starts the command and waits until it answers a query; rejects with the end of its output where it does not. */
export async function startGatewayCommand(
  { command, url }: GatewayCommand,
  supergraphFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayUnderTest> {
  const port = String(await freePort())
  const filled = command.replaceAll('{supergraph}', supergraphFile).replaceAll('{port}', port)
  const endpoint = url.replaceAll('{port}', port)
  // A group of its own: what the command starts in turn ends with it.
  const child = spawn('/bin/sh', ['-c', filled], { detached: true, env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4_000)))
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  const signalAll = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, signal)
    } catch {
      // The group is gone already.
    }
  }
  const stop = async () => {
    signalAll('SIGTERM')
    const killer = setTimeout(() => signalAll('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(killer)
  }
  try {
    await eventually(async () => {
      if (isOver()) return true
      return answersQueries(endpoint)
    }, START_MS)
    if (isOver()) throw new Error('It ended.')
  } catch (cause) {
    await stop()
    throw new Error(`The gateway did not start: ${filled}\n${output}`, { cause })
  }
  return { url: endpoint, [Symbol.asyncDispose]: stop }
}

async function answersQueries(url: string): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
    signal: AbortSignal.timeout(2_000),
  }).catch(() => null)
  if (!response) return false
  const { data } = (await response.json().catch(() => ({}))) as { data?: { __typename?: string } }
  return data?.__typename !== undefined
}
