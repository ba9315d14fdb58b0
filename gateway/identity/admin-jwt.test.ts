import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createLocalJWKSet, exportJWK, SignJWT } from 'jose'
import { kidOfSecret } from '../../platform/admin-tokens/signer.ts'
import { fakeClock } from '../../test/support/clock.ts'
import { Refusal } from '../errors.ts'
import { type AdminOptions, makeVerifyAdmin } from './admin-jwt.ts'

const secret = 'an admin secret that is long enough'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const clock = fakeClock(Date.UTC(2030, 0, 1))
const seconds = clock.now() / 1000

interface Token {
  readonly key?: KeyObject | string
  readonly alg?: string
  readonly claims?: Record<string, unknown>
}

const sign = ({ key = secret, alg = 'HS256', claims = {} }: Token = {}) => {
  const given = { sub: 'root', roles: ['admin'], exp: seconds + 60, ...claims }
  const payload = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return new SignJWT(payload)
    .setProtectedHeader({ alg })
    .sign(typeof key === 'string' ? new TextEncoder().encode(key) : key)
}

async function verify(token: string | Promise<string>, options: AdminOptions = { secret }) {
  try {
    return (await makeVerifyAdmin(options, clock)(await token)).identity
  } catch (error) {
    if (error instanceof Refusal) return error.extensions.code
    throw error
  }
}

const root = { kind: 'admin', adminId: 'root', roles: ['admin'] }

test('a token of the secret is its admin, with the roles of its claim, until it expires', async () => {
  expect(await makeVerifyAdmin({ secret }, clock)(await sign())).toEqual({
    identity: root,
    expiresAtMs: (seconds + 60) * 1000,
  })
})

test.each([
  ['RS256', rsa],
  ['PS256', rsa],
  ['ES256', ec],
  ['EdDSA', ed],
])('an %s token of the public key is good, of another key not', async (alg, { privateKey, publicKey }) => {
  const options = { publicKeyPem: pem(publicKey) }
  expect(await verify(sign({ key: privateKey, alg }), options)).toEqual(root)
  const others = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: rsa,
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: generateKeyPairSync('ed25519'),
  }
  const other = alg === 'PS256' ? others.RS256 : others[alg as keyof typeof others]
  expect(await verify(sign({ key: other.privateKey, alg }), options)).toBe('TOKEN_INVALID')
})

test('the algorithm is the key’s: a public key is no secret, and none is none', async () => {
  const publicKeyPem = pem(rsa.publicKey)
  expect(await verify(sign({ key: rsa.privateKey, alg: 'RS256' }), { publicKeyPem })).toEqual(root)
  // The classic confusion: an HS256 token whose "secret" is the public key.
  expect(await verify(sign({ key: publicKeyPem, alg: 'HS256' }), { publicKeyPem })).toBe('TOKEN_INVALID')
  expect(await verify(handMade({ alg: 'none' }, ''), { publicKeyPem })).toBe('TOKEN_INVALID')
  for (const alg of ['none', 'None', 'NONE', '']) expect(await verify(handMade({ alg }, ''))).toBe('TOKEN_INVALID')
  expect(await verify(sign({ alg: 'HS512', key: secret.repeat(2) }), { secret: secret.repeat(2) })).toBe(
    'TOKEN_INVALID',
  )
  expect(await verify(sign({ key: rsa.privateKey, alg: 'RS256' }))).toBe('TOKEN_INVALID')
})

test('the list of algorithms narrows what the key would take', async () => {
  const options = { publicKeyPem: pem(rsa.publicKey), algorithms: ['PS256'] }
  expect(await verify(sign({ key: rsa.privateKey, alg: 'PS256' }), options)).toEqual(root)
  expect(await verify(sign({ key: rsa.privateKey, alg: 'RS256' }), options)).toBe('TOKEN_INVALID')
})

test('a token must expire, and not have', async () => {
  expect(await verify(sign({ claims: { exp: seconds + 1 } }))).toEqual(root)
  expect(await verify(sign({ claims: { exp: seconds - 1 } }))).toBe('TOKEN_EXPIRED')
  expect(await verify(sign({ claims: { exp: undefined } }))).toBe('TOKEN_INVALID')
  expect(await verify(sign({ claims: { nbf: seconds + 60 } }))).toBe('TOKEN_INVALID')
})

