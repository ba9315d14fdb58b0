import { makeDeadlines } from './deadlines.ts'

const MS = 1_000

beforeEach(() => jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'setImmediate'] }))
afterEach(() => jest.useRealTimers())

function setUp() {
  const deadlines = makeDeadlines(MS)
  const expired: string[] = []
  return { deadlines, expired, begin: (name: string) => deadlines.begin(() => void expired.push(name)) }
}

test('what is not ended expires once, when its time is over and not before', () => {
  const { expired, begin } = setUp()
  begin('a')
  jest.advanceTimersByTime(MS - 2)
  expect(expired).toEqual([])
  jest.advanceTimersByTime(2)
  expect(expired).toEqual(['a'])
  jest.advanceTimersByTime(10 * MS)
  expect(expired).toEqual(['a'])
})

test('what is ended in time never expires, and the others do, each at its own time', () => {
  const { deadlines, expired, begin } = setUp()
  begin('a')
  jest.advanceTimersByTime(300)
  const second = begin('b')
  jest.advanceTimersByTime(300)
  begin('c')
  deadlines.end(second)
  jest.advanceTimersByTime(MS - 600)
  expect(expired).toEqual(['a'])
  jest.advanceTimersByTime(600)
  expect(expired).toEqual(['a', 'c'])
})

test('whichever is ended, first, last or twice, those that stay keep their places', () => {
  const { deadlines, expired, begin } = setUp()
  const [a, , c, , e] = ['a', 'b', 'c', 'd', 'e'].map(begin)
  for (const deadline of [c, a, e, a, c]) if (deadline) deadlines.end(deadline)
  begin('f')
  jest.advanceTimersByTime(MS)
  expect(expired).toEqual(['b', 'd', 'f'])
})

test('one timer serves them all, and none is left when nothing is under way', () => {
  const { deadlines, begin } = setUp()
  const all = Array.from({ length: 100 }, (_, i) => begin(String(i)))
  expect(jest.getTimerCount()).toBe(1)
  for (const deadline of all) deadlines.end(deadline)
  jest.advanceTimersByTime(MS)
  expect(jest.getTimerCount()).toBe(0)
})

test('what expires may begin and end others', () => {
  const { deadlines, expired, begin } = setUp()
  deadlines.begin(() => {
    deadlines.end(other)
    begin('next')
  })
  const other = begin('other')
  jest.advanceTimersByTime(MS)
  expect(expired).toEqual([])
  jest.advanceTimersByTime(MS)
  expect(expired).toEqual(['next'])
})

test('after closing nothing expires and no timer is left', () => {
  const { deadlines, expired, begin } = setUp()
  begin('a')
  deadlines.close()
  expect(jest.getTimerCount()).toBe(0)
  jest.advanceTimersByTime(10 * MS)
  expect(expired).toEqual([])
})
