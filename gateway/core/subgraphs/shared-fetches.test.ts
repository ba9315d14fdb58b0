import { buildSchema } from 'graphql'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph, type Graph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore, type Who } from '../../../test/support/gateway-core.ts'
import type { GatewayOptions, LocalSubgraph } from '../index.ts'
import { compileEntitiesOutgoing } from './outgoing.ts'
import { makeCancellation } from './cancellation.ts'
import { makeScope } from './scope.ts'
import { makeSharedFetches } from './shared-fetches.ts'

const AMOUNT = 'query ($id: ID!) { product(id: $id) { amount } }'

interface Call {
  readonly subgraph: string
  readonly signal: AbortSignal
  release(): void
}

/** The graph, each of whose calls to some subgraphs waits until it is released. */
function gated(graph: Graph, names: readonly string[]) {
  const calls: Call[] = []
  const subgraphs = (name: string) => {
    const source = graph.source(name)
    if (!names.includes(name) || source.kind !== 'local') return source
    const execute: LocalSubgraph['execute'] = async (request, headers, signal) => {
      await new Promise<void>((release) => calls.push({ subgraph: name, signal, release }))
      return source.execute(request, headers, signal)
    }
    return { ...source, execute }
  }
  const of = (name: string) => calls.filter(({ subgraph }) => subgraph === name)
  return { subgraphs, of }
}

const askedOf = (graph: Graph, name: string) => graph.asked.filter(({ subgraph }) => subgraph === name)
const product = (amount: number) => ({ data: { product: { amount } } })

async function start(graph: Graph, names: readonly string[], options: Partial<GatewayOptions<Who>> = {}) {
  const gate = gated(graph, names)
  const core = await startCore(graph, { subgraphs: gate.subgraphs, ...options })
  const ask = async (id: string, name = 'ann', query = AMOUNT, headers = {}, signal?: AbortSignal) => {
    const response = await fetch(core.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-name': name, ...headers },
      body: JSON.stringify({ query, variables: { id } }),
      ...(signal && { signal }),
    })
    return (await response.json()) as unknown
  }
  return { core, gate, ask, [Symbol.asyncDispose]: () => core[Symbol.asyncDispose]() }
}

describe.each([
  ['in-process', [] as const],
  ['remote', ['stock', 'people'] as const],
])('%s subgraphs', (_, remote) => {
  test('operations of one identity that go on together are one fetch, and each gets its own', async () => {
    await using graph = await startGraph(remote)
    await using world = await start(graph, ['catalog'])
    const { gate, ask, core } = world
    const named = 'query Another($id: ID!) { product(id: $id) { amount } }'
    const answers = [ask('p1'), ask('p2'), ask('p1', 'ann', named)]
    await eventually(() => gate.of('catalog').length === 3)
    for (const { release } of gate.of('catalog')) release()
    expect(await Promise.all(answers)).toEqual([product(5), product(7), product(5)])
    const asked = askedOf(graph, 'stock')
    expect(asked).toHaveLength(1)
    expect(JSON.parse(asked[0]?.text ?? '')).toMatchObject({
      variables: { representations: [{ id: 'p1' }, { id: 'p2' }] },
    })
    await emptied(core)
  })

  test.each([
    ['identities', 'bob', {}],
    ['forwarded headers', 'ann', { 'x-tenant': 'other' }],
  ])('different %s are fetched for apart', async (_, name, headers) => {
    await using graph = await startGraph(remote)
    await using world = await start(graph, ['catalog'], { forwardHeaders: ['x-tenant'] })
    const { gate, ask } = world
    const answers = [ask('p1'), ask('p1'), ask('p1', name, AMOUNT, headers)]
    await eventually(() => gate.of('catalog').length === 3)
    for (const { release } of gate.of('catalog')) release()
    expect(await Promise.all(answers)).toEqual([product(5), product(5), product(5)])
    expect(askedOf(graph, 'stock')).toHaveLength(2)
  })

  test.each([
    ['query', 'product(id: "p1")', 'product(id: "p2")'],
    ['mutation', 'rename(id: "p1", name: "a")', 'rename(id: "p2", name: "b")'],
  ])('branches of one %s that ask the same are one fetch, under any name', async (kind, one, two) => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const query = `${kind} Q { a: ${one} { amount } b: ${two} { amount } c: ${one} { amount } }`
    const { body } = await core.post({ query })
    expect(body).toEqual({ data: { a: { amount: 5 }, b: { amount: 7 }, c: { amount: 5 } } })
    expect(askedOf(graph, 'stock')).toHaveLength(1)
  })

  test('an error stands at its own place in each who asked, and leaves what else there is', async () => {
    await using graph = await startGraph(remote)
    await using world = await start(graph, ['catalog'])
    const { gate, ask, core } = world
    graph.fail.stock = true
    const query = 'query Q { a: product(id: "p1") { name amount } b: product(id: "p2") { name amount } }'
    const own = core.post({ query }, { 'x-name': 'ann' })
    const other = ask('p2')
    await eventually(() => gate.of('catalog').length === 2)
    for (const { release } of gate.of('catalog')) release()
    const message = 'The store is away.'
    expect((await own).body).toMatchObject({
      data: { a: { name: 'name of p1', amount: null }, b: { name: 'name of p2', amount: null } },
      errors: [
        { message, path: ['a', 'amount'] },
        { message, path: ['b', 'amount'] },
      ],
    })
    expect(await other).toMatchObject({
      data: { product: { amount: null } },
      errors: [{ message, path: ['product', 'amount'] }],
    })
    expect(askedOf(graph, 'stock')).toHaveLength(1)
  })

  test('events of one identity on different streams are one fetch, those of two are two', async () => {
    await using graph = await startGraph(remote)
    const signRequest = ({ name }: Who) => ({ 'x-signed': name })
    await using core = await startCore(graph, { signRequest })
    const named = 'subscription { reviewAdded(product: "p1") { author { name } } }'
    const withId = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
    const streams = [named, withId].map((query) => follow(core.client('ann'), query))
    await eventually(() => graph.openStreams() === 2)
    graph.addReview('r1')
    for (const { events } of streams) {
      await eventually(() =>
        expect(events).toMatchObject([{ data: { reviewAdded: { author: { name: 'name of ann' } } } }]),
      )
    }
    expect(askedOf(graph, 'people')).toHaveLength(1)
    const other = follow(core.client('bob'), withId)
    await eventually(() => graph.openStreams() === 3)
    graph.addReview('r2')
    for (const { events } of [...streams, other]) {
      await eventually(() =>
        expect(events.at(-1)).toMatchObject({ data: { reviewAdded: { author: { name: 'name of ann' } } } }),
      )
    }
    expect(
      askedOf(graph, 'people')
        .map(({ headers }) => headers['x-signed'])
        .sort(),
    ).toEqual(['ann', 'ann', 'bob'])
  })
})

