import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openGateway, type Gateway, type GatewayOptions } from '../../gateway/core/index.ts'
import { eventually } from './eventually.ts'
import type { Graph } from './federated-graph.ts'

export interface Who {
  readonly name: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely; a wrong path fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

export interface CoreServer extends AsyncDisposable {
  readonly gateway: Gateway<Who>
  readonly url: string
  readonly wsUrl: string
  /** TCP connections, whatever is said on them. */
  connections(): Promise<number>
  post(request: object | string, headers?: Record<string, string>): Promise<Answer>
  /** A stock client; `name` is whom the gateway takes it for, `params` are further parameters of its connection. */
  client(name?: string, params?: Record<string, string>): Client
}

/** A gateway over this graph, on a port: whoever says a name in `x-name` is that. */
export async function startCore(graph: Graph, options: Partial<GatewayOptions<Who>> = {}): Promise<CoreServer> {
  const gateway = await openGateway<Who>({
    supergraphSdl: graph.supergraphSdl,
    subgraphs: (name) => graph.source(name),
    authenticate: async ({ headers, connectionParams }) => {
      const name = (connectionParams?.['x-name'] ?? headers['x-name'] ?? 'nobody') as string
      if (name === 'stranger') throw refusal('UNAUTHENTICATED', 401)
      if (name === 'banned') throw refusal('FORBIDDEN', 403)
      if (name === 'hurried') throw refusal('RATE_LIMITED', 429)
      if (name === 'early') throw refusal('UNAVAILABLE', 503)
      if (name === 'bug') throw new Error('select * from secrets')
      return { name }
    },
    identityOf: ({ name }) => name,
    ...options,
  })
  const server = createServer()
  gateway.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/graphql`
  const wsUrl = `ws://127.0.0.1:${port}/graphql`
  const clients: Client[] = []
  return {
    gateway,
    url,
    wsUrl,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async post(request, headers = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof request === 'string' ? request : JSON.stringify(request),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
    },
    client(name = 'ann', params = {}) {
      const client = createClient({
        url: wsUrl,
        webSocketImpl: WebSocket,
        connectionParams: { 'x-name': name, ...params },
        retryAttempts: 0,
      })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(clients.map(async (client) => client.dispose()))
      await gateway[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function refusal(code: string, status: number): Error {
  return Object.assign(new Error('Not you.'), { extensions: { code, http: { status } } })
}

export interface Followed {
  /** What came so far. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly events: any[]
  /** `null` while it runs. */
  ended: { readonly error?: unknown } | null
  stop(): void
}

/** Subscribes and collects. */
export function follow(client: Client, query: string, variables: Record<string, unknown> = {}): Followed {
  const followed: Followed = { events: [], ended: null, stop: () => {} }
  followed.stop = client.subscribe(
    { query, variables },
    {
      next: (event) => followed.events.push(event),
      error: (error) => (followed.ended = { error }),
      complete: () => (followed.ended ??= {}),
    },
  )
  return followed
}

/** The gateway as if nobody had ever come. */
export async function emptied({ gateway }: CoreServer): Promise<void> {
  await eventually(() => {
    const { documents: _d, documentBytes: _b, ...open } = gateway.stats()
    expect(open).toEqual({
      sockets: 0,
      httpStreams: 0,
      operations: 0,
      readers: 0,
      streams: 0,
      upstreamSockets: 0,
      upstreamSubscriptions: 0,
    })
  })
}
