import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { kidOfSecret } from '../../platform/admin-tokens/signer.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import { ID_FORMAT, MAX_ROLES, ROLE_FORMAT } from '../../platform/signature/canonical.ts'
import { RETRY_AFTER_MS } from '../../platform/unavailable.ts'
import { Refusal } from '../errors.ts'

export interface AdminOptions {
  /** Either an HS256 secret of at least 32 bytes … */
  readonly secret?: string
  /** … or a public key as PEM (SPKI): RSA, EC or Ed25519. */
  readonly publicKeyPem?: string
  /** Further secrets and public keys: of this server's own sign-in, and those that were used before. */
  readonly moreSecrets?: readonly string[]
  readonly morePublicKeyPems?: readonly string[]
  /** Looks a public key up by the token's `kid`, as jose's key sets do. */
  readonly findKey?: JWTVerifyGetKey
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
  const keys = keysOf(options)
  const { audience, issuer, rolesClaim = 'roles', maxLifeSeconds = DEFAULT_MAX_LIFE_SECONDS } = options
  const checks: JWTVerifyOptions = {
    requiredClaims: ['exp', 'sub'],
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  }

  return async (token) => {
    const payload = await verifyByAny(token, keys, { ...checks, currentDate: new Date(clock.now()) })
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

/** A key with the algorithms that it takes, and its `kid` if it has one. */
interface VerifyingKey {
  readonly key: KeyObject | Uint8Array | JWTVerifyGetKey
  readonly algorithms: readonly string[]
  readonly kid?: string
}

/** The keys to try: those that the token's `kid` names, else all that take its algorithm. */
function candidates(token: string, keys: readonly VerifyingKey[]): readonly VerifyingKey[] {
  try {
    const { kid, alg = '' } = decodeProtectedHeader(token)
    const named = keys.filter((key) => key.kid !== undefined && key.kid === kid)
    return (named.length > 0 ? named : keys).filter(({ algorithms }) => algorithms.includes(alg))
  } catch {
    return [] // no JWT
  }
}

async function verifyByAny(
  token: string,
  keys: readonly VerifyingKey[],
  checks: JWTVerifyOptions,
): Promise<JWTPayload> {
  for (const { key, algorithms } of candidates(token, keys)) {
    const options = { ...checks, algorithms: [...algorithms] }
    try {
      const verified = typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options)
      return (await verified).payload
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Refusal('TOKEN_EXPIRED', 'The token has expired.')
      if (typeof key === 'function' && isOutage(error)) {
        const message = 'The keys of admin tokens cannot be fetched: try again.'
        throw new Refusal('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS }, {}, { cause: error })
      }
      if (!(error instanceof errors.JOSEError)) throw error
    }
  }
  // More detail would only help an attacker.
  throw new Refusal('TOKEN_INVALID', 'The token is not valid here.')
}

/** A key set that cannot be fetched says nothing about the token. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT'].includes(error.code)

function publicKeyOf(pem: string) {
  try {
    return createPublicKey(pem)
  } catch {
    throw new Error(
      'A public key must be a PEM text that begins with -----BEGIN PUBLIC KEY-----, with its line ends or with \\n for them.',
    )
  }
}

const PUBLIC_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

function keysOf(options: AdminOptions): readonly VerifyingKey[] {
  const { secret, publicKeyPem, moreSecrets = [], morePublicKeyPems = [], findKey } = options
  const secrets = secret === undefined ? moreSecrets : [secret, ...moreSecrets]
  const publicKeyPems = publicKeyPem === undefined ? morePublicKeyPems : [publicKeyPem, ...morePublicKeyPems]
  const none = secrets.length === 0 && publicKeyPems.length === 0 && !findKey
  if (none || (secret !== undefined && publicKeyPem !== undefined))
    throw new TypeError('Admin tokens need either a secret or a public key.')
  const keys: VerifyingKey[] = [
    ...secrets.map((text) => ({ ...keyOf(new TextEncoder().encode(text), options), kid: kidOfSecret(text) })),
    ...publicKeyPems.map((pem) => keyOf(publicKeyOf(pem), options)),
  ]
  // A key set holds public keys alone: a token "signed" with one of them as a secret must not pass.
  if (findKey) keys.push({ key: findKey, algorithms: PUBLIC_ALGORITHMS })
  return keys
}

function keyOf(key: KeyObject | Uint8Array, { algorithms }: AdminOptions): VerifyingKey {
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
