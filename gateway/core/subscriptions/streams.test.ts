import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore } from '../../../test/support/gateway-core.ts'
import type { LocalStream } from '../index.ts'

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

const SHORT = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const short = (id: string) => ({ data: { reviewAdded: { id, author: { name: 'name of ann' } } } })

describe.each([
  ['in-process', [] as const],
  ['remote', ['catalog', 'stock', 'people', 'reviews'] as const],
])('subscriptions over %s subgraphs', (_, remote) => {
  test('events are completed from the other subgraphs and come in order', async () => {
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

  test('a union is completed by what each event is', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const stream = follow(
      core.client(),
      `subscription {
        activity(product: "p1") {
          __typename
          ... on Review { text product { ...Named } }
          ... on Question { asker { name } about { name amount } }
        }
      }
      fragment Named on Item { name }`,
    )
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    graph.addReview('q2')
    await eventually(() =>
      expect(stream.events).toEqual([
        { data: { activity: { __typename: 'Review', text: 'text of r1', product: { name: 'name of p1' } } } },
        {
          data: {
            activity: {
              __typename: 'Question',
              asker: { name: 'name of bob' },
              about: { name: 'name of p1', amount: 5 },
            },
          },
        },
      ]),
    )
  })

  test('equal operations of one identity share a stream and its executions; another identity has its own', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const client = core.client('ann')
    const first = follow(client, SHORT)
    await eventually(() => graph.openStreams() === 1)
    const second = follow(core.client('ann'), SHORT)
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
    graph.addReview('r1')
    for (const { events } of [first, second]) await eventually(() => expect(events).toEqual([short('r1')]))
    expect(graph.asked).toHaveLength(1)

    const other = follow(core.client('bob'), SHORT)
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 3, streams: 2 }))
    await eventually(() => graph.openStreams() === 2)
    first.stop()
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 2 }))
    graph.addReview('r2')
    for (const { events } of [second, other]) await eventually(() => expect(events.at(-1)).toEqual(short('r2')))
    expect(first.events).toEqual([short('r1')])
    expect(graph.asked).toHaveLength(3)

    second.stop()
    other.stop()
    await eventually(() => graph.openStreams() === 0)
    await emptied(core)
  })

  test('other variables are another stream', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const client = core.client()
    follow(client, REVIEWS, { product: 'p1' })
    follow(client, REVIEWS, { product: 'p2' })
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 2 }))
    await eventually(() => expect(graph.subscribed.map(({ variables }) => variables['product'])).toEqual(['p1', 'p2']))
  })

  test('a subgraph that fails makes an error with a path and a code, and the rest of the event comes', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const query = 'subscription { reviewAdded(product: "p1") { id product { amount name } } }'
    const stream = follow(core.client(), query)
    await eventually(() => graph.openStreams() === 1)
    graph.fail.stock = true
    graph.addReview('r1')
    await eventually(() => stream.events.length === 1)
    expect(stream.events[0]).toEqual({
      data: { reviewAdded: { id: 'r1', product: { amount: null, name: 'name of p1' } } },
      errors: [
        {
          message: 'The store is away.',
          path: ['reviewAdded', 'product', 'amount'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
        },
      ],
    })
    graph.fail.stock = false
    graph.addReview('r2')
    await eventually(() => stream.events.length === 2)
    expect(stream.events[1]).toEqual({
      data: { reviewAdded: { id: 'r2', product: { amount: 5, name: 'name of p1' } } },
    })
  })

  test('hundreds of subscriptions come and go, and nothing of them stays', async () => {
    await using graph = await startGraph(remote)
    await using core = await startCore(graph)
    const client = core.client()
    const first = follow(client, REVIEWS, { product: 'p1' })
    await eventually(() => graph.openStreams() > 0)
    graph.addReview('first')
    await eventually(() => first.events.length === 1)
    first.stop()
    const once = core.gateway.stats().documentBytes
    for (let round = 0; round < 20; round++) {
      const streams = Array.from({ length: 20 }, (_unused, at) => follow(client, REVIEWS, { product: `p${at % 10}` }))
      if (round % 2) await eventually(() => graph.openStreams() > 0)
      graph.addReview(`r${round}`)
      for (const stream of streams) stream.stop()
    }
    await emptied(core)
    await eventually(() => graph.openStreams() === 0)
    // The client would close its socket by itself: the gateway is what is measured.
    const { documents, documentBytes } = core.gateway.stats()
    expect({ documents, documentBytes }).toEqual({ documents: 1, documentBytes: once })
  })

  test('what the gateway signs is what the subgraph gets, and wins over what the client sent', async () => {
    await using graph = await startGraph(remote)
    const signed: string[] = []
    await using core = await startCore(graph, {
      forwardHeaders: ['X-Lang', 'X-Signed'],
      signRequest: ({ name }, subgraph, body) => {
        signed.push(body)
        return { 'X-Signed': `${name} to ${subgraph}` }
      },
    })
    const { createClient } = await import('graphql-ws')
    const { WebSocket } = await import('ws')
    const client = createClient({
      url: core.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { 'x-name': 'ann', 'X-Lang': 'de', 'x-signed': 'forged' },
    })
    const stream = follow(client, SHORT)
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    await eventually(() => stream.events.length === 1)
    expect(graph.subscribed[0]?.headers).toMatchObject({ 'x-lang': 'de', 'x-signed': 'ann to reviews' })
    expect(graph.asked[0]?.headers).toMatchObject({ 'x-lang': 'de', 'x-signed': 'ann to people' })
    const [subscribe] = graph.subscribed
    expect(signed[0]).toBe(JSON.stringify({ query: subscribe?.query, operationName: undefined, variables: {} }))
    expect(signed[1]).toBe(graph.asked[0]?.text)
    await client.dispose()
  })
})

