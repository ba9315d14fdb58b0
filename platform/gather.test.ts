import { setImmediate as nextTurn } from 'node:timers/promises'
import { gather } from './gather.ts'

/** A read of doubles, each ended by the test. */
function makeReads() {
  const begun: { keys: readonly number[]; end(error?: Error): void }[] = []
  const read = (keys: readonly number[]) =>
    new Promise<number[]>((resolve, reject) => {
      begun.push({ keys, end: (error) => (error ? reject(error) : resolve(keys.map((key) => 2 * key))) })
    })
  const end = async (at: number, error?: Error) => {
    begun[at]!.end(error)
    await nextTurn()
  }
  return { read, end, keys: () => begun.map(({ keys }) => keys) }
}

test('calls of one turn, and those that come while as many reads are under way as may be, share a read', async () => {
  const { read, end, keys } = makeReads()
  const double = gather(read, { atOnce: 2 })
  const answers = [double([1]), double([2, 3]), double([])]
  await nextTurn()
  answers.push(double([4]))
  await nextTurn()
  answers.push(double([5]), double([6]))
  await nextTurn()
  expect(keys()).toEqual([[1, 2, 3], [4]])
  await end(0)
  expect(keys()).toEqual([[1, 2, 3], [4], [5, 6]])
  await end(1)
  await end(2)
  expect(await Promise.all(answers)).toEqual([[2], [4, 6], [], [8], [10], [12]])
})

test('a read has at most so many keys, or one call', async () => {
  const { read, end, keys } = makeReads()
  const double = gather(read, { atOnce: 1, maxKeys: 3 })
  const answers = Promise.all([double([1, 2]), double([3]), double([4]), double([5, 6, 7, 8])])
  await nextTurn()
  for (const at of [0, 1, 2]) await end(at)
  expect(keys()).toEqual([[1, 2, 3], [4], [5, 6, 7, 8]])
  expect((await answers).flat()).toEqual([2, 4, 6, 8, 10, 12, 14, 16])
})

test('a read that fails fails the calls that share it, and none that come later', async () => {
  const { read, end } = makeReads()
  const double = gather(read, { atOnce: 1 })
  const failing = Promise.allSettled([double([1]), double([2])])
  await nextTurn()
  const later = double([3])
  await end(0, new Error('away'))
  for (const one of await failing) expect(one).toMatchObject({ reason: { message: 'away' } })
  await end(1)
  expect(await later).toEqual([6])
})