test('a query joins a fetch under way that was sent after it came, and no older one', async () => {
  await using graph = await startGraph()
  await using world = await start(graph, ['catalog', 'stock'])
  const { gate, ask } = world
  const early = [ask('p1'), ask('p1')]
  await eventually(() => gate.of('catalog').length === 2)
  gate.of('catalog')[0]?.release()
  await eventually(() => gate.of('stock').length === 1)
  gate.of('catalog')[1]?.release()
  const late = ask('p1')
  await eventually(() => gate.of('catalog').length === 3)
  gate.of('catalog')[2]?.release()
  await eventually(() => gate.of('stock').length === 2)
  gate.of('stock')[0]?.release()
  expect(await Promise.all(early)).toEqual([product(5), product(5)])
  gate.of('stock')[1]?.release()
  expect(await late).toEqual(product(5))
})

test('a mutation joins no fetch under way: what it asks for is fetched after it wrote', async () => {
  await using graph = await startGraph()
  await using world = await start(graph, ['catalog', 'stock'])
  const { gate, ask } = world
  const query = ask('p1')
  await eventually(() => gate.of('catalog').length === 1)
  const other = ask('p1')
  await eventually(() => gate.of('catalog').length === 2)
  const mutation = ask('p1', 'ann', 'mutation ($id: ID!) { rename(id: $id, name: "new") { amount } }')
  await eventually(() => gate.of('catalog').length === 3)
  gate.of('catalog')[0]?.release()
  await eventually(() => gate.of('stock').length === 1)
  gate.of('catalog')[1]?.release()
  gate.of('catalog')[2]?.release()
  await eventually(() => gate.of('stock').length === 2)
  gate.of('stock')[0]?.release()
  // The same began when the fetch had not been sent: it joined.
  expect(await Promise.all([query, other])).toEqual([product(5), product(5)])
  gate.of('stock')[1]?.release()
  expect(await mutation).toEqual({ data: { rename: { amount: 5 } } })
})