test('an event that an in-process subgraph gives to many streams is changed by none', async () => {
  await using graph = await startGraph()
  const event = deepFreeze({
    data: {
      reviewAdded: {
        id: 'r1',
        author: { __typename: 'Person', id: 'ann' },
        product: { __typename: 'Product', id: 'p1' },
      },
    },
  })
  let release = () => {}
  const ready = new Promise<void>((resolve) => (release = resolve))
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'reviews' || source.kind !== 'local') return source
      const subscribe = async (): Promise<LocalStream> =>
        (async function* () {
          await ready
          yield event
        })()
      return { ...source, subscribe }
    },
  })
  const client = core.client()
  const names = follow(client, 'subscription { reviewAdded(product: "p1") { id author { name } } }')
  const amounts = follow(client, 'subscription { reviewAdded(product: "p1") { id product { amount } } }')
  await eventually(() => core.gateway.stats().streams === 2)
  graph.fail.stock = true
  release()
  await eventually(() => expect([names.ended, amounts.ended]).toEqual([{}, {}]))
  expect(names.events).toEqual([short('r1')])
  expect(amounts.events).toMatchObject([
    { data: { reviewAdded: { id: 'r1', product: { amount: null } } }, errors: [{ message: 'The store is away.' }] },
  ])
})

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

test('a remote subgraph that is away is an error: of the event where it completes, of the stream where it streams', async () => {
  await using graph = await startGraph(['people', 'reviews'])
  await using core = await startCore(graph)
  const client = core.client()
  const stream = follow(client, SHORT)
  await eventually(() => graph.openStreams() === 1)
  await graph.stop('people')
  graph.addReview('r1')
  await eventually(() => stream.events.length === 1)
  expect(stream.events[0]).toEqual({
    data: { reviewAdded: { id: 'r1', author: null } },
    errors: [
      {
        message: 'The subgraph "people" did not answer.',
        path: ['reviewAdded', 'author'],
        extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
      },
    ],
  })
  await graph.start('people')
  graph.addReview('r2')
  await eventually(() => expect(stream.events[1]).toEqual(short('r2')))

  await graph.stop('reviews')
  const late = follow(core.client('bob'), SHORT)
  await eventually(() =>
    expect(late.ended).toMatchObject({ error: [{ extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }] }),
  )
})

test('all subscriptions to a remote subgraph are on one socket, or on one for each set of forwarded headers', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph, { forwardHeaders: ['x-name'] })
  for (const name of ['ann', 'bob']) {
    const client = core.client(name)
    follow(client, SHORT)
    follow(client, REVIEWS, { product: 'p1' })
  }
  await eventually(() => graph.openStreams() === 4)
  expect(core.gateway.stats()).toMatchObject({ upstreamSockets: 2, upstreamSubscriptions: 4 })
  expect(graph.sockets('reviews')).toBe(2)
})

