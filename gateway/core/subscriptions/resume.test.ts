import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, startCore } from '../../../test/support/gateway-core.ts'
import type { LocalStream } from '../index.ts'

const FEED = 'subscription Feed($from: Cursor) { feed(after: $from) { review { id author { name } } } }'
const event = (id: string) => ({ data: { feed: { review: { id, author: { name: 'name of ann' } } } } })
const start = { data: { feed: { review: null } } }

test('the cursor is asked for upstream whether the client asked or not, and shown only to who asked', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const client = core.client()
  const without = follow(client, FEED)
  const renamed = follow(client, 'subscription { events: feed { position: cursor } }')
  await eventually(() => graph.openStreams() === 2)
  graph.addReview('r1')
  await eventually(() => expect(without.events).toEqual([start, event('r1')]))
  await eventually(() =>
    expect(renamed.events).toEqual([
      { data: { events: { position: 'c0' } } },
      { data: { events: { position: 'c1' } } },
    ]),
  )
})

test('when the subgraph restarts, a resumable stream continues without a gap, a duplicate or a notice', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED)
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  graph.addReview('r2')
  await eventually(() => expect(stream.events).toEqual([start, event('r1'), event('r2')]))
  await graph.stop('reviews')
  await eventually(() => graph.openStreams() === 0)
  graph.addReview('r3')
  await graph.start('reviews')
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r4')
  await eventually(() => expect(stream.events.slice(3)).toEqual([event('r3'), event('r4')]))
  expect(stream.ended).toBeNull()
  expect(graph.subscribed.map(({ variables }) => Object.values(variables))).toEqual([[], ['c2']])
  stream.stop()
  await emptied(core)
})

test('a subgraph that was away for a while has all its streams back within a second or so of its return', async () => {
  await using graph = await startGraph(['reviews'])
  let tries = 0
  const metrics = { count: (name: string) => name === 'gateway_resubscriptions_total' && tries++, observe() {} }
  await using core = await startCore(graph, { metrics: metrics as never })
  const streams = Array.from({ length: 20 }, (_, at) => follow(core.client(`reader ${at}`), FEED))
  await eventually(() => graph.openStreams() === 20)
  await graph.stop('reviews')
  // By now the pauses between a stream's own tries have grown to seconds.
  await eventually(() => tries >= 20 * 7, 20_000)
  await graph.start('reviews')
  const start = performance.now()
  await eventually(() => graph.openStreams() === 20)
  expect(performance.now() - start).toBeLessThan(5_000)
  for (const stream of streams) stream.stop()
})

test.each([
  ['a variable', FEED, { from: 'c1' }],
  ['a literal', 'subscription { feed(after: "c1") { review { id author { name } } } }', {}],
  [
    'a fragment',
    'subscription { ...F } fragment F on Subscription { feed(after: "c1") { review { id author { name } } } }',
    {},
  ],
])('a client resumes by %s, and from there the gateway does', async (_, query, variables) => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  for (const id of ['r1', 'r2']) graph.addReview(id)
  const stream = follow(core.client(), query, variables)
  await eventually(() => expect(stream.events).toEqual([event('r2')]))
  await graph.stop('reviews')
  graph.addReview('r3')
  await graph.start('reviews')
  await eventually(() => expect(stream.events).toEqual([event('r2'), event('r3')]))
  expect(graph.subscribed.map(({ variables }) => Object.values(variables))).toEqual([['c1'], ['c2']])
})

test('a stream that is not resumable continues too, and reports the gap', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  const stream = follow(core.client(), 'subscription { reviewAdded(product: "p1") { id } }')
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() => stream.events.length === 1)
  await graph.stop('reviews')
  graph.addReview('lost')
  await graph.start('reviews')
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r3')
  graph.addReview('r4')
  await eventually(() => stream.events.length === 3)
  expect(stream.events).toEqual([
    { data: { reviewAdded: { id: 'r1' } } },
    { data: { reviewAdded: { id: 'r3' } }, extensions: { gap: true } },
    { data: { reviewAdded: { id: 'r4' } } },
  ])
})

test('a subgraph that stays away longer than the deadline ends the stream with an error', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph, { limits: { reconnectDeadlineMs: 300 } })
  const stream = follow(core.client(), FEED)
  await eventually(() => stream.events.length === 1)
  await graph.stop('reviews')
  await eventually(() =>
    expect(stream.ended).toMatchObject({ error: [{ extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }] }),
  )
  await emptied(core)
})

test('who leaves while the subgraph is away leaves nothing behind', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED)
  await eventually(() => stream.events.length === 1)
  await graph.stop('reviews')
  stream.stop()
  await emptied(core)
})

test('a resumable stream is joined only before its first event: a later subscriber gets a stream of its own', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const client = core.client()
  const early = follow(client, FEED)
  await eventually(() => expect(early.events).toEqual([start]))
  graph.addReview('r1')
  await eventually(() => early.events.length === 2)
  const late = follow(client, FEED)
  await eventually(() => expect(late.events).toEqual([start]))
  expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 2 })
  graph.addReview('r2')
  await eventually(() => expect(late.events).toEqual([start, event('r2')]))
})

