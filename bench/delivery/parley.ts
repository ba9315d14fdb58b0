import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RoleName } from '../../platform/config/variables.ts'
import { makeClosers } from '../../roles/closers.ts'
import { type Server, startServer } from '../first/server.ts'
import { cpuOf } from '../harness/cpu.ts'
import { freePort } from '../../platform/free-port.ts'
import { readHistograms } from './histograms.ts'
import { startLoad } from './load-process.ts'
import type { Peer } from './peer.ts'
import type { Postgres } from './postgres.ts'

export interface ParleyOptions {
  readonly name: string
  /** The folder of the build to measure. */
  readonly build: string
  readonly transport: 'http' | 'socket'
  /** The number of HTTP connections for sends. */
  readonly connections: number
  readonly profiling: boolean
  /** Runs one process per role, which needs all services. */
  readonly split: boolean
  /** URLs of services to use instead of the ones in memory. */
  readonly services: Readonly<Record<string, string>>
}

export async function startParley(folder: string, postgres: Postgres, options: ParleyOptions): Promise<Peer> {
  const { name, build, transport, connections, profiling, split } = options
  const database = `bench_${process.pid}_${name}`
  const data = join(folder, name)
  mkdirSync(data)
  const metricsPort = await freePort()
  const metrics = { METRICS_PORT: String(metricsPort) }
  const common = { ...options.services, POSTGRES_URL: await postgres.makeDatabase(database) }
  const program = join(resolve(build), 'dist/roles/main.js')
  const closers = makeClosers()
  const servers = new Map<string, Server>()
  const start = async (role: string, env: Readonly<Record<string, string>>) => {
    const server = await startServer(data, profiling, { program, env: { ...common, ...env } })
    servers.set(role, closers.use(server))
    return server
  }
  try {
    if (split) {
      const shared = await sharedSettings()
      // The gateway starts last, because it connects to the others. Delivery starts before it: its metrics have the
      // stages.
      for (const role of ['users', 'chat', 'groups', 'push', 'delivery', 'gateway'] satisfies RoleName[]) {
        const own = { ROLES: role, WORKER_PORT: String(await freePort()), ...(role === 'delivery' && metrics) }
        await start(role, { ...shared, ...own })
      }
    } else {
      await start('all', metrics)
    }
    const gateway = [...servers.values()].at(-1)!
    const place = { url: gateway.url, wsUrl: gateway.wsUrl, folder: data, transport, connections }
    const load = closers.use(await startLoad({ type: 'open', server: 'parley', place }))
    return {
      name,
      database,
      load,
      cpu: () => [...servers.values()].reduce((sum, { pid }) => sum + cpuOf(pid).own, 0),
      histograms: async () => readHistograms(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()),
      inspectors: new Map(
        [...servers].flatMap(([role, { inspectorUrl }]) => (inspectorUrl === null ? [] : [[role, inspectorUrl]])),
      ),
      [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose](),
    }
  } catch (error) {
    await closers[Symbol.asyncDispose]()
    throw error
  }
}

/** The settings that all processes of one installation share. */
async function sharedSettings(): Promise<Record<string, string>> {
  const settings: Record<string, string> = {
    GATEWAY_SECRET: randomBytes(32).toString('hex'),
    SESSION_KEYS: randomBytes(32).toString('hex'),
  }
  for (const name of ['USERS', 'CHAT', 'GROUPS']) {
    const port = String(await freePort())
    settings[`${name}_PORT`] = port
    settings[`SUBGRAPH_${name}_URL`] = `http://127.0.0.1:${port}/graphql`
  }
  return settings
}
