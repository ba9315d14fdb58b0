import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { type AddressInfo, createServer as createTcpServer, type Socket as TcpSocket } from 'node:net'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { GraphQLError, parse } from 'graphql'
import { type WebSocket as Socket, WebSocketServer } from 'ws'
import { eventually } from '../test/support/eventually.ts'
import { connect } from './connect.ts'
import { waitMs } from './stream.ts'

interface Ticks {
  ticks: { n: number; cursor: string }
}
const Ticks = parse('subscription Ticks($after: String) { ticks(after: $after) { n cursor } }') as TypedDocumentNode<
  Ticks,
  { after?: string | null }
>
const Plain = parse('subscription Plain { plain { n cursor } }') as TypedDocumentNode<{ plain: { n: number } }, object>
const Hello = parse('query Hello($name: String) { hello(name: $name) }') as TypedDocumentNode<
  { hello: string },
  { name: string }
>

const session = {
  id: '01926f3a-0b7c-7c4e-8f00-5a1d2b3c4d5e',
  hmacKey: Buffer.alloc(32, 7).toString('base64url'),
}

interface Open {
  readonly id: string
  readonly socket: Socket
  readonly variables: { after?: string }
}

/** A server of the protocol whose every frame is the test's. */
async function startServer() {
  const inits: Record<string, string>[] = []
  const subscribes: Open[] = []
  const posts: { headers: IncomingMessage['headers']; body: string }[] = []
  const left: string[] = []
  let refuse: { code: number; reason: string } | undefined
  let answer: (body: string) => unknown = () => ({ data: { hello: 'world' } })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      posts.push({ headers: request.headers, body })
      const value = answer(body)
      response.end(typeof value === 'string' ? value : JSON.stringify(value))
    })
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; id: string; payload: never }
      if (message.type === 'connection_init') {
        inits.push(message.payload)
        if (refuse) return socket.close(refuse.code, refuse.reason)
        return socket.send('{"type":"connection_ack"}')
      }
      if (message.type === 'subscribe')
        subscribes.push({ id: message.id, socket, variables: (message.payload as { variables: object }).variables })
      if (message.type === 'complete') left.push(message.id)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  return {
    url,
    inits,
    subscribes,
    posts,
    left,
    refuse: (how: typeof refuse) => (refuse = how),
    answer: (how: typeof answer) => (answer = how),
    last: () => subscribes.at(-1)!,
    send({ socket, id }: Open, n: number, field = 'ticks') {
      socket.send(JSON.stringify({ type: 'next', id, payload: { data: { [field]: { n, cursor: `c${n}` } } } }))
    },
    incomplete({ socket, id }: Open, code: string, extensions?: object) {
      const errors = [new GraphQLError(code, { extensions: { code } })]
      socket.send(JSON.stringify({ type: 'next', id, payload: { data: null, errors, extensions } }))
    },
    fail({ socket, id }: Open, code: string) {
      const payload = [new GraphQLError(code, { extensions: { code } })]
      socket.send(JSON.stringify({ type: 'error', id, payload }))
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The numbers of the next so many events. */
async function take(stream: AsyncIterableIterator<Ticks>, count: number): Promise<number[]> {
  const numbers: number[] = []
  for (let i = 0; i < count; i++) {
    const { value, done } = await stream.next()
    if (done) break
    numbers.push(value.ticks.n)
  }
  return numbers
}

describe('a stream', () => {
  test.each([
    ['a restart', 1012],
    ['a slow reader', 1013],
    ['a cut', 0],
  ])('goes on after %s from the last cursor, with a signature of its own', async (_, code) => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, { after: 'c0' })
    await eventually(() => server.subscribes.length === 1)
    expect(server.last().variables).toEqual({ after: 'c0' })
    server.send(server.last(), 1)
    server.send(server.last(), 2)
    expect(await take(stream, 2)).toEqual([1, 2])
    const { socket } = server.last()
    if (code === 0) socket.terminate()
    else socket.close(code)
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({ after: 'c2' })
    server.send(server.last(), 3)
    expect(await take(stream, 1)).toEqual([3])

    const [first, second] = server.inits
    expect(Object.keys(first!)).toEqual(['Authorization', 'X-Timestamp', 'X-Nonce', 'X-Signature'])
    expect(second!['Authorization']).toBe(first!['Authorization'])
    expect(second!['X-Nonce']).not.toBe(first!['X-Nonce'])
    expect(second!['X-Signature']).not.toBe(first!['X-Signature'])
  })

  test('resumes from the last cursor if the connection is open but dead: its ping gets no answer', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    expect(await take(stream, 1)).toEqual([1])
    const next = take(stream, 1)
    const dead = server.last()
    // It does not even hear that it is given up.
    dead.socket.pause()
    await eventually(() => server.subscribes.length === 2, 30_000)
    expect(server.last().variables).toEqual({ after: 'c1' })
    // What the dead one says late comes over the new one, too: it is not said twice.
    server.send(dead, 2)
    await app.query(Hello, { name: 'in between' })
    server.send(server.last(), 2)
    server.send(server.last(), 3)
    expect([...(await next), ...(await take(stream, 1))]).toEqual([2, 3])
  }, 40_000)

  test('gives up a connection that is never answered, and ends at once when it is told to', async () => {
    const held: TcpSocket[] = []
    const silent = createTcpServer((socket) => void held.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/graphql`
    const app = connect({ url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => held.length === 1)
    await eventually(() => expect(app.connection.get().phase).toBe('waiting'), 30_000)
    app.wake()
    await eventually(() => held.length === 2)
    const startedAt = performance.now()
    await stream.return?.()
    await app[Symbol.asyncDispose]()
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    for (const socket of held) socket.destroy()
    await new Promise((resolve) => silent.close(resolve))
  }, 60_000)

  test.each(['CONNECTION_CLOSED', 'TOO_MANY_OPERATIONS'])('that ends with %s is asked for again', async (code) => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    expect(await take(stream, 1)).toEqual([1])
    server.fail(server.last(), code)
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({ after: 'c1' })
  })

  test('that was refused for a while is asked for again; one that is refused for good ends with the code', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 4)
    server.fail(server.last(), 'SLOW_CONSUMER')
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({ after: 'c4' })
    server.fail(server.last(), 'CURSOR_TOO_OLD')
    expect(await take(stream, 1)).toEqual([4])
    await expect(stream.next()).rejects.toMatchObject({ name: 'GraphError', code: 'CURSOR_TOO_OLD' })
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('is left at an event that could not be completed, and resumed before it; one that never can be ends it', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    const first = server.last()
    server.send(first, 1)
    server.incomplete(first, 'DOWNSTREAM_SERVICE_ERROR')
    server.send(first, 3)
    await eventually(() => server.subscribes.length === 2)
    expect(server.left).toEqual([first.id])
    expect(server.last().variables).toEqual({ after: 'c1' })
    server.send(server.last(), 2)
    expect(await take(stream, 2)).toEqual([1, 2])
    server.incomplete(server.last(), 'FORBIDDEN')
    await expect(stream.next()).rejects.toMatchObject({ name: 'GraphError', code: 'FORBIDDEN' })
  })

  test.each(['RESUME', 'UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'SHUTTING_DOWN'])(
    'that ends with %s is asked for again from the last cursor',
    async (code) => {
      await using server = await startServer()
      await using app = connect({ url: server.url, session })
      const stream = app.subscribe(Ticks, {})
      await eventually(() => server.subscribes.length === 1)
      server.send(server.last(), 1)
      server.fail(server.last(), code)
      await eventually(() => server.subscribes.length === 2)
      expect(server.last().variables).toEqual({ after: 'c1' })
      server.send(server.last(), 2)
      expect(await take(stream, 2)).toEqual([1, 2])
    },
  )

  test('leaves out an event that is refused for good, says so, and never comes back to it', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const skipped: unknown[] = []
    const stream = app.subscribe(Ticks, {}, { onSkipped: ({ code }) => skipped.push(code) })
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    server.incomplete(server.last(), 'NOT_FOUND', { cursor: 'c2' })
    await eventually(() => expect(skipped).toEqual(['NOT_FOUND']))
    server.last().socket.terminate()
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({ after: 'c2' })
    server.send(server.last(), 3)
    expect(await take(stream, 2)).toEqual([1, 3])
  })

  test('of a session that was ended ends, and is not tried again', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    server.last().socket.close(4401, 'SESSION_REVOKED')
    await expect(stream.next()).rejects.toMatchObject({ closeCode: 4401, reason: 'SESSION_REVOKED' })
    server.refuse({ code: 4403, reason: 'FORBIDDEN' })
    await expect(app.subscribe(Ticks, {}).next()).rejects.toMatchObject({ closeCode: 4403, reason: 'FORBIDDEN' })
    expect(server.subscribes).toHaveLength(1)
  })

  test.each([
    ['the server cannot look up sessions', 'INTERNAL_SERVER_ERROR'],
    ['too many connections are opened', 'RATE_LIMITED'],
  ])('that is opened while %s begins once it can', async (_, reason) => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    server.refuse({ code: 1013, reason })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.inits.length === 2)
    server.refuse(undefined)
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    expect(await take(stream, 1)).toEqual([1])
  })

  test('comes back after a failure of the server, with pauses that grow', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    server.refuse({ code: 1011, reason: 'Internal server error' })
    const stream = app.subscribe(Ticks, {})
    const waits: number[] = []
    for (let failures = 1; failures <= 3; failures++) {
      await eventually(() => {
        const state = app.connection.get()
        expect([state.phase, server.inits.length]).toEqual(['waiting', failures])
        if (state.phase === 'waiting') waits[failures - 1] = state.until - Date.now()
      })
      app.wake()
    }
    expect(waits[2]).toBeGreaterThan(500)
    server.refuse(undefined)
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    expect(await take(stream, 1)).toEqual([1])
  })

  test('that a wrong clock kept out waits for a server that cannot tell the time, and may be kept out again', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    for (const n of [1, 2]) {
      const asked = server.posts.length
      server.refuse({ code: 4401, reason: 'TIMESTAMP_STALE' })
      server.answer(() => {
        if (server.posts.length === asked + 1) return '<html>'
        server.refuse(undefined)
        const extensions = { code: 'TIMESTAMP_STALE', serverTimeMs: Date.now() + n * 3_600_000 }
        return { errors: [{ message: 'late', extensions }] }
      })
      if (n === 1) await eventually(() => server.inits.length > 0)
      else server.last().socket.terminate()
      await eventually(() => server.subscribes.length === n)
      server.send(server.last(), n)
      expect(await take(stream, 1)).toEqual([n])
    }
  })

  test('that a wrong clock kept out comes in once the server told its time', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const serverTimeMs = Date.now() + 3_600_000
    server.refuse({ code: 4401, reason: 'TIMESTAMP_STALE' })
    server.answer(() => {
      server.refuse(undefined)
      return { errors: [{ message: 'late', extensions: { code: 'TIMESTAMP_STALE', serverTimeMs } }] }
    })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1)
    expect(await take(stream, 1)).toEqual([1])
    expect(Number(server.inits.at(-1)!['X-Timestamp'])).toBeGreaterThanOrEqual(serverTimeMs)
  })

  test('whose reader is slow is left at a thousand events, and resumed where he is', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Ticks, {})
    await eventually(() => server.subscribes.length === 1)
    for (let n = 1; n <= 1_500; n++) server.send(server.last(), n)
    await eventually(() => server.left.length === 1)
    const read = await take(stream, 1_000)
    expect(read).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1))
    const next = take(stream, 1)
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({ after: 'c1000' })
    server.send(server.last(), 1_001)
    expect(await next).toEqual([1_001])
  })

  test('continues with later events if it has no cursor', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const stream = app.subscribe(Plain, {})
    await eventually(() => server.subscribes.length === 1)
    server.send(server.last(), 1, 'plain')
    expect((await stream.next()).value).toEqual({ plain: { n: 1, cursor: 'c1' } })
    server.last().socket.terminate()
    await eventually(() => server.subscribes.length === 2)
    expect(server.last().variables).toEqual({})
  })

  test('that is left is completed at the server, and so are all when the app is disposed', async () => {
    await using server = await startServer()
    const app = connect({ url: server.url, session })
    const [first, second] = [app.subscribe(Ticks, {}), app.subscribe(Ticks, {})]
    await eventually(() => server.subscribes.length === 2)
    expect(server.inits).toHaveLength(1)
    await first.return?.()
    await eventually(() => server.left.length === 1)
    const pending = second.next()
    await app[Symbol.asyncDispose]()
    expect(await pending).toEqual({ done: true, value: undefined })
    await eventually(() => server.last().socket.readyState === 3)
  })
})

describe('a query', () => {
  test('is signed over what is sent, and gives its data', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    expect(await app.query(Hello, { name: 'Åsa' })).toEqual({ hello: 'world' })
    const [{ headers, body }] = server.posts as [(typeof server.posts)[number]]
    expect(JSON.parse(body)).toMatchObject({ variables: { name: 'Åsa' } })
    expect(headers).toMatchObject({ authorization: `Session ${session.id}`, 'content-type': 'application/json' })
  })

  test('of nobody carries no credentials, of an admin his token', async () => {
    await using server = await startServer()
    await using nobody = connect({ url: server.url })
    await nobody.query(Hello, { name: 'x' })
    expect(Object.keys(server.posts[0]!.headers).filter((name) => /^(authorization|x-)/.test(name))).toEqual([])
    await using admin = connect({ url: server.url, token: 'a.b.c' })
    await admin.query(Hello, { name: 'x' })
    expect(server.posts[1]!.headers['authorization']).toBe('Bearer a.b.c')
  })

  test('with errors rejects with their code and what data there was', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url })
    server.answer(() => ({ data: { hello: null }, errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] }))
    await expect(app.query(Hello, { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND', data: { hello: null } })
    server.answer(() => '<html>')
    await expect(app.query(Hello, { name: 'x' })).rejects.toThrow('not GraphQL')
  })

  test('whose time was refused is signed again by the server’s, once', async () => {
    await using server = await startServer()
    await using app = connect({ url: server.url, session })
    const serverTimeMs = Date.now() - 3_600_000
    const stale = { errors: [{ message: 'late', extensions: { code: 'TIMESTAMP_STALE', serverTimeMs } }] }
    server.answer(() => (server.posts.length === 1 ? stale : { data: { hello: 'world' } }))
    expect(await app.query(Hello, { name: 'x' })).toEqual({ hello: 'world' })
    const [first, second] = server.posts.map(({ headers }) => headers)
    expect(Number(second!['x-timestamp'])).toBeLessThan(Number(first!['x-timestamp']) - 3_500_000)
    expect(second!['x-nonce']).not.toBe(first!['x-nonce'])
    server.answer(() => stale)
    await expect(app.query(Hello, { name: 'x' })).rejects.toMatchObject({ code: 'TIMESTAMP_STALE' })
  })
})

test('waits double up to half a minute, and no two clients wait alike', () => {
  expect([0, 1, 2, 20].map((attempt) => waitMs(attempt, () => 1))).toEqual([500, 1_000, 2_000, 30_000])
  expect([0, 1, 2, 20].map((attempt) => waitMs(attempt, () => 0))).toEqual([250, 500, 1_000, 15_000])
})

test.each(['{"message":"Bad gateway"}', '{"ok":true}', 'null', '{"errors":"boom"}', '[]', '<html>'])(
  'what a proxy answers, %s, is no answer of the server',
  async (text) => {
    await using server = await startServer()
    await using app = connect({ url: server.url })
    server.answer(() => text)
    await expect(app.query(Hello, { name: 'x' })).rejects.toMatchObject({ name: 'Unreachable' })
  },
)

test('a server that closes each socket as if all was said is not connected to without end', async () => {
  await using server = await startServer()
  await using app = connect({ url: server.url, session })
  server.refuse({ code: 1000, reason: '' })
  const stream = app.subscribe(Ticks, {})
  await eventually(() => expect(app.connection.get().phase).toBe('waiting'))
  expect(server.inits.length).toBeLessThan(10)
  await stream.return?.()
})

test('an app is disposed of while its server is away', async () => {
  const app = connect({ url: 'http://127.0.0.1:9/graphql' })
  const stream = app.subscribe(Ticks, {})
  const reading = stream.next()
  await eventually(() => expect(app.connection.get().phase).toBe('waiting'))
  await app[Symbol.asyncDispose]()
  expect(await reading).toMatchObject({ done: true })
})

test('an app that opens and ends streams quickly connects each time without a pause', async () => {
  await using server = await startServer()
  await using app = connect({ url: server.url, session })
  const phases = new Set<string>()
  app.connection.watch(() => phases.add(app.connection.get().phase))
  for (let n = 1; n <= 8; n++) {
    const stream = app.subscribe(Ticks, {})
    await eventually(() => expect(server.subscribes).toHaveLength(n))
    await stream.return?.()
    await eventually(() => expect(app.connection.get().phase).toBe('idle'))
  }
  expect([...phases]).not.toContain('waiting')
})
