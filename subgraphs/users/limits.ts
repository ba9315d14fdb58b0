import type { Bucket } from '../../platform/rate/rate.ts'

const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

/** How long a one-time password is good. */
export const CODE_TTL_MS = 10 * MINUTE
/** Wrong codes that one password stands. */
export const TRIES_PER_CODE = 3
/**
 * Wrong codes that an address stands in any 24 hours, over all devices and passwords. With six digits a guesser who
 * asks for new passwords all day has 9 chances in 1,000,000. Beyond it the address gets no password and takes none until
 * the oldest is a day old. Counted in SQL, so that neither a lost cache nor a token bucket's refill adds to it.
 */
export const WRONG_PER_DAY = 9
/** Passwords sent to an address in any 24 hours: what one person can be flooded with. Beyond it: RATE_LIMITED. */
export const CODES_PER_DAY = 20
/** Passwords sent to one address in a row; then one every two minutes. */
export const CODES_PER_ADDRESS: Bucket = { burst: 5, perSecond: 1 / 120 }
/** Passwords asked for by one device, whatever the address: stops one device from flooding many people. */
export const CODES_PER_DEVICE: Bucket = { burst: 10, perSecond: 1 / 60 }

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
