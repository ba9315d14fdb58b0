import type { EventKind } from '../platform/eventlog/kinds.ts'
import { momentOf } from './frontier.ts'
import { makeStream, MAX_READY, type InboxItem } from './stream.ts'

const kind: EventKind = {
  name: 'said',
  orderedBy: 'user',
  audience: { of: 'nobody' },
  parse: (payload) => payload,
}

function open() {
  const closed: unknown[] = []
  const stream = makeStream({ userId: 'u', deviceId: 'd' }, () => closed.push('closed'))
  const at = (id: number) => ({ epoch: 1, xid: 1n, id: BigInt(id) })
  stream.openAt([at(0)])
  stream.goLive([at(0)])
  const offer = (id: number) => {
    const moment = momentOf([at(id)])
    const item: InboxItem = { cursor: moment.cursor(), event: { shard: 0, position: at(id), kind, payload: id } }
    stream.offer({ shard: 0, position: at(id), moment, item })
  }
  const taken: unknown[] = []
  const ends: unknown[] = []
  let room: Promise<void> | undefined
  const pour = () =>
    stream.pour(
      ({ event }) => {
        taken.push(event?.payload ?? 'opened')
        return room
      },
      (error) => ends.push(error?.message ?? 'end'),
    )
  const fill = () => {
    let makeRoom = () => {}
    room = new Promise((resolve) => (makeRoom = resolve))
    return () => {
      room = undefined
      makeRoom()
    }
  }
  return { stream, offer, pour, fill, taken, ends, closed }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('A stream that pours', () => {
  test('hands over what waits, then each item at the moment of its offer', () => {
    const { offer, pour, taken } = open()
    offer(1)
    pour()
    expect(taken).toEqual(['opened', 1])
    offer(2)
    offer(2)
    expect(taken).toEqual(['opened', 1, 2])
  })

  test('keeps its items in order while its taker has no room', async () => {
    const { offer, pour, fill, taken } = open()
    pour()
    const makeRoom = fill()
    offer(1)
    offer(2)
    offer(3)
    expect(taken).toEqual(['opened', 1])
    makeRoom()
    await turn()
    offer(4)
    expect(taken).toEqual(['opened', 1, 2, 3, 4])
  })

  test('ends as too slow when too much waits, once, and gives nothing more', async () => {
    const { offer, pour, fill, taken, ends, closed, stream } = open()
    pour()
    const makeRoom = fill()
    for (let id = 1; id <= MAX_READY + 2; id++) offer(id)
    stream.close(null)
    makeRoom()
    await turn()
    expect(ends).toEqual([expect.stringContaining('faster than the client took them')])
    expect(taken).toEqual(['opened', 1])
    expect(closed).toHaveLength(1)
  })

  test('that has ended says so to whoever comes later', () => {
    const { pour, stream, ends, taken } = open()
    stream.close(new Error('over'))
    pour()
    expect([ends, taken]).toEqual([['over'], []])
  })
})
