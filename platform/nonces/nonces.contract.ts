import { eventually } from '../../test/support/eventually.ts'
import type { NonceGuard } from './nonces.ts'

/** What every nonce guard promises. `open` gives one that remembers nothing of another test. */
export function noncesContract(name: string, open: () => Promise<NonceGuard>) {
  describe(`NonceGuard on ${name}`, () => {
    test('a nonce is taken once, and refused every time after', async () => {
      await using guard = await open()
      expect(await guard.take('session', 'nonce', 60)).toBe(true)
      expect(await guard.take('session', 'nonce', 60)).toBe(false)
      expect(await guard.take('session', 'nonce', 60)).toBe(false)
    })

    test('of many who take the same pair at once exactly one gets it', async () => {
      await using guard = await open()
      for (const nonce of ['1', '2', '3']) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => guard.take('session', nonce, 60)))
        expect(answers.filter(Boolean)).toHaveLength(1)
      }
    })

    test('sessions and nonces are apart, whatever characters they have', async () => {
      await using guard = await open()
      const long = 'x'.repeat(10_000)
      const pairs = [
        ['a', 'bc'],
        ['ab', 'c'],
        ['a', 'b:c'],
        ['a:b', 'c'],
        ['a","b', 'c'],
        ['a', 'b","c'],
        ['a', ''],
        ['', 'a'],
        ['ü', '\0\r\n'],
        ['a', long],
        ['a', `${long}y`],
      ] as const
      for (const [session, nonce] of pairs) expect(await guard.take(session, nonce, 60)).toBe(true)
      for (const [session, nonce] of pairs) expect(await guard.take(session, nonce, 60)).toBe(false)
    })

    test('after its time a nonce can be taken again, once, and others are still refused', async () => {
      await using guard = await open()
      expect(await guard.take('session', 'long', 60)).toBe(true)
      expect(await guard.take('session', 'short', 1)).toBe(true)
      expect(await guard.take('session', 'short', 1)).toBe(false)
      await eventually(() => guard.take('session', 'short', 60))
      expect(await guard.take('session', 'short', 60)).toBe(false)
      expect(await guard.take('session', 'long', 60)).toBe(false)
    })
  })
}
