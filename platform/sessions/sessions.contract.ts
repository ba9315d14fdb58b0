import { randomBytes, randomUUID } from 'node:crypto'
import { TOMBSTONE_SECONDS, type Session, type SessionCache } from './sessions.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** When every session here was read from PostgreSQL. */
const READ_AT = Date.UTC(2029, 0, 1)

export interface SessionsUnderTest extends AsyncDisposable {
  readonly cache: SessionCache
  now(): number
  /** Lets time pass, for the clock and for whatever expires. */
  advance(ms: number): Promise<void>
}

/** What every session cache promises. `open` gives an empty one that keeps entries for so many seconds. */
export function sessionsContract(name: string, open: (ttlSeconds: number) => Promise<SessionsUnderTest>) {
  describe(`SessionCache on ${name}`, () => {
    const newSession = (expiresAtMs: number): Session => ({
      sessionId: randomUUID(),
      userId: randomUUID(),
      deviceId: 'device "ü"',
      hmacKey: randomBytes(32),
      expiresAtMs,
    })

    test('gives back what was put, with the same key, and null for what was not', async () => {
      await using it = await open(60)
      const session = newSession(it.now() + 60 * MINUTE)
      expect(await it.cache.get(session.sessionId)).toBeNull()
      await it.cache.put(session, READ_AT)
      await it.cache.put(newSession(it.now() + 60 * MINUTE), READ_AT)
      expect(await it.cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
    })

    test('putting again replaces: a prolonged session lives longer', async () => {
      await using it = await open(600)
      const session = newSession(it.now() + MINUTE)
      await it.cache.put(session, READ_AT)
      const prolonged = { ...session, expiresAtMs: it.now() + 60 * MINUTE }
      await it.cache.put(prolonged, READ_AT)
      await it.advance(2 * MINUTE)
      expect(await it.cache.get(session.sessionId)).toEqual({ ...prolonged, readAtMs: READ_AT })
    })

    test('each get slides the time; without one the entry goes', async () => {
      await using it = await open(60)
      const session = newSession(it.now() + 60 * MINUTE)
      await it.cache.put(session, READ_AT)
      for (let i = 0; i < 5; i++) {
        await it.advance(45 * SECOND)
        expect(await it.cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
      }
      await it.advance(61 * SECOND)
      expect(await it.cache.get(session.sessionId)).toBeNull()
    })

    test('no sliding carries an entry beyond the end of its session', async () => {
      await using it = await open(60)
      const session = newSession(it.now() + 100 * SECOND)
      await it.cache.put(session, READ_AT)
      await it.advance(50 * SECOND)
      expect(await it.cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
      await it.advance(49 * SECOND)
      expect(await it.cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
      await it.advance(2 * SECOND)
      expect(await it.cache.get(session.sessionId)).toBeNull()
    })

    test('a session that is over already is not cached', async () => {
      await using it = await open(60)
      const over = newSession(it.now() - 1)
      await it.cache.put(over, READ_AT)
      expect(await it.cache.get(over.sessionId)).toBeNull()
    })

    test('a revoked session says so, and no put brings it back', async () => {
      await using it = await open(60)
      const [revoked, other] = [newSession(it.now() + 60 * MINUTE), newSession(it.now() + 60 * MINUTE)]
      await it.cache.put(revoked, READ_AT)
      await it.cache.put(other, READ_AT)
      await it.cache.revoke([revoked.sessionId])
      expect(await it.cache.get(revoked.sessionId)).toBe('revoked')
      await it.cache.put(revoked, READ_AT)
      expect(await it.cache.get(revoked.sessionId)).toBe('revoked')
      expect(await it.cache.get(other.sessionId)).toEqual({ ...other, readAtMs: READ_AT })
    })

    test('a put that was under way when the session was revoked loses, also when it was never cached', async () => {
      await using it = await open(60)
      for (let round = 0; round < 20; round++) {
        const session = newSession(it.now() + 60 * MINUTE)
        const { sessionId } = session
        await Promise.all([
          it.cache.put(session, READ_AT),
          it.cache.revoke([sessionId]),
          it.cache.put(session, READ_AT),
        ])
        expect(await it.cache.get(sessionId)).toBe('revoked')
      }
    })

    test('a tombstone stays its time, whatever is read or put meanwhile, and then goes', async () => {
      await using it = await open(60)
      const session = newSession(it.now() + 600 * MINUTE)
      await it.cache.revoke([session.sessionId])
      await it.advance((TOMBSTONE_SECONDS - 1) * SECOND)
      await it.cache.put(session, READ_AT)
      expect(await it.cache.get(session.sessionId)).toBe('revoked')
      await it.advance(2 * SECOND)
      expect(await it.cache.get(session.sessionId)).toBeNull()
    })

    test('many sessions can be revoked at once, and an empty list is allowed', async () => {
      await using it = await open(60)
      const sessions = Array.from({ length: 1_201 }, () => newSession(it.now() + 60 * MINUTE))
      await Promise.all(sessions.slice(0, 20).map((session) => it.cache.put(session, READ_AT)))
      await it.cache.revoke([])
      await it.cache.revoke(sessions.map(({ sessionId }) => sessionId))
      const answers = await Promise.all(sessions.map(({ sessionId }) => it.cache.get(sessionId)))
      expect(new Set(answers)).toEqual(new Set(['revoked']))
    })

    test('closing while busy settles what is under way; afterwards everything is refused', async () => {
      await using it = await open(60)
      const session = newSession(it.now() + 60 * MINUTE)
      const busy = Array.from({ length: 50 }, () => [
        it.cache.put(session, READ_AT),
        it.cache.get(session.sessionId),
      ]).flat()
      const settled = Promise.allSettled<unknown>(busy)
      await it.cache[Symbol.asyncDispose]()
      await settled
      await expect(it.cache.get(session.sessionId)).rejects.toThrow()
      await expect(it.cache.put(session, READ_AT)).rejects.toThrow()
      await expect(it.cache.revoke([session.sessionId])).rejects.toThrow()
      await it.cache[Symbol.asyncDispose]()
    })
  })
}
