import { GraphQLError } from 'graphql'
import { eventually } from '../../test/support/eventually.ts'
import { startGraph } from '../../test/support/federated-graph.ts'
import { follow, startCore } from '../../test/support/gateway-core.ts'

const SHORT = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const FEED = 'subscription { feed { review { id } } }'
const event = (id: string) => ({ data: { reviewAdded: { id, author: { name: 'name of ann' } } } })

test('running streams go on under a new supergraph, and new operations see it', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  const client = core.client()
  const stream = follow(client, SHORT)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toEqual([event('r1')]))
  const before = core.gateway.schema()
  await core.gateway.reload(
    `${graph.supergraphSdl}\nenum Mood @join__type(graph: STOCK) { GOOD @join__enumValue(graph: STOCK) }`,
  )
  expect(core.gateway.schema()).not.toBe(before)
  graph.addReview('r2')
  await eventually(() => expect(stream.events).toEqual([event('r1'), event('r2')]))
  expect(graph.subscribed).toHaveLength(1)
  // It may still be joined.
  const second = follow(client, SHORT)
  await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
  graph.addReview('r3')
  await eventually(() => expect(second.events).toEqual([event('r3')]))
})

test('a stream whose operation is no longer valid ends with SCHEMA_RELOAD; others do not', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const client = core.client()
  const lost = follow(client, SHORT)
  const kept = follow(client, FEED)
  await eventually(() => graph.openStreams() === 2)
  const without = graph.supergraphSdl.replace(/  author: Person\b[^\n]*\n/, '')
  expect(without).not.toBe(graph.supergraphSdl)
  expect(await core.post({ query: '{ reviews { author { name } } }' })).toMatchObject({ status: 200 })
  await core.gateway.reload(without)
  expect(await core.post({ query: '{ reviews { author { name } } }' })).toMatchObject({ status: 400 })
  await eventually(() => expect(lost.ended).toMatchObject({ error: [{ extensions: { code: 'SCHEMA_RELOAD' } }] }))
  graph.addReview('r1')
  await eventually(() => expect(kept.events.at(-1)).toEqual({ data: { feed: { review: { id: 'r1' } } } }))
  await eventually(() => graph.openStreams() === 1)
})

test('a supergraph that does not load changes nothing', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const stream = follow(core.client(), SHORT)
  await eventually(() => graph.openStreams() === 1)
  const before = core.gateway.schema()
  await expect(core.gateway.reload('type Query { broken: String }')).rejects.toThrow()
  expect(core.gateway.schema()).toBe(before)
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toEqual([event('r1')]))
  expect(await core.post({ query: '{ products { id } }' })).toMatchObject({ status: 200 })
})

test('the policy is asked again for running streams', async () => {
  await using graph = await startGraph()
  let closed = false
  await using core = await startCore(graph, {
    checkOperation: ({ context: { name } }) =>
      closed && name === 'bob' ? [new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN' } })] : [],
  })
  const [ann, bob] = ['ann', 'bob'].map((name) => follow(core.client(name), SHORT))
  await eventually(() => graph.openStreams() === 2)
  closed = true
  await core.gateway.reload(graph.supergraphSdl)
  await eventually(() => expect(bob?.ended).toMatchObject({ error: [{ extensions: { code: 'FORBIDDEN' } }] }))
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => expect(ann?.events).toEqual([event('r1')]))
})
