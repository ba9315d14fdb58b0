import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { type GatewaySettings, makeGateway } from '../../../gateway/index.ts'
import type { Bus } from '../../../platform/bus/bus.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import type { Log } from '../../../platform/log/log.ts'
import { openMemoryNonces } from '../../../platform/nonces/index.ts'
import { openMemoryRate } from '../../../platform/rate/memory.ts'
import { openMemorySessions } from '../../../platform/sessions/index.ts'
import type { Session, SessionCache } from '../../../platform/sessions/sessions.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { codes as subgraphCodes, PublicError } from '../../../subgraphs/errors.ts'
import { makeSubgraph, type RequestFacts } from '../../../subgraphs/serve.ts'
import { fakeClock } from '../../support/clock.ts'
import { sessionKeys } from '../../support/session-keys.ts'
import { signedHeaders } from '../../support/sessions.ts'

export const SECRET = 'the secret between gateway and subgraph'
export const ADMIN_SECRET = 'an admin secret that is long enough'

const typeDefs = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@shareable", "@authenticated", "@requiresScopes", "@composeDirective"]
    )
    @link(url: "https://specs.parley.dev/stream/v0.1", import: ["@public"])
    @link(url: "https://specs.parley.dev/rateCost/v0.1", import: ["@rateCost"])
    @composeDirective(name: "@public")
    @composeDirective(name: "@rateCost")
  directive @public on FIELD_DEFINITION
  directive @rateCost(points: Int!) on FIELD_DEFINITION
  type Query {
    hello: String @public
    whoami: String @authenticated
    everybody: String @requiresScopes(scopes: [["admin"]])
    broken: String @public
    missing: String @public
    forgotten: String
    things(first: Int): [Thing!] @public
  }
  type Thing {
    name: String
  }
  type Mutation {
    greet(name: String): String @public
    rename: String @authenticated
    send: String @public @rateCost(points: 5)
  }
  type Subscription {
    ticks: Int @public
    mine: String @authenticated
    costly: Int @public @rateCost(points: 5)
    things(first: Int): [Thing!] @public
  }
`

export interface WorldOptions extends Partial<GatewaySettings> {
  /** Whether the subgraph listens elsewhere. */
  readonly remote?: boolean
  /** What the subgraph believes in. */
  readonly subgraphSecret?: string
  readonly bus?: Bus
  readonly sessions?: SessionCache
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

/** The product's gateway and one subgraph behind it, over a real database; the other ports are in memory. */
export async function openWorld(
  database: Database,
  { remote, subgraphSecret, bus: given, sessions: givenSessions, ...settings }: WorldOptions = {},
) {
  const clock = fakeClock(Date.now())
  const logged: { message: string; facts: Readonly<Record<string, unknown>> }[] = []
  const take = (message: string, facts: Readonly<Record<string, unknown>> = {}) => void logged.push({ message, facts })
  const log: Log = { debug: () => {}, info: () => {}, warn: take, error: take, with: () => log }
  const heard: RequestFacts[] = []
  const tickers = new Set<(result: IteratorResult<object>) => void>()
  let streams = 0

  const stream = () => {
    streams++
    const iterator: AsyncIterableIterator<object> = {
      next: () => new Promise((resolve) => tickers.add(resolve)),
      return: async () => {
        streams--
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }
  const subgraph = makeSubgraph({
    typeDefs,
    resolvers: {
      Query: {
        hello: () => 'world',
        whoami: (_: unknown, _args: unknown, { identity }: RequestFacts) => JSON.stringify(identity),
        everybody: () => 'all of them',
        broken: () => {
          throw new Error('password hunter2 does not fit')
        },
        missing: () => {
          throw new PublicError('NOT_FOUND', 'There is none.', { kind: 'thing' })
        },
        forgotten: () => 'never',
        things: () => [{ name: 'one' }],
      },
      Mutation: {
        greet: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
        rename: () => 'renamed',
        send: () => 'sent',
      },
      Subscription: {
        ticks: { subscribe: stream },
        mine: { subscribe: stream },
        costly: { subscribe: stream },
        things: { subscribe: stream },
      },
    },
    makeContext: (facts) => {
      heard.push(facts)
      return facts
    },
    verify: { subgraph: 'one', secrets: [subgraphSecret ?? SECRET], clock },
    log,
  })
  const server = remote ? await subgraph.listen({ host: '127.0.0.1', port: 0, drainMs: 100 }) : undefined
  const { supergraphSdl, errors } = composeServices([{ name: 'one', url: 'http://one', typeDefs: parse(typeDefs) }])
  if (!supergraphSdl) throw new AggregateError(errors ?? [], 'It does not compose.')

  const bus = given ?? openMemoryBus()
  const sessions = givenSessions ?? openMemorySessions({ clock })
  const nonces = openMemoryNonces({ clock })
  const limiter = openMemoryRate({ clock })
  const gateway = await makeGateway(
    { sessions, sessionKeys, sql: database, nonces, limiter, bus, clock, log },
    {
      supergraphSdl,
      subgraphs: () =>
        server ? { kind: 'remote', url: server.url, wsUrl: server.wsUrl } : { kind: 'local', ...subgraph.local },
      secret: SECRET,
      subgraphCodes: Object.keys(subgraphCodes),
      admin: { secret: ADMIN_SECRET },
      recheckMs: 3_600_000,
      ...settings,
    },
  )
  const http = createServer()
  gateway.attach(http)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/graphql`
  const wsUrl = `ws://127.0.0.1:${port}/graphql`
  const clients: Client[] = []

  const sign = (session: Session, method: string, body = '') =>
    signedHeaders(session, { method, target: '/graphql', body, now: clock.now() })

  const post = async (request: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(request),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  return {
    gateway,
    clock,
    logged,
    heard,
    bus,
    sessions,
    supergraphSdl,
    url,
    wsUrl,
    sign,
    post,
    /** As this session would. */
    async postAs(session: Session, request: object, headers: Record<string, string> = {}) {
      return post(request, { ...(await sign(session, 'POST', JSON.stringify(request))), ...headers })
    },
    /** One event for every stream. */
    tick(n: number) {
      const all = [...tickers]
      tickers.clear()
      for (const resolve of all) resolve({ done: false, value: { ticks: n, mine: String(n) } })
    },
    waiting: () => tickers.size,
    streams: () => streams,
    client(params: () => Promise<Record<string, unknown>> | Record<string, unknown>) {
      const client = createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams: params, retryAttempts: 0 })
      clients.push(client)
      return client
    },
    /** Lines of a streaming response, and whether it ended. */
    sse(query: string, headers: Record<string, string>, body = JSON.stringify({ query })) {
      const seen = { text: '', status: 0, ended: false }
      const request = httpRequest(
        url,
        { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers } },
        (response) => {
          seen.status = response.statusCode ?? 0
          response.setEncoding('utf8').on('data', (text: string) => (seen.text += text))
          response.on('close', () => (seen.ended = true))
        },
      )
      request.on('error', () => (seen.ended = true))
      request.end(body)
      return { seen, leave: () => request.destroy() }
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(clients.map(async (client) => client.dispose()))
      await gateway[Symbol.asyncDispose]()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      await server?.[Symbol.asyncDispose]()
      await Promise.all([bus, sessions, nonces, limiter].map((port) => port[Symbol.asyncDispose]()))
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>
