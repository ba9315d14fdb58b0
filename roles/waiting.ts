import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Config, type RoleName } from '../platform/config/config.ts'
import type { Log } from '../platform/log/log.ts'
import { AwayError, StartupError } from '../platform/startup-error.ts'
import { isUnavailable } from '../platform/unavailable.ts'
import { listenOn } from './listen.ts'

/** Between two attempts at a service that is away. */
const RETRY_MS = 500
/** Between two lines about the same service. */
const SAY_AGAIN_MS = 30_000

/** The start was given up by a signal while it waited for a service. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped'
}

export interface Waiting extends AsyncDisposable {
  /**
   * Opens what stands behind `variable`, as often as it takes while it is away, and says so in the log and in `/readyz`.
   * What is wrong for good (a password, a database that does not exist) is one line with the variable's name.
   */
  until<T>(service: string, variable: keyof Config, open: () => Promise<T>): Promise<T>
}

interface WaitingDeps {
  readonly config: Config
  readonly log: Log
  /** Fires when the program is to stop. */
  readonly signal: AbortSignal
}

/**
 * A program whose services are away at its start waits for them: containers that start together come in any order. From
 * the first service that is away until it is disposed, it answers on the ports that the roles will take: alive, not ready.
 */
export function makeWaiting({ config, log, signal }: WaitingDeps): Waiting {
  const away = new Set<string>()
  let room: Promise<Server[]> | undefined

  const until: Waiting['until'] = async (service, variable, open) => {
    let saidAt = -Infinity
    for (;;) {
      if (signal.aborted) throw new StartStopped()
      try {
        const opened = await open()
        if (away.delete(service)) log.info(`${service} is there`, { variable })
        return opened
      } catch (error) {
        if (!(error instanceof AwayError) && !isUnavailable(error)) throw named(variable, error)
        away.add(service)
        if (performance.now() - saidAt >= SAY_AGAIN_MS) {
          log.warn(`Waiting for ${service}: set ${variable} if it is elsewhere`, { reason: (error as Error).message })
          saidAt = performance.now()
        }
        room ??= openRoom(config, away)
        await room
        await delay(RETRY_MS, undefined, { signal }).catch(() => {}) // stopping: the loop ends
      }
    }
  }

  return {
    until,
    async [Symbol.asyncDispose]() {
      const servers = await room?.catch(() => []) // whoever waited has the error
      await Promise.all((servers ?? []).map(closeServer))
    },
  }
}

/** One line that names the variable. Errors of our own code keep their stack. */
export function named(variable: keyof Config, error: unknown): unknown {
  return error instanceof StartupError ? new StartupError(`${variable}: ${error.message}`) : error
}

async function openRoom(config: Config, away: ReadonlySet<string>): Promise<Server[]> {
  const answer: RequestListener = (request, response) => {
    const alive = request.url?.split('?')[0] === '/healthz'
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'retry-after': '1' }
    response.writeHead(alive ? 200 : 503, headers)
    response.end(`${JSON.stringify(alive ? { status: 'alive' } : { status: 'waiting', away: [...away] })}\n`)
  }
  const servers: Server[] = []
  for (const variable of portsOf(config)) {
    const server = createServer(answer)
    await listenOn(server, { host: config.HOST, port: config[variable], variable })
    servers.push(server)
  }
  return servers
}

/** The ports that the roles here will take; not one that the system is to choose, which nobody knows. */
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
