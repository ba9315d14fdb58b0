import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { follow, startCore } from '../../../test/support/gateway-core.ts'

const REVIEWS = 'subscription ($product: ID!) { reviewAdded(product: $product) { id text } }'

const told = (message: string) => ({
  data: null,
  errors: [{ message, extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }],
})

test.each([
  ['a text', 'odd', 'a GraphQL result that is a text, not an object'],
  ['a list', [], 'a GraphQL result that is a list, not an object'],
  ['null', null, 'a GraphQL result that is null, not an object'],
  ['nothing', undefined, 'a GraphQL result that is null, not an object'],
  ['data that is null', { data: null }, 'a GraphQL result with neither data nor errors'],
  ['data that is a list', { data: [] }, 'data that is a list, not an object'],
])(
  'an event of an in-process subgraph that is %s is told as an error, and the stream goes on',
  async (_, odd, what) => {
    await using graph = await startGraph()
    await using core = await startCore(graph, {
      subgraphs(name) {
        const source = graph.source(name)
        if (source.kind !== 'local') return source
        return {
          ...source,
          async subscribe() {
            const good = { data: { reviewAdded: { id: 'r1', text: 'good' } } }
            return (async function* () {
              yield odd as never
              yield good
            })()
          },
        }
      },
    })
    const stream = follow(core.client(), REVIEWS, { product: 'p1' })
    await eventually(() => expect(stream.events).toHaveLength(2))
    expect(stream.events).toEqual([
      told(`The subgraph "reviews" sent ${what}.`),
      { data: { reviewAdded: { id: 'r1', text: 'good' } } },
    ])
  },
)

test('a message over the limit costs the stream that it is for that event, and no other stream anything', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph, { limits: { maxSubgraphResponseBytes: 2_000 } })
  const client = core.client()
  const short = follow(client, 'subscription { reviewAdded(product: "p1") { id } }')
  const long = follow(client, `subscription { reviewAdded(product: "p1") { id ${'x'.padEnd(30, 'x')}: text } }`)
  await eventually(() => graph.openStreams() === 2)
  const id = 'r'.repeat(1_300)
  graph.addReview(id)
  graph.addReview('r2')
  await eventually(() => expect([short.events.length, long.events.length]).toEqual([2, 2]))
  expect(short.events).toEqual([id, 'r2'].map((one) => ({ data: { reviewAdded: { id: one } } })))
  expect(long.events[0]).toMatchObject({
    data: null,
    errors: [{ message: expect.stringMatching(/more than 2000\.$/) }],
  })
  expect(long.events[1]).toMatchObject({ data: { reviewAdded: { id: 'r2' } } })
})

test('what a subgraph refuses a stream with keeps its path, in the names of the client', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (source.kind !== 'local') return source
      return { ...source, subscribe: async () => ({ errors: [{ message: 'No.', path: ['mine'] } as never] }) }
    },
  })
  const stream = follow(core.client(), 'subscription { mine: reviewAdded(product: "p1") { id } }')
  await eventually(() => expect(stream.ended).not.toBeNull())
  expect(stream.ended?.error).toEqual([
    { message: 'No.', path: ['mine'], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } },
  ])
})
