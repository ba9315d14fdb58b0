import { createHash } from 'node:crypto'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Bucket, RateLimiter } from '../../../platform/rate/rate.ts'
import { PublicError } from '../../errors.ts'
import type { Address } from './input.ts'
import { CODES_PER_ADDRESS_AND_NETWORK, CODES_PER_DEVICE, HOUR, MINUTE, type OtpRates } from '../limits.ts'

/** Counters: `users_otp_sent_total`, and `users_otp_refused_total` by the limit that refused. */
export interface OtpMetrics {
  count(name: string, labels?: Readonly<Record<string, string>>): void
}

/** The limits on passwords over all addresses, shared by all processes with the same rate limiter. */
export interface OtpLimits {
  /** Takes one from the device's limit, for any address, or throws RATE_LIMITED. */
  takeOfDevice(deviceId: string): Promise<void>
  /**
   * Takes one from the limits on sending: from the client's network, to similar addresses, and in total. A `known`
   * device, which was signed in to the account before, may also use the reserved tenth of the last two, so that a
   * flood by strangers elsewhere does not lock it out. No client gets more than the whole.
   */
  takeOfAll(sending: Sending): Promise<void>
  /** Counts a sent password. */
  sent(): void
  /** The error for an address that has used up its allowance. */
  refused(waitMs: number): PublicError
}

export interface Sending {
  readonly address: Address
  readonly clientNetwork: string | null
  readonly known: boolean
}

type Limit = 'device' | 'client' | 'prefix' | 'total' | 'address'

/** Minimum interval between log lines about the used-up budget: otherwise each refused request would log one. */
const ALARM_EVERY_MS = MINUTE

/** Allows a third of the hourly number at once, then the hourly number on average. */
const hourly = (perHour: number): Bucket => ({
  burst: Math.max(1, Math.ceil(perHour / 3)),
  perSecond: (perHour * 1_000) / HOUR,
})

/** The share of a limit that strangers may use. The rest is reserved for devices that were signed in before. */
const STRANGERS_SHARE = 0.9
const forStrangers = ({ burst, perSecond }: Bucket): Bucket => ({
  burst: Math.max(1, Math.floor(burst * STRANGERS_SHARE)),
  perSecond: perSecond * STRANGERS_SHARE,
})

export function makeOtpLimits(
  deps: { readonly rate: RateLimiter; readonly clock: Clock; readonly log: Log; readonly metrics?: OtpMetrics },
  rates: OtpRates,
): OtpLimits {
  const { rate, clock, log, metrics } = deps
  const [client, prefix] = [hourly(rates.clientPerHour), hourly(rates.prefixPerHour)]
  const total: Bucket = { burst: rates.totalPerHour, perSecond: (rates.totalPerHour * 1_000) / HOUR }
  let quietUntilMs = -Infinity

  const refused = (limit: Limit, what: string, retryAfterMs: number) => {
    metrics?.count('users_otp_refused_total', { limit })
    return new PublicError('RATE_LIMITED', `${what} Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`, {
      retryAfterMs,
    })
  }

  /**
   * While the limiter is down passwords are still sent: the daily totals of each address are in SQL and still apply,
   * and a lost cache should lock nobody out.
   */
  const take = async (limit: Limit, key: string, bucket: Bucket, what: string) => {
    const verdict = await rate.take(`otp.${limit}:${key}`, bucket).catch((error: unknown) => {
      log.warn('The rate limiter is down: passwords are limited by the daily totals only.', { error })
      return { allowed: true } as const
    })
    if (verdict.allowed) return
    if (limit === 'total') alarm()
    throw refused(limit, what, verdict.retryAfterMs)
  }

  const alarm = () => {
    if (clock.now() < quietUntilMs) return
    quietUntilMs = clock.now() + ALARM_EVERY_MS
    log.error(
      'The hourly budget of one-time passwords is used up: only devices that were signed in before still get one, from the reserved tenth. Check who requests them, or raise OTP_TOTAL_PER_HOUR.',
      { perHour: rates.totalPerHour },
    )
  }

  return {
    takeOfDevice: (id) => take('device', id, CODES_PER_DEVICE, 'This device requested too many passwords.'),
    async takeOfAll({ address, clientNetwork, known }) {
      if (!known && clientNetwork !== null) {
        const key = `${clientNetwork} ${hashOf(address)}`
        await take(
          'client',
          key,
          CODES_PER_ADDRESS_AND_NETWORK,
          'Too many passwords for this address were requested from your network.',
        )
      }
      await take('client', clientNetwork ?? 'unknown', client, 'Too many passwords were requested from your network.')
      const reached = [
        ['prefix', hashOf(prefixOf(address)), prefix, 'Too many passwords were requested for addresses like this.'],
        ['total', '', total, 'Too many passwords are requested at the moment.'],
      ] as const
      for (const [limit, key, bucket, what] of reached) {
        if (!known) await take(limit, `${key} strangers`, forStrangers(bucket), what)
        await take(limit, key, bucket, what)
      }
    },
    sent: () => metrics?.count('users_otp_sent_total'),
    refused: (waitMs) => refused('address', 'There were too many passwords or wrong tries for this address.', waitMs),
  }
}

/**
 * The part that addresses of one mailbox or one block of numbers share: an e-mail address without its `+tag` and its dots,
 * which large mail services ignore; a telephone number without its last four digits. Stops a flood to one person under
 * many spellings, and calls to a block of numbers whose owner earns from each message.
 */
function prefixOf(address: Address): string {
  if (address.startsWith('+')) return address.slice(0, -4)
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at).replace(/\+.*$/s, '').replaceAll('.', '')}${address.slice(at)}`
}

/** Hashed, because the rate limiter's server needs no addresses. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