test.each([
  ['in-process', [] as const],
  ['remote', ['reviews'] as const],
])('how far readers got is told to the subgraph, %s', async (_, remote) => {
  await using graph = await startGraph(remote)
  await using core = await startCore(graph, { limits: { progressIntervalMs: 10, pingIntervalMs: 200 } })
  const stream = follow(core.client(), FEED)
  await eventually(() => expect(graph.progress.at(-1)).toBe('c0'))
  graph.addReview('r1')
  graph.addReview('r2')
  await eventually(() => expect(graph.progress.at(-1)).toBe('c2'))
  await eventually(() => expect(stream.events).toHaveLength(3))
})

test('what was written to a socket that does not answer its ping is not told as reached, until it answers', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { limits: { pingIntervalMs: 400 } })
  const { WebSocket } = await import('ws')
  // A peer whose WebSocket does not answer by itself, so that the test says when it does.
  const socket = new WebSocket(core.wsUrl, 'graphql-transport-ws', { autoPong: false })
  const pings: Buffer[] = []
  socket.on('ping', (data) => pings.push(data))
  const events: unknown[] = []
  socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString())))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send('{"type":"connection_init"}')
  await eventually(() => events.length === 1)
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FEED } }))
  await eventually(() => graph.progress.length === 1)
  await eventually(() => pings.length === 1)
  graph.addReview('r1')
  await eventually(() => events.length === 3)
  expect(graph.progress).toEqual(['c0'])
  socket.pong(pings[0])
  await eventually(() => expect(graph.progress).toEqual(['c0', 'c1']))
  socket.terminate()
  await emptied(core)
})

test('an in-process stream that breaks without a code is resumed; with a code it ends with it', async () => {
  await using graph = await startGraph()
  let opened = 0
  const afters: unknown[] = []
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'reviews' || source.kind !== 'local') return source
      const subscribe = async ({
        variables,
      }: {
        variables?: Readonly<Record<string, unknown>>
      }): Promise<LocalStream> =>
        (async function* () {
          afters.push(...Object.values(variables ?? {}))
          opened++
          yield { data: { feed: { resumeCursor: `c${opened}`, review: null } } }
          if (opened === 1) throw new Error('The index is being rebuilt.')
          throw Object.assign(new Error('That is too long ago.'), { extensions: { code: 'CURSOR_TOO_OLD' } })
        })()
      return { ...source, subscribe }
    },
  })
  const stream = follow(core.client(), FEED)
  await eventually(() =>
    expect(stream.ended).toEqual({
      error: [{ message: 'That is too long ago.', extensions: { code: 'CURSOR_TOO_OLD' } }],
    }),
  )
  expect(stream.events).toEqual([start, start])
  expect(afters).toEqual(['c1'])
})

test.each([
  ['resumed without a gap', FEED, 'feed', undefined],
  ['goes on with a gap', 'subscription { reviewAdded(product: "p1") { id author { name } } }', 'reviewAdded', true],
])('a stream whose events come faster than they can be executed is bounded: %s', async (_, query, field, gap) => {
  await using graph = await startGraph(['reviews'])
  let held: (() => void)[] | null = []
  await using core = await startCore(graph, {
    limits: { maxWaitingUpstreamEvents: 5 },
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'people' || source.kind !== 'local') return source
      return {
        ...source,
        async execute(...asked) {
          await new Promise<void>((resolve) => (held ? held.push(resolve) : resolve()))
          return source.execute(...asked)
        },
      }
    },
  })
  const stream = follow(core.client(), query)
  await eventually(() => graph.openStreams() === 1)
  for (let n = 1; n <= 20; n++) graph.addReview(`r${n}`)
  await eventually(() => graph.openStreams() === 0)
  held?.forEach((release) => release())
  held = null
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('last')
  const idOf = ({ data }: { data: Record<string, { id?: string; review?: { id: string } | null }> }) =>
    data[field]?.id ?? data[field]?.review?.id
  await eventually(() => expect(idOf(stream.events.at(-1))).toBe('last'))
  expect(stream.events.at(-1).extensions?.gap).toBe(gap)
  if (!gap)
    expect(stream.events.slice(1).map(idOf)).toEqual([...Array.from({ length: 20 }, (_u, n) => `r${n + 1}`), 'last'])
})

test('streams over the limit are refused, and there is room again when one ends', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph, { limits: { maxStreams: 1 } })
  const first = follow(core.client('ann'), FEED)
  await eventually(() => first.events.length === 1)
  const refused = follow(core.client('bob'), FEED)
  await eventually(() => expect(refused.ended).toMatchObject({ error: [{ extensions: { code: 'TOO_MANY_STREAMS' } }] }))
  first.stop()
  await eventually(() => core.gateway.stats().streams === 0)
  const second = follow(core.client('bob'), FEED)
  await eventually(() => second.events.length === 1)
})

test('a remote stream whose code fails is resumed like one in-process', async () => {
  await using graph = await startGraph(['reviews'])
  await using core = await startCore(graph)
  const stream = follow(core.client(), FEED)
  await eventually(() => expect(stream.events).toEqual([start]))
  graph.breakFeed()
  graph.addReview('r1')
  await eventually(() => expect(stream.events).toEqual([start, event('r1')]))
  expect(graph.subscribed).toHaveLength(2)
  expect(stream.ended).toBeNull()
})
