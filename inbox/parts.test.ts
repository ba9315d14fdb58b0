import { makeParts } from './parts.ts'
import type { FeedMessage, FeedPartMessage } from './protocol.ts'

const position = (id: number) => ({ epoch: 1, xid: 5n, id: BigInt(id) })
const part = (id: number, at: number, of: number, recipient: string, shard = 3, consumer = 'c'): FeedPartMessage => ({
  type: 'part',
  consumer,
  shard,
  position: position(id),
  previous: position(id - 1),
  recipients: [recipient],
  part: at,
  parts: of,
  event: at === of ? { kind: 'chat.MessageSent', payload: { text: 'hello' } } : null,
})
const event = (id: number, consumer = 'c'): FeedMessage => ({
  ...{ type: 'event', consumer, shard: 3, position: position(id), previous: null, recipients: [] },
  ...{ kind: 'chat.MessageSent', payload: {} },
})

test('an event counts when its last part is there, for the recipients of all of them', () => {
  const join = makeParts()
  expect([join(part(7, 1, 3, 'a')), join(part(7, 2, 3, 'b'))]).toEqual([null, null])
  expect(join(part(7, 3, 3, 'c'))).toEqual({
    ...{ type: 'event', consumer: 'c', shard: 3, position: position(7), previous: position(6) },
    ...{ recipients: ['a', 'b', 'c'], kind: 'chat.MessageSent', payload: { text: 'hello' } },
  })
})

test('an event of which any part is missing never counts, and the next one is not touched by it', () => {
  for (const lost of [1, 2, 3]) {
    const join = makeParts()
    const got = [1, 2, 3].filter((at) => at !== lost).map((at) => join(part(7, at, 3, 'a')))
    expect(got).toEqual([null, null])
    expect(join(event(8))).toEqual(event(8))
    expect(join(part(7, 3, 3, 'late'))).toBeNull()
    expect([1, 2].map((at) => join(part(9, at, 2, `${at}`)))[1]).toMatchObject({ recipients: ['1', '2'] })
  }
})

test('parts of other shards and other consumers are no parts of the event', () => {
  const join = makeParts()
  join(part(7, 1, 2, 'a'))
  join(part(7, 1, 2, 'x', 4))
  expect(join(event(6, 'another'))).toEqual(event(6, 'another'))
  expect(join(part(7, 2, 2, 'b'))).toMatchObject({ recipients: ['a', 'b'] })
  join(part(8, 1, 2, 'a'))
  expect(join(part(8, 2, 2, 'b', 3, 'another'))).toBeNull()
})
