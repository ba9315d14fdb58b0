import type { Identity } from './identity.ts'
import { makeTakeNumber } from './replays.ts'
import { makeSigner, type SignedCall } from './sign.ts'
import { IdentityRefused, makeVerifier } from './verify.ts'

const secret = 'the secret of today, 32 characters+'
const other = 'the secret of yesterday, 32 or more'
const now = 1_767_225_600_000
const body = '{"query":"{ me { id } }"}'
const user: Identity = { kind: 'user', userId: 'u-1', deviceId: 'd-1', sessionId: 's-1' }
const admin: Identity = { kind: 'admin', adminId: 'root@example.org', roles: ['admin', 'support:read'] }
const everybody: Identity[] = [{ kind: 'anonymous' }, user, admin, { ...admin, roles: [] }]

const name = 'AAAAAAAAAAAAAAAAAAAAAA'
const clock = { now: () => now }
const sign = (identity: Identity, more: Partial<SignedCall> = {}, signing = secret) =>
  makeSigner({ secret: signing, clock })({
    identity,
    subgraph: 'users',
    clientNetwork: '2001:db8:1:2::/64',
    requestId: 'request-1',
    body,
    ...more,
  })

interface At {
  readonly text?: string | Uint8Array
  readonly at?: number
  readonly secrets?: readonly string[]
  readonly subgraph?: string
}
/** By a verifier that took nothing before. */
const verify = (
  headers: Record<string, unknown>,
  { text = body, at = now, secrets = [secret], subgraph = 'users' }: At = {},
) => makeVerifier({ subgraph, secrets, clock: { now: () => at } })(headers, text)

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
  const arrived = { identity, clientNetwork: '2001:db8:1:2::/64' }
  expect(verify(sign(identity))).toEqual(arrived)
  expect(verify(sign(identity, { body: Buffer.from(body) }))).toEqual(arrived)
  expect(verify(sign(identity, { clientNetwork: '' }))).toEqual({ identity, clientNetwork: null })
})

test('a request that is not signed is refused, whatever it claims', () => {
  const { 'x-gateway-signature': signature, ...unsigned } = sign(user)
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
  'x-gateway-client-network',
  'x-gateway-nonce',
  'x-request-id',
])('another %s than the signed one is refused', (header) => {
  for (const identity of everybody) {
    const headers = sign(identity)
    expect(reasonOf(() => verify(headers))).toBe('accepted')
    for (const value of ['somebody-else', '192.0.2.9', `${name}.1`])
      expect(reasonOf(() => verify({ ...headers, [header]: value }))).not.toBe('accepted')
    const { [header]: signed, ...without } = headers
    if (signed !== undefined) expect(reasonOf(() => verify(without))).not.toBe('accepted')
  }
})

test('another body, timestamp or signature is refused', () => {
  const headers = sign(user)
  expect(reasonOf(() => verify(headers))).toBe('accepted')
  expect(reasonOf(() => verify(headers, { text: `${body} ` }))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-timestamp': String(now + 1) }))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-signature': '0'.repeat(64) }))).toBe('forged')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-signature': 'abc' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-timestamp': `${now}.0` }))).toBe('malformed')
})

test('what was signed for one subgraph is refused by another', () => {
  const headers = sign(user)
  expect(reasonOf(() => verify(headers, { subgraph: 'chat' }))).toBe('forged')
  expect(reasonOf(() => verify(headers, { subgraph: 'users' }))).toBe('accepted')
})

test('each signed request is taken once, in whatever order they come', () => {
  const signer = makeSigner({ secret, clock })
  const call = { identity: user, subgraph: 'users', requestId: 'request-1', body }
  const take = makeVerifier({ subgraph: 'users', secrets: [secret], clock })
  const sent = Array.from({ length: 20 }, () => signer(call)).reverse()
  for (const headers of sent) expect(reasonOf(() => take(headers, body))).toBe('accepted')
  for (const headers of sent) expect(reasonOf(() => take(headers, body))).toBe('replayed')
  // Another gateway counts for itself.
  expect(reasonOf(() => take(sign(user), body))).toBe('accepted')
})

test('a forged request uses no number up', () => {
  const take = makeVerifier({ subgraph: 'users', secrets: [secret], clock })
  const headers = sign(user)
  expect(reasonOf(() => take({ ...headers, 'x-gateway-signature': '0'.repeat(64) }, body))).toBe('forged')
  expect(reasonOf(() => take(headers, body))).toBe('accepted')
})

