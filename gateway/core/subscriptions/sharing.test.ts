import { eventually } from '../../../test/support/eventually.ts'
import { startGraph, type Graph } from '../../../test/support/federated-graph.ts'
import { publicly } from '../../../test/support/public-marks.ts'
import { emptied, follow, refusal, startCore, type Who } from '../../../test/support/gateway-core.ts'
import type { GatewayOptions } from '../index.ts'

const NAMED = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const named = (id: string) => ({ data: { reviewAdded: { id, author: { name: 'name of ann' } } } })

const STREAM = ['Subscription.reviewAdded', 'Review.id', 'Review.author', 'Review.product', 'Person.id', 'Product.id']

const start = (graph: Graph, marks: readonly string[], options: Partial<GatewayOptions<Who>> = {}) =>
  startCore(graph, { supergraphSdl: publicly(graph, marks), ...options })

describe.each([
  ['in-process', [] as const],
  ['remote', ['catalog', 'stock', 'people', 'reviews'] as const],
])('%s subgraphs', (_, remote) => {
  test('a public subscription is one stream and one execution for all identities', async () => {
    await using graph = await startGraph(remote)
    await using core = await start(graph, [...STREAM, 'Person.name'])
    const streams = ['ann', 'bob', 'eve'].map((name) => follow(core.client(name), NAMED))
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 3, streams: 1 }))
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    for (const { events } of streams) await eventually(() => expect(events).toEqual([named('r1')]))
    expect(graph.asked).toHaveLength(1)
    streams[0]?.stop()
    await eventually(() => core.gateway.stats().readers === 2)
    graph.addReview('r2')
    for (const { events } of streams.slice(1)) await eventually(() => expect(events.at(-1)).toEqual(named('r2')))
    expect(graph.asked).toHaveLength(2)
    expect(streams[0]?.events).toHaveLength(1)
    for (const stream of streams) stream.stop()
    await emptied(core)
  })

  test('what is private of a public stream is fetched for each identity, by its own rights', async () => {
    await using graph = await startGraph(remote)
    const signRequest = ({ name }: Who) => ({ 'x-signed': name })
    await using core = await start(graph, STREAM, { signRequest })
    const twice = [follow(core.client('ann'), NAMED), follow(core.client('ann'), NAMED)]
    const other = follow(core.client('bob'), NAMED)
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 3, streams: 1 }))
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    for (const { events } of [...twice, other]) await eventually(() => expect(events).toEqual([named('r1')]))
    expect(graph.asked.map(({ headers }) => headers['x-signed']).sort()).toEqual(['ann', 'bob'])
  })

  test('who comes after the snapshot of a stream that begins with one gets a stream, and a snapshot, of their own', async () => {
    await using graph = await startGraph(remote)
    const marked = publicly(graph, ['Subscription.reviewAdded'], '@snapshot')
      .replace('import: ["@cacheControl"]', 'import: ["@cacheControl", "@snapshot"]')
      .concat('\ndirective @snapshot on FIELD_DEFINITION')
    for (const [supergraphSdl, streams] of [
      [graph.supergraphSdl, 1],
      [marked, 2],
    ] as const) {
      await using core = await startCore(graph, { supergraphSdl })
      const first = [follow(core.client('ann'), NAMED), follow(core.client('ann'), NAMED)]
      await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
      await eventually(() => graph.openStreams() === 1)
      graph.addReview('r1')
      for (const { events } of first) await eventually(() => expect(events).toEqual([named('r1')]))
      const later = follow(core.client('ann'), NAMED)
      await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 3, streams }))
      for (const stream of [...first, later]) stream.stop()
      await eventually(() => graph.openStreams() === 0)
    }
  })

  test('private streams with the same event share what is public of the rest', async () => {
    await using graph = await startGraph(remote)
    await using core = await start(graph, ['Person.id', 'Person.name'])
    const streams = ['ann', 'bob'].map((name) => follow(core.client(name), NAMED))
    await eventually(() => graph.openStreams() === 2)
    graph.addReview('r1')
    for (const { events } of streams) await eventually(() => expect(events).toEqual([named('r1')]))
    expect(core.gateway.stats()).toMatchObject({ streams: 2 })
    expect(graph.asked).toHaveLength(1)
    graph.addReview('r2')
    for (const { events } of streams) await eventually(() => expect(events).toEqual([named('r1'), named('r2')]))
  })

  test('entities of different events go in one fetch, and each event gets its own', async () => {
    await using graph = await startGraph(remote)
    await using core = await start(graph, ['Person', 'Product.name', 'Product.amount'])
    const query = 'subscription ($p: ID!) { reviewAdded(product: $p) { product { name amount } helpers { name } } }'
    const streams = ['p1', 'p2'].map((p) => follow(core.client(p), query, { p }))
    await eventually(() => graph.openStreams() === 2)
    graph.addReview('r1', 'p1')
    graph.addReview('r2', 'p2')
    const seen = (id: string, amount: number) => ({
      data: {
        reviewAdded: {
          product: { name: `name of ${id}`, amount },
          helpers: [{ name: 'name of bob' }, { name: 'name of ann' }],
        },
      },
    })
    // The test's subgraph sends every review to every stream.
    for (const { events } of streams) await eventually(() => expect(events).toEqual([seen('p1', 5), seen('p2', 7)]))
    graph.fail.stock = true
    graph.addReview('r3', 'p2')
    for (const { events } of streams) {
      await eventually(() =>
        expect(events[2]).toMatchObject({
          data: { reviewAdded: { product: { name: 'name of p2', amount: null } } },
          errors: [{ path: ['reviewAdded', 'product', 'amount'], message: 'The store is away.' }],
        }),
      )
    }
  })
})

