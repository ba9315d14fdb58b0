import { createHash } from 'node:crypto'
import type { Bucket, RateLimiter } from '../../../platform/rate/rate.ts'
import { PublicError } from '../../errors.ts'
import { DAY, MINUTE } from '../limits.ts'

/** The least that a password may have: with scrypt, guessing one of them offline takes longer than anybody has. */
export const MIN_PASSWORD = 12
/** Stops a long text from being hashed. */
export const MAX_PASSWORD = 1_000

/** How long a token is valid. It cannot be revoked, so it is short. */
export const ADMIN_TOKEN_MS = 10 * MINUTE
/** How long a refresh token may lie unused. */
export const ADMIN_REFRESH_MS = 7 * DAY
/** After this time since the sign-in the password is needed again, however often the token was refreshed. */
export const ADMIN_FAMILY_MS = 30 * DAY

/** Guesses at one admin's password from one network. Beyond it: RATE_LIMITED. */
const PER_EMAIL_AND_NETWORK: Bucket = { burst: 5, perSecond: 1 / 60 }
/**
 * Guesses at one admin's password from all networks. More than one network may use, so that a single attacker does not
 * lock the admin out.
 */
const PER_EMAIL: Bucket = { burst: 50, perSecond: 1 / 20 }
/** The default of the tries at all admins' passwords from one network: each costs 32 MB and 100 ms. */
export const ADMIN_SIGN_INS_PER_HOUR = 60

/** A third of the tries of an hour at once. Beyond it: RATE_LIMITED. */
const perNetwork = (perHour: number): Bucket => ({ burst: Math.ceil(perHour / 3), perSecond: perHour / 3_600 })

/**
 * Takes one guess from each limit, shared by all processes with the same rate limiter. Rejects while the limiter is
 * down: an admin can wait, and a guesser must.
 */
export async function takeGuess(
  rate: RateLimiter,
  perHour: number,
  email: string,
  clientNetwork: string | null,
): Promise<void> {
  const network = clientNetwork ?? 'unknown'
  const hashed = createHash('sha256').update(email).digest('hex')
  for (const [key, bucket] of [
    [`network:${network}`, perNetwork(perHour)],
    [`both:${hashed} ${network}`, PER_EMAIL_AND_NETWORK],
    [`email:${hashed}`, PER_EMAIL],
  ] as const) {
    const verdict = await rate.take(`admin.${key}`, bucket)
    if (!verdict.allowed) {
      const { retryAfterMs } = verdict
      const seconds = Math.ceil(retryAfterMs / 1_000)
      throw new PublicError('RATE_LIMITED', `There were too many tries: try again in ${seconds} s.`, { retryAfterMs })
    }
  }
}
