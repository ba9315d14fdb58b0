import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../../platform/embedded-postgres/index.ts'
import { freePort } from '../../../platform/free-port.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { makeClosers } from '../../../roles/closers.ts'
import { findExecutable } from '../../support/child.ts'
import { startMongo } from '../../support/mongo.ts'
import { findRabbitmq, startRabbitmq } from '../../support/rabbitmq.ts'
import { startRedis } from '../../support/redis.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

export const SERVERS = ['postgres', 'mongodb', 'redis', 'rabbitmq'] as const
export type ServerName = (typeof SERVERS)[number]

/** A server that can be killed and started again on its port, over its data. */
export interface PrivateServer {
  readonly url: string
  /** What it really is, and its version. */
  readonly what: string
  /** The proxy in front of it, if the run asked for one: then the roles use it. */
  readonly proxy: TcpProxy | null
  /** Ends it without warning: by SIGKILL. MongoDB's stand-in gets SIGTERM, since it would lose writes that it acknowledged. */
  kill(): Promise<void>
  /** Resolves when it answers again. */
  start(): Promise<void>
}

export type Servers = Readonly<Record<ServerName, PrivateServer>> & AsyncDisposable

interface Running {
  readonly url: string
  readonly what: string
  readonly stop: () => Promise<void>
  readonly kill: () => Promise<void>
}

type Start = () => Promise<Running>

/** The programs that this machine lacks for servers of its own; PostgreSQL comes with the packages. */
export function findMissing(): string[] {
  return [
    ...(findRedis() ? [] : ['redis-server']),
    ...(findRabbitmq() ? [] : ['rabbitmq-server']),
    ...(findExecutable('mongod', 'java') ? [] : ['mongod, or Java 17 and Maven for the stand-in']),
  ]
}

const findRedis = () => findExecutable('redis-server', 'valkey-server')

/** Servers of this run alone, on free ports of the loopback interface. Throws with what is missing on this machine. */
export async function startServers(folder: string, proxied: ReadonlySet<string>): Promise<Servers> {
  const closers = makeClosers()
  const open = async (name: ServerName, start: Start): Promise<PrivateServer> => {
    let running: Running | null = await start()
    closers.defer(async () => running?.stop())
    const { url, what } = running
    const proxy = proxied.has(name) ? closers.use(await startTcpProxy(url)) : null
    return {
      url: proxy?.url ?? url,
      what,
      proxy,
      async kill() {
        await running?.kill()
        running = null
      },
      async start() {
        running ??= await start()
      },
    }
  }
  try {
    const starts = await makeStarts(folder)
    // One after the other: RabbitMQ and Java use all of a small machine while they start.
    const servers = {
      rabbitmq: await open('rabbitmq', starts.rabbitmq),
      mongodb: await open('mongodb', starts.mongodb),
      redis: await open('redis', starts.redis),
      postgres: await openPostgres(folder, proxied, closers),
    }
    return { ...servers, [Symbol.asyncDispose]: () => closers[Symbol.asyncDispose]() }
  } catch (error) {
    await closers[Symbol.asyncDispose]()
    throw error
  }
}

async function makeStarts(folder: string): Promise<Record<Exclude<ServerName, 'postgres'>, Start>> {
  const ports = { redis: await freePort(), rabbitmq: await freePort(), distribution: await freePort() }
  const mongoPort = await freePort()
  return {
    async redis() {
      const binary = findRedis()
      if (!binary) throw new Error('There is no redis-server on the PATH.')
      return { ...(await startRedis(binary, folder, ports.redis)), what: binary }
    },
    async rabbitmq() {
      const binary = findRabbitmq()
      if (!binary) throw new Error('There is no rabbitmq-server on the PATH.')
      const server = await startRabbitmq(binary, folder, ports.rabbitmq, ports.distribution)
      return { ...server, what: `${binary}, version ${server.version}` }
    },
    async mongodb() {
      const server = await startMongo(folder, mongoPort)
      if ('skipped' in server) throw new Error(`There is no MongoDB: ${server.skipped}.`)
      const isStandIn = server.what.includes('stand-in')
      return {
        ...server,
        what: `${server.what}, version ${server.version}`,
        kill: isStandIn ? server.stop : server.kill,
      }
    },
  }
}

/** A server with its usual, durable settings. Its supervisor starts it again whenever it ended by itself. */
async function openPostgres(
  folder: string,
  proxied: ReadonlySet<string>,
  closers: ReturnType<typeof makeClosers>,
): Promise<PrivateServer> {
  const server = closers.use(await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog }))
  const proxy = proxied.has('postgres') ? closers.use(await startTcpProxy(server.url)) : null
  return {
    url: proxy?.url ?? server.url,
    what: `PostgreSQL ${server.version}`,
    proxy,
    kill() {
      const pid = Number(readFileSync(join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
      process.kill(pid, 'SIGKILL')
      return Promise.resolve()
    },
    start: () => Promise.resolve(),
  }
}
