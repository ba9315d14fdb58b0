import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { makeHttpServer } from '../platform/http-server.ts'
import { StartupError } from '../platform/startup-error.ts'
import { isForwardable, openGateway, type Log, type SubgraphSource } from '../gateway/core/index.ts'

const FORM = 'npm run gateway -- --supergraph FILE --port N [--forward HEADER]…'

export const USAGE = `${FORM}
Runs the gateway's core alone over a supergraph: without authentication and policy, on loopback. A subgraph's URL is its
routing URL, or SUBGRAPH_<NAME>_URL; its socket's URL is the same with ws:, or SUBGRAPH_<NAME>_WS_URL. NAME is its name in
the supergraph's enum join__Graph. --forward passes a header of clients on to the subgraphs.`

/** How long running operations may take after SIGTERM. */
const DRAIN_MS = 10_000

export interface Standalone extends AsyncDisposable {
  readonly url: string
  /** Lets operations end, closes sockets with a code that makes clients reconnect, and stops. */
  stop(): Promise<void>
}

/** An error that the user of the command can fix: only its message is printed. */
export class UsageError extends StartupError {
  override readonly name = 'UsageError'
}

interface Arguments {
  readonly supergraph: string
  readonly port: number
  readonly forward: readonly string[]
}

/**
 * Starts the gateway's core alone over any supergraph: no authentication, no policy, remote subgraphs, on loopback.
 * `USAGE` says where it finds the subgraphs.
 */
export async function startStandalone(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Standalone> {
  const { supergraph, port, forward } = readArguments(argv)
  const gateway = await openGateway<null>({
    supergraphSdl: readSupergraph(supergraph),
    subgraphs: (_name, url, graph) => remote(graph, url, env),
    authenticate: async () => null,
    identityOf: () => 'everybody',
    forwardHeaders: forward,
    introspection: true,
    // It listens on loopback only: all clients have this machine's address, or that of the proxy before it.
    limits: {
      maxConnectionsPerAddress: Infinity,
      maxUnreadyPerAddress: Infinity,
      maxSlowBodiesPerAddress: Infinity,
      maxWaitingBytesPerAddress: Infinity,
    },
    log: stderrLog,
  }).catch((error: unknown) => {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${supergraph} cannot be loaded as a supergraph: ${firstLine(error)}`)
  })
  const server = makeHttpServer()
  gateway.attach(server, (request, response) => {
    if (request.url?.split('?')[0] !== '/healthz') return response.writeHead(404, { 'content-length': 0 }).end()
    const body = JSON.stringify({ status: gateway.ready() ? 'ready' : 'draining' })
    return response.writeHead(gateway.ready() ? 200 : 503, { 'content-type': 'application/json' }).end(body)
  })
  const close = async () => {
    await gateway[Symbol.asyncDispose]()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }
  try {
    await listen(server, port)
  } catch (error) {
    await close()
    throw error
  }
  const { address, port: actual } = server.address() as AddressInfo
  return {
    url: `http://${address}:${actual}/graphql`,
    async stop() {
      await gateway.drain(DRAIN_MS)
      await close()
    },
    [Symbol.asyncDispose]: close,
  }
}

function readArguments(argv: readonly string[]): Arguments {
  let values: { supergraph?: string; port?: string; forward?: string[] }
  try {
    const options = {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      forward: { type: 'string', multiple: true },
    } as const
    values = parseArgs({ args: [...argv], options }).values
  } catch (error) {
    throw new UsageError(`${firstLine(error)} Usage: ${FORM}`)
  }
  const { supergraph, port, forward = [] } = values
  if (!supergraph) throw new UsageError(`--supergraph is missing. Usage: ${FORM}`)
  if (!port) throw new UsageError(`--port is missing. Usage: ${FORM}`)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port must be a number up to 65535, not ${port}.`)
  const bad = forward.find((name) => !isForwardable(name))
  if (bad !== undefined) {
    throw new UsageError(`--forward must name a valid header that does not describe the connection, not ${bad}.`)
  }
  return { supergraph, port: Number(port), forward }
}

function readSupergraph(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`The supergraph cannot be read: ${firstLine(error)}`)
  }
}

function remote(graph: string, routingUrl: string, env: NodeJS.ProcessEnv): SubgraphSource {
  const url = address(`SUBGRAPH_${graph}_URL`, env, routingUrl, ['http:', 'https:'])
  const wsUrl = address(`SUBGRAPH_${graph}_WS_URL`, env, url.replace(/^http/, 'ws'), ['ws:', 'wss:'])
  return { kind: 'remote', url, wsUrl }
}

function address(variable: string, env: NodeJS.ProcessEnv, otherwise: string, protocols: readonly string[]): string {
  const value = env[variable] || otherwise
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value
  const from = env[variable] ? variable : `The supergraph's routing URL (${variable} replaces it)`
  throw new UsageError(`${from} is not a ${protocols.join(' or ')} address: ${value || 'empty'}`)
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new UsageError(`Port ${port} is taken: choose another with --port.`) : error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

const say =
  (level: string) =>
  (message: string, facts: Readonly<Record<string, unknown>> = {}) => {
    const shown = Object.entries(facts).map(([name, value]) => [name, value instanceof Error ? value.message : value])
    process.stderr.write(`${JSON.stringify({ level, message, ...(Object.fromEntries(shown) as object) })}\n`)
  }
const stderrLog: Log = { debug() {}, info() {}, warn: say('warn'), error: say('error') }
