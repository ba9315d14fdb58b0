import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { Payload } from '../subscriptions/frames.ts'
import type { StreamPosition } from '../subscriptions/subscriber.ts'
import type { ConnectionUsage } from './client-usage.ts'
import { SocketWriter } from './socket-writer.ts'

/** A stream whose reader takes a write only when `take` is called; at first it takes everything at once. */
function makeWriter() {
  let slow = false
  const pending: ((error?: Error) => void)[] = []
  const texts: string[] = []
  const took = (text: string, done: (error?: Error) => void) => {
    texts.push(text)
    if (slow) pending.push(done)
    else done()
  }
  const stream = new Duplex({
    decodeStrings: false,
    read() {},
    write: (chunk, _encoding, done) => took(String(chunk), done),
    writev: (chunks, done) => took(chunks.map(({ chunk }) => String(chunk)).join(''), done),
  })
  stream.on('error', () => {})
  const writer = new SocketWriter({} as WebSocket, stream, {} as ConnectionUsage)
  const makeOperation = (id: string) => {
    const written: number[] = []
    const operation = { written: ({ number }: StreamPosition) => void written.push(number) }
    const event = (number: number) =>
      writer.event(id, new Payload({ data: { number } }), operation, { number, cursor: String(number) })
    return { event, written }
  }
  const take = (error?: Error) => pending.shift()?.(error)
  return { stream, texts, makeOperation, beSlow: () => void (slow = true), take }
}

describe('A socket’s writer', () => {
  test('says how far each operation’s events were written, once a turn', async () => {
    const { makeOperation } = makeWriter()
    const [one, other] = [makeOperation('1'), makeOperation('2')]
    one.event(1)
    other.event(1)
    one.event(2)
    expect(one.written).toEqual([])
    await nextTurn()
    expect([one.written, other.written]).toEqual([[2], [1]])
    other.event(2)
    await nextTurn()
    expect([one.written, other.written]).toEqual([[2], [1, 2]])
  })

  test('says nothing about events that the kernel has not taken, until it has', async () => {
    const { makeOperation, beSlow, take, stream } = makeWriter()
    const { event, written } = makeOperation('1')
    event(1)
    await nextTurn()
    beSlow()
    event(2)
    await nextTurn()
    event(3)
    await nextTurn()
    expect(written).toEqual([1])
    while (stream.writableLength > 0) {
      take()
      await nextTurn()
    }
    take()
    await nextTurn()
    expect(written).toEqual([1, 2, 3])
  })

  test('never says that events were written to a socket that broke', async () => {
    const { makeOperation, beSlow, take, stream } = makeWriter()
    const { event, written } = makeOperation('1')
    beSlow()
    event(1)
    await nextTurn()
    event(2)
    take(new Error('reset'))
    await nextTurn()
    stream.destroy()
    event(3)
    await nextTurn()
    expect(written).toEqual([])
  })

  test('writes the same frame for sockets that named their operations alike, and another for others', async () => {
    const payload = new Payload({ data: { text: 'ü' } })
    expect(payload.frameFor('a')).toBe(payload.frameFor('a'))
    expect(payload.frameFor('b')).not.toEqual(payload.frameFor('a'))
  })
})