test.each([
  ['nothing is marked', []],
  ['the root field is not marked', STREAM.slice(1)],
  ['a field of the event is not marked', STREAM.filter((mark) => mark !== 'Review.id')],
])('identities have streams of their own where %s', async (_, marks) => {
  await using graph = await startGraph()
  await using core = await start(graph, marks)
  for (const name of ['ann', 'bob']) follow(core.client(name), NAMED)
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 2 }))
})

test('a mark on a type holds for its fields, and PRIVATE on one of them wins', async () => {
  await using graph = await startGraph()
  const types = ['Subscription.reviewAdded', 'Review', 'Person', 'Product']
  await using core = await start(graph, types)
  for (const name of ['ann', 'bob']) follow(core.client(name), NAMED)
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))

  const sdl = publicly(graph, types).replace(/^(  author: Person)\b/m, '$1 @cacheControl(scope: PRIVATE)')
  await using guarded = await startCore(graph, { supergraphSdl: sdl })
  for (const name of ['ann', 'bob']) follow(guarded.client(name), NAMED)
  await eventually(() => expect(guarded.gateway.stats()).toMatchObject({ readers: 2, streams: 2 }))
})

test('who may not subscribe does not join what is public either', async () => {
  await using graph = await startGraph()
  const { GraphQLError } = await import('graphql')
  await using core = await start(graph, [...STREAM, 'Person.name'], {
    checkOperation: ({ context: { name } }) =>
      name === 'bob' ? [new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN' } })] : [],
  })
  const ann = follow(core.client('ann'), NAMED)
  await eventually(() => graph.openStreams() === 1)
  const bob = follow(core.client('bob'), NAMED)
  await eventually(() => expect(bob.ended).toMatchObject({ error: [{ extensions: { code: 'FORBIDDEN' } }] }))
  graph.addReview('r1')
  await eventually(() => expect(ann.events).toEqual([named('r1')]))
  expect(bob.events).toEqual([])
})

test('a client whose socket was closed gets no more events of a shared stream, which continues for the others', async () => {
  await using graph = await startGraph()
  await using core = await start(graph, [...STREAM, 'Person.name'])
  const [ann, bob] = ['ann', 'bob'].map((name) => follow(core.client(name), NAMED))
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
  await eventually(() => graph.openStreams() === 1)
  core.gateway.closeSockets(({ name }) => name === 'ann', 4401, 'SESSION_REVOKED')
  graph.addReview('r1')
  await eventually(() => expect(bob?.events).toEqual([named('r1')]))
  await eventually(() => expect(ann?.ended).toMatchObject({ error: { code: 4401 } }))
  expect(ann?.events).toEqual([])
})

test('where the subgraph refuses him who opened a public stream, it is opened by another', async () => {
  await using graph = await startGraph()
  let asked = () => {}
  const both = new Promise<void>((resolve) => (asked = resolve))
  await using core = await start(graph, [...STREAM, 'Person.name'], {
    signRequest: ({ name }) => ({ 'x-signed': name }),
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'reviews' || source.kind !== 'local') return source
      return {
        ...source,
        async subscribe(request, headers, signal) {
          await both
          if (headers['x-signed'] === 'ann') throw refusal('FORBIDDEN', 403)
          return source.subscribe(request, headers, signal)
        },
      }
    },
  })
  const ann = follow(core.client('ann'), NAMED)
  await eventually(() => core.gateway.stats().streams === 1)
  const bob = follow(core.client('bob'), NAMED)
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
  asked()
  await eventually(() => expect(ann.ended).toMatchObject({ error: [{ extensions: { code: 'FORBIDDEN' } }] }))
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => expect(bob.events).toEqual([named('r1')]))
  expect(bob.ended).toBeNull()
})

