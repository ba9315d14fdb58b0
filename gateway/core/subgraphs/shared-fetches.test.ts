import { eventually } from '../../../test/support/eventually.ts'
import { startGraph, type Graph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore, type Followed, type Who } from '../../../test/support/gateway-core.ts'
import { publicly } from '../../../test/support/public-marks.ts'
import type { GatewayOptions, LocalSubgraph } from '../index.ts'

const NAMED = 'subscription { reviewAdded(product: "p1") { author { name } } }'
const WITH_ID = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const nameOf = (author: string | null) => ({
  data: { reviewAdded: { author: { name: author && `name of ${author}` } } },
})

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

/** Everybody may see a person's name. */
const start = (graph: Graph, options: Partial<GatewayOptions<Who>> = {}, marks = ['Person.id', 'Person.name']) =>
  startCore(graph, { supergraphSdl: publicly(graph, marks), ...options })

const askedPeople = (graph: Graph) => graph.asked.filter(({ subgraph }) => subgraph === 'people')

const latest = ({ events }: Followed, event: object) => eventually(() => expect(events.at(-1)).toMatchObject(event))

describe.each([
  ['in-process', [] as const],
  ['remote', ['people'] as const],
])('%s subgraphs', (_, remote) => {
  test('a public fetch for events of several identities and operations is one', async () => {
    await using graph = await startGraph(remote)
    await using core = await start(graph)
    const streams = [follow(core.client('ann'), NAMED), follow(core.client('bob'), WITH_ID)]
    await eventually(() => graph.openStreams() === 2)
    graph.addReview('r1')
    for (const stream of streams) await latest(stream, nameOf('ann'))
    expect(askedPeople(graph)).toHaveLength(1)
  })

  test('different forwarded headers are fetched for apart', async () => {
    await using graph = await startGraph(remote)
    await using core = await start(graph, { forwardHeaders: ['x-tenant'] })
    const tenants = ['one', 'two']
    const streams = tenants.map((tenant) => follow(core.client('ann', { 'x-tenant': tenant }), NAMED))
    await eventually(() => graph.openStreams() === 2)
    graph.addReview('r1')
    for (const stream of streams) await latest(stream, nameOf('ann'))
    expect(
      askedPeople(graph)
        .map(({ headers }) => headers['x-tenant'])
        .sort(),
    ).toEqual(tenants)
  })

  test('what is private is fetched for each operation, of one identity as well', async () => {
    await using graph = await startGraph(remote)
    const signRequest = ({ name }: Who) => ({ 'x-signed': name })
    await using core = await start(graph, { signRequest }, ['Person.id'])
    const streams = [
      follow(core.client('ann'), NAMED),
      follow(core.client('ann'), WITH_ID),
      follow(core.client('bob'), NAMED),
    ]
    await eventually(() => graph.openStreams() === 3)
    graph.addReview('r1')
    for (const stream of streams) await latest(stream, nameOf('ann'))
    const asked = askedPeople(graph).map(({ headers }) => headers['x-signed'])
    expect(asked.sort()).toEqual(['ann', 'ann', 'bob'])
  })
})

test('who leaves takes nothing from the others, and when all have left the fetch is aborted', async () => {
  await using graph = await startGraph()
  const gate = gated(graph, ['people'])
  await using core = await start(graph, { subgraphs: gate.subgraphs })
  const first = follow(core.client('ann'), NAMED)
  await eventually(() => graph.openStreams() === 1)
  const second = follow(core.client('bob'), WITH_ID)
  await eventually(() => graph.openStreams() === 2)

  graph.addReview('r1')
  await eventually(() => gate.of('people').length === 1)
  first.stop()
  await eventually(() => core.gateway.stats().readers === 1)
  expect(gate.of('people')[0]?.signal.aborted).toBe(false)
  gate.of('people')[0]?.release()
  await latest(second, nameOf('ann'))

  graph.addReview('r2')
  await eventually(() => gate.of('people').length === 2)
  second.stop()
  await eventually(() => gate.of('people')[1]?.signal.aborted === true)
  await emptied(core)
})

test('an event of two streams continues when the first stream leaves, and is cancelled when the last one leaves', async () => {
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

/** The graph with another subgraph of people; `execute` is the true one. */
function withPeople(graph: Graph, answer: (execute: LocalSubgraph['execute']) => LocalSubgraph['execute']) {
  return (name: string) => {
    const source = graph.source(name)
    if (name !== 'people' || source.kind !== 'local') return source
    return { ...source, execute: answer((...asked) => source.execute(...asked)) }
  }
}

test.each([
  ['without data', { errors: [{ message: 'At most one entity.' }] }],
  ['with too few entities', { data: { _entities: [] } }],
])('what a subgraph answers as a whole %s is fetched again for each', async (_, refused) => {
  await using graph = await startGraph()
  const sizes: number[] = []
  const subgraphs = withPeople(graph, (execute) => async (request, headers, signal) => {
    const { representations } = request.variables as { representations: unknown[] }
    sizes.push(representations.length)
    return representations.length > 1 ? (refused as never) : execute(request, headers, signal)
  })
  await using core = await start(graph, { subgraphs })
  const { events } = follow(core.client(), NAMED)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1', 'p1', 'ann')
  graph.addReview('r2', 'p1', 'bob')
  await eventually(() => expect(events).toEqual([nameOf('ann'), nameOf('bob')]))
  expect(sizes).toEqual([2, 1, 1])
})

test('an answer that is no result is an error of each event, and the gateway continues', async () => {
  await using graph = await startGraph()
  let isWrong = true
  const wrong = { data: { _entities: [null, null] }, errors: [null] } as never
  const subgraphs = withPeople(
    graph,
    (execute) => async (request, headers, signal) => (isWrong ? wrong : execute(request, headers, signal)),
  )
  await using core = await start(graph, { subgraphs })
  const stream = follow(core.client(), NAMED)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1', 'p1', 'ann')
  graph.addReview('r2', 'p1', 'bob')
  await eventually(() => expect(stream.events).toMatchObject([{ errors: [{}] }, { errors: [{}] }]))
  isWrong = false
  graph.addReview('r3', 'p1', 'ann')
  await latest(stream, nameOf('ann'))
})
