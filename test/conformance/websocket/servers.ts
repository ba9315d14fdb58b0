import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { makeTopics } from '../federated-subscriptions/subgraphs/topics.ts'
import type { Stage } from '../federated-subscriptions/suite.ts'
import type { Options, Stream } from './kit.ts'

let lastShop = 0

/** Something that is held back until it is let go, any number of times. */
function makeGate() {
  let open: (() => void) | undefined
  let closed = Promise.resolve()
  return {
    pass: () => closed,
    hold: () => {
      closed = new Promise((resolve) => (open = resolve))
    },
    release: () => open?.(),
  }
}

/** What the suite may use of a gateway over the subgraphs of the federated subscriptions. */
export function optionsOf({ subgraphs: { orders, customers } }: Stage): Options {
  const gate = makeGate()
  return {
    query: { query: 'query ($id: ID = "ann") { customer(id: $id) { name } }' },
    failing: { query: '{ customer(id: "broken") { name email } }' },
    mutation: { query: 'mutation { restock(upc: "p1") }' },
    slow: {
      operation: { query: '{ customer(id: "slow") { name } }' },
      hold() {
        gate.hold()
        customers.answer({ how: 'late', release: async (_, text) => (text.includes('slow') ? gate.pass() : undefined) })
      },
      release: gate.release,
    },
    stream: () =>
      streamOf(orders, 'subscription ($shop: ID!) { tick(shop: $shop) { n } }', { n: 1, maybe: null, matrix: [] }),
  }
}

function streamOf(
  topics: Pick<Stage['subgraphs']['orders'], 'publish' | 'end' | 'open'>,
  query: string,
  event: object,
): Stream {
  const shop = `socket-${++lastShop}`
  return {
    operation: { query, variables: { shop } },
    emit: () => topics.publish('tick', shop, event),
    end: () => topics.end('tick', shop),
    open: () => topics.open('tick', shop),
  }
}

export interface Reference extends AsyncDisposable {
  readonly url: string
  readonly options: Options
}

/** The protocol's own implementation over one schema, by which the suite itself is checked. */
export async function startReference(): Promise<Reference> {
  const topics = makeTopics()
  const gate = makeGate()
  const limits = { initWaitMs: 400, maxMessageBytes: 64 * 1024 }
  const schema = buildSchema(`
    type Query { slow: String!  failing: String }
    type Mutation { change: String! }
    type Subscription { tick(shop: ID!): Tick! }
    type Tick { n: Int! }
  `)
  const rootValue = {
    slow: async () => {
      await gate.pass()
      return 'at last'
    },
    failing: () => {
      throw new Error('It fails.')
    },
    change: () => 'changed',
    tick: ({ shop }: { shop: string }) => topics.stream('tick', shop, {}),
  }
  const http = createServer()
  const sockets = new WebSocketServer({ server: http, maxPayload: limits.maxMessageBytes })
  const protocol = useServer(
    {
      schema,
      roots: { query: rootValue, mutation: rootValue, subscription: rootValue },
      connectionInitWaitTimeout: limits.initWaitMs,
      onConnect: ({ connectionParams }) => connectionParams?.['stranger'] !== true,
    },
    sockets,
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    options: {
      ...limits,
      refusedParams: { stranger: true },
      failing: { query: '{ failing }' },
      mutation: { query: 'mutation { change }' },
      slow: { operation: { query: '{ slow }' }, hold: gate.hold, release: gate.release },
      stream: () => streamOf(topics, 'subscription ($shop: ID!) { tick(shop: $shop) { n } }', { tick: { n: 1 } }),
    },
    async [Symbol.asyncDispose]() {
      await protocol.dispose()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
