import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Config, type RoleName } from '../platform/config/config.ts'
import type { Log } from '../platform/log/log.ts'
import { ServiceDownError, StartupError } from '../platform/startup-error.ts'
import { isUnavailable } from '../platform/unavailable.ts'
import { listenOn } from './listen.ts'

/** Pause between two attempts to reach a service that is down. */
const RETRY_MS = 500
/** Interval between two log lines about the same service. */
const SAY_AGAIN_MS = 30_000

/** A signal stopped the start while it waited for a service. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped'
}

export interface Waiting extends AsyncDisposable {
  /**
   * Opens the service of `variable`, with retries while it is down, and reports that in the log and in `/readyz`. A
   * permanent fault (a wrong password, a missing database) is one line with the variable's name.
   */
  until<T>(service: string, variable: keyof Config, open: () => Promise<T>): Promise<T>
}

interface WaitingDeps {
  readonly config: Config
  readonly log: Log
  /** Fires when the program must stop. */
  readonly signal: AbortSignal
}

/**
 * Waits for services that are down at the start: containers that start together come up in any order. From the first
 * such service until disposal, it answers on the ports that the roles will use: alive, but not ready.
 */
export function makeWaiting({ config, log, signal }: WaitingDeps): Waiting {
  const missing = new Set<string>()
  let servers: Promise<Server[]> | undefined

  const until: Waiting['until'] = async (service, variable, open) => {
    let saidAt = -Infinity
    for (;;) {
      if (signal.aborted) throw new StartStopped()
      try {
        const opened = await open()
        if (missing.delete(service)) log.info(`${service} is there`, { variable })
        return opened
      } catch (error) {
        if (signal.aborted) throw new StartStopped()
        if (!(error instanceof ServiceDownError) && !isUnavailable(error)) throw named(variable, error)
        missing.add(service)
        if (performance.now() - saidAt >= SAY_AGAIN_MS) {
          log.warn(`Waiting for ${service}: set ${variable} if it is elsewhere`, { reason: (error as Error).message })
          saidAt = performance.now()
        }
        servers ??= openWaitingServers(config, missing)
        await servers
        await delay(RETRY_MS, undefined, { signal }).catch(() => {}) // on the signal the loop ends
      }
    }
  }

  return {
    until,
    async [Symbol.asyncDispose]() {
      const opened = await servers?.catch(() => []) // `until` has reported the error
      await Promise.all((opened ?? []).map(closeServer))
    },
  }
}

/** One line that names the variable. Errors of our own code keep their stack. */
export function named(variable: keyof Config, error: unknown): unknown {
  return error instanceof StartupError ? new StartupError(`${variable}: ${error.message}`) : error
}

async function openWaitingServers(config: Config, missing: ReadonlySet<string>): Promise<Server[]> {
  const answer: RequestListener = (request, response) => {
    const alive = request.url?.split('?')[0] === '/healthz'
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'retry-after': '1' }
    response.writeHead(alive ? 200 : 503, headers)
    response.end(`${JSON.stringify(alive ? { status: 'alive' } : { status: 'waiting', away: [...missing] })}\n`)
  }
  const servers: Server[] = []
  for (const variable of portsOf(config)) {
    const server = createServer(answer)
    await listenOn(server, { host: config.HOST, port: config[variable], variable })
    servers.push(server)
  }
  return servers
}

/** The ports that the roles of this process will use, except those that the system chooses. */
function portsOf(config: Config) {
  const runs = (role: RoleName) => config.ROLES.includes(role)
  const ports: ('PORT' | 'USERS_PORT' | 'CHAT_PORT' | 'GROUPS_PORT' | 'WORKER_PORT')[] = []
  if (runs('gateway')) ports.push('PORT')
  for (const name of ['USERS', 'CHAT', 'GROUPS'] as const) {
    const here = runs(name.toLowerCase() as RoleName)
    if (here && (!runs('gateway') || config[`SUBGRAPH_${name}_URL`] !== undefined)) ports.push(`${name}_PORT`)
  }
  if (ports.length === 0) ports.push('WORKER_PORT')
  return ports.filter((name) => config[name] !== 0)
}

async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
}
