import type { Position } from '../platform/eventlog/position.ts'
import { makeWindow, type Entry } from './window.ts'

const at = (id: number): Position => ({ epoch: 1, xid: 10n, id: BigInt(id) })

function filled(count: number, limit = 100) {
  const done: [bigint, number][] = []
  const acked: number[] = []
  const window = makeWindow(at(0), limit, (position, events) => done.push([position.id, events]))
  const entry = (id: number): Entry => ({
    position: at(id),
    event: { position: at(id), shard: 0, kind: 'k', key: 'k', at: new Date(), payload: null },
    ack: () => acked.push(id),
    takenAt: 0,
  })
  for (let id = 1; id <= count; id++) window.take(entry(id))
  return { window, done, acked, entry }
}

describe('The window of a shard', () => {
  test('the position moves over what is done from the front, and never past what is under way', () => {
    const { window, done, acked } = filled(4)
    const [one, two, three, four] = window.next(10) as [Entry, Entry, Entry, Entry]
    window.finish(two)
    window.finish(four)
    expect([done, acked]).toEqual([[], []])
    window.finish(one)
    expect(done).toEqual([[2n, 2]])
    window.finish(three)
    expect(done).toEqual([
      [2n, 2],
      [4n, 2],
    ])
    expect(acked).toEqual([1, 2, 3, 4])
  })

  test('it hands each entry out once, in order, and is full until its oldest is done', () => {
    const { window, entry } = filled(3, 3)
    expect(window.hasRoom).toBe(false)
    const first = window.next(2)
    expect(first.map(({ position }) => position.id)).toEqual([1n, 2n])
    expect(window.next(2).map(({ position }) => position.id)).toEqual([3n])
    expect(window.next(2)).toEqual([])
    window.finish(first[1]!)
    expect(window.hasRoom).toBe(false)
    window.finish(first[0]!)
    expect([window.hasRoom, window.working]).toEqual([true, 1])
    window.take(entry(4))
    expect(window.taken).toEqual(at(4))
    expect(window.next(2).map(({ position }) => position.id)).toEqual([4n])
  })

  test('an entry that waits for who catches up is acknowledged, takes no room, and still holds the position', () => {
    const { window, done, acked, entry } = filled(2, 2)
    const [one, two] = window.next(2) as [Entry, Entry]
    expect(window.release(one)).toBe(true)
    expect([window.hasRoom, acked]).toEqual([true, [1]])
    window.take(entry(3))
    expect(window.hasRoom).toBe(false)
    window.finish(two)
    expect(done).toEqual([])
    window.finish(one)
    expect([done, acked]).toEqual([[[2n, 2]], [1, 2]])
    expect(window.hasRoom).toBe(true)
  })

  test('a stretch without events moves the position and counts none', () => {
    const { window, done } = filled(0)
    const stretch: Entry = { position: at(9), event: null, ack: () => {}, takenAt: 0 }
    window.take(stretch)
    window.finish(window.next(1)[0]!)
    expect(done).toEqual([[9n, 0]])
  })
})