test('who leaves takes nothing from the others, and when all have left the fetch is aborted', async () => {
  await using graph = await startGraph()
  await using world = await start(graph, ['catalog', 'stock'])
  const { gate, ask, core } = world
  const [ann, another, last] = [new AbortController(), new AbortController(), new AbortController()]
  const leavers = [ann, another].map(({ signal }) => ask('p1', 'ann', AMOUNT, {}, signal).catch(() => 'left'))
  const stayed = ask('p1')
  await eventually(() => gate.of('catalog').length === 3)
  for (const { release } of gate.of('catalog')) release()
  await eventually(() => gate.of('stock').length === 1)
  ann.abort()
  another.abort()
  expect(await Promise.all(leavers)).toEqual(['left', 'left'])
  await eventually(() => core.gateway.stats().operations === 1)
  expect(gate.of('stock')[0]?.signal.aborted).toBe(false)
  gate.of('stock')[0]?.release()
  expect(await stayed).toEqual(product(5))

  const all = [ask('p2', 'ann', AMOUNT, {}, last.signal), ask('p2', 'ann', AMOUNT, {}, last.signal)]
  const left = all.map((one) => one.catch(() => 'left'))
  await eventually(() => gate.of('catalog').length === 5)
  for (const { release } of gate.of('catalog')) release()
  await eventually(() => gate.of('stock').length === 2)
  last.abort()
  expect(await Promise.all(left)).toEqual(['left', 'left'])
  await eventually(() => gate.of('stock')[1]?.signal.aborted === true)
  await emptied(core)
})

test('an event that two streams share goes on without the one that came first, and is given up with the last', async () => {
  await using graph = await startGraph()
  const gate = gated(graph, ['people'])
  await using core = await startCore(graph, { subgraphs: gate.subgraphs })
  const query = 'subscription ($p: ID!) { reviewAdded(product: $p) { id author { name } } }'
  const event = (id: string) => ({ data: { reviewAdded: { id, author: { name: 'name of ann' } } } })
  const first = follow(core.client(), query, { p: 'p1' })
  await eventually(() => graph.openStreams() === 1)
  const second = follow(core.client(), query, { p: 'p2' })
  await eventually(() => graph.openStreams() === 2)

  graph.addReview('r1')
  await eventually(() => gate.of('people').length === 1)
  first.stop()
  await eventually(() => core.gateway.stats().readers === 1)
  expect(gate.of('people')[0]?.signal.aborted).toBe(false)
  gate.of('people')[0]?.release()
  await eventually(() => expect(second.events).toEqual([event('r1')]))

  graph.addReview('r2')
  await eventually(() => gate.of('people').length === 2)
  second.stop()
  await eventually(() => gate.of('people')[1]?.signal.aborted === true)
  await emptied(core)
})

test.each([
  ['without data', { errors: [{ message: 'At most one entity.' }] }],
  ['with too few entities', { data: { _entities: [] } }],
])('what a subgraph answers as a whole %s is asked for apart', async (_, refused) => {
  await using graph = await startGraph()
  let asked = 0
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'stock' || source.kind !== 'local') return source
      return {
        ...source,
        async execute(request, headers, signal) {
          asked++
          const { representations } = request.variables as { representations: unknown[] }
          return representations.length > 1 ? (refused as never) : source.execute(request, headers, signal)
        },
      }
    },
  })
  const { body } = await core.post({ query: '{ a: product(id: "p1") { amount } b: product(id: "p2") { amount } }' })
  expect(body).toEqual({ data: { a: { amount: 5 }, b: { amount: 7 } } })
  expect(asked).toBe(3)
})

test('what is no result at all is an error at each place, and the gateway goes on', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      const wrong = { data: { _entities: [null, null] }, errors: [null] } as never
      return name === 'stock' && source.kind === 'local' ? { ...source, execute: async () => wrong } : source
    },
  })
  const { body } = await core.post({ query: '{ a: product(id: "p1") { amount } b: product(id: "p2") { amount } }' })
  expect(body).toMatchObject({ data: { a: { amount: null }, b: { amount: null } }, errors: [{}, {}] })
  expect((await core.post({ query: '{ product(id: "p1") { name } }' })).status).toBe(200)
})

test('who asks in the very moment in which the same is answered gets an answer too', async () => {
  const document =
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{amount}}}'
  const node = {
    kind: 'Fetch',
    serviceName: 'stock',
    operation: document,
    operationKind: 'query',
    requires: [],
  } as never
  const execute = async () => ({ data: { _entities: [{ amount: 5 }] } })
  const fetches = makeSharedFetches({ get: () => ({ execute, subscribe: () => ({}) as never }) }, () => 'ann').ofQuery()
  const send = fetches.sender(node)
  const outgoing = compileEntitiesOutgoing(node, buildSchema('type Query { product: ID }'))
  const scope = makeScope({}, 'r', {}, makeCancellation())
  const [first, second] = [fetches.enter(scope), fetches.enter(scope)]
  const text = '{"__typename":"Product","id":"p1"}'
  const ask = (visit: typeof first) => send(outgoing({}, [JSON.parse(text) as never], [text]), [text], { scope, visit })

  const own = ask(first)
  const late = own.then(() => ask(second))
  expect(await Promise.all([own, late])).toEqual([await execute(), await execute()])
})
