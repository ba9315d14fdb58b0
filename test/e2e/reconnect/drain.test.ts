import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import { WebSocket } from 'ws'
import { openGateway } from '../../../gateway/core/index.ts'
import { eventually } from '../../support/eventually.ts'
import { startGraph, type Graph } from '../../support/federated-graph.ts'
import { connect } from '../../../client/connect.ts'

interface Feed {
  readonly feed: { readonly cursor: string; readonly review: { readonly id: string } | null }
}
const Feed = parse(
  'subscription Feed($after: Cursor) { feed(after: $after) { cursor review { id } } }',
) as TypedDocumentNode<Feed, { after?: string | null }>

const startGateway = (graph: Graph) =>
  openGateway({
    supergraphSdl: graph.supergraphSdl,
    subgraphs: (name) => graph.source(name),
    authenticate: async (_request) => null,
    identityOf: () => 'nobody',
    // One socket is told to come back within two seconds.
    limits: { maxReconnectsPerSecond: 0.5 },
  })

/** Sockets that remember when they were made, and how they ended. */
function recorded() {
  const made: number[] = []
  const closed: { at: number; code: number; reason: string }[] = []
  class Recorded extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      made.push(performance.now())
      this.on('close', (code, reason) => closed.push({ at: performance.now(), code, reason: reason.toString() }))
    }
  }
  return { made, closed, Recorded }
}

afterEach(() => jest.restoreAllMocks())

test('a client reconnects when a draining gateway told it to, and resumes from the last cursor', async () => {
  await using graph = await startGraph()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  const before = await startGateway(graph)
  before.attach(server)
  // There before the first one goes: who comes back must not find nobody on a busy machine.
  await using after = await startGateway(graph)
  const { made, closed, Recorded } = recorded()
  const app = connect({ url, webSocket: Recorded })
  const stream = app.subscribe(Feed, {})
  const next = async () => (await stream.next()).value?.feed
  try {
    expect(await next()).toMatchObject({ cursor: 'c0' })
    graph.addReview('r1')
    expect(await next()).toMatchObject({ cursor: 'c1', review: { id: 'r1' } })

    // The middle of the two seconds; left to himself he would come back after 375 ms.
    jest.spyOn(Math, 'random').mockReturnValue(0.5)
    await before.drain(0)
    await before[Symbol.asyncDispose]()
    graph.addReview('r2')
    after.attach(server)
    expect(await next()).toMatchObject({ cursor: 'c2', review: { id: 'r2' } })
    expect(graph.subscribed.at(-1)?.variables).toEqual({ resumeAfter: 'c1' })
    expect(closed).toMatchObject([{ code: 1012, reason: 'The gateway is restarting: connect again in 1000 ms.' }])
    expect(made).toHaveLength(2)
    // Node's timers may be a millisecond early.
    expect((made[1] ?? 0) - (closed[0]?.at ?? 0)).toBeGreaterThanOrEqual(998)
    graph.addReview('r3')
    expect(await next()).toMatchObject({ cursor: 'c3' })
    await app[Symbol.asyncDispose]()
  } finally {
    await app[Symbol.asyncDispose]()
    await before[Symbol.asyncDispose]()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

test('who is disposed of while he waits to come back does not come', async () => {
  await using graph = await startGraph()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  const gateway = await startGateway(graph)
  gateway.attach(server)
  const { made, closed, Recorded } = recorded()
  const app = connect({ url, webSocket: Recorded })
  const stream = app.subscribe(Feed, {})
  try {
    expect((await stream.next()).value).toMatchObject({ feed: { cursor: 'c0' } })
    const last = stream.next()
    await gateway.drain(0)
    await eventually(() => closed.length === 1)
    await app[Symbol.asyncDispose]()
    expect(await last).toEqual({ done: true, value: undefined })
    expect(made).toHaveLength(1)
  } finally {
    await app[Symbol.asyncDispose]()
    await gateway[Symbol.asyncDispose]()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
