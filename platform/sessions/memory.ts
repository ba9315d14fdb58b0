import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.ts'
import { CACHE_TTL_SECONDS, type CachedSession, type Ending, TOMBSTONE_SECONDS, type SessionCache } from './sessions.ts'

/**
 * Maximum cached sessions, so that many sign-ins cannot fill the process. Beyond it the least recently used is read
 * from SQL again.
 */
const MAX_SESSIONS = 100_000
/** Maximum tombstones. Beyond it the oldest is dropped, which only affects a `put` that began before it. */
const MAX_TOMBSTONES = 100_000

/** The session cache of one process. */
export function openMemorySessions(options: { readonly clock: Clock; readonly ttlSeconds?: number }): SessionCache {
  const { clock, ttlSeconds = CACHE_TTL_SECONDS } = options
  const sessions = new LRUCache<string, { session: CachedSession; untilMs: number }>({ max: MAX_SESSIONS })
  const tombstones = new LRUCache<string, { untilMs: number; ending: Ending }>({ max: MAX_TOMBSTONES })
  let closed = false
  const assertOpen = () => {
    if (closed) throw new Error('The session cache is closed.')
  }
  const keep = (session: CachedSession) => {
    const untilMs = Math.min(clock.now() + ttlSeconds * 1_000, session.expiresAtMs)
    sessions.set(session.sessionId, { session, untilMs })
  }
  const endingOf = (sessionId: string): Ending | null => {
    const tombstone = tombstones.get(sessionId)
    return tombstone && tombstone.untilMs > clock.now() ? tombstone.ending : null
  }

  return {
    async get(sessionId) {
      assertOpen()
      const ending = endingOf(sessionId)
      if (ending) return ending
      const found = sessions.get(sessionId)
      if (!found) return null
      if (found.untilMs <= clock.now()) {
        sessions.delete(sessionId)
        return null
      }
      keep(found.session)
      return found.session
    },
    // Within one process no revocation is missed.
    remembered: () => null,
    unsureUntilMs: () => -Infinity,
    async put(session, readAtMs) {
      assertOpen()
      if (!endingOf(session.sessionId) && session.expiresAtMs > clock.now()) keep({ ...session, readAtMs })
    },
    async revoke(sessionIds, ending = 'revoked') {
      assertOpen()
      const untilMs = clock.now() + TOMBSTONE_SECONDS * 1_000
      for (const sessionId of sessionIds) {
        sessions.delete(sessionId)
        tombstones.set(sessionId, { untilMs, ending })
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true
      sessions.clear()
      tombstones.clear()
    },
  }
}