test('an expired token of somebody else’s making is not told that it expired', async () => {
  expect(await verify(sign({ key: secret, claims: { exp: seconds - 1 } }))).toBe('TOKEN_EXPIRED')
  expect(await verify(sign({ key: secret.toUpperCase(), claims: { exp: seconds - 1 } }))).toBe('TOKEN_INVALID')
})

test('a token must have the configured audience and issuer', async () => {
  const options = { secret, audience: 'parley', issuer: 'https://id.example.org' }
  const claims = { aud: 'parley', iss: 'https://id.example.org' }
  expect(await verify(sign({ claims }), options)).toEqual(root)
  expect(await verify(sign({ claims: { ...claims, aud: 'other' } }), options)).toBe('TOKEN_INVALID')
  expect(await verify(sign({ claims: { ...claims, iss: 'https://evil.example' } }), options)).toBe('TOKEN_INVALID')
  expect(await verify(sign({ claims: {} }), options)).toBe('TOKEN_INVALID')
})

test('a token without a subject, or with one that no header can carry, is nobody’s', async () => {
  for (const sub of [undefined, '', 'a\nb', 'a b', 'ä', 'x'.repeat(129), 7])
    expect(await verify(sign({ claims: { sub } }))).toBe('TOKEN_INVALID')
})

test('roles are texts, in a list or with spaces between; without any nothing opens', async () => {
  const rolesOf = async (roles: unknown, options?: AdminOptions) => {
    const identity = await verify(sign({ claims: { roles } }), options)
    return typeof identity === 'string' ? identity : identity.roles
  }
  expect(await rolesOf(['admin', 'support:read'])).toEqual(['admin', 'support:read'])
  expect(await rolesOf('admin support:read')).toEqual(['admin', 'support:read'])
  expect(await rolesOf(undefined)).toEqual([])
  for (const wrong of [[1], ['a,b'], ['a b'], [''], { admin: true }, 7, Array(33).fill('r')])
    expect(await rolesOf(wrong)).toBe('TOKEN_INVALID')
  expect(await verify(sign({ claims: { scope: 'x' } }), { secret, rolesClaim: 'scope' })).toMatchObject({
    roles: ['x'],
  })
})

test('a changed token is refused', async () => {
  const [head = '', payload = '', signature = ''] = (await sign()).split('.')
  const other = Buffer.from(JSON.stringify({ sub: 'root', roles: ['god'], exp: seconds + 60 })).toString('base64url')
  expect(await verify(`${head}.${payload}.${signature}`)).toEqual(root)
  expect(await verify(`${head}.${other}.${signature}`)).toBe('TOKEN_INVALID')
  expect(await verify(`${head}.${payload}.`)).toBe('TOKEN_INVALID')
})

test('a key that is none stops the start', () => {
  const make = (options: AdminOptions) => () => makeVerifyAdmin(options, clock)
  expect(make({ secret })).not.toThrow()
  expect(make({ secret: 'x'.repeat(31) })).toThrow('at least 32 bytes')
  expect(make({})).toThrow('either a secret or a public key')
  expect(make({ secret, publicKeyPem: pem(rsa.publicKey) })).toThrow('either a secret or a public key')
  expect(make({ publicKeyPem: 'no key' })).toThrow()
  expect(make({ publicKeyPem: pem(generateKeyPairSync('x25519').publicKey) })).toThrow('x25519')
  expect(make({ secret, algorithms: ['RS256'] })).toThrow('RS256')
  expect(make({ publicKeyPem: pem(rsa.publicKey), algorithms: ['HS256'] })).toThrow('HS256')
})

