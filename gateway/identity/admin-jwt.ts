import { createPublicKey, type KeyObject } from 'node:crypto'
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { ID_FORMAT, MAX_ROLES, ROLE_FORMAT } from '../../platform/signature/canonical.ts'
import { Refusal } from '../errors.ts'

export interface AdminOptions {
  /** Either an HS256 secret of at least 32 bytes … */
  readonly secret?: string
  /** … or a public key as PEM (SPKI): RSA, EC or Ed25519. */
  readonly publicKeyPem?: string
  /** Narrows the algorithms for the key. The default is HS256 for a secret, otherwise all that fit the key. */
  readonly algorithms?: readonly string[]
  /** The required `aud` and `iss`; unset, any value passes. */
  readonly audience?: string
  readonly issuer?: string
  /** The maximum lifetime of a token, in seconds. The default is a day. */
  readonly maxLifeSeconds?: number
  /** The claim with the roles: an array of texts, or one text with spaces between. The default is `roles`. */
  readonly rolesClaim?: string
}

export interface VerifiedAdmin {
  readonly identity: Extract<Identity, { kind: 'admin' }>
  readonly expiresAtMs: number
}

export type VerifyAdmin = (token: string) => Promise<VerifiedAdmin>

/**
 * A token that is valid for years is like a password that nobody can change: a leaked one works until the key is
 * replaced. A token with a longer lifetime is refused, even while it is new.
 */
export const DEFAULT_MAX_LIFE_SECONDS = 24 * 60 * 60

/** How far the clock of a token's issuer may be ahead. */
const MAX_AHEAD_SECONDS = 60

/** RFC 7518: a key of at least the size of the hash. Fewer bytes could be guessed from one token. */
const MIN_SECRET_BYTES = 32

/**
 * Verifies admin tokens. Throws a TypeError for an invalid key, so that the process refuses to start. The algorithm
 * comes from the key, never from the token: `none`, and an HS256 token "signed" with a public key, are refused.
 */
export function makeVerifyAdmin(options: AdminOptions, clock: Clock): VerifyAdmin {
  const { key, algorithms } = keyOf(options)
  const { audience, issuer, rolesClaim = 'roles', maxLifeSeconds = DEFAULT_MAX_LIFE_SECONDS } = options
  const checks: JWTVerifyOptions = {
    algorithms: [...algorithms],
    requiredClaims: ['exp', 'sub'],
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  }

  return async (token) => {
    let payload: JWTPayload
    try {
      const verified = await jwtVerify(token, key, { ...checks, currentDate: new Date(clock.now()) })
      payload = verified.payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Refusal('TOKEN_EXPIRED', 'The token has expired.')
      // More detail would only help an attacker.
      if (error instanceof errors.JOSEError) throw new Refusal('TOKEN_INVALID', 'The token is not valid here.')
      throw error
    }
    const { exp = 0 } = payload
    const now = clock.now() / 1000
    // Without `iat` the lifetime counts from now; an `iat` in the future would make it look shorter. The library does
    // not check the type of `iat` unless it uses it.
    const iat: unknown = payload.iat ?? now
    if (typeof iat !== 'number') throw new Refusal('TOKEN_INVALID', 'The token is not valid here.')
    if (iat > now + MAX_AHEAD_SECONDS) throw new Refusal('TOKEN_INVALID', 'The `iat` of the token is in the future.')
    if (exp - Math.min(iat, now) > maxLifeSeconds + MAX_AHEAD_SECONDS)
      throw new Refusal(
        'TOKEN_INVALID',
        `The token is valid for more than ${maxLifeSeconds} seconds: issue one with a shorter lifetime.`,
      )
    // The library checks that `sub` is present, not that it is a text.
    const sub: unknown = payload.sub
    const roles = rolesOf(payload[rolesClaim])
    if (typeof sub !== 'string' || !ID_FORMAT.test(sub) || !roles)
      throw new Refusal('TOKEN_INVALID', 'The token is not valid here.')
    return { identity: { kind: 'admin', adminId: sub, roles }, expiresAtMs: exp * 1000 }
  }
}

function publicKeyOf(pem: string) {
  try {
    return createPublicKey(pem)
  } catch {
    throw new Error(
      'A public key must be a PEM text that begins with -----BEGIN PUBLIC KEY-----, with its line ends or with \\n for them.',
    )
  }
}

function keyOf({ secret, publicKeyPem, algorithms }: AdminOptions): {
  key: KeyObject | Uint8Array
  algorithms: readonly string[]
} {
  if ((secret === undefined) === (publicKeyPem === undefined))
    throw new TypeError('Admin tokens need either a secret or a public key.')
  const key = secret !== undefined ? new TextEncoder().encode(secret) : publicKeyOf(publicKeyPem ?? '')
  if (key instanceof Uint8Array && key.length < MIN_SECRET_BYTES)
    throw new TypeError(`The secret of admin tokens needs at least ${MIN_SECRET_BYTES} bytes.`)
  const fitting = key instanceof Uint8Array ? ['HS256'] : algorithmsOf(key)
  const wrong = algorithms?.find((algorithm) => !fitting.includes(algorithm))
  if (wrong !== undefined) throw new TypeError(`The key of admin tokens cannot be used with ${wrong}.`)
  return { key, algorithms: algorithms ?? fitting }
}

function algorithmsOf(key: KeyObject): readonly string[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
    case 'ec':
      return ['ES256', 'ES384', 'ES512']
    case 'ed25519':
      return ['EdDSA']
    default:
      throw new TypeError(`Admin tokens cannot be verified with a key of type ${key.asymmetricKeyType ?? 'unknown'}.`)
  }
}

/** Null for roles that an identity cannot carry. No roles at all is valid, and grants nothing. */
function rolesOf(claim: unknown): readonly string[] | null {
  const roles: unknown = typeof claim === 'string' ? claim.split(' ').filter((role) => role !== '') : (claim ?? [])
  if (!Array.isArray(roles) || roles.length > MAX_ROLES) return null
  return roles.every((role): role is string => typeof role === 'string' && ROLE_FORMAT.test(role)) ? roles : null
}
