import type { Identity } from './identity.ts'
import { signIdentity } from './sign.ts'
import { IdentityRefused, verifyIdentity } from './verify.ts'

const secret = 'the secret of today, 32 characters+'
const other = 'the secret of yesterday, 32 or more'
const now = 1_767_225_600_000
const body = '{"query":"{ me { id } }"}'
const user: Identity = { kind: 'user', userId: 'u-1', deviceId: 'd-1', sessionId: 's-1' }
const admin: Identity = { kind: 'admin', adminId: 'root@example.org', roles: ['admin', 'support:read'] }
const everybody: Identity[] = [{ kind: 'anonymous' }, user, admin, { ...admin, roles: [] }]

const verify = (headers: Record<string, unknown>, text: string | Uint8Array = body, at = now, secrets = [secret]) =>
  verifyIdentity(headers, text, { secrets, clock: { now: () => at } })

function reasonOf(check: () => unknown): string {
  try {
    check()
  } catch (error) {
    if (error instanceof IdentityRefused) return error.reason
    throw error
  }
  return 'accepted'
}

test.each(everybody)('what the gateway signs for $kind arrives as it was', (identity) => {
  expect(verify(signIdentity(identity, body, { secret, now }))).toEqual(identity)
  expect(verify(signIdentity(identity, Buffer.from(body), { secret, now }))).toEqual(identity)
})

test('a request that is not signed is refused, whatever it claims', () => {
  const { 'x-gateway-signature': signature, ...unsigned } = signIdentity(user, body, { secret, now })
  expect(reasonOf(() => verify({ ...unsigned, 'x-gateway-signature': signature }))).toBe('accepted')
  expect(reasonOf(() => verify(unsigned))).toBe('missing')
  expect(reasonOf(() => verify({}))).toBe('missing')
})

test.each([
  'x-gateway-user-id',
  'x-gateway-device-id',
  'x-gateway-session-id',
  'x-gateway-admin-id',
  'x-gateway-admin-roles',
])('another %s than the signed one is refused', (name) => {
  for (const identity of everybody) {
    const headers = signIdentity(identity, body, { secret, now })
    expect(reasonOf(() => verify(headers))).toBe('accepted')
    expect(reasonOf(() => verify({ ...headers, [name]: 'somebody-else' }))).not.toBe('accepted')
    const { [name]: signed, ...without } = headers
    if (signed !== undefined) expect(reasonOf(() => verify(without))).not.toBe('accepted')
  }
})

test('another body, timestamp or signature is refused', () => {
  const headers = signIdentity(user, body, { secret, now })
  expect(reasonOf(() => verify(headers, body))).toBe('accepted')
  expect(reasonOf(() => verify(headers, `${body} `))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-timestamp': String(now + 1) }))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-signature': '0'.repeat(64) }))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-signature': 'abc' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-timestamp': `${now}.0` }))).toBe('malformed')
})

test('a signature is good for sixty seconds both ways, and not a millisecond more', () => {
  const headers = signIdentity(user, body, { secret, now })
  expect(reasonOf(() => verify(headers, body, now + 60_000))).toBe('accepted')
  expect(reasonOf(() => verify(headers, body, now - 60_000))).toBe('accepted')
  expect(reasonOf(() => verify(headers, body, now + 60_001))).toBe('stale')
  expect(reasonOf(() => verify(headers, body, now - 60_001))).toBe('stale')
})

test('while a secret is replaced both are good, and the old one is not good for ever', () => {
  const before = signIdentity(user, body, { secret: other, now })
  expect(reasonOf(() => verify(before, body, now, [secret, other]))).toBe('accepted')
  expect(reasonOf(() => verify(before, body, now, [secret]))).toBe('forged')
  expect(reasonOf(() => verify(before, body, now, []))).toBe('forged')
})

test('fields cannot be moved into one another: a line feed is refused on both sides', () => {
  expect(() => signIdentity({ ...user, userId: 'a\nb' }, body, { secret, now })).toThrow(TypeError)
  expect(() => signIdentity({ ...admin, roles: ['a,b'] }, body, { secret, now })).toThrow(TypeError)
  expect(() => signIdentity({ ...admin, roles: Array(33).fill('r') }, body, { secret, now })).toThrow(TypeError)
  const headers = signIdentity(user, body, { secret, now })
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-user-id': 'u-1\nd-1' }))).toBe('malformed')
})

test('a repeated, empty or half identity is refused, and so are two at once', () => {
  const asUser = signIdentity(user, body, { secret, now })
  const asAdmin = signIdentity(admin, body, { secret, now })
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': 'u-1, u-2' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': ['u-1', 'u-2'] }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': '' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asAdmin, ...asUser }))).toBe('malformed')
})

test('a short secret neither signs nor verifies', () => {
  expect(() => signIdentity(user, body, { secret: 'short', now })).toThrow('32 characters')
  const headers = signIdentity(user, body, { secret, now })
  expect(() => verify(headers, body, now, ['short'])).toThrow('32 characters')
})

test('the signature over a fixed request is the one that is written down', () => {
  // Computed by Python's hmac and hashlib over the lines that canonical.ts names.
  expect(signIdentity(user, body, { secret, now })['x-gateway-signature']).toBe(
    '746ac108779c543d42de923514fd6f908e18bb0b66fa55d0c31f0de93054e8b5',
  )
})
