import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, follow, refusal, startCore, type CoreServer } from '../../../test/support/gateway-core.ts'

const SHORT = 'subscription { reviewAdded(product: "p1") { id } }'
const FEED = 'subscription { feed { cursor review { id text } } }'

/** A peer that speaks the protocol by hand. */
async function peer({ wsUrl }: CoreServer, protocol: string | string[] = 'graphql-transport-ws', headers = {}) {
  const socket = new WebSocket(wsUrl, protocol, { headers })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const messages: any[] = []
  const closed: { code: number; reason: string }[] = []
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())))
  socket.on('close', (code, reason) => closed.push({ code, reason: reason.toString() }))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  return { socket, messages, closed, send }
}

async function initialised(core: CoreServer, payload: object = {}) {
  const one = await peer(core)
  one.send({ type: 'connection_init', payload })
  await eventually(() => expect(one.messages).toEqual([{ type: 'connection_ack' }]))
  one.messages.length = 0
  return one
}

/** JSON of so many levels. */
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)

describe('the protocol', () => {
  test.each([
    ['text that is no JSON', 'hello', 4400],
    ['JSON that is no object', '[]', 4400],
    ['a type that does not exist', { type: 'start' }, 4400],
    ['a subscribe without an id', { type: 'subscribe', payload: { query: SHORT } }, 4400],
    ['a subscribe without a query', { id: '1', type: 'subscribe', payload: {} }, 4400],
    ['variables that are no object', { id: '1', type: 'subscribe', payload: { query: SHORT, variables: 'x' } }, 4400],
    ['an init whose payload is no object', { type: 'connection_init', payload: 'x' }, 4400],
    ['a ping that is nested too deeply', `{"type":"ping","payload":${nested(100)}}`, 4400],
    ['a ping of more than 1,024 bytes', { type: 'ping', payload: { a: 'x'.repeat(1_100) } }, 4400],
    [
      'variables that are nested too deeply',
      `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":${nested(100)}}}`,
      4400,
    ],
    [
      'a subscribe under an id of 257 characters',
      { id: 'i'.repeat(257), type: 'subscribe', payload: { query: SHORT } },
      4400,
    ],
    ['a complete of such an id', { id: 'i'.repeat(257), type: 'complete' }, 4400],
    ['a second connection_init', { type: 'connection_init' }, 4429],
  ])('%s closes the socket', async (_, message, code) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { closed, send } = await initialised(core)
    send(message)
    await eventually(() => expect(closed).toMatchObject([{ code }]))
    await emptied(core)
  })

  test('a query that is named by its hash alone is refused by its code, and the socket stays', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { messages, closed, send } = await initialised(core)
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    send({ id: '1', type: 'subscribe', payload: { operationName: 'A', extensions } })
    send({ id: '2', type: 'subscribe', payload: { query: '{ __typename }', extensions } })
    await eventually(() => expect(messages).toHaveLength(3))
    expect(messages).toMatchObject([
      { id: '1', type: 'error', payload: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] },
      { id: '2', type: 'next', payload: { data: { __typename: 'Query' } } },
      { id: '2', type: 'complete' },
    ])
    expect(closed).toEqual([])
  })

  test('a fault of ours in handling a message ends that socket alone, and the log has it', async () => {
    await using graph = await startGraph()
    const errors: string[] = []
    const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void errors.push(message) }
    const count = (name: string, labels?: Readonly<Record<string, string>>) => {
      if (name === 'gateway_closed_sockets_total' && labels?.['code'] === '4400') throw new Error('a fault')
    }
    await using core = await startCore(graph, { log, metrics: { count, observe() {} } })
    const [other, one] = [await initialised(core), await initialised(core)]
    // It is closed for this, closing is counted, and counting fails.
    one.send('no JSON')
    await eventually(() => expect(errors).toContain('A handler failed.'))
    await eventually(() => expect(one.closed).toHaveLength(1))
    other.send({ type: 'ping' })
    await eventually(() => expect(other.messages).toEqual([{ type: 'pong' }]))
  })

  test('a subscribe before the acknowledgement closes with 4401', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { closed, send } = await peer(core)
    send({ id: '1', type: 'subscribe', payload: { query: SHORT } })
    await eventually(() => expect(closed).toEqual([{ code: 4401, reason: 'Unauthorized' }]))
  })

  test('a second subscriber of the same id closes with 4409; after a complete the id is free', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { closed, send } = await initialised(core)
    const subscribe = { id: '1', type: 'subscribe', payload: { query: SHORT } }
    send(subscribe)
    send({ id: '1', type: 'complete' })
    send(subscribe)
    await eventually(() => graph.openStreams() === 1)
    expect(closed).toEqual([])
    send(subscribe)
    await eventually(() => expect(closed).toEqual([{ code: 4409, reason: 'Subscriber for 1 already exists' }]))
    await emptied(core)
    expect(graph.openStreams()).toBe(0)
  })

  test('no connection_init in time closes with 4408', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { connectionInitWaitMs: 50 } })
    const { closed } = await peer(core)
    await eventually(() => expect(closed).toEqual([{ code: 4408, reason: 'Connection initialisation timeout' }]))
    const { closed: stays } = await initialised(core)
    const late = await peer(core)
    await eventually(() => expect(late.closed).toMatchObject([{ code: 4408 }]))
    expect(stays).toEqual([])
  })

  test('another subprotocol closes with 4406', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const socket = new WebSocket(core.wsUrl)
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(4406)
    const { socket: chosen } = await peer(core, ['graphql-ws', 'graphql-transport-ws'])
    expect(chosen.protocol).toBe('graphql-transport-ws')
  })

  test.each([
    ['stranger', 4401, 'UNAUTHENTICATED'],
    ['banned', 4403, 'FORBIDDEN'],
    ['bug', 1013, 'INTERNAL_SERVER_ERROR'],
    ['hurried', 1013, 'RATE_LIMITED'],
    ['early', 1013, 'UNAVAILABLE'],
  ])('who may not come in (%s) is told by the close code and its reason', async (name, code, reason) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { closed, send } = await peer(core)
    send({ type: 'connection_init', payload: { 'x-name': name } })
    await eventually(() => expect(closed).toEqual([{ code, reason }]))
    await initialised(core, { 'x-name': 'ann' })
  })

  test('a stock client that connects while nobody can be looked up comes in once that is over', async () => {
    await using graph = await startGraph()
    let away = true
    await using core = await startCore(graph, {
      authenticate: async () => {
        if (away) throw new Error('connect ECONNREFUSED 10.0.0.7:5432')
        return { name: 'ann' }
      },
    })
    let refused = 0
    const client = createClient({
      url: core.wsUrl,
      webSocketImpl: WebSocket,
      retryAttempts: Infinity,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 10)),
      on: { closed: () => void refused++ },
    })
    const stream = follow(client, 'subscription { reviewAdded(product: "p1") { id } }')
    await eventually(() => refused >= 2)
    expect(stream.ended).toBeNull()
    away = false
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    await eventually(() => expect(stream.events).toEqual([{ data: { reviewAdded: { id: 'r1' } } }]))
    await client.dispose()
  })

  test('a ping is answered with its payload, before and after the acknowledgement', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { messages, send } = await peer(core)
    send({ type: 'ping', payload: { n: 1 } })
    await eventually(() => expect(messages).toEqual([{ type: 'pong', payload: { n: 1 } }]))
    send({ type: 'connection_init' })
    send({ type: 'ping' })
    send({ type: 'pong' })
    await eventually(() =>
      expect(messages.slice(1)).toEqual(expect.arrayContaining([{ type: 'pong' }, { type: 'connection_ack' }])),
    )
  })

  test('queries, mutations and their errors come over the same socket', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const client = core.client()
    const query = follow(client, '{ product(id: "p1") { name shipping } }')
    const mutation = follow(client, 'mutation { rename(id: "p1", name: "new") { name amount } }')
    const invalid = follow(client, '{ nothing }')
    await eventually(() => expect([query.ended, mutation.ended]).toEqual([{}, {}]))
    expect(query.events).toEqual([{ data: { product: { name: 'name of p1', shipping: 20 } } }])
    expect(mutation.events).toEqual([{ data: { rename: { name: 'new', amount: 5 } } }])
    await eventually(() =>
      expect(invalid.ended).toMatchObject({ error: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }),
    )
  })

  test('ids and texts of any kind survive the framing', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const { messages, send } = await initialised(core)
    const id = 'a"\\\n💡'
    send({ id, type: 'subscribe', payload: { query: SHORT } })
    await eventually(() => graph.openStreams() === 1)
    const message = (text: string) => ({ id, type: 'next', payload: { data: { reviewAdded: { id: text } } } })
    const others = Buffer.byteLength(JSON.stringify(message('')))
    // To either side of the lengths whose frames have a form of their own, and of what is written apart.
    const edges = [125, 126, 65_535, 65_536].map((length) => 'x'.repeat(length - others))
    const texts = ['ü "\u2028"', '', ...edges, '🏃é'.repeat(500), 'ü'.repeat(3_000), 'x🏃'.repeat(30_000)]
    for (const text of texts) graph.addReview(text)
    await eventually(() => expect(messages).toEqual(texts.map(message)))
  })
})

