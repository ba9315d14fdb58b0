import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Bucket, RateLimiter } from '../../platform/rate/rate.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { makeAwayLog } from '../away.ts'
import { Refusal } from '../errors.ts'
import { rateKeyOf } from './address.ts'

export interface Rates {
  /** Requests without credentials, per client address. */
  readonly anonymous: Bucket
  /** Signed requests, per user, and those of an admin. */
  readonly signed: Bucket
  /**
   * Sessions that are not in the cache, per client address: stops made-up session ids from keeping PostgreSQL busy. Wide,
   * for after a restart of the cache a whole office comes at once.
   */
  readonly lookups: Bucket
}

export const DEFAULT_RATES: Rates = {
  anonymous: { burst: 50, perSecond: 5 },
  signed: { burst: 200, perSecond: 50 },
  lookups: { burst: 300, perSecond: 30 },
}

export interface Limit {
  /** Takes one from what this asker has left, or throws RATE_LIMITED. */
  identity(identity: Identity, address: string): Promise<void>
  lookup(address: string): Promise<void>
}

export interface RateDeps {
  readonly limiter: RateLimiter
  readonly clock: Clock
  readonly log: Log
}

export function makeLimit({ limiter, clock, log }: RateDeps, rates: Rates = DEFAULT_RATES): Limit {
  const away = makeAwayLog(log, clock, 'The rate limiter is away: requests are let through.')

  const take = async (key: string, bucket: Bucket) => {
    // Let through while it is away: a limit that nobody keeps is better than a service that nobody can use, and what
    // must not be guessed (passwords, keys) is bounded where it is kept.
    const verdict = await limiter.take(key, bucket).catch((error: unknown) => {
      away(error)
      return { allowed: true } as const
    })
    if (verdict.allowed) return
    const { retryAfterMs } = verdict
    const headers = { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
    throw new Refusal('RATE_LIMITED', `Too many requests: try again in ${retryAfterMs} ms.`, { retryAfterMs }, headers)
  }

  return {
    identity(identity, address) {
      switch (identity.kind) {
        case 'anonymous':
          return take(`gateway:address:${rateKeyOf(address)}`, rates.anonymous)
        case 'user':
          return take(`gateway:user:${identity.userId}`, rates.signed)
        case 'admin':
          return take(`gateway:admin:${identity.adminId}`, rates.signed)
      }
    },
    lookup: (address) => take(`gateway:lookup:${rateKeyOf(address)}`, rates.lookups),
  }
}
