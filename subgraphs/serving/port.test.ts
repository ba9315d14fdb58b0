import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { silentLog } from '../../platform/log/log.ts'
import { eventually } from '../../test/support/eventually.ts'
import { type ListenOptions, makeSubgraph } from '../serve.ts'

/** A subgraph on a port of its own, where nobody who asks has a signature: 401 is what is said to a whole request. */
const serve = (limits: ListenOptions['limits'] = {}) =>
  makeSubgraph({
    typeDefs: 'type Query { hello: String }',
    resolvers: { Query: { hello: () => 'world' } },
    makeContext: () => ({}),
    verify: { subgraph: 'room', secrets: ['a secret that only this test knows.'], clock: { now: () => Date.now() } },
    log: silentLog,
  }).listen({ host: '127.0.0.1', port: 0, drainMs: 100, limits })

/** A connection on which heads and bodies are written by hand. */
function open(port: number) {
  const socket: Socket = connect(port, '127.0.0.1')
  const seen = { text: '', closed: false }
  socket.setEncoding('utf8').on('data', (text: string) => (seen.text += text))
  socket.on('error', () => {}).on('close', () => (seen.closed = true))
  const begin = (length: number) =>
    socket.write(`POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`)
  return { socket, seen, begin }
}

const ask = async (url: string, body = '{}') => (await fetch(url, { method: 'POST', body })).status

test.each([
  ['that says its length', 'content-length: 900000\r\n\r\n'],
  ['in chunks', `transfer-encoding: chunked\r\n\r\n${(900_000).toString(16)}\r\n`],
])('a body %s that is too long is answered with 413 before its end, and its connection closes', async (_, head) => {
  await using room = await serve({ bodies: { maxBytes: 100_000 } })
  expect(await ask(room.url, 'x'.repeat(100_000))).toBe(401)
  const { socket, seen } = open(room.port)
  socket.write(`POST /graphql HTTP/1.1\r\nhost: a\r\n${head}${'x'.repeat(100_001)}`)
  await eventually(() => seen.closed)
  expect(seen.text).toContain('HTTP/1.1 413 ')
  expect(seen.text).toContain('The body is too large.')
})

test.each([
  ['one address', { maxBytesPerAddress: 100_000 }],
  ['all', { maxBytesInAll: 100_000 }],
])('bodies under way of %s hold so much and no more: 503 says when to come back', async (_, bodies) => {
  await using room = await serve({ bodies })
  const slow = Array.from({ length: 9 }, () => open(room.port))
  for (const { socket, begin } of slow) {
    begin(20_000)
    socket.write('x'.repeat(10_000))
  }
  // What is sent is not yet what is held.
  await eventually(async () => expect(await ask(room.url, 'x'.repeat(15_000))).toBe(503))
  const { socket, seen, begin } = open(room.port)
  begin(30_000)
  socket.write('x'.repeat(15_000))
  await eventually(() => seen.closed)
  expect(seen.text).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1\r\n/)
  // Who leaves gives back what he held.
  for (const { socket } of slow) socket.destroy()
  await eventually(async () => expect(await ask(room.url, 'x'.repeat(15_000))).toBe(401))
})

test.each([
  ['head', 'POST /graphql HTTP/1.1\r\nx: '],
  ['body', 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n'],
])('a %s that comes a byte at a time is cut when its time is over, and others are answered', async (_, start) => {
  const room = await serve({
    http: { headMs: 200, requestMs: 60_000, checkIntervalMs: 20 },
    bodies: { deadlineMs: 200 },
  })
  await using _room = room
  const { socket, seen } = open(room.port)
  socket.write(start)
  const drip = setInterval(() => socket.writable && socket.write('x'), 10)
  expect(await ask(room.url)).toBe(401)
  await eventually(() => seen.closed)
  clearInterval(drip)
  expect(await ask(room.url)).toBe(401)
})

test.each(['ping', 'pong'])('peers that send a long %s before connection_init are cut, all of them', async (type) => {
  await using room = await serve()
  const message = JSON.stringify({ type, payload: { a: 'x'.repeat(180_000) } })
  const peers = Array.from({ length: 40 }, () => {
    const socket = new WebSocket(room.wsUrl, 'graphql-transport-ws').on('error', () => {})
    const closed = once(socket, 'close')
    socket.on('open', () => {
      for (let i = 0; i < 2; i++) socket.send(message, () => {})
    })
    return closed
  })
  const codes = (await Promise.all(peers)).map(([code]) => code as number)
  // 1006: cut without a word, to make room for the others of this address.
  for (const code of codes) expect([4400, 1006]).toContain(code)
  expect(await ask(room.url)).toBe(401)
})
