import type { Clock } from '../clock/clock.ts'
import type { NonceGuard } from './nonces.ts'

/**
 * Nonces of all sessions and of one. They stop a flood of signed requests from filling the process, and one session from
 * taking everybody's room. At the limit a new nonce rejects, as if the guard were away, and its caller asks the stand-in in
 * PostgreSQL: forgetting an older one instead would let whoever recorded that request send it again. One session reaches
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
  /** Since when it counts as remembering; the default is now. */
  readonly bornMs?: number
}

/** The guard of one process: it forgets everything when the process ends. */
export function openMemoryNonces({ clock, bornMs = clock.now() }: MemoryNoncesOptions): NonceGuard {
  /** Oldest first; with one `ttlSeconds` for all, as the gateway uses it, that is also the order in which they end. */
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
