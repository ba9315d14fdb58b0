import { PassThrough } from 'node:stream'
import { WebSocket } from 'ws'
import { makeSigner } from '../../platform/signature/sign.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { eventually } from '../../test/support/eventually.ts'
import { silentLog } from '../../platform/log/log.ts'
import { makeSubgraph } from '../serve.ts'
import { faultOfUnverified, makeUnverifiedSockets } from './unverified-sockets.ts'

const secret = 'a secret that only this test knows.'
const nobody: Identity = { kind: 'anonymous' }

/** A subgraph on a port of its own, with a stream that never says anything. */
async function serve() {
  let streams = 0
  const silent = () => {
    streams++
    const iterator = {
      next: () => new Promise<never>(() => {}),
      return: async () => ({ done: true as const, value: undefined }),
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }
  const subgraph = makeSubgraph({
    typeDefs: 'type Query { hello: String } type Subscription { silent: Int }',
    resolvers: { Query: { hello: () => 'world' }, Subscription: { silent: { subscribe: silent } } },
    makeContext: () => ({}),
    verify: { subgraph: 'room', secrets: [secret], clock: { now: () => Date.now() } },
    log: silentLog,
  })
  const server = await subgraph.listen({ host: '127.0.0.1', port: 0, drainMs: 100 })
  const open = async () => {
    const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
    const seen = { types: [] as string[], closed: [] as number[] }
    socket.on('message', (data: Buffer) => seen.types.push((JSON.parse(data.toString()) as { type: string }).type))
    socket.on('close', (code) => seen.closed.push(code)).on('error', () => {})
    await new Promise((resolve) => socket.once('open', resolve).once('close', resolve))
    const send = (message: object | string) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message), () => {})
    send({ type: 'connection_init' })
    await eventually(() => seen.types.length + seen.closed.length > 0)
    return { socket, seen, send }
  }
  return { server, open, streams: () => streams, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** What a gateway sends first. */
function subscribe() {
  const query = 'subscription { silent }'
  const body = JSON.stringify({ query })
  const signer = makeSigner({ secret, clock: { now: () => Date.now() } })
  const headers = signer({
    identity: nobody,
    subgraph: 'room',
    clientNetwork: '192.0.2.7',
    requestId: 'request-0001',
    body,
  })
  return { id: '1', type: 'subscribe', payload: { query, extensions: { headers } } }
}

test('sockets on which nothing signed comes push out one another, and never a gateway’s', async () => {
  await using room = await serve()
  const gateway = await room.open()
  gateway.send(subscribe())
  await eventually(() => room.streams() === 1)

  const strangers: Awaited<ReturnType<typeof room.open>>[] = []
  for (let i = 0; i < 200; i++) strangers.push(await room.open())
  await eventually(() => expect(strangers.filter(({ seen }) => seen.closed.length === 0)).toHaveLength(32))
  // From the same address, and after all of them: another gateway comes in.
  const second = await room.open()
  second.send(subscribe())
  await eventually(() => room.streams() === 2)
  expect([gateway.seen.closed, second.seen.closed]).toEqual([[], []])
  for (const { socket } of [...strangers, gateway, second]) socket.terminate()
})

test('a stranger’s message that is deep, long or of a long id closes his socket', async () => {
  await using room = await serve()
  const nested = '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)
  for (const message of [
    `{"type":"ping","payload":${nested}}`,
    { type: 'ping', payload: { a: 'x'.repeat(5_000) } },
    { id: 'i'.repeat(257), type: 'subscribe', payload: { query: '{ hello }' } },
    'no JSON',
  ]) {
    const { seen, send } = await room.open()
    await eventually(() => expect(seen.types).toEqual(['connection_ack']))
    send(message)
    await eventually(() => expect(seen.closed).toEqual([4400]))
  }
})

test('a stranger who asks and reads nothing is cut', async () => {
  await using room = await serve()
  const { socket, seen } = await room.open()
  await eventually(() => expect(seen.types).toEqual(['connection_ack']))
  socket.pause()
  const ping = { type: 'ping', payload: { a: 'x'.repeat(3_000) } }
  let broken = false
  socket.on('error', () => (broken = true))
  await eventually(() => {
    for (let i = 0; i < 200; i++)
      socket.send(JSON.stringify(ping), (error) => (broken ||= error !== undefined && error !== null))
    return broken
  }, 20_000)
  socket.terminate()
})

describe('strangers', () => {
  const open = () => new PassThrough()

  test('are cut when their time is over; who has proven himself stays', async () => {
    const strangers = makeUnverifiedSockets({ perAddress: 10, inAll: 10, proofMs: 30 })
    const [late, proven] = [open(), open()]
    strangers.add('a', late)
    strangers.add('a', proven)()
    await eventually(() => late.destroyed)
    expect([proven.destroyed, strangers.size()]).toEqual([false, 0])
  })

  test('of the address that has most make room', () => {
    const strangers = makeUnverifiedSockets({ perAddress: 3, inAll: 4, proofMs: 60_000 })
    const many = [open(), open(), open()]
    for (const socket of many) strangers.add('many', socket)
    const [one, two] = [open(), open()]
    strangers.add('one', one)
    strangers.add('two', two)
    expect([...many, one, two].map(({ destroyed }) => destroyed)).toEqual([true, false, false, false, false])
    for (const socket of [...many, one, two]) socket.destroy()
  })

  test('may send a subscribe that is long, as a gateway’s first message may be', () => {
    const payload = { query: `{ hello } #${'x'.repeat(100_000)}` }
    expect(faultOfUnverified(JSON.stringify({ id: '1', type: 'subscribe', payload }))).toBeNull()
    expect(faultOfUnverified(JSON.stringify({ id: '1', type: 'complete', payload }))).toContain('4096 bytes')
  })
})