describe('limits', () => {
  test('a client that does not read is sent away with 1013, and others hear everything', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { maxWaitingEvents: 10 } })
    const slow = await initialised(core, { 'x-name': 'ann' })
    slow.send({ id: '1', type: 'subscribe', payload: { query: SHORT } })
    const fast = follow(core.client('ann'), SHORT)
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1 }))
    slow.socket.pause()
    // A kernel buffers megabytes before it stops taking more.
    const long = 'x'.repeat(200_000)
    let sent = 0
    await eventually(() => {
      if (fast.events.length === sent) graph.addReview(`${sent++} ${long}`)
      return core.gateway.stats().readers === 1
    }, 20_000)
    graph.addReview('last')
    await eventually(() => expect(fast.events.at(-1)).toEqual({ data: { reviewAdded: { id: 'last' } } }))
    expect(fast.events).toHaveLength(sent + 1)
    slow.socket.resume()
    await eventually(() =>
      expect(slow.closed).toMatchObject([{ code: 1013, reason: expect.stringContaining('resume') }]),
    )
    expect(slow.messages.length).toBeLessThan(sent)
    expect(core.gateway.stats().sockets).toBe(1)
  })

  test('a client that never reads again is cut, and its memory is free', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { maxWaitingBytes: 100_000, closeWaitMs: 100 } })
    const slow = await initialised(core)
    slow.send({ id: '1', type: 'subscribe', payload: { query: SHORT } })
    await eventually(() => graph.openStreams() === 1)
    slow.socket.pause()
    const long = 'x'.repeat(200_000)
    await eventually(() => {
      graph.addReview(long)
      return core.gateway.stats().readers === 0
    })
    await emptied(core)
  })

  test('a message over the limit, and an operation over the limit', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { maxMessageBytes: 2_000, maxOperationsPerSocket: 2 } })
    const { closed, messages, send } = await initialised(core)
    for (const id of ['1', '2', '3']) send({ id, type: 'subscribe', payload: { query: SHORT } })
    await eventually(() =>
      expect(messages).toMatchObject([
        { id: '3', type: 'error', payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }] },
      ]),
    )
    send({ id: '1', type: 'complete' })
    send({ id: '4', type: 'subscribe', payload: { query: FEED } })
    await eventually(() => expect(messages.at(-1)).toMatchObject({ id: '4', type: 'next' }))
    send({ id: '5', type: 'subscribe', payload: { query: `${SHORT} #${'x'.repeat(2_000)}` } })
    await eventually(() => expect(closed).toMatchObject([{ code: 1009 }]))
  })

  type Peer = Awaited<ReturnType<typeof peer>>
  test.each<[string, (one: Peer) => void]>([
    ['messages', ({ send }) => send({ type: 'ping' })],
    ['pings of WebSocket', ({ socket }) => socket.ping()],
    ['pongs of WebSocket', ({ socket }) => socket.pong()],
  ])('a client that sends more %s than its rate is sent away with 1013; one within it stays', async (_, sendOne) => {
    await using graph = await startGraph()
    const counted: string[] = []
    const metrics = { count: (name: string) => void counted.push(name), observe() {} }
    const limits = { maxFramesPerSecond: 0.1, maxFramesAtOnce: 20, closeWaitMs: 100 }
    await using core = await startCore(graph, { limits, metrics })
    const [one, other] = [await initialised(core), await initialised(core)]
    // With connection_init it has sent 19 then, and 20 with the ping whose answer shows that all were read.
    for (let i = 0; i < 18; i++) sendOne(one)
    one.send({ type: 'ping' })
    await eventually(() => expect(one.messages.at(-1)).toEqual({ type: 'pong' }))
    expect(one.closed).toEqual([])
    for (let i = 0; i < 1_000; i++) sendOne(one)
    await eventually(() =>
      expect(one.closed).toEqual([{ code: 1013, reason: expect.stringMatching('Too many messages') }]),
    )
    expect(counted.filter((name) => name === 'gateway_frame_floods_total')).toHaveLength(1)
    other.send({ type: 'ping' })
    await eventually(() => expect(other.messages).toEqual([{ type: 'pong' }]))
    await eventually(() => core.gateway.stats().sockets === 1)
  })

  test('sockets over the limit get 503; other origins 403, the own and none come in', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { maxSockets: 1 } })
    const { host } = new URL(core.url)
    await expect(peer(core, 'graphql-transport-ws', { origin: 'https://evil.example' })).rejects.toThrow('403')
    const first = await peer(core, 'graphql-transport-ws', { origin: `http://${host}` })
    await expect(peer(core)).rejects.toThrow('503')
    first.socket.close()
    await emptied(core)
    await peer(core)
  })

  test('a socket that does not answer pings is cut', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { pingIntervalMs: 30 } })
    const { port } = new URL(core.url)
    const raw = connect(Number(port), '127.0.0.1')
    raw.on('error', () => {})
    raw.write(
      'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    )
    raw.resume()
    const living = await peer(core)
    await eventually(() => core.gateway.stats().sockets === 2)
    await eventually(() => raw.destroyed || raw.readyState !== 'open')
    await eventually(() => core.gateway.stats().sockets === 1)
    expect(living.closed).toEqual([])
  })
})

