import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { StartupError } from '../startup-error.ts'
import { connect, errorCode, errorText } from '../sql/connection.ts'
import { makeServerFolder, type ServerPlace } from './server-place.ts'
import type { ServerPrograms } from './server-programs.ts'

/** The role and the database. */
export const NAME = 'parley'
/** How long a server may take to stop cleanly. Then it is stopped at once, and recovers at the next start. */
const STOP_MS = 30_000
/** The server gets nothing from the caller's environment: PGDATA and the like would misconfigure it. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }

/** Small enough for a laptop. The settings that make commits durable keep their defaults. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  log_checkpoints: 'off',
  // Statements contain people's messages, so the server's log must contain neither statements nor their errors.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
}

export interface RunningServer {
  readonly process: ChildProcess
  readonly port: number
  /** Resolves when the server has ended, for any reason. */
  readonly ended: Promise<void>
}

/** The password of the cluster's role, from a file that only this user may read; generated if there is none. */
export function readPassword({ folder, dataDir }: ServerPlace): string {
  const file = join(folder, 'postgres-password')
  if (!existsSync(file)) {
    if (existsSync(dataDir))
      throw new StartupError(`The password of the data in ${dataDir} is missing: restore ${file}.`)
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * Creates the cluster if there is none. It is made beside its final place and then renamed, so an incomplete one is
 * never used.
 */
export function initialise(place: ServerPlace, programs: ServerPrograms, password: string, durable: boolean): void {
  const { dataDir, user } = place
  if (existsSync(dataDir)) return checkVersion(dataDir, programs)
  const fresh = `${dataDir}.new`
  const passwordFile = `${dataDir}.password`
  rmSync(fresh, { recursive: true, force: true })
  try {
    makeServerFolder(fresh, user)
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user) chownSync(passwordFile, user.uid, user.gid)
    const result = spawnSync(
      programs.initdb,
      [
        ...['-D', fresh, '--username', NAME, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8'],
        ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions'],
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...user, cwd: '/', env: ENVIRONMENT, encoding: 'utf8' },
    )
    if (result.status !== 0) {
      throw new StartupError(`PostgreSQL could not create its data in ${dataDir}: ${lastLine(result.stderr)}`)
    }
    renameSync(fresh, dataDir)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

function checkVersion(dataDir: string, { version }: ServerPrograms): void {
  const made = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim()
  const major = version.split('.')[0]
  if (made !== major) {
    throw new StartupError(
      `The data in ${dataDir} was made by PostgreSQL ${made}, the embedded server is ${version}: start the version of Parley that ` +
        'made it and copy the data out, or upgrade it with pg_upgrade.',
    )
  }
}

/**
 * Only the holder of the folder's lock starts servers in it. So a running server was left behind by a killed process,
 * and is stopped. A pid file without a server is stale. Its pid may belong to another process by now, which the server
 * would take for a running server, and refuse to start.
 */
export async function clearRemains(dataDir: string, log: (message: string) => void): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (isServer(pid, dataDir)) {
    log('Stopping a PostgreSQL server that a killed process has left behind.')
    const end = Date.now() + STOP_MS
    process.kill(pid, 'SIGINT')
    while (isServer(pid, dataDir) && Date.now() < end) await delay(20)
    if (isServer(pid, dataDir)) process.kill(pid, 'SIGQUIT')
    while (isServer(pid, dataDir)) await delay(20)
  }
  rmSync(file, { force: true })
}

/** Whether process `pid` is a PostgreSQL server over `dataDir`. */
export function isServer(pid: number, dataDir: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  const words = commandLine(pid)
  return basename(words[0] ?? '') === 'postgres' && words.includes(dataDir)
}

function commandLine(pid: number): string[] {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    } catch {
      return [] // no such process
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split(' ')
}

/**
 * Starts the server and resolves once it accepts connections. If the port was taken meanwhile, it retries with
 * another.
 */
export async function startServer(
  place: ServerPlace,
  programs: ServerPrograms,
  settings: Readonly<Record<string, string>>,
  log: (message: string) => void,
  wantedPort?: number,
): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort ?? (await freePort())
    try {
      return await startOn(port, place, programs, settings, log)
    } catch (error) {
      // A killed server's child processes live for a moment longer, and still hold its shared memory.
      if (attempt === 5) throw error
      await delay(100 * attempt)
    }
  }
}

async function startOn(
  port: number,
  { dataDir, user }: ServerPlace,
  { postgres }: ServerPrograms,
  settings: Readonly<Record<string, string>>,
  log: (message: string) => void,
): Promise<RunningServer> {
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', dataDir, '-p', String(port), ...options], {
    ...user,
    cwd: '/',
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  let last = 'no reason given'
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('database system is ready to accept connections')) resolve(true)
      if (/(FATAL|PANIC|HINT):/.test(line)) last = line.replace(/^.*?(FATAL|PANIC|HINT): */, '')
      log(line)
    })
    void ended.then(() => resolve(false))
  })
  if (!(await ready)) throw new StartupError(`PostgreSQL over ${dataDir} does not start: ${last}.`)
  return { process: child, port, ended }
}

/** Creates our database if it does not exist; resolves to its URL. */
export async function makeDatabase(port: number, password: string): Promise<string> {
  const url = (database: string) => `postgres://${NAME}:${password}@127.0.0.1:${port}/${database}`
  try {
    const client = await connect(url('postgres'))
    try {
      const { rowCount } = await client.query(`select 1 from pg_database where datname = '${NAME}'`)
      if (rowCount === 0) await client.query(`create database ${NAME}`)
    } finally {
      await client.end()
    }
  } catch (error) {
    if (errorCode(error) === '42P04') return url(NAME)
    throw new StartupError(`The embedded PostgreSQL cannot be used: ${errorText(error)}`)
  }
  return url(NAME)
}

/** Stops the server cleanly; if that takes too long, at once. */
export async function stopServer(server: RunningServer): Promise<void> {
  server.process.kill('SIGINT')
  const timer = setTimeout(() => server.process.kill('SIGQUIT'), STOP_MS)
  await server.ended
  clearTimeout(timer)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
