import type { Clock } from '../clock/clock.ts'
import type { NonceGuard } from './nonces.ts'

/**
 * Maximum nonces of all sessions, and of one. They stop a flood of signed requests from filling the process, and one
 * session from taking the room of all. At the limit `take` rejects, as during an outage, and its caller uses the
 * stand-in in PostgreSQL. Forgetting an older nonce instead would allow a replay of its request. One session reaches
 * its limit at 60 requests a second, all sessions theirs at 750.
 */
const MAX_NONCES = 500_000
const MAX_NONCES_OF_SESSION = 40_000

interface Taken {
  readonly sessionId: string
  readonly untilMs: number
}

export interface MemoryNoncesOptions {
  readonly clock: Clock
  /** The start of its memory; the default is now. */
  readonly bornMs?: number
}

/** The guard of one process: it forgets everything when the process ends. */
export function openMemoryNonces({ clock, bornMs = clock.now() }: MemoryNoncesOptions): NonceGuard {
  /**
   * In order of insertion. If `ttlSeconds` is the same for all, as in the gateway, that is also the order of expiry.
   */
  const taken = new Map<string, Taken>()
  const countOf = new Map<string, number>()
  let closed = false

  const forget = (key: string, { sessionId }: Taken) => {
    taken.delete(key)
    const left = (countOf.get(sessionId) ?? 1) - 1
    if (left > 0) countOf.set(sessionId, left)
    else countOf.delete(sessionId)
  }
  const forgetEnded = (nowMs: number) => {
    for (const [key, entry] of taken) {
      if (entry.untilMs > nowMs) return
      forget(key, entry)
    }
  }

  return {
    async take(sessionId, nonce, ttlSeconds) {
      if (closed) throw new Error('The nonce guard is closed.')
      const nowMs = clock.now()
      forgetEnded(nowMs)
      const key = JSON.stringify([sessionId, nonce])
      const known = taken.get(key)
      if (known && known.untilMs > nowMs) return false
      if (known) forget(key, known)
      const ofSession = countOf.get(sessionId) ?? 0
      if (taken.size >= MAX_NONCES || ofSession >= MAX_NONCES_OF_SESSION) {
        throw new Error('The memory for nonces is full.')
      }
      taken.set(key, { sessionId, untilMs: nowMs + ttlSeconds * 1_000 })
      countOf.set(sessionId, ofSession + 1)
      return true
    },
    bornMs: () => bornMs,
    async [Symbol.asyncDispose]() {
      closed = true
      taken.clear()
      countOf.clear()
    },
  }
}
