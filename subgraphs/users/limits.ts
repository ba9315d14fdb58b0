import type { Bucket } from '../../platform/rate/rate.ts'

const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** How long a one-time password is good. */
export const CODE_TTL_MS = 10 * MINUTE
/** Wrong codes that one password stands. */
export const TRIES_PER_CODE = 3
/**
 * How often something may happen within any 24 hours: so often at once, then once after each of the waits, which grow. So
 * whoever used it up (a stranger, mostly) closes it for a while and not for a day, and the sum is still bounded.
 */
export interface Allowance {
  readonly free: number
  readonly waitsMs: readonly number[]
}

/**
 * Wrong tries of six-digit codes that an account stands in any 24 hours: of devices that never signed in to it, however many
 * there are, and apart from them of those that did. Beyond it codes of six digits are not taken, and new ones have eight until
 * the first of the wrong tries is a day old. So whoever guesses makes codes longer, and shuts nobody out. His chance in any
 * 24 hours: 7 tries of 1 in 1,000,000, and three for each of the 16 passwords that either kind of device is sent, of 1 in
 * 100,000,000: together under 1 in 100,000. Counted in SQL, so that neither a lost cache nor a token bucket's refill adds to it.
 */
export const WRONG_BY_STRANGERS = 4
export const WRONG_BY_KNOWN = 3
export const SHORT_DIGITS = 6
export const LONG_DIGITS = 8
/**
 * Passwords sent to an address in any 24 hours, by strangers and again by devices that were signed in before: 16 each,
 * which is what one person can be flooded with. One that was used counts like any other. Beyond it: RATE_LIMITED until the wait is over.
 */
export const CODES_PER_ADDRESS: Allowance = {
  free: 5,
  waitsMs: [2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240].map((minutes) => minutes * MINUTE),
}
/**
 * Passwords of those that strangers in one network may ask for: 11 a day, so that whoever asks in the owner's place over and
 * over leaves room, and an owner with a new device elsewhere waits at most 128 minutes for his, and about four hours for further ones that day. Beyond it: RATE_LIMITED.
 */
export const CODES_PER_ADDRESS_AND_NETWORK: Bucket = { burst: 5, perSecond: 1 / (4 * 3_600) }
/** Passwords asked for by one device, whatever the address: stops one device from flooding many people. */
export const CODES_PER_DEVICE: Bucket = { burst: 10, perSecond: 1 / 60 }

/**
 * Passwords that are sent, whoever asks; see otp-limits.ts. A third of the first two at once; the last tenth of the
 * last two is kept for devices that were signed in before. Beyond it: RATE_LIMITED.
 */
export interface OtpRates {
  /** From one client address, or IPv6 network. Stops one machine that makes up devices and addresses. */
  readonly clientPerHour: number
  /** To one mailbox under many tags, or one block of 10,000 telephone numbers. */
  readonly prefixPerHour: number
  /** In all. What an attack from many networks can cost the operator; the log and a metric say when it is used up. */
  readonly totalPerHour: number
}

export const DEFAULT_OTP_RATES: OtpRates = { clientPerHour: 60, prefixPerHour: 30, totalPerHour: 1_000 }

export const SESSION_TTL_MS = 90 * DAY
/** Live sessions of one user. A sign-in beyond it ends the oldest, so that a looping client cannot fill the table. */
export const MAX_SESSIONS = 50
/** Devices that never signed in are forgotten after this; they cost nothing to make. */
export const UNUSED_DEVICE_TTL_MS = 30 * DAY
/** Sessions whose time was up this long ago are deleted. */
export const ENDED_SESSION_TTL_MS = 30 * DAY

export const MAX_NAME = 100
export const MAX_PUSH_TOKEN = 4_096
/** Sessions named in one revocation, and sessions on one page. */
export const MAX_SESSIONS_PER_REQUEST = 100
