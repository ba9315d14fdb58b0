import { Secret, TOTP } from 'otpauth'
import type { RateLimiter } from '../../../platform/rate/rate.ts'
import type { SealedKey, SessionKeys } from '../../../platform/sessions/keys.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { takeTotpStep, type AdminRow } from './store.ts'

const PERIOD_SECONDS = 30
/** Codes of the periods before and after the present one: clocks of telephones are not exact. */
const WINDOW = 1
const SECRET_BYTES = 20

/**
 * Codes that come with the right password: 10 at once, then one in ten minutes. Whoever knows the password guesses a
 * code with a chance of less than 1 in 2,000 a day. Beyond it: RATE_LIMITED.
 */
const CODES_PER_ADMIN = { burst: 10, perSecond: 1 / 600 }

/** The secret opens for its own admin only: a copied row is useless. */
const ownerOf = (adminId: string) => ({ sessionId: 'second factor of an admin', userId: adminId })

const makeTotp = (secret: Secret, label = '') =>
  new TOTP({ issuer: 'Parley', label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret })

/** A new secret as it is stored, and as the admin's app reads it: shown once. */
export function newTotp(keys: SessionKeys, admin: Pick<AdminRow, 'id' | 'email'>): { sealed: SealedKey; uri: string } {
  const secret = new Secret({ size: SECRET_BYTES })
  return {
    sealed: keys.seal(Buffer.from(secret.bytes), ownerOf(admin.id)),
    uri: makeTotp(secret, admin.email).toString(),
  }
}

/** A code that was right. */
export interface Taken {
  /** The secret, encrypted anew because the ring has a new first key. The caller stores it. */
  readonly resealed: SealedKey | null
}

/**
 * Takes a code that is one of now, and was not used before: of two sign-ins at once with one code, one passes. Null for
 * any other code. Throws RATE_LIMITED after too many codes.
 */
export async function takeTotp(
  { sql, rate, keys }: { readonly sql: Sql; readonly rate: RateLimiter; readonly keys: SessionKeys },
  admin: Pick<AdminRow, 'id'>,
  sealed: SealedKey,
  code: string,
  nowMs: number,
): Promise<Taken | null> {
  const verdict = await rate.take(`admin.code:${admin.id}`, CODES_PER_ADMIN)
  if (!verdict.allowed) {
    const { retryAfterMs } = verdict
    throw new PublicError('RATE_LIMITED', 'There were too many codes: try again later.', { retryAfterMs })
  }
  if (!/^\d{6}$/.test(code)) return null
  const bytes = keys.open(sealed, ownerOf(admin.id))
  const secret = new Secret({ buffer: new Uint8Array(bytes).buffer })
  const delta = makeTotp(secret).validate({ token: code, timestamp: nowMs, window: WINDOW })
  if (delta === null) return null
  if (!(await takeTotpStep(sql, admin.id, Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta))) return null
  return { resealed: sealed.keyId === keys.currentId ? null : keys.seal(bytes, ownerOf(admin.id)) }
}
