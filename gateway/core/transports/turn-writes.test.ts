import { Writable, type Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { holdUntilTurnEnds } from './turn-writes.ts'

/** A stream that takes everything at once and remembers what came in one call. */
function makeStream() {
  const calls: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      calls.push(String(chunk))
      done()
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(' '))
      done()
    },
  })
  const flushedAfter: number[] = []
  const writer = { stream: stream as unknown as Duplex, flushed: () => void flushedAfter.push(calls.length) }
  const write = (text: string) => {
    holdUntilTurnEnds(writer)
    stream.write(text)
  }
  return { calls, write, stream, flushedAfter }
}

test('writes of one turn go together in order, for each stream apart, and the next turn begins anew', async () => {
  const [one, other] = [makeStream(), makeStream()]
  one.write('a')
  other.write('x')
  await Promise.resolve()
  one.write('b')
  expect(one.calls).toEqual([])
  await nextTurn()
  expect([one.calls, other.calls]).toEqual([['a b'], ['x']])
  one.write('c')
  await nextTurn()
  expect(one.calls).toEqual(['a b', 'c'])
  expect([one.flushedAfter, other.flushedAfter]).toEqual([[1, 2], [1]])
})

test('a long turn holds back at most eight writes', async () => {
  const { calls, write, flushedAfter } = makeStream()
  for (let n = 1; n <= 20; n++) write(String(n))
  expect(calls).toEqual(['1 2 3 4 5 6 7 8', '9 10 11 12 13 14 15 16'])
  await nextTurn()
  expect(calls.at(-1)).toBe('17 18 19 20')
  expect(flushedAfter).toEqual([1, 2, 3])
})

test('a stream that ends or breaks within its turn disturbs nobody', async () => {
  const [ended, broken, well] = [makeStream(), makeStream(), makeStream()]
  ended.write('a')
  ended.stream.end('b')
  broken.write('x')
  broken.stream.destroy()
  well.write('1')
  await nextTurn()
  expect(ended.calls).toEqual(['a b'])
  expect(well.calls).toEqual(['1'])
})
