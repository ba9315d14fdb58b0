import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore } from '../../../test/support/gateway-core.ts'

const REVIEWS = `subscription Added($product: ID!) {
  added: reviewAdded(product: $product) {
    __typename
    text
    product { name shipping amount tags(first: 1) }
    author { name }
    helpers { id name friends { name } }
  }
}`

const expected = (id: string) => ({
  data: {
    added: {
      __typename: 'Review',
      text: `text of ${id}`,
      product: { name: 'name of p1', shipping: 20, amount: 5, tags: ['new'] },
      author: { name: 'name of ann' },
      helpers: [
        { id: 'bob', name: 'name of bob', friends: [{ name: 'name of ann' }] },
        { id: 'ann', name: 'name of ann', friends: [{ name: 'name of bob' }] },
      ],
    },
  },
})

describe.each([
  ['in-process', [] as const],
  ['remote', ['catalog', 'stock', 'people', 'reviews'] as const],
])('subscriptions over %s subgraphs', (_, remote) => {
  test('an event is completed from the other subgraphs and comes in order', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const stream = follow(core.client(), REVIEWS, { product: 'p1' })
    await eventually(() => graph.openStreams() === 1)
    for (const id of ['r1', 'r2', 'r3']) graph.addReview(id)
    await eventually(() => expect(stream.events).toEqual(['r1', 'r2', 'r3'].map(expected)))
    stream.stop()
    await eventually(() => graph.openStreams() === 0)
    await emptied(core)
  })
})
