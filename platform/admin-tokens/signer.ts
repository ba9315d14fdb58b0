import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'

export interface SignerOptions {
  /** How long a token is valid. */
  readonly ttlMs: number
  readonly issuer?: string
  readonly audience?: string
}

/** Makes the short-lived tokens of admins who signed in here; the gateway verifies them (gateway/identity/admin-jwt.ts). */
export interface AdminSigner {
  sign(
    admin: { readonly id: string; readonly scopes: readonly string[] },
    nowMs: number,
  ): Promise<{ readonly token: string; readonly expiresAt: Date }>
}

/** RFC 7518 asks for 2,048 bits. */
const MIN_RSA_BITS = 2_048

/** The `kid` of a secret: with it the gateway picks the present or the previous secret. It does not reveal the secret. */
export const kidOfSecret = (secret: string): string =>
  createHash('sha256').update(`parley admin secret\n${secret}`).digest('hex').slice(0, 16)

/** Signs with HS256. */
export const makeSecretSigner = (secret: string, options: SignerOptions): AdminSigner =>
  makeSigner(new TextEncoder().encode(secret), 'HS256', Promise.resolve(kidOfSecret(secret)), options)

/** Signs with RS256 or EdDSA, as the key is. Throws for another key, so that the process does not start. */
export function makeKeySigner(pem: string, options: SignerOptions): AdminSigner {
  const key = readPrivateKey(pem)
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'EdDSA'
  const kid = publicJwk(createPublicKey(key)).then((jwk) => jwk.kid ?? '')
  return makeSigner(key, algorithm, kid, options)
}

function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new TypeError('A private key must be a PEM text that begins with -----BEGIN PRIVATE KEY-----.')
  }
  const type = key.asymmetricKeyType
  if (type !== 'rsa' && type !== 'ed25519')
    throw new TypeError(
      `Admin tokens are signed with an RSA or Ed25519 key, not with one of type ${type ?? 'unknown'}.`,
    )
  const bits = key.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS
  if (bits < MIN_RSA_BITS) throw new TypeError(`An RSA key needs at least ${MIN_RSA_BITS} bits, not ${bits}.`)
  return key
}

function makeSigner(
  key: KeyObject | Uint8Array,
  alg: string,
  kid: Promise<string>,
  { ttlMs, issuer, audience }: SignerOptions,
): AdminSigner {
  return {
    async sign({ id, scopes }, nowMs) {
      const seconds = Math.floor(nowMs / 1_000)
      const expires = seconds + Math.floor(ttlMs / 1_000)
      const jwt = new SignJWT({ roles: [...scopes] })
        .setProtectedHeader({ alg, kid: await kid, typ: 'JWT' })
        .setSubject(id)
        .setIssuedAt(seconds)
        .setExpirationTime(expires)
      if (issuer !== undefined) jwt.setIssuer(issuer)
      if (audience !== undefined) jwt.setAudience(audience)
      return { token: await jwt.sign(key), expiresAt: new Date(expires * 1_000) }
    },
  }
}

async function publicJwk(key: KeyObject): Promise<JWK> {
  const jwk = await exportJWK(key)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig' }
}

/** A JSON Web Key Set (RFC 7517) of these PEM texts' public keys, for who verifies the tokens elsewhere. */
export async function jwksOf(pems: readonly string[]): Promise<{ readonly keys: readonly JWK[] }> {
  // Of a private key it makes the public one.
  return { keys: await Promise.all(pems.map((pem) => publicJwk(createPublicKey(pem)))) }
}

/** The public key of a PEM text with a private one, as PEM. */
export const publicPemOf = (privatePem: string): string =>
  createPublicKey(readPrivateKey(privatePem)).export({ type: 'spki', format: 'pem' }).toString()
