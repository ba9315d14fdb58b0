import { request as httpRequest, type ClientRequest } from 'node:http'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, startCore, type CoreServer, type Who } from '../../../test/support/gateway-core.ts'
import type { GatewayOptions } from '../index.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { Payload } from '../subscriptions/frames.ts'
import { networkOf } from './network.ts'
import { ConnectionUsage, ClientUsage } from './client-usage.ts'

const SHORT = 'subscription { reviewAdded(product: "p1") { id } }'

/** Counts what was refused, by its limit. */
function counting() {
  const refused: string[] = []
  const count = (name: string, labels: Readonly<Record<string, string>> = {}) => {
    if (name === 'gateway_refused_total') refused.push(labels['limit'] ?? '')
  }
  return { refused, metrics: { count, observe() {} } }
}

const open = async (limits: GatewayOptions<Who>['limits'], more: Partial<GatewayOptions<Who>> = {}) => {
  const graph = await startGraph()
  const { refused, metrics } = counting()
  const core = await startCore(graph, { metrics, userOf: ({ name }) => name, ...more, ...(limits && { limits }) })
  return {
    graph,
    core,
    refused,
    async [Symbol.asyncDispose]() {
      await core[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

async function socketTo({ wsUrl }: CoreServer) {
  const socket = new WebSocket(wsUrl, 'graphql-transport-ws')
  const seen = { types: [] as string[], closed: [] as { code: number; reason: string }[] }
  socket.on('message', (data: Buffer) => seen.types.push((JSON.parse(data.toString()) as { type: string }).type))
  socket.on('close', (code, reason) => seen.closed.push({ code, reason: reason.toString() }))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { socket, seen }
}

async function socketOf(core: CoreServer, name: string) {
  const one = await socketTo(core)
  one.socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-name': name } }))
  await eventually(() => one.seen.types.length + one.seen.closed.length > 0)
  return one
}

/** A subscription over SSE: its status, once there is one. */
async function stream({ url }: CoreServer, name: string) {
  const cancellation = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-name': name },
    body: JSON.stringify({ query: SHORT }),
    signal: cancellation.signal,
  })
  return { response, leave: () => cancellation.abort() }
}

/** A request whose body never comes whole. */
function unfinished({ url }: CoreServer, bytes = 10): { request: ClientRequest; answer: Promise<unknown[]> } {
  const headers = { 'content-type': 'application/json', 'content-length': 100_000 }
  const request = httpRequest(url, { method: 'POST', headers, agent: false })
  const answer = new Promise<unknown[]>((resolve) => {
    request.on('error', () => resolve(['broken']))
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve([response.statusCode, codeIn(text), response.headers['retry-after']]))
    })
  })
  request.write(' '.repeat(bytes))
  return { request, answer }
}

