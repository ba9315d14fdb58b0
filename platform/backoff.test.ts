import { backoffMs } from './backoff.ts'

test('a pause doubles up to its limit, and at most half of it is taken off', () => {
  for (let attempt = 1; attempt < 2_000; attempt++) {
    const whole = Math.min(2_000, 20 * 2 ** (attempt - 1))
    const ms = backoffMs(attempt, { firstMs: 20, mostMs: 2_000 })
    expect(ms).toBeGreaterThanOrEqual(whole / 2)
    expect(ms).toBeLessThanOrEqual(whole)
  }
})