describe('closing', () => {
  test('sockets and streams of a context that is not welcome any more end at once; others stay', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const revoked = await initialised(core, { 'x-name': 'ann' })
    const other = await initialised(core, { 'x-name': 'bob' })
    for (const { send } of [revoked, other]) send({ id: '1', type: 'subscribe', payload: { query: SHORT } })
    await eventually(() => graph.openStreams() === 2)
    expect(core.gateway.closeSockets(({ name }) => name === 'ann', 4401, 'SESSION_REVOKED')).toBe(1)
    graph.addReview('r1')
    await eventually(() => expect(other.messages).toHaveLength(1))
    await eventually(() => expect(revoked.closed).toEqual([{ code: 4401, reason: 'SESSION_REVOKED' }]))
    expect(revoked.messages).toEqual([])
    await eventually(() => graph.openStreams() === 1)
  })

  test('who is just being let in on an old answer is closed too', async () => {
    await using graph = await startGraph()
    let admit = () => {}
    await using core = await startCore(graph, {
      authenticate: async ({ connectionParams }) => {
        await new Promise<void>((resolve) => (admit = resolve))
        if (connectionParams?.['x-name'] === 'stranger') throw refusal('UNAUTHENTICATED', 401)
        return { name: String(connectionParams?.['x-name']) }
      },
    })
    const { closed, messages, send } = await peer(core)
    send({ type: 'connection_init', payload: { 'x-name': 'ann' } })
    send({ type: 'ping' })
    await eventually(() => messages.length === 1)
    core.gateway.closeSockets(({ name }) => name === 'ann', 4401, 'SESSION_REVOKED')
    admit()
    await eventually(() => expect(closed).toEqual([{ code: 4401, reason: 'SESSION_REVOKED' }]))
  })

  test('a drain lets a query end, refuses what is new and sends sockets away with 1012, so that clients return', async () => {
    await using graph = await startGraph()
    let answer = () => {}
    await using core = await startCore(graph, {
      subgraphs(name) {
        const source = graph.source(name)
        if (name !== 'stock' || source.kind !== 'local') return source
        return {
          ...source,
          async execute(...asked) {
            await new Promise<void>((resolve) => (answer = resolve))
            return source.execute(...asked)
          },
        }
      },
    })
    const closed: { code: number; reason: string }[] = []
    const client = createClient({
      url: core.wsUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      on: { closed: (event) => closed.push(event as CloseEvent) },
    })
    const query = follow(client, '{ product(id: "p1") { amount } }')
    const stream = follow(client, SHORT)
    await eventually(() => expect(core.gateway.stats()).toMatchObject({ operations: 1, readers: 1 }))
    const drained = core.gateway.drain(10_000)
    expect(core.gateway.ready()).toBe(false)
    expect(await core.post({ query: '{ products { id } }' })).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] },
    })
    await expect(peer(core)).rejects.toThrow('503')
    const late = follow(client, SHORT)
    await eventually(() => expect(late.ended).toMatchObject({ error: [{ extensions: { code: 'SHUTTING_DOWN' } }] }))
    answer()
    await drained
    expect(query.events).toEqual([{ data: { product: { amount: 5 } } }])
    await eventually(() =>
      expect(closed).toMatchObject([{ code: 1012, reason: expect.stringMatching(/connect again in \d+ ms\.$/) }]),
    )
    expect(stream.ended).toMatchObject({ error: { code: 1012 } })
    await emptied(core)
  })
})

interface CloseEvent {
  readonly code: number
  readonly reason: string
}
