import fc from 'fast-check'
import { decodeCursor, dominates, encodeCursor, maxVector, type Vector } from './cursor.ts'
import { comparePositions, ORIGIN, type Position } from './position.ts'

const SHARDS = 16
const anyPosition: fc.Arbitrary<Position> = fc.record({
  epoch: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  id: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
})
/** Mostly one epoch, large transaction ids, and shards some millions of transactions and events apart. */
const realistic: fc.Arbitrary<Position> = fc.record({
  epoch: fc.constant(3),
  xid: fc.bigInt({ min: 2n ** 40n - 2n ** 24n, max: 2n ** 40n }),
  id: fc.oneof(fc.constant(0n), fc.bigInt({ min: 2n ** 40n - 2n ** 25n, max: 2n ** 40n })),
})
const vectorOf = (position: fc.Arbitrary<Position>, shards = SHARDS): fc.Arbitrary<Vector> =>
  fc.array(position, { minLength: shards, maxLength: shards })

test('any vector comes back from its cursor as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.infiniteStream(anyPosition), (shards, positions) => {
      const vector = [...positions.take(shards)]
      expect(decodeCursor(encodeCursor(vector), shards)).toEqual(vector)
    }),
    { numRuns: 50 },
  )
  fc.assert(fc.property(vectorOf(realistic), (v) => expect(decodeCursor(encodeCursor(v), SHARDS)).toEqual(v)))
})

test('a cursor over 16 shards has under 200 characters, also where transaction ids and ids are near 2^40', () => {
  fc.assert(fc.property(vectorOf(realistic), (vector) => encodeCursor(vector).length < 200))
  // One shard is at the horizon, and all others at events before it.
  const [horizon, ...events] = Array.from({ length: SHARDS }, (_, shard) => ({
    epoch: 3,
    xid: 2n ** 40n - (shard === 0 ? 0n : 2n ** 24n - BigInt(shard)),
    id: shard === 0 ? 0n : 2n ** 40n - 2n ** 25n * BigInt(shard % 2),
  }))
  expect(encodeCursor([horizon!, ...events]).length).toBeLessThan(200)
})

test('a cursor whose shards are all at one position is about a dozen characters', () => {
  const at = (position: Position) => encodeCursor(Array<Position>(SHARDS).fill(position)).length
  expect(at({ epoch: 1, xid: 2_000_000n, id: 0n })).toBeLessThanOrEqual(12)
  expect(at({ epoch: 1, xid: 2n ** 40n, id: 0n })).toBeLessThanOrEqual(16)
})

test('a cursor is made of characters that need no escaping in a URL or in JSON', () => {
  fc.assert(fc.property(vectorOf(anyPosition), (vector) => /^[A-Za-z0-9_-]+$/.test(encodeCursor(vector))))
})

test('a cursor with one bit flipped is refused', () => {
  fc.assert(
    fc.property(vectorOf(realistic), fc.nat(), (vector, at) => {
      const bytes = Buffer.from(encodeCursor(vector), 'base64url')
      const bit = at % (bytes.length * 8)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(decodeCursor(bytes.toString('base64url'), SHARDS)).toBeNull()
    }),
  )
})

test('a cursor of another number of shards is refused', () => {
  for (const vector of [Array<Position>(SHARDS).fill(ORIGIN), Array.from({ length: SHARDS }, (_, i) => at(i))]) {
    const cursor = encodeCursor(vector)
    expect(decodeCursor(cursor, SHARDS)).toEqual(vector)
    for (const other of [0, 1, 8, 17, 32, 256, 100_000]) expect(decodeCursor(cursor, other)).toBeNull()
  }
})

test('whatever text comes, the answer is null or a vector whose cursor is that text', () => {
  const text = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.uint8Array().map((a) => Buffer.from(a).toString('base64url')),
  )
  fc.assert(
    fc.property(text, (candidate) => {
      const vector = decodeCursor(candidate, 2)
      if (vector) expect(encodeCursor(vector)).toBe(candidate)
    }),
    { numRuns: 2_000 },
  )
})

test('a cursor that was cut, lengthened, padded or written in another alphabet is refused', () => {
  const cursor = encodeCursor(Array.from({ length: SHARDS }, (_, i) => at(i)))
  expect(decodeCursor(cursor, SHARDS)).not.toBeNull()
  for (const length of [0, 1, 4, cursor.length - 1]) expect(decodeCursor(cursor.slice(0, length), SHARDS)).toBeNull()
  for (const more of ['A', '=', ' ', '\n', 'AAAA', cursor]) expect(decodeCursor(cursor + more, SHARDS)).toBeNull()
  expect(decodeCursor(` ${cursor}`, SHARDS)).toBeNull()
  expect(decodeCursor('A'.repeat(10_000_000), SHARDS)).toBeNull()
})

test('numbers beyond what PostgreSQL has are refused', () => {
  const big = { epoch: 1, xid: 2n ** 64n - 1n, id: 2n ** 63n - 1n }
  expect(decodeCursor(encodeCursor([big]), 1)).toEqual([big])
  for (const above of [
    { ...big, xid: 2n ** 64n },
    { ...big, id: 2n ** 63n },
    { ...big, epoch: 2 ** 31 },
  ]) {
    expect(decodeCursor(encodeCursor([above]), 1)).toBeNull()
  }
})

test('the maximum of two vectors dominates both, and is the least that does', () => {
  fc.assert(
    fc.property(vectorOf(anyPosition, 4), vectorOf(anyPosition, 4), (a, b) => {
      const max = maxVector(a, b)
      expect(dominates(max, a) && dominates(max, b)).toBe(true)
      for (const [shard, position] of max.entries()) expect([a[shard], b[shard]]).toContainEqual(position)
    }),
  )
})

test('dominating means being behind in no shard', () => {
  fc.assert(
    fc.property(vectorOf(realistic, 3), vectorOf(realistic, 3), (a, b) => {
      expect(dominates(a, b)).toBe([0, 1, 2].every((shard) => comparePositions(a[shard]!, b[shard]!) >= 0))
    }),
  )
  expect(dominates([at(1)], [at(1), at(0)])).toBe(false)
})

function at(n: number): Position {
  return { epoch: 1 + (n % 2), xid: 1_000n + BigInt(n * n), id: BigInt(n) }
}