const codeIn = (text: string) =>
  (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code

describe('connections', () => {
  test('of one address have a number, sockets and streams together: then an upgrade gets 429', async () => {
    await using world = await open({ maxConnectionsPerAddress: 2 }, { addressOf: () => 'a' })
    const first = await socketOf(world.core, 'ann')
    const { response, leave } = await stream(world.core, 'bob')
    expect(response.status).toBe(200)
    await expect(socketTo(world.core)).rejects.toThrow('429')
    const refused = await stream(world.core, 'cat')
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '5'])
    expect(codeIn(await refused.response.text())).toBe('TOO_MANY_STREAMS')
    expect(world.refused).toEqual(['connections-per-address', 'connections-per-address'])
    leave()
    first.socket.close()
    await emptied(world.core)
    await eventually(() => socketTo(world.core))
  })

  test('of one user have a number, over all sessions: then a socket closes with 1013, and others come in', async () => {
    await using world = await open({ maxConnectionsPerUser: 2 })
    await socketOf(world.core, 'ann')
    const { response } = await stream(world.core, 'ann')
    expect(response.status).toBe(200)
    const third = await socketOf(world.core, 'ann')
    await eventually(() => expect(third.seen.closed).toMatchObject([{ code: 1013 }]))
    expect((await stream(world.core, 'ann')).response.status).toBe(429)
    expect(world.refused).toEqual(['connections-per-user', 'connections-per-user'])
    expect((await socketOf(world.core, 'bob')).seen.types).toEqual(['connection_ack'])
  })

  test('of one user run a number of operations together, and what ends makes room', async () => {
    await using world = await open({ maxOperationsPerUser: 3 })
    const [one, two] = [await socketOf(world.core, 'ann'), await socketOf(world.core, 'ann')]
    const [other] = [await socketOf(world.core, 'bob')]
    type Socket = typeof one
    const subscribe = ({ socket }: Socket, id: string) =>
      socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: SHORT } }))
    for (const [socket, id] of [
      [one, '1'],
      [one, '2'],
      [two, '1'],
      [two, '2'],
      [other, '1'],
    ] as const)
      subscribe(socket, id)
    await eventually(() => expect(two.seen.types).toEqual(['connection_ack', 'error']))
    expect(world.refused).toEqual(['operations-per-user'])
    expect([one.seen.types, other.seen.types]).toEqual([['connection_ack'], ['connection_ack']])
    one.socket.send(JSON.stringify({ id: '1', type: 'complete' }))
    await eventually(() => {
      subscribe(two, '3')
      return world.core.gateway.stats().readers === 4
    })
    // A socket that closes gives all of its back.
    one.socket.close()
    two.socket.close()
    await eventually(() => world.core.gateway.stats().readers === 1)
    const three = await socketOf(world.core, 'ann')
    for (const id of ['1', '2', '3']) subscribe(three, id)
    await eventually(() => world.core.gateway.stats().readers === 4)
    expect(three.seen.types).toEqual(['connection_ack'])
  })

  test('that nobody has claimed have a smaller number', async () => {
    await using world = await open({ maxUnreadyPerAddress: 2 })
    for (let i = 0; i < 5; i++) await socketOf(world.core, 'ann')
    const unready = [await socketTo(world.core), await socketTo(world.core)]
    await expect(socketTo(world.core)).rejects.toThrow('429')
    expect(world.refused).toEqual(['unready-per-address'])
    unready[0]?.socket.close()
    await eventually(() => socketTo(world.core))
  })

  test('take short messages until they are acknowledged, and longer ones from then on', async () => {
    await using world = await open({})
    const long = JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: { query: `{ __typename } #${'x'.repeat(5_000)}` },
    })
    const [unready, ready] = [await socketTo(world.core), await socketOf(world.core, 'ann')]
    unready.socket.send(long)
    ready.socket.send(long)
    await eventually(() => expect(unready.seen.closed).toMatchObject([{ code: 1009 }]))
    await eventually(() => expect(ready.seen.types).toEqual(['connection_ack', 'next', 'complete']))
    ready.socket.send('x'.repeat(DEFAULT_LIMITS.maxMessageBytes + 1))
    await eventually(() => expect(ready.seen.closed).toMatchObject([{ code: 1009 }]))
  })

  test.each(['ping', 'pong'])('that send a long %s before connection_init are cut, all of them', async (type) => {
    await using world = await open({})
    const peers = await Promise.all(Array.from({ length: 40 }, () => socketTo(world.core)))
    const message = JSON.stringify({ type, payload: { a: 'x'.repeat(180_000) } })
    for (const { socket } of peers) socket.on('error', () => {}).send(message, () => {})
    await eventually(() => expect(peers.map(({ seen }) => seen.closed.length)).toEqual(peers.map(() => 1)))
    // 1006 is what a peer sees whose own message was not yet out when it was cut.
    for (const { seen } of peers) expect([1006, 1009]).toContain(seen.closed[0]?.code)
    await eventually(() => world.core.gateway.stats().sockets === 0)
    expect((await socketOf(world.core, 'ann')).seen.types).toEqual(['connection_ack'])
  })

  test.each([false, true])('that send pings and read nothing are closed (acknowledged: %s)', async (acknowledged) => {
    await using world = await open({ closeWaitMs: 50, connectionInitWaitMs: 60_000, pingIntervalMs: 60_000 })
    const { socket } = await (acknowledged ? socketOf(world.core, 'ann') : socketTo(world.core))
    socket.pause()
    const ping = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(1_000) } })
    await eventually(() => {
      for (let i = 0; i < 500; i++) socket.send(ping)
      return world.core.gateway.stats().sockets === 0
    }, 20_000)
    socket.terminate()
  })
})

