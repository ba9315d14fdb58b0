import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { GatewaySettings } from '../gateway/index.ts'
import {
  type AdminSigner,
  jwksOf,
  makeKeySigner,
  makeSecretSigner,
  publicPemOf,
  type SignerOptions,
} from '../platform/admin-tokens/signer.ts'
import type { Config } from '../platform/config/config.ts'
import { StartupError } from '../platform/startup-error.ts'
import { ADMIN_TOKEN_MS } from '../subgraphs/users/index.ts'
import type { Platform } from './adapters.ts'

/** A PEM in a variable often has `\n` written out for its line ends. */
const pemOf = (text: string): string => text.replaceAll('\\n', '\n')

/** The keys with which the gateway verifies admin tokens. Empty if there are none. */
export function adminOf(config: Config, secret: string | undefined): Pick<GatewaySettings, 'admin'> {
  const { ADMIN_JWT_PUBLIC_KEY, ADMIN_JWT_PRIVATE_KEY, ADMIN_JWT_SECRET_PREVIOUS, ADMIN_JWT_JWKS } = config
  const moreSecrets = [secret, ADMIN_JWT_SECRET_PREVIOUS].filter((text) => text !== undefined)
  const morePublicKeyPems = [
    ...(ADMIN_JWT_PUBLIC_KEY === undefined ? [] : [pemOf(ADMIN_JWT_PUBLIC_KEY)]),
    ...(ADMIN_JWT_PRIVATE_KEY === undefined ? [] : [publicPemOf(pemOf(ADMIN_JWT_PRIVATE_KEY))]),
  ]
  if (moreSecrets.length === 0 && morePublicKeyPems.length === 0 && ADMIN_JWT_JWKS === undefined) return {}
  return {
    admin: {
      moreSecrets,
      morePublicKeyPems,
      ...(ADMIN_JWT_JWKS !== undefined && { findKey: keySetOf(ADMIN_JWT_JWKS) }),
      maxLifeSeconds: config.ADMIN_JWT_MAX_HOURS * 3_600,
      ...(config.ADMIN_JWT_AUDIENCE !== undefined && { audience: config.ADMIN_JWT_AUDIENCE }),
      ...(config.ADMIN_JWT_ISSUER !== undefined && { issuer: config.ADMIN_JWT_ISSUER }),
    },
  }
}

/** The variable to name when the keys cannot be used. */
export function adminVariable(config: Config): keyof Config {
  if (config.ADMIN_JWT_JWKS !== undefined) return 'ADMIN_JWT_JWKS'
  if (config.ADMIN_JWT_PRIVATE_KEY !== undefined) return 'ADMIN_JWT_PRIVATE_KEY'
  return config.ADMIN_JWT_PUBLIC_KEY === undefined ? 'ADMIN_JWT_SECRET' : 'ADMIN_JWT_PUBLIC_KEY'
}

function keySetOf(place: string): JWTVerifyGetKey {
  // Fetched when it is first needed, and again for an unknown `kid`, at most twice a minute.
  if (/^https?:/.test(place)) return createRemoteJWKSet(new URL(place))
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(place, 'utf8')) as JSONWebKeySet)
  } catch (error) {
    throw new StartupError(`ADMIN_JWT_JWKS: ${place} is no JSON Web Key Set: ${(error as Error).message}`)
  }
}

/** Throws one line that names the variable if the private key cannot sign. */
export function checkAdminKeys({ ADMIN_JWT_PRIVATE_KEY }: Config): void {
  if (ADMIN_JWT_PRIVATE_KEY === undefined) return
  try {
    publicPemOf(pemOf(ADMIN_JWT_PRIVATE_KEY))
  } catch (error) {
    throw new StartupError(`ADMIN_JWT_PRIVATE_KEY: ${(error as Error).message}`)
  }
}

/** What signs the tokens of admins who sign in here: the private key, else the secret; nothing without either. */
export function adminSignerOf({ config, adminSecret }: Platform): { readonly adminSigner?: AdminSigner } {
  const options: SignerOptions = {
    ttlMs: ADMIN_TOKEN_MS,
    ...(config.ADMIN_JWT_ISSUER !== undefined && { issuer: config.ADMIN_JWT_ISSUER }),
    ...(config.ADMIN_JWT_AUDIENCE !== undefined && { audience: config.ADMIN_JWT_AUDIENCE }),
  }
  if (config.ADMIN_JWT_PRIVATE_KEY !== undefined)
    return { adminSigner: makeKeySigner(pemOf(config.ADMIN_JWT_PRIVATE_KEY), options) }
  return adminSecret === undefined ? {} : { adminSigner: makeSecretSigner(adminSecret, options) }
}

/**
 * Answers `/.well-known/jwks.json` with the public keys of admin tokens where tokens are signed by a private key: the
 * key itself, and ADMIN_JWT_PUBLIC_KEY, which is the previous one while keys are changed.
 */
export function withJwks(config: Config, next: RequestListener): RequestListener {
  const { ADMIN_JWT_PRIVATE_KEY, ADMIN_JWT_PUBLIC_KEY } = config
  if (ADMIN_JWT_PRIVATE_KEY === undefined) return next
  const pems = [ADMIN_JWT_PRIVATE_KEY, ...(ADMIN_JWT_PUBLIC_KEY === undefined ? [] : [ADMIN_JWT_PUBLIC_KEY])]
  const body = jwksOf(pems.map(pemOf)).then((keys) => JSON.stringify(keys))
  return (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/.well-known/jwks.json')
      return next(request, response)
    void body.then((text) => {
      response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=60' })
      response.end(text)
    })
  }
}