test.each([
  [
    'several root fields',
    '{ a: reviewAdded(product: "1") { id } b: reviewAdded(product: "1") { id } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['nothing but __typename', '{ __typename }', 'GRAPHQL_VALIDATION_FAILED'],
  ['@defer', '{ reviewAdded(product: "1") { ... @defer { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a condition on the root field',
    '($on: Boolean! = true) { reviewAdded(product: "1") @include(if: $on) { id } }',
    'SUBSCRIPTION_NOT_SUPPORTED',
  ],
  [
    'a condition around it',
    '($on: Boolean! = false) { ... @skip(if: $on) { reviewAdded(product: "1") { id } } }',
    'SUBSCRIPTION_NOT_SUPPORTED',
  ],
  ['a wrong variable', '($product: ID!) { reviewAdded(product: $product) { id } }', 'BAD_USER_INPUT', { product: {} }],
  ['an unknown field', '{ reviewAdded(product: "1") { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a syntax error', '{ reviewAdded(product: "1") { id }', 'GRAPHQL_PARSE_FAILED'],
  ['introspection', '{ reviewAdded(product: "1") { id } __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
])(
  '%s: refused with a code before any stream opens',
  async (_, selection, code, variables: object = { product: 'p1' }) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const client = core.client()
    const refused = follow(client, `subscription ${selection}`, variables as Record<string, unknown>)
    await eventually(() => refused.ended !== null)
    expect(refused).toMatchObject({
      events: [],
      ended: { error: expect.arrayContaining([expect.objectContaining({ extensions: { code } })]) },
    })
    expect(graph.subscribed).toEqual([])
    const accepted = follow(client, 'subscription ($product: ID!) { reviewAdded(product: $product) { id } }', {
      product: 'p1',
    })
    await eventually(() => graph.subscribed.length === 1)
    expect(accepted.ended).toBeNull()
  },
)

test('a variable may have the name that entity fetches use themselves', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const query = 'subscription ($representations: ID!) { reviewAdded(product: $representations) { author { name } } }'
  const followed = follow(core.client(), query, { representations: 'p1' })
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() =>
    expect(followed.events).toEqual([{ data: { reviewAdded: { author: { name: 'name of ann' } } } }]),
  )
})

test('the policy is asked before a subscription starts', async () => {
  await using graph = await startGraph()
  const { GraphQLError, OperationTypeNode } = await import('graphql')
  await using core = await startCore(graph, {
    checkOperation: ({ context, operation, transport, schema }) => {
      expect(schema.supergraph.getType('join__Graph')).toBeDefined()
      const allowed =
        operation.operation !== OperationTypeNode.SUBSCRIPTION || transport !== 'websocket' || context.name === 'ann'
      return allowed ? [] : [new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN', http: { status: 403 } } })]
    },
  })
  const refused = follow(core.client('bob'), SHORT)
  await eventually(() =>
    expect(refused.ended).toEqual({ error: [{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }] }),
  )
  expect(graph.subscribed).toEqual([])
  follow(core.client('ann'), SHORT)
  await eventually(() => graph.subscribed.length === 1)
})

test('a value that no JSON has, of a subgraph in this process, is an error of its event and of no other', async () => {
  await using graph = await startGraph()
  const event = (cursor: unknown) => ({ data: { feed: { cursor, resumeCursor: cursor } } })
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'reviews' || source.kind !== 'local') return source
      async function* events() {
        const cycle: Record<string, unknown> = {}
        cycle['cycle'] = cycle
        yield event(cycle)
        yield event('c1')
      }
      return { ...source, subscribe: async () => events() as unknown as LocalStream }
    },
  })
  const stream = follow(core.client(), 'subscription { feed { cursor } }')
  await eventually(() => expect(stream.ended).toEqual({}))
  expect(stream.events).toEqual([
    {
      data: null,
      errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }) })],
    },
    { data: { feed: { cursor: 'c1' } } },
  ])
})

test('a field below the root may have the name that the root has, whatever a plan fetches under it', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const query = 'subscription { id: reviewAdded(product: "p1") { product { id: name shipping } } }'
  const stream = follow(core.client(), query)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() =>
    expect(stream.events).toEqual([{ data: { id: { product: { id: 'name of p1', shipping: 20 } } } }]),
  )
  const asked = graph.asked
    .filter(({ subgraph }) => subgraph === 'stock')
    .map(({ text }) => JSON.parse(text) as unknown)
  expect(asked).toMatchObject([{ variables: { representations: [{ id: 'p1', weight: 10 }] } }])
})
