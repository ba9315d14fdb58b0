import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, resolve as resolvePath } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { assetPath } from '../assets.ts'
import type { Log } from '../log/log.ts'
import { StartupError } from '../startup-error.ts'
import { isServer } from './cluster.ts'
import type { SupervisorLine, SupervisorRequest } from './supervisor.ts'

export interface EmbeddedOptions {
  /** The data folder; created if it does not exist. Only one process at a time may use it. */
  readonly folder: string
  readonly log: Log
  /** Additional settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Includes the password; for `openPool` and `migrate`. */
  readonly url: string
  /** `18.4` */
  readonly version: string
  /**
   * The cluster's real folder: outside `folder` if this process is root and the server's user cannot enter `folder`.
   */
  readonly dataDir: string
}

/**
 * Starts a real PostgreSQL on a free port of the loopback interface, for this process alone; disposing stops it.
 * Commits are durable. If this process dies, the server stops cleanly right after it, and another start waits for
 * that. Rejects with a `StartupError` if the folder cannot be used or is in use.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, settings = {} } = options
  const folder = resolvePath(options.folder)
  const program = assetPath('dist/platform/embedded-postgres/supervisor.js')
  if (!existsSync(program)) throw new StartupError(`${program} is missing: run "npm run build" first.`)
  const request: SupervisorRequest = { folder, settings }
  const child = spawn(process.execPath, [program, JSON.stringify(request)], {
    cwd: '/',
    detached: true,
    // An empty environment: a helper process must not get our keys and passwords.
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)))
  child.stdin.on('error', () => {}) // it has already ended, which `exited` reports
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let isReady = false
  let disposing = false
  let serverPid = 0

  const ready = await new Promise<Extract<SupervisorLine, { type: 'ready' }>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as SupervisorLine
      switch (line.type) {
        case 'ready':
          isReady = true
          return resolve(line)
        case 'started':
          serverPid = line.pid
          return
        case 'failed':
          // After `ready` this promise is already resolved, so the message must be logged.
          if (serverPid > 0) log.error(line.message)
          return reject(new StartupError(line.message))
        case 'log':
          return log[line.level](line.message)
      }
    })
    child.once('error', (error) => reject(new StartupError(`${program} does not start: ${error.message}`)))
    void exited.then(() => {
      reject(
        new StartupError(
          `The supervisor of the embedded PostgreSQL ended: ${complaint.trim() || 'without an error message'}`,
        ),
      )
      // Until then the error that is thrown says it.
      if (isReady && !disposing) log.error('The supervisor of the embedded PostgreSQL ended.', { complaint })
    })
  })
  if (dirname(ready.dataDir) !== folder) {
    log.info(`The data of ${folder} is in ${ready.dataDir}, because PostgreSQL's user cannot enter ${folder}.`)
  }
  // The process may end while the server runs: the supervisor then stops the server.
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref()

  async function stop(): Promise<void> {
    disposing = true
    child.ref()
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { ref(): void }).ref()
    child.stdin.end()
    await exited
    // Only a killed supervisor leaves its server running.
    if (isServer(serverPid, ready.dataDir)) process.kill(serverPid, 'SIGINT')
    while (isServer(serverPid, ready.dataDir)) await delay(20)
  }
  let stopped: Promise<void> | undefined
  return {
    url: ready.url,
    version: ready.version,
    dataDir: ready.dataDir,
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}
