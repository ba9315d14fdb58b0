import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  subscribe,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { GraphRequest, LocalStream, LocalSubgraph, SubgraphSource } from '../../gateway/core/index.ts'

type Name = keyof typeof typeDefs

/** A shop of four subgraphs: entities, @requires, an interface, a union, lists of entities, and streams of all kinds. */
const typeDefs = {
  catalog: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])
    type Query { product(id: ID!): Product  products: [Product!]!  broken: String }
    type Mutation { rename(id: ID!, name: String!): Product! }
    interface Item { id: ID! name: String! }
    type Product implements Item @key(fields: "id") { id: ID! name: String! weight: Int!  tags(first: Int): [String!]! }
  `,
  stock: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@external"])
    type Product @key(fields: "id") {
      id: ID!
      weight: Int! @external
      shipping: Int! @requires(fields: "weight")
      amount: Int
    }
  `,
  people: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
    type Query { person(id: ID!): Person }
    type Person @key(fields: "id") { id: ID! name: String! friends: [Person!]! secret: String! }
  `,
  reviews: `
    extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@composeDirective"])
      @link(url: "https://example.org/resumable/v1.0", import: ["@resumable"])
      @composeDirective(name: "@resumable")
    directive @resumable(argument: String!, cursor: String!) on FIELD_DEFINITION
    scalar Cursor
    type Query { reviews: [Review!]! }
    type Subscription {
      reviewAdded(product: ID!): Review!
      activity(product: ID!): Activity!
      feed(after: Cursor): FeedEvent! @resumable(argument: "after", cursor: "cursor")
    }
    type Review @key(fields: "id") { id: ID! text: String! product: Product! author: Person  helpers: [Person!]! }
    type Question { id: ID! about: Product! asker: Person }
    union Activity = Review | Question
    type FeedEvent { cursor: Cursor! review: Review  editor: Person! }
    type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Person @key(fields: "id") { id: ID! }
  `,
}

const review = (id: string, product: string) => ({
  __typename: 'Review',
  id,
  text: `text of ${id}`,
  product: { id: product },
  author: { id: 'ann' },
  helpers: [{ id: 'bob' }, { id: 'ann' }],
})
const product = (id: string) => ({ __typename: 'Product', id, name: `name of ${id}`, weight: 10, tags: tagsOf })
const tagsOf = ({ first = 9 }: { first?: number }) => ['new', 'red', 'big'].slice(0, first)
const person = (id: string): object => ({
  id,
  name: `name of ${id}`,
  friends: () => (id === 'ann' ? [person('bob')] : [person('ann')]),
  secret: () => {
    throw new Error('The table secrets does not exist.')
  },
})

/** What goes to whom: streams pull, and what they did not pull yet waits in them. */
function makeTopic<T>() {
  const open = new Set<(value: T) => void>()
  const breaks = new Set<() => void>()
  return {
    open: () => open.size,
    /** All that are open now throw, as when a resolver's code fails. */
    break: () => breaks.forEach((fail) => fail()),
    publish: (value: T) => open.forEach((push) => push(value)),
    stream(first: readonly T[] = []): AsyncIterableIterator<T> {
      const waiting = [...first]
      let wake: (() => void) | undefined
      let over = false
      let broken = false
      const push = (value: T) => {
        waiting.push(value)
        wake?.()
      }
      open.add(push)
      const fail = () => {
        broken = true
        open.delete(push)
        breaks.delete(fail)
        wake?.()
      }
      breaks.add(fail)
      return {
        async next() {
          while (waiting.length === 0 && !over && !broken) await new Promise<void>((resolve) => (wake = resolve))
          if (broken) throw new Error('The index is being rebuilt.')
          const value = waiting.shift()
          return over || value === undefined ? { done: true, value: undefined } : { done: false, value }
        },
        async return() {
          over = true
          open.delete(push)
          breaks.delete(fail)
          wake?.()
          return { done: true, value: undefined }
        },
        [Symbol.asyncIterator]() {
          return this
        },
      }
    },
  }
}

type FeedEvent = { feed: { cursor: string; review: object | null } }

export interface Graph extends AsyncDisposable {
  readonly supergraphSdl: string
  source(name: string): SubgraphSource
  /** One review, to all streams of its product; the feed gets it too. */
  addReview(id: string, product?: string, author?: string): void
  /** The code of the feed fails, for all streams that are open. */
  breakFeed(): void
  /** Streams open in the subgraph of reviews. */
  openStreams(): number
  /** Subscriptions that were opened there, with the variables and headers that came. */
  readonly subscribed: { variables: Record<string, unknown>; query: string; headers: Record<string, unknown> }[]
  /** Requests that any subgraph got for entities or queries. */
  readonly asked: { subgraph: string; query: string; headers: Record<string, unknown>; text: string }[]
  /** The latest progress told, by cursor. */
  readonly progress: string[]
  /** Remote only: sockets to a subgraph, and the ends of its server. */
  sockets(name: string): number
  stop(name: string): Promise<void>
  start(name: string): Promise<void>
  /** What subgraphs do next: stock throws when set, people with this code, a review that is streamed with this code. */
  fail: { stock: boolean; people: string | null; review: string | null }
}

export async function startGraph(remote: readonly Name[] = []): Promise<Graph> {
  const fail: Graph['fail'] = { stock: false, people: null, review: null }
  const failing = (code: string | null) => {
    if (code !== null) throw new GraphQLError('Not now.', { extensions: { code } })
  }
  const added = makeTopic<{ reviewAdded: object; activity: object }>()
  const feed = makeTopic<FeedEvent>()
  const log: FeedEvent[] = []
  const subscribed: Graph['subscribed'] = []
  const asked: Graph['asked'] = []
  const progress: string[] = []

  const feedStream = ({ after }: { after?: string }) => {
    const start: FeedEvent = { feed: { cursor: `c${log.length}`, review: null } }
    return feed.stream(after === undefined ? [start] : log.slice(Number(after.slice(1))))
  }
  const resolvers: Record<Name, object> = {
    catalog: {
      Query: {
        product: (_: unknown, { id }: { id: string }) => product(id),
        products: () => ['p1', 'p2'].map(product),
        broken: () => {
          throw new Error('connection to 10.0.0.7 refused')
        },
      },
      Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...product(id), name }) },
      Product: { __resolveReference: ({ id }: { id: string }) => product(id) },
    },
    stock: {
      Product: {
        __resolveReference: (reference: object) => reference,
        shipping: ({ weight }: { weight: number }) => weight * 2,
        amount: ({ id }: { id: string }) => {
          if (fail.stock) throw new Error('The store is away.')
          return id === 'p1' ? 5 : 7
        },
      },
    },
    people: {
      Query: { person: (_: unknown, { id }: { id: string }) => person(id) },
      Person: {
        __resolveReference({ id }: { id: string }) {
          failing(fail.people)
          return id === 'nobody' ? null : person(id)
        },
      },
    },
    reviews: {
      Query: { reviews: () => [review('r1', 'p1'), review('r2', 'p2')] },
      Subscription: {
        reviewAdded: { subscribe: () => added.stream() },
        activity: { subscribe: () => added.stream() },
        feed: { subscribe: (_: unknown, args: { after?: string }) => feedStream(args) },
      },
      FeedEvent: {
        editor({ review }: { review: { author: { id: string } } | null }) {
          failing(fail.review)
          return { id: review?.author.id === 'nobody' ? 'nobody' : 'ann' }
        },
      },
      Review: { __resolveReference: ({ id }: { id: string }) => review(id, 'p1') },
      Product: { __resolveReference: ({ id }: { id: string }) => ({ id }), reviews: () => [review('r1', 'p1')] },
      Person: { __resolveReference: (reference: object) => reference },
    },
  }

  const schemas = new Map<string, GraphQLSchema>()
  for (const name of Object.keys(typeDefs) as Name[]) {
    schemas.set(name, buildSubgraphSchema({ typeDefs: parse(typeDefs[name]), resolvers: resolvers[name] as never }))
  }
  const composed = composeServices(
    Object.entries(typeDefs).map(([name, sdl]) => ({ name, url: `http://${name}.invalid/`, typeDefs: parse(sdl) })),
  )
  if (!composed.supergraphSdl) throw new Error(composed.errors?.map(({ message }) => message).join('\n'))

  const run = (name: string, { query, operationName, variables }: GraphRequest, headers: Record<string, unknown>) => {
    const schema = schemas.get(name)
    if (!schema) throw new Error(`no subgraph ${name}`)
    const document = parse(query)
    const args = { schema, document, variableValues: { ...variables }, operationName: operationName ?? null }
    if (getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION) {
      subscribed.push({ variables: { ...variables }, query, headers })
      return subscribe(args)
    }
    asked.push({ subgraph: name, query, headers, text: JSON.stringify({ query, operationName, variables }) })
    return execute(args)
  }
  const local = (name: string): LocalSubgraph => ({
    execute: async (request, headers) => (await run(name, request, headers)) as ExecutionResult,
    async subscribe(request, headers) {
      const stream = (await run(name, request, headers)) as LocalStream | ExecutionResult
      if (Symbol.asyncIterator in stream) stream.progress = (cursor) => progress.push(cursor)
      return stream
    },
  })

  const servers = new Map<string, Awaited<ReturnType<typeof serve>>>()
  const ports = new Map<string, number>()
  const serve = async (name: string) => {
    const http = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const answer = async () => {
          const result = await run(name, JSON.parse(body) as GraphRequest, request.headers)
          const last = asked.at(-1)
          if (last) last.text = body
          response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
        }
        answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
      })
    })
    const webSockets = new WebSocketServer({ server: http })
    const topics = new Map<string, string>()
    webSockets.on('connection', (socket: WebSocket) =>
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as { type: string; id: string; payload?: { progress?: object } }
        if (message.type === 'subscribe') topics.set(message.id, name)
        if (message.type === 'ping' && message.payload?.progress)
          progress.push(...Object.values<string>(message.payload.progress as Record<string, string>))
      }),
    )
    const gql = useServer<Record<string, unknown>, { request: { headers: IncomingHttpHeaders } }>(
      {
        // Each operation is given with its payload: no argument of graphql-js would hold the extensions.
        onSubscribe: (_, _id, payload) => ({
          schema: schemas.get(name) as GraphQLSchema,
          document: parse(payload.query),
          payload,
        }),
        subscribe: ((args: { payload: GraphRequest & { extensions?: { headers?: Record<string, unknown> } } }) =>
          run(name, args.payload, args.payload.extensions?.headers ?? {})) as never,
      },
      webSockets,
    )
    await new Promise<void>((resolve) => http.listen(ports.get(name) ?? 0, '127.0.0.1', resolve))
    ports.set(name, (http.address() as AddressInfo).port)
    return {
      sockets: () => webSockets.clients.size,
      async stop() {
        // Like a process that is killed: nobody is told.
        for (const client of webSockets.clients) client.terminate()
        http.closeAllConnections()
        await gql.dispose()
        await new Promise((resolve) => http.close(resolve))
      },
    }
  }
  for (const name of remote) servers.set(name, await serve(name))

  let reviews = 0
  const graph: Graph = {
    supergraphSdl: composed.supergraphSdl,
    source(name) {
      const port = ports.get(name)
      if (port === undefined) return { kind: 'local', ...local(name) }
      return { kind: 'remote', url: `http://127.0.0.1:${port}/graphql`, wsUrl: `ws://127.0.0.1:${port}/graphql` }
    },
    addReview(id, of = 'p1', author = 'ann') {
      const one = { ...review(id, of), author: { id: author } }
      const event = { feed: { cursor: `c${++reviews}`, review: one } }
      log.push(event)
      feed.publish(event)
      added.publish({
        reviewAdded: one,
        activity: reviews % 2 ? one : { __typename: 'Question', id, about: { id: of }, asker: { id: 'bob' } },
      })
    },
    breakFeed: () => feed.break(),
    openStreams: () => added.open() + feed.open(),
    subscribed,
    asked,
    progress,
    fail,
    sockets: (name) => servers.get(name)?.sockets() ?? 0,
    async stop(name) {
      await servers.get(name)?.stop()
      servers.delete(name)
    },
    async start(name) {
      servers.set(name, await serve(name))
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server.stop()
      servers.clear()
    },
  }
  return graph
}
