import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Bucket, RateLimiter } from '../../platform/rate/rate.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import { Refusal } from '../errors.ts'
import { rateKeyOf } from './address.ts'

export interface Rates {
  /** Requests without credentials, per client address. */
  readonly anonymous: Bucket
  /** Signed requests, per user, and those of an admin. */
  readonly signed: Bucket
  /**
   * Lookups of sessions that are not in the cache, per client address: stops invented session ids from loading
   * PostgreSQL. It is wide, because after a restart of the cache a whole office reconnects at once.
   */
  readonly lookups: Bucket
}

export const DEFAULT_RATES: Rates = {
  anonymous: { burst: 50, perSecond: 5 },
  signed: { burst: 200, perSecond: 50 },
  lookups: { burst: 300, perSecond: 30 },
}

/**
 * Bytes of a request without credentials that one token pays for, beside the token of the request. What it asks is read and
 * validated before anybody knows what it costs, valid or not, and that takes time in proportion to its size. What an app
 * sends before it signs in is shorter than this, and the standard introspection takes two or three. A request never takes more than the
 * burst.
 */
export const BYTES_PER_TOKEN = 1_024

export interface Limit {
  /** Takes a token from this client's rate, or throws RATE_LIMITED. */
  identity(identity: Identity, address: string): Promise<void>
  /** The same for a request without credentials, which takes one more for each `BYTES_PER_TOKEN`. */
  anonymous(address: string, bytes: number): Promise<void>
  lookup(address: string): Promise<void>
  /**
   * Takes this many more tokens, for root fields with a cost (field-cost.ts) and for size (cost.ts). Throws
   * DOCUMENT_TOO_COMPLEX if the client can never have so many at once, because waiting would not help.
   */
  spend(identity: Identity, address: string, points: number): Promise<void>
}

export interface RateDeps {
  readonly limiter: RateLimiter
  readonly clock: Clock
  readonly log: Log
}

export function makeLimit({ limiter, clock, log }: RateDeps, rates: Rates = DEFAULT_RATES): Limit {
  const reportOutage = makeOutageLog(log, clock, 'The rate limiter is down: requests pass without limits.')

  /** `before` are the tokens that a repeated request has to pay before it comes here again: its client waits for them too. */
  const take = async (key: string, bucket: Bucket, tokens = 1, before = 0) => {
    // Requests pass while the limiter is unavailable: that is better than a service that nobody can use. Guesses of
    // passwords and keys are limited where those are stored.
    const verdict = await limiter.take(key, bucket, tokens).catch((error: unknown) => {
      reportOutage(error)
      return { allowed: true } as const
    })
    if (verdict.allowed) return
    const retryAfterMs = verdict.retryAfterMs + Math.ceil((before * 1_000) / bucket.perSecond)
    const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
    throw new Refusal('RATE_LIMITED', `Too many requests: try again in ${retryAfterMs} ms.`, { retryAfterMs }, headers)
  }

  const bucketOf = (identity: Identity, address: string): [key: string, bucket: Bucket] => {
    switch (identity.kind) {
      case 'anonymous':
        return [`gateway:address:${rateKeyOf(address)}`, rates.anonymous]
      case 'user':
        return [`gateway:user:${identity.userId}`, rates.signed]
      case 'admin':
        return [`gateway:admin:${identity.adminId}`, rates.signed]
    }
  }

  return {
    identity: (identity, address) => take(...bucketOf(identity, address)),
    anonymous(address, bytes) {
      const [key, bucket] = bucketOf({ kind: 'anonymous' }, address)
      return take(key, bucket, Math.min(1 + Math.floor(bytes / BYTES_PER_TOKEN), bucket.burst))
    },
    async spend(identity, address, points) {
      if (points === 0) return
      const [key, bucket] = bucketOf(identity, address)
      if (points > bucket.burst)
        throw new Refusal(
          'DOCUMENT_TOO_COMPLEX',
          `The fields and the size of this operation cost ${points} of a rate that holds ${bucket.burst}: split the request.`,
          { limit: bucket.burst, cost: points },
        )
      // The request itself has taken one token: a client with a full burst can always pay.
      await take(key, bucket, Math.min(points, Math.max(1, bucket.burst - 1)), 1)
    },
    lookup: (address) => take(`gateway:lookup:${rateKeyOf(address)}`, rates.lookups),
  }
}