test('when a public subscription becomes private, subscribers of different identities no longer share its stream', async () => {
  await using graph = await startGraph()
  await using core = await start(graph, [...STREAM, 'Person.name'])
  const [ann, bob] = ['ann', 'bob'].map((name) => follow(core.client(name), NAMED))
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
  await core.gateway.reload(graph.supergraphSdl)
  await eventually(() => expect([ann, bob].filter((one) => one?.ended)).toHaveLength(1))
  expect([ann, bob].find((one) => one?.ended)?.ended).toMatchObject({
    error: [{ extensions: { code: 'SCHEMA_RELOAD' } }],
  })
  graph.addReview('r1')
  await eventually(() => expect([ann, bob].find((one) => !one?.ended)?.events).toEqual([named('r1')]))
})

test('an event of streams whose root fields have different arguments is executed once; below the root they count', async () => {
  await using graph = await startGraph()
  let executions = 0
  const count = (name: string) => void (name === 'gateway_executions_total' && executions++)
  await using core = await start(graph, ['Person'], { metrics: { count, observe: () => {} } })
  const query = `subscription ($p: ID!, $without: Boolean!) {
    reviewAdded(product: $p) { id @skip(if: $without) author { name } }
  }`
  const listen = (p: string, without: boolean) => follow(core.client(p), query, { p, without })
  const [one, another] = [listen('p1', false), listen('p2', false)]
  await eventually(() => graph.openStreams() === 2)
  graph.addReview('r1')
  for (const { events } of [one, another]) await eventually(() => expect(events).toEqual([named('r1')]))
  expect(executions).toBe(1)
  const short = listen('p3', true)
  await eventually(() => graph.openStreams() === 3)
  graph.addReview('r2')
  for (const { events } of [one, another]) await eventually(() => expect(events.at(-1)).toEqual(named('r2')))
  await eventually(() => expect(short.events).toEqual([{ data: { reviewAdded: { author: { name: 'name of ann' } } } }]))
  expect(executions).toBe(3)
})

test('events are executed side by side and delivered in order', async () => {
  await using graph = await startGraph()
  const held: (() => void)[] = []
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'people' || source.kind !== 'local') return source
      return {
        ...source,
        async execute(...given) {
          await new Promise<void>((resolve) => held.push(resolve))
          return source.execute(...given)
        },
      }
    },
  })
  const stream = follow(core.client(), NAMED)
  await eventually(() => graph.openStreams() === 1)
  for (const [before, id] of ['r1', 'r2', 'r3'].entries()) {
    graph.addReview(id)
    await eventually(() => held.length === before + 1)
  }
  held[2]?.()
  held[1]?.()
  const other = follow(core.client('bob'), 'subscription { reviewAdded(product: "p1") { id } }')
  await eventually(() => graph.openStreams() === 2)
  graph.addReview('r4')
  await eventually(() => other.events.length === 1)
  expect(stream.events).toEqual([])
  held[0]?.()
  await eventually(() => expect(stream.events).toEqual(['r1', 'r2', 'r3'].map(named)))
  await eventually(() => held.length === 4)
  held[3]?.()
  await eventually(() => expect(stream.events.at(-1)).toEqual(named('r4')))
})
