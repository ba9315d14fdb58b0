import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { NonceGuard } from '../../platform/nonces/nonces.ts'
import { makeAwayLog } from '../../platform/log/away.ts'

/** A timestamp is good for five minutes before and after now; a nonce must outlive both. */
export const NONCE_TTL_SECONDS = 11 * 60

export interface NoncesDeps {
  readonly guard: NonceGuard
  /** Asked while the other is away; leave it out where there is one only. */
  readonly standIn?: NonceGuard
  readonly clock: Clock
  readonly log: Log
}

/** True once per session and nonce. To be called only after the signature was found good: each call keeps something. */
export type TakeNonce = (sessionId: string, nonce: string) => Promise<boolean>

/**
 * While the guard is away its stand-in answers. For as long as what the stand-in took could be replayed, both are asked,
 * so that coming back opens no gap. What the guard took just before it went is unknown to the stand-in: a request of the
 * last minutes could then be replayed once, by somebody who holds it whole, and a service that forgets by restarting is
 * no different; a write that must not double carries a key of its own.
 */
export function makeTakeNonce({ guard, standIn, clock, log }: NoncesDeps): TakeNonce {
  const guardAway = makeAwayLog(log, clock, 'The nonce guard is away: nonces are kept in PostgreSQL.')
  let bothUntilMs = -Infinity

  return async (sessionId, nonce) => {
    if (!standIn) return guard.take(sessionId, nonce, NONCE_TTL_SECONDS)
    const both = clock.now() < bothUntilMs
    if (both && !(await standIn.take(sessionId, nonce, NONCE_TTL_SECONDS))) return false
    try {
      return await guard.take(sessionId, nonce, NONCE_TTL_SECONDS)
    } catch (error) {
      guardAway(error)
      bothUntilMs = clock.now() + NONCE_TTL_SECONDS * 1000
      return both || standIn.take(sessionId, nonce, NONCE_TTL_SECONDS)
    }
  }
}
