/**
 * The process that runs the embedded PostgreSQL. It has its own process group, so that neither Ctrl-C nor a kill of
 * the program stops the server in the middle of a drain. It serves one program, which holds its standard input: when
 * that closes, for any reason, it stops the server and ends. It reports in lines of JSON on standard output.
 */
import { StartupError } from '../startup-error.ts'
import {
  clearRemains,
  initialise,
  makeDatabase,
  readPassword,
  startServer,
  stopServer,
  type RunningServer,
} from './cluster.ts'
import { errorText } from '../sql/connection.ts'
import { lockFolder } from './folder-lock.ts'
import { findPlace } from './server-place.ts'
import { findPrograms } from './server-programs.ts'

export interface SupervisorRequest {
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
}

export type SupervisorLine =
  | { readonly type: 'ready'; readonly url: string; readonly version: string; readonly dataDir: string }
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'log'; readonly level: 'debug' | 'info' | 'error'; readonly message: string }

/**
 * Maximum restarts of a server that ended by itself, within one run of the supervisor. Then something is badly wrong.
 */
const MAX_RESTARTS = 20

function report(line: SupervisorLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function supervise({ folder, settings }: SupervisorRequest, programEnded: Promise<'ended'>): Promise<void> {
  const debug = (message: string) => report({ type: 'log', level: 'debug', message })
  const place = findPlace(folder)
  await using lock = await lockFolder(place.dataDir)
  const programs = findPrograms(place)
  const password = readPassword(place)
  initialise(place, programs, password, settings['fsync'] !== 'off')
  await clearRemains(place.dataDir, (message) => report({ type: 'log', level: 'info', message }))

  let server: RunningServer = await startServer(place, programs, settings, debug)
  report({ type: 'started', pid: server.process.pid ?? 0 })
  const url = await makeDatabase(server.port, password)
  report({ type: 'ready', url, version: programs.version, dataDir: place.dataDir })
  for (let restarts = 0; (await Promise.race([programEnded, server.ended])) !== 'ended'; restarts++) {
    if (restarts === MAX_RESTARTS) throw new StartupError('PostgreSQL keeps ending by itself.')
    report({ type: 'log', level: 'error', message: 'PostgreSQL ended by itself: restarting it.' })
    server = await startServer(place, programs, settings, debug, server.port)
    report({ type: 'started', pid: server.process.pid ?? 0 })
  }
  lock.ending()
  await stopServer(server)
}

const programEnded = new Promise<'ended'>((resolve) => {
  process.stdin.on('close', () => resolve('ended'))
  process.stdin.on('error', () => resolve('ended'))
})
process.stdin.resume()
// After the program was killed nobody reads the output, but the server must still be stopped.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
// A service manager or container that signals all processes means the program, which drains first.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

supervise(JSON.parse(process.argv[2] ?? '{}') as SupervisorRequest, programEnded).catch((error: unknown) => {
  const message = error instanceof StartupError ? error.message : `The embedded PostgreSQL failed: ${errorText(error)}`
  report({ type: 'failed', message })
  process.exitCode = 1
  process.stdin.destroy()
})