test('a signature is good for sixty seconds both ways, and not a millisecond more', () => {
  const headers = sign(user)
  expect(reasonOf(() => verify(headers, { at: now + 60_000 }))).toBe('accepted')
  expect(reasonOf(() => verify(headers, { at: now - 60_000 }))).toBe('accepted')
  expect(reasonOf(() => verify(headers, { at: now + 60_001 }))).toBe('stale')
  expect(reasonOf(() => verify(headers, { at: now - 60_001 }))).toBe('stale')
})

test('while a secret is replaced both are good, and the old one is not good for ever', () => {
  const before = sign(user, {}, other)
  expect(reasonOf(() => verify(before, { secrets: [secret, other] }))).toBe('accepted')
  expect(reasonOf(() => verify(before, { secrets: [secret] }))).toBe('forged')
  expect(reasonOf(() => verify(before, { secrets: [] }))).toBe('forged')
})

test('fields cannot be moved into one another: a line feed is refused on both sides', () => {
  expect(() => sign({ ...user, userId: 'a\nb' })).toThrow(TypeError)
  expect(() => sign({ ...admin, roles: ['a,b'] })).toThrow(TypeError)
  expect(() => sign({ ...admin, roles: Array(33).fill('r') })).toThrow(TypeError)
  expect(() => sign(user, { subgraph: 'a\nb' })).toThrow(TypeError)
  expect(() => sign(user, { clientNetwork: '192.0.2.1\n' })).toThrow(TypeError)
  expect(() => sign(user, { requestId: 'request\n1' })).toThrow(TypeError)
  const headers = sign(user)
  expect(reasonOf(() => verify({ ...headers, 'x-gateway-user-id': 'u-1\nd-1' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...headers, 'x-request-id': 'request-1\n' }))).toBe('malformed')
})

test('a repeated, empty or half identity is refused, and so are two at once', () => {
  const asUser = sign(user)
  const asAdmin = sign(admin)
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': 'u-1, u-2' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': ['u-1', 'u-2'] }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asUser, 'x-gateway-user-id': '' }))).toBe('malformed')
  expect(reasonOf(() => verify({ ...asAdmin, ...asUser }))).toBe('malformed')
})

test('a short secret neither signs nor verifies', () => {
  expect(() => sign(user, {}, 'short')).toThrow('32 characters')
  const headers = sign(user)
  expect(() => verify(headers, { secrets: ['short'] })).toThrow('32 characters')
})

test('the signature over a fixed request is the one that is written down', () => {
  const headers = makeSigner({ secret, clock, name })({
    identity: user,
    subgraph: 'users',
    requestId: 'request-1',
    body,
  })
  // Computed by Python's hmac and hashlib over the lines that canonical.ts names.
  expect(headers['x-gateway-signature']).toBe('76d69a5a51b74e62d3b3205102239b366f6b5c03d665bf19adc8c7bc5b95cd81')
})

describe('the numbers of a signer', () => {
  const KEEP = 120_000
  function open() {
    let at = now
    const take = makeTakeNumber({ now: () => at }, KEEP)
    return { take, wait: (ms: number) => (at += ms) }
  }

  test('may leave out any, and what was left out is taken later, once', () => {
    const { take } = open()
    for (const number of [5, 1, 200_000, 4, 199_999, 2]) expect(take('a', number)).toBe(true)
    for (const number of [5, 1, 200_000, 4, 199_999, 2]) expect(take('a', number)).toBe(false)
    expect(take('a', 3)).toBe(true)
  })

  test('are refused when 262,144 newer ones came: they could have been taken', () => {
    const { take } = open()
    expect(take('a', 1)).toBe(true)
    expect(take('a', 262_145)).toBe(true)
    expect(take('a', 1)).toBe(false)
    expect(take('a', 2)).toBe(true)
    expect(take('a', 1_000_000_000_000)).toBe(true)
    expect(take('a', 262_146)).toBe(false)
    expect(take('a', 999_999_999_999)).toBe(true)
    expect(take('a', 999_999_999_999)).toBe(false)
  })

  test('agree with a set of all that was taken, for any order within the window', () => {
    const { take } = open()
    const taken = new Set<number>()
    let random = 7
    let wrong = 0
    for (let i = 0; i < 50_000; i++) {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648
      const number = i + (random % 5_000)
      if (take('a', number) === taken.has(number)) wrong++
      taken.add(number)
    }
    expect(wrong).toBe(0)
  })

  test('of so many signers are remembered; a new one is refused until an old one cannot matter any more', () => {
    const { take, wait } = open()
    for (let signer = 0; signer < 1_000; signer++) expect(take(`${signer}`, 1)).toBe(true)
    expect(take('one more', 1)).toBe(false)
    expect(take('0', 1)).toBe(false)
    wait(KEEP)
    expect(take('one more', 1)).toBe(false)
    wait(1)
    expect(take('one more', 1)).toBe(true)
  })
})
