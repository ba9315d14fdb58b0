import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore } from '../../../test/support/gateway-core.ts'

/** The editor may not be null: without its name nothing is left of the event. */
const FEED = 'subscription Feed($from: Cursor) { feed(after: $from) { cursor review { id } editor { name } } }'
const whole = (n: number, name = 'ann') => ({
  data: { feed: { cursor: `c${n}`, review: { id: `r${n}` }, editor: { name: `name of ${name}` } } },
})
const from = { from: 'c0' }

test.each([
  ['is away', null],
  ['fails inside', 'INTERNAL_SERVER_ERROR'],
  ['says that a store is away', 'UNAVAILABLE'],
])('an event that is lost because a subgraph %s comes whole, once and in order, when that is over', async (_, code) => {
  await using graph = await startGraph(['people'])
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED, from)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toEqual([whole(1)]))
  if (code === null) await graph.stop('people')
  graph.fail.people = code
  const asked = graph.asked.length
  graph.addReview('r2')
  if (code !== null) await eventually(() => graph.asked.length >= asked + 2)
  graph.addReview('r3')
  graph.fail.people = null
  if (code === null) await graph.start('people')
  await eventually(() => expect(stream.events).toEqual([whole(1), whole(2), whole(3)]))
  expect(stream.ended).toBeNull()
  stream.stop()
  await emptied(core)
})

test.each(['DOWNSTREAM_SERVICE_ERROR', 'INTERNAL_SERVER_ERROR', 'UNAVAILABLE'])(
  'an outage (%s) that lasts longer ends the stream with RESUME before the event; who resumes gets it',
  async (code) => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { eventRetryMs: 300, progressIntervalMs: 10 } })
    const first = follow(core.client(), FEED, from)
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    await eventually(() => expect(graph.progress).toEqual(['c1']))
    graph.fail.people = code
    graph.addReview('r2')
    graph.addReview('r3')
    await eventually(() => expect(first.ended).toMatchObject({ error: [{ extensions: { code: 'RESUME' } }] }))
    expect(first.events).toEqual([whole(1)])
    expect(graph.progress).toEqual(['c1'])
    graph.fail.people = null
    const second = follow(core.client(), FEED, { from: 'c1' })
    await eventually(() => expect(second.events).toEqual([whole(2), whole(3)]))
    second.stop()
    await emptied(core)
  },
)

test('where the schema allows a null the event comes at once, with the field null and its error', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const query = 'subscription Feed($from: Cursor) { feed(after: $from) { cursor review { id author { name } } } }'
  const stream = follow(core.client(), query, from)
  await eventually(() => graph.openStreams() === 1)
  graph.fail.people = 'UNAVAILABLE'
  graph.addReview('r1')
  await eventually(() =>
    expect(stream.events).toMatchObject([
      {
        data: { feed: { cursor: 'c1', review: { id: 'r1', author: null } } },
        errors: [{ path: ['feed', 'review', 'author'], extensions: { code: 'UNAVAILABLE' } }],
      },
    ]),
  )
})

test.each([
  ['is refused', 'ann', 'FORBIDDEN', 'FORBIDDEN'],
  ['is of somebody who is gone', 'nobody', null, 'DOWNSTREAM_SERVICE_ERROR'],
])(
  'an event that %s is told as such, with the cursor behind it, and the stream goes on',
  async (_, who, code, told) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const stream = follow(core.client(), FEED, from)
    await eventually(() => graph.openStreams() === 1)
    graph.fail.people = code
    graph.addReview('r1', 'p1', who)
    await eventually(() => stream.events.length === 1)
    expect(stream.events).toMatchObject([
      { data: null, errors: [{ extensions: { code: told } }], extensions: { cursor: 'c1' } },
    ])
    graph.fail.people = null
    graph.addReview('r2')
    await eventually(() => expect(stream.events.slice(1)).toEqual([whole(2)]))
  },
)

test('an event that its own subgraph could not make is asked for again: no later one passes it', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED, from)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toEqual([whole(1)]))
  graph.fail.review = 'INTERNAL_SERVER_ERROR'
  graph.addReview('r2')
  graph.addReview('r3')
  await eventually(() => graph.subscribed.length >= 3)
  graph.fail.review = null
  await eventually(() => expect(stream.events).toEqual([whole(1), whole(2), whole(3)]))
  expect(new Set(graph.subscribed.slice(1).flatMap(({ variables }) => Object.values(variables)))).toEqual(
    new Set(['c1']),
  )
})

test('who leaves while an event is tried again leaves nothing behind', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED, from)
  await eventually(() => graph.openStreams() === 1)
  graph.fail.people = 'UNAVAILABLE'
  graph.addReview('r1')
  await eventually(() => graph.asked.length >= 2)
  stream.stop()
  await emptied(core)
})

test('a stream that cannot resume gets the null and its errors at once, as the specification says', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const stream = follow(core.client(), 'subscription { reviewAdded(product: "p1") { id helpers { name } } }')
  await eventually(() => graph.openStreams() === 1)
  graph.fail.people = 'INTERNAL_SERVER_ERROR'
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toMatchObject([{ data: null, errors: [{}] }]))
  expect(stream.ended).toBeNull()
})