function handMade(header: object, signature: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part(header)}.${part({ sub: 'root', roles: ['admin'], exp: seconds + 60 })}`
  return `${text}.${signature === '' ? '' : createHmac('sha256', signature).update(text).digest('base64url')}`
}

describe('the life of a token', () => {
  const DAY = 24 * 3_600
  const good = (claims: Record<string, unknown>, options: Partial<AdminOptions> = {}) =>
    verify(sign({ claims }), { secret, ...options })

  test('is a day at most, from when it was made or from now, with a minute for clocks', async () => {
    expect(await good({ exp: seconds + DAY })).toEqual(root)
    expect(await good({ iat: seconds, exp: seconds + DAY + 60 })).toEqual(root)
    expect(await good({ exp: seconds + DAY + 61 })).toBe('TOKEN_INVALID')
    expect(await good({ exp: seconds + 365 * DAY })).toBe('TOKEN_INVALID')
    // Long-lived, and near its end.
    expect(await good({ iat: seconds - DAY, exp: seconds + 61 })).toBe('TOKEN_INVALID')
    expect(await good({ iat: seconds - DAY, exp: seconds + 60 })).toEqual(root)
  })

  test('is what the operator says', async () => {
    expect(await good({ exp: seconds + 3_600 }, { maxLifeSeconds: 3_600 })).toEqual(root)
    expect(await good({ exp: seconds + 3_661 }, { maxLifeSeconds: 3_600 })).toBe('TOKEN_INVALID')
    expect(await good({ exp: seconds + 30 * DAY }, { maxLifeSeconds: 30 * DAY })).toEqual(root)
  })

  test('does not begin in the future, which would make it seem shorter', async () => {
    expect(await good({ iat: seconds + 60, exp: seconds + 120 })).toEqual(root)
    expect(await good({ iat: seconds + 61, exp: seconds + 120 })).toBe('TOKEN_INVALID')
    expect(await good({ iat: seconds + 300 * DAY, exp: seconds + 301 * DAY })).toBe('TOKEN_INVALID')
    expect(await good({ iat: 'yesterday', exp: seconds + 60 })).toBe('TOKEN_INVALID')
  })
})

test('an invalid public key is refused with the expected format, not with the message of OpenSSL', () => {
  const make = (publicKeyPem: string) => () => makeVerifyAdmin({ publicKeyPem }, clock)
  expect(make('nonsense')).toThrow(/^A public key must be a PEM text that begins with -----BEGIN PUBLIC KEY-----/)
})

describe('several keys', () => {
  const next = 'the next secret of admins, long enough too'

  test('a changed secret is accepted beside the previous one, by `kid` and without one', async () => {
    const options = { secret: next, moreSecrets: [secret] }
    expect(await verify(sign({ key: next }), options)).toEqual(root)
    expect(await verify(sign({ key: secret }), options)).toEqual(root)
    expect(await verify(sign({ key: 'a third secret that nobody configured' }), options)).toBe('TOKEN_INVALID')
    const named = (key: string, kid: string) =>
      new SignJWT({ sub: 'root', roles: ['admin'], exp: seconds + 60 })
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(new TextEncoder().encode(key))
    expect(await verify(named(secret, kidOfSecret(secret)), options)).toEqual(root)
    // The `kid` decides: a token that names one key does not pass with another.
    expect(await verify(named(secret, kidOfSecret(next)), options)).toBe('TOKEN_INVALID')
  })

  test('own tokens and those of another provider are accepted side by side, each with its own algorithm', async () => {
    const options = { moreSecrets: [secret], morePublicKeyPems: [pem(ed.publicKey)] }
    expect(await verify(sign(), options)).toEqual(root)
    expect(await verify(sign({ key: ed.privateKey, alg: 'EdDSA' }), options)).toEqual(root)
    expect(await verify(sign({ key: pem(ed.publicKey) }), options)).toBe('TOKEN_INVALID')
    expect(await verify(sign({ key: rsa.privateKey, alg: 'RS256' }), options)).toBe('TOKEN_INVALID')
  })

  test('a key set is asked by `kid`, takes no secrets, and its outage is no verdict on the token', async () => {
    const jwk = { ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' }
    const oct = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'two' }
    const findKey = createLocalJWKSet({ keys: [jwk, oct] })
    const named = (kid: string, alg: string, key: KeyObject | Uint8Array) =>
      new SignJWT({ sub: 'root', roles: ['admin'], exp: seconds + 60 }).setProtectedHeader({ alg, kid }).sign(key)
    expect(await verify(named('one', 'RS256', rsa.privateKey), { findKey })).toEqual(root)
    expect(await verify(named('three', 'RS256', rsa.privateKey), { findKey })).toBe('TOKEN_INVALID')
    expect(await verify(named('two', 'HS256', new TextEncoder().encode(secret)), { findKey })).toBe('TOKEN_INVALID')
    const away = () => Promise.reject(new TypeError('fetch failed'))
    expect(await verify(named('one', 'RS256', rsa.privateKey), { findKey: away })).toBe('UNAVAILABLE')
  })
})
