import type { Bucket } from '../../platform/rate/rate.ts'

const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** How long a one-time password is valid. */
export const CODE_TTL_MS = 5 * MINUTE
/** Wrong codes after which a password is invalid. */
export const TRIES_PER_CODE = 5
/**
 * How often something may happen within any 24 hours: `free` times at once, then once after each of the waits, which
 * grow. So a stranger who uses it up blocks the owner for a while and not for a day, and the sum is still bounded.
 */
export interface Allowance {
  readonly free: number
  readonly waitsMs: readonly number[]
}

/**
 * Wrong tries of six-digit codes that an account allows in any 24 hours: by all devices that never signed in to it,
 * and separately by those that did. Beyond it six-digit codes are refused, and new codes have eight digits until the
 * first of the wrong tries is a day old. So guessing makes codes longer, and locks nobody out. An attacker's chance in
 * any 24 hours: 8 tries of 1 in 1,000,000, and five for each of the 16 passwords that either kind of device is sent,
 * of 1 in 100,000,000: together under 1 in 100,000. Counted in SQL, so that neither a lost cache nor the refill of a
 * token bucket adds tries.
 */
export const WRONG_BY_STRANGERS = 5
export const WRONG_BY_KNOWN = 3
export const SHORT_DIGITS = 6
export const LONG_DIGITS = 8
/**
 * Passwords sent to an address in any 24 hours, at the request of strangers, and separately of devices that were
 * signed in before: 16 each, which limits how much one person can be flooded. Used passwords count too. Beyond it:
 * RATE_LIMITED until the wait is over.
 */
export const CODES_PER_ADDRESS: Allowance = {
  free: 5,
  waitsMs: [2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240].map((minutes) => minutes * MINUTE),
}
/**
 * The part of those that strangers in one network may request: 11 a day. So an attacker in one network leaves some,
 * and an owner with a new device elsewhere waits at most 128 minutes for a password, and about four hours for further
 * ones that day. Beyond it: RATE_LIMITED.
 */
export const CODES_PER_ADDRESS_AND_NETWORK: Bucket = { burst: 5, perSecond: 1 / (4 * 3_600) }
/** Passwords requested by one device, for any address: stops one device from flooding many people. */
export const CODES_PER_DEVICE: Bucket = { burst: 10, perSecond: 1 / 60 }

/**
 * Passwords sent in total; see otp-limits.ts. Of the first two limits a third may be used at once. Of the last two a
 * tenth is reserved for devices that were signed in before. Beyond it: RATE_LIMITED.
 */
export interface OtpRates {
  /** From one client address, or IPv6 /64 network. Stops one machine that invents devices and addresses. */
  readonly clientPerHour: number
  /** To one mailbox under many tags, or one block of 10,000 telephone numbers. */
  readonly prefixPerHour: number
  /**
   * In total. Limits what an attack from many networks can cost the operator; the log and a metric report when it is
   * used up.
   */
  readonly totalPerHour: number
}

export const DEFAULT_OTP_RATES: OtpRates = { clientPerHour: 60, prefixPerHour: 30, totalPerHour: 1_000 }

/** How long sessions last, and how many a user has. */
export interface SessionRules {
  /** After this time without use a session ends. */
  readonly idleMs: number
  /** However much it is used, a session ends at this age: a stolen key does not work for ever. */
  readonly maxAgeMs: number
  /** Which sessions of the user a sign-in ends: none, those on devices of the same platform, or all. */
  readonly policy: 'any' | 'platform' | 'one'
}
export const DEFAULT_SESSION_RULES: SessionRules = { idleMs: 90 * DAY, maxAgeMs: 365 * DAY, policy: 'any' }
/** Live sessions of one user. A sign-in beyond it ends the oldest, so that a looping client cannot fill the table. */
export const MAX_SESSIONS = 50
/**
 * Devices that never signed in are deleted after this time, because anybody can register them. Longer than any wait for a
 * password; an app whose device is gone registers it again.
 */
export const UNUSED_DEVICE_TTL_MS = 2 * DAY
/** Sessions are deleted this long after their expiry. */
export const ENDED_SESSION_TTL_MS = 30 * DAY

/** How long the security log keeps an event, unless the configuration says otherwise. */
export const SECURITY_LOG_DAYS = 180
export const MAX_SECURITY_EVENTS_PER_PAGE = 100
/** Maximum accounts of one page of an admin's list. */
export const MAX_ACCOUNTS_PER_PAGE = 100

export const MAX_NAME = 100
export const MAX_BIO = 500
export const MAX_AVATAR_URL = 2_000
/** The default of the wait between two changes of a username: changed names make it hard to know who wrote something. */
export const USERNAME_CHANGE_MS = 30 * DAY
/**
 * The default of how long nobody else gets a username that its user changed, cleared or left with a deleted account: whoever
 * takes it at once is taken for that user. Until then: USERNAME_TAKEN.
 */
export const USERNAME_HOLD_MS = 90 * DAY
/** Given up usernames that are kept for one user: nobody collects names by changing often. Older ones are free. */
export const MAX_RELEASED_USERNAMES = 5
/** Friends of one user: each change of the list is read by apps as a whole. Beyond it: LIMIT_REACHED. */
export const MAX_FRIENDS = 5_000
/** Requests of one user that wait for an answer: stops an account that asks everybody. Beyond it: LIMIT_REACHED. */
export const MAX_FRIEND_REQUESTS = 500
/**
 * New requests of one user to one other: 10 at once, then one in four hours. Each is a push to the other user, and who cancels
 * and asks again in a loop could send as many as it likes. Beyond it: RATE_LIMITED.
 */
export const REQUESTS_PER_PAIR: Bucket = { burst: 10, perSecond: 1 / (4 * 3_600) }
/** Requests that one user is shown: many accounts cannot flood one person. Beyond it further ones are hidden. */
export const MAX_SHOWN_REQUESTS = 1_000
/** How long further requests of a rejected user are hidden: who rejects somebody is not asked again at once. */
export const REJECTED_REQUEST_MS = 30 * DAY
/** Users whom one user has blocked. Beyond it: LIMIT_REACHED. */
export const MAX_BLOCKS = 10_000
/** Friends, requests and blocked users on one page. */
export const MAX_FRIENDS_PER_PAGE = 100
/** Users in one `users(ids)`: as many as one statement looks up. Beyond it: BAD_USER_INPUT. */
export const MAX_USERS_PER_REQUEST = 1_000
/** People on one page of a search. */
export const MAX_PEOPLE_PER_PAGE = 50
/**
 * Accounts that a page of a search looks at, those that do not show themselves to the viewer included: a prefix of many hidden
 * accounts costs no more. Where as many stand in a row, the search ends before them, and a longer prefix finds what follows.
 */
export const MAX_SEARCHED = 1_000
/** Characters of the reason of a suspension. */
export const MAX_REASON = 500
export const MAX_APP_VERSION = 50
export const MAX_PUSH_TOKEN = 4_096
/** Sessions named in one revocation, and sessions on one page. */
export const MAX_SESSIONS_PER_REQUEST = 100
/** How long it is kept whose push targets changed: six times as long as delivery stays silent before it forgets them all. */
export const PUSH_TARGET_CHANGES_MS = 60 * MINUTE