describe('bodies', () => {
  test('that come too slowly, or not at all, get 408', async () => {
    await using world = await open({ slowBodyMs: 20, bodyGraceMs: 60 })
    expect(await unfinished(world.core).answer).toEqual([408, 'REQUEST_TIMEOUT', undefined])
    await emptied(world.core)
  })

  test('that come at a pace still have a deadline', async () => {
    await using world = await open({ slowBodyMs: 20, bodyGraceMs: 20, bodyDeadlineMs: 200, minBodyBytesPerSecond: 1 })
    expect(await unfinished(world.core, 5_000).answer).toEqual([408, 'REQUEST_TIMEOUT', undefined])
  })

  test('of one address that are slow have a number: a further one gets 429, and whole ones are answered', async () => {
    await using world = await open({ slowBodyMs: 100, maxSlowBodiesPerAddress: 2 })
    const answers: unknown[] = []
    const all = [unfinished(world.core), unfinished(world.core), unfinished(world.core)]
    for (const { answer } of all) void answer.then((one) => answers.push(one))
    await eventually(() => expect(answers).toEqual([[429, 'TOO_MANY_REQUESTS', '1']]))
    expect(world.refused).toEqual(['slow-bodies-per-address'])
    expect(await world.core.post({ query: '{ products { id } }' })).toMatchObject({ status: 200 })
    for (const { request } of all) request.destroy()
    await emptied(world.core)
  })

  test('that are slow give way where all take too much, so that strangers keep nobody out with them', async () => {
    await using world = await open({ maxBodyBytesUnderWay: 50_000, slowBodyMs: 20 })
    const [older, newer] = [unfinished(world.core, 30_000), unfinished(world.core, 19_000)]
    const answers: string[] = []
    void older.answer.then((answer) => answers.push(`the older: ${answer.join()}`))
    void newer.answer.then(() => answers.push('the newer'))
    const large = { query: '{ products { id } }', extensions: { x: 'x'.repeat(2_000) } }
    await eventually(async () => {
      expect(await world.core.post(large)).toMatchObject({ status: 200 })
      expect(answers).toEqual(['the older: 503,TOO_MANY_REQUESTS,1'])
    })
    expect(world.refused).toContain('body-bytes')
    newer.request.destroy()
    await emptied(world.core)
  })

  test('have a number of bytes in all: a further one gets 503, and what is given back is there again', async () => {
    await using world = await open({ maxBodyBytesUnderWay: 50_000, slowBodyMs: 60_000 })
    const held = unfinished(world.core, 49_000)
    await eventually(async () => {
      const { status } = await world.core.post({ query: '{ products { id } }', extensions: { x: 'x'.repeat(2_000) } })
      return status === 503
    })
    expect(world.refused).toContain('body-bytes')
    held.request.destroy()
    await emptied(world.core)
    expect(await world.core.post({ query: '{ products { id } }' })).toMatchObject({ status: 200 })
  })
})

test.each([
  ['after a while', { answerWaitMs: 50 }],
  ['at once where too much waits for its address', { maxWaitingBytesPerAddress: 1 }],
])('an answer that its client does not read is dropped with its connection, %s', async (_, limits) => {
  await using world = await open(limits)
  const { port } = new URL(world.core.url)
  const socket = connect(Number(port), '127.0.0.1').on('error', () => {})
  socket.pause()
  // One field under so many names: more than a kernel buffers.
  const query = `{ ${Array.from({ length: 1_500 }, (_, n) => `a${n}: products { id name }`).join(' ')} }`
  const body = JSON.stringify({ query })
  const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  for (let i = 0; i < 30; i++) socket.write(head + body)
  // Only who reads sees a connection end.
  await eventually(async () => expect(await world.core.connections()).toBe(0))
  socket.destroy()
})

describe('what waits', () => {
  const limits = { ...DEFAULT_LIMITS, maxWaitingBytesPerAddress: 1_000, maxWaitingBytesPerUser: 500 }
  const holder = (shares: ClientUsage, address: string, user: string | null) => {
    const holding = new ConnectionUsage(shares, address)
    holding.belongsTo(user)
    return holding
  }

  test('is counted over all connections of an address and of a user, and given back', () => {
    const { refused, metrics } = counting()
    const shares = new ClientUsage(limits, metrics)
    const [one, two, other] = [holder(shares, 'a', 'ann'), holder(shares, 'b', 'ann'), holder(shares, 'b', null)]
    expect(one.waits(300)).toBe(true)
    expect(two.waits(300)).toBe(false)
    expect(refused).toEqual(['waiting-bytes-per-user'])
    expect(two.waits(100)).toBe(true)
    expect(other.waits(950)).toBe(false)
    expect(refused).toEqual(['waiting-bytes-per-user', 'waiting-bytes-per-address'])
    for (const holding of [one, two, other, one]) holding.end()
    expect([shares.waiting.ofAddress.of('a'), shares.waiting.ofAddress.of('b')]).toEqual([0, 0])
    expect(shares.waiting.ofUser.of('ann')).toBe(0)
    expect(holder(shares, 'b', null).waits(950)).toBe(true)
  })

  test('is bytes: a text for SSE or multipart has as many characters as it has bytes on the wire', () => {
    const payload = new Payload({ data: { price: '5 €', name: 'Zoë 🦊' } })
    expect(payload.binary).toHaveLength(Buffer.byteLength(payload.json))
    expect(Buffer.from(payload.binary, 'latin1').toString()).toBe(payload.json)
  })
})

test('an address is IPv4, also within IPv6, or a network of 64 bits', () => {
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('2001:db8:1:2:3::9')).toBe('2001:db8:1:2::/64')
  expect(networkOf('')).toBe('')
})
