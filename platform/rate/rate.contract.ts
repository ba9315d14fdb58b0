import type { RateLimiter, Verdict } from './rate.ts'

export interface RateUnderTest extends AsyncDisposable {
  readonly limiter: RateLimiter
  /** Lets time pass for every bucket. */
  advance(ms: number): Promise<void>
}

/** What every limiter promises. `open` gives one whose buckets are all full. */
export function rateContract(name: string, open: () => Promise<RateUnderTest>) {
  describe(`RateLimiter on ${name}`, () => {
    /** Slow enough that a test's own time fills nothing. */
    const bucket = { burst: 3, perSecond: 1 / 600 }
    const SLOT_MS = 600_000
    const takeMany = async (limiter: RateLimiter, key: string, count: number) => {
      const verdicts: Verdict[] = []
      for (let i = 0; i < count; i++) verdicts.push(await limiter.take(key, bucket))
      return verdicts.map(({ allowed }) => allowed)
    }

    test('a burst is allowed, and what exceeds it is told when to come again', async () => {
      await using it = await open()
      expect(await takeMany(it.limiter, 'k', 3)).toEqual([true, true, true])
      const refused = await it.limiter.take('k', bucket)
      if (refused.allowed) throw new Error('A fourth token came out of a bucket of three.')
      expect(refused.retryAfterMs).toBeGreaterThan(0)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(SLOT_MS)
    })

    test('a caller who waits as long as told gets one token, not two', async () => {
      await using it = await open()
      await takeMany(it.limiter, 'k', 3)
      for (let round = 0; round < 3; round++) {
        const refused = await it.limiter.take('k', bucket)
        if (refused.allowed) throw new Error('It should be empty.')
        await it.advance(refused.retryAfterMs)
        expect(await takeMany(it.limiter, 'k', 2)).toEqual([true, false])
      }
    })

    test('refusals cost nothing: hammering does not push the next token away', async () => {
      await using it = await open()
      await takeMany(it.limiter, 'k', 3)
      for (let i = 0; i < 10; i++) {
        expect(await takeMany(it.limiter, 'k', 5)).toEqual(Array(5).fill(false))
        await it.advance(SLOT_MS / 10)
      }
      expect(await takeMany(it.limiter, 'k', 1)).toEqual([true])
    })

    test('a long rest fills the bucket, and no further', async () => {
      await using it = await open()
      await takeMany(it.limiter, 'k', 3)
      await it.advance(1_000 * SLOT_MS)
      expect(await takeMany(it.limiter, 'k', 4)).toEqual([true, true, true, false])
    })

    test('a half-full bucket keeps its tokens', async () => {
      await using it = await open()
      await takeMany(it.limiter, 'k', 3)
      await it.advance(2 * SLOT_MS)
      expect(await takeMany(it.limiter, 'k', 3)).toEqual([true, true, false])
    })

    test('several tokens are taken all or none, and the wait is for all of them', async () => {
      await using it = await open()
      expect((await it.limiter.take('k', bucket, 2)).allowed).toBe(true)
      const refused = await it.limiter.take('k', bucket, 3)
      if (refused.allowed) throw new Error('Three tokens came out of a bucket that held one.')
      expect(refused.retryAfterMs).toBeGreaterThan(SLOT_MS)
      expect(refused.retryAfterMs).toBeLessThanOrEqual(2 * SLOT_MS)
      expect(await takeMany(it.limiter, 'k', 2)).toEqual([true, false])
      await it.advance(3 * SLOT_MS)
      expect((await it.limiter.take('k', bucket, 3)).allowed).toBe(true)
      for (const wrong of [0, -1, 4, Number.NaN])
        await expect(it.limiter.take('k', bucket, wrong)).rejects.toThrow(RangeError)
    })

    test('keys are apart', async () => {
      await using it = await open()
      expect(await takeMany(it.limiter, 'k', 4)).toEqual([true, true, true, false])
      expect(await takeMany(it.limiter, 'k2', 4)).toEqual([true, true, true, false])
      expect(await takeMany(it.limiter, '', 4)).toEqual([true, true, true, false])
    })

    test('of many at once exactly the burst is allowed', async () => {
      await using it = await open()
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, () => it.limiter.take('k', { ...bucket, burst: 10 })),
      )
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
    })

    test('a bucket that can hold or get no token is refused as a mistake', async () => {
      await using it = await open()
      for (const wrong of [
        { burst: 0 },
        { burst: Number.NaN },
        { perSecond: 0 },
        { perSecond: -1 },
        { burst: Infinity },
      ])
        await expect(it.limiter.take('k', { ...bucket, ...wrong })).rejects.toThrow(RangeError)
      expect(await takeMany(it.limiter, 'k', 1)).toEqual([true])
    })

    test('closing while busy settles what is under way; afterwards everything is refused', async () => {
      await using it = await open()
      const settled = Promise.allSettled(Array.from({ length: 50 }, () => it.limiter.take('k', bucket)))
      await it.limiter[Symbol.asyncDispose]()
      await settled
      await expect(it.limiter.take('k', bucket)).rejects.toThrow()
      await it.limiter[Symbol.asyncDispose]()
    })
  })
}
