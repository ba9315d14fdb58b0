import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuOf } from '../harness/cpu.ts'
import { freePort } from '../../platform/free-port.ts'
import { startLoad } from './load-process.ts'
import type { Peer } from './peer.ts'
import type { Postgres } from './postgres.ts'

export interface TinodePrograms {
  readonly server: string
  /** The program that creates its database. */
  readonly init: string
}

const START_MS = 30_000
/** The key of Tinode's example configuration: a key is valid for the salt with which it was made. */
const SALT = 'T713/rYYgW7g4m3vG6zGRh7+FM1t0T8j13koXScOAj4='
const API_KEY = 'AQEAAAABAAD_rAp4DJh05a1HAwFT3A6K'

/**
 * Starts Tinode with its example configuration, except that groups may have any size and accounts need no e-mail
 * address.
 */
export async function startTinode(folder: string, postgres: Postgres, programs: TinodePrograms): Promise<Peer> {
  const database = `bench_${process.pid}_tinode`
  const { hostname, port, username, password } = new URL(postgres.urlOf(database))
  const adapter = {
    User: decodeURIComponent(username),
    Passwd: decodeURIComponent(password),
    Host: hostname,
    Port: port || '5432',
    DBName: database,
    ssl_mode: 'disable',
    max_open_conns: 50,
    max_idle_conns: 50,
    conn_max_lifetime: 60,
    sql_timeout: 10,
  }
  const config = join(folder, 'tinode.conf')
  writeFileSync(
    config,
    JSON.stringify({
      api_path: '/',
      api_key_salt: SALT,
      grpc_listen: '',
      max_message_size: 4_194_304,
      max_subscriber_count: 100_000,
      max_tag_count: 16,
      auth_config: {
        anonymous: {},
        basic: { add_to_tags: true, min_login_length: 3, min_password_length: 6 },
        token: { expire_in: 1_209_600, serial_num: 1, key: 'wfaY2RgF2S1OQI/ZlK+LSrp1KB2jwAdGAIHQ7JZn+Kc=' },
      },
      push: [{ name: 'stdout', config: { enabled: false } }],
      store_config: {
        uid_key: 'la6YsO+bNX/+XIkOqc5Svw==',
        max_results: 1_024,
        use_adapter: 'postgres',
        adapters: { postgres: adapter },
      },
    }),
  )
  postgres.willDrop(database)
  await postgres.haveUsersDatabase()
  const made = spawnSync(programs.init, ['--config', config], { cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`${programs.init} failed:\n${made.error?.message ?? made.stderr}`)
  const listen = await freePort()
  const child = spawn(programs.server, ['--config', config, `--listen=127.0.0.1:${listen}`, '--static_data=-'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.once('error', (error) => (complaint = error.message))
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-4_000)))
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const kill = () => child.kill('SIGKILL') // it waits for its sockets otherwise, and holds nothing that is wanted
  process.once('exit', kill)
  const close = async () => {
    kill()
    await ended
    process.off('exit', kill)
  }
  try {
    for (const end = Date.now() + START_MS; !(await listens(listen)); await delay(50)) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`Tinode did not start:\n${complaint}`)
    }
    const place = { wsUrl: `ws://127.0.0.1:${listen}/v0/channels?apikey=${API_KEY}` }
    const load = await startLoad({ type: 'open', server: 'tinode', place })
    const pid = child.pid ?? 0
    return {
      name: 'tinode',
      database,
      load,
      cpu: () => cpuOf(pid).own,
      histograms: async () => new Map(),
      inspectors: new Map(),
      async [Symbol.asyncDispose]() {
        await load[Symbol.asyncDispose]()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

const listens = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), done(true)))
    socket.once('error', () => done(false))
  })
