import { silentLog, type Log } from '../../platform/log/log.ts'
import { openMemoryRate } from '../../platform/rate/memory.ts'
import type { RateLimiter } from '../../platform/rate/rate.ts'
import { fakeClock } from '../../test/support/clock.ts'
import { makeClientAddress, rateKeyOf } from './address.ts'
import { BYTES_PER_TOKEN, makeLimit } from './rate.ts'

describe('the client’s address', () => {
  const trusting = makeClientAddress(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1'])
  const from = (remote: string, forwarded?: string | string[]) =>
    trusting(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, remote)

  test('is the address of the connection without a trusted proxy', () => {
    expect(from('198.51.100.1')).toBe('198.51.100.1')
    expect(from('198.51.100.1', '203.0.113.9')).toBe('198.51.100.1')
    expect(makeClientAddress([])({ 'x-forwarded-for': '203.0.113.9' }, '10.0.0.1')).toBe('10.0.0.1')
  })

  test('is what the last untrusted hop was seen as, from the right', () => {
    expect(from('10.0.0.1', '203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1', '203.0.113.9, 10.1.2.3')).toBe('203.0.113.9')
    expect(from('10.0.0.1', '203.0.113.9,10.1.2.3 , 192.0.2.7')).toBe('203.0.113.9')
    expect(from('10.0.0.1', ['203.0.113.9', '10.1.2.3'])).toBe('203.0.113.9')
  })

  test('cannot be chosen by a client, who may write what he likes on the left', () => {
    expect(from('10.0.0.1', '1.1.1.1, 203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1', '10.9.9.9, 203.0.113.9')).toBe('203.0.113.9')
    expect(from('10.0.0.1', `${'10.9.9.9, '.repeat(10_000)}203.0.113.9`)).toBe('203.0.113.9')
  })

  test('stops at what is no address', () => {
    expect(from('10.0.0.1', 'unknown')).toBe('10.0.0.1')
    expect(from('10.0.0.1', '203.0.113.9, unknown, 10.1.2.3')).toBe('10.1.2.3')
    expect(from('10.0.0.1', '')).toBe('10.0.0.1')
    expect(from('10.0.0.1', '203.0.113.9, ')).toBe('10.0.0.1')
    expect(from('', '203.0.113.9')).toBe('')
  })

  test('is inside when everybody on the way is trusted', () => {
    expect(from('10.0.0.1', '10.1.1.1, 10.2.2.2')).toBe('10.1.1.1')
  })

  test('may have a port, brackets, a zone, or be IPv4 within IPv6', () => {
    expect(from('::ffff:10.0.0.1', '203.0.113.9:4711')).toBe('203.0.113.9')
    expect(from('::1', '[2001:db8::7]:443')).toBe('2001:db8::7')
    expect(from('fd12::1', '2001:DB8::7')).toBe('2001:db8::7')
    expect(from('fe80::1%eth0')).toBe('fe80::1')
  })

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'localhost', '', 'fd00::/129', '10.0.0/8', '10.0.0.0/-1'])(
    '%j as a trusted proxy stops the start',
    (range) => expect(() => makeClientAddress([range])).toThrow('10.0.0.0/8'),
  )

  test('an IPv6 client is counted by his network', () => {
    expect(rateKeyOf('192.0.2.1')).toBe('192.0.2.1')
    expect(rateKeyOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(rateKeyOf('2001:0db8:0001:0002::9')).toBe('2001:db8:1:2::/64')
    expect(rateKeyOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(rateKeyOf('::1')).toBe('0:0:0:0::/64')
    expect(rateKeyOf('2001:db8:1:3::9')).not.toBe(rateKeyOf('2001:db8:1:2::9'))
  })
})

describe('rates', () => {
  const rates = {
    anonymous: { burst: 2, perSecond: 1 },
    signed: { burst: 3, perSecond: 1 },
    lookups: { burst: 1, perSecond: 1 },
  }
  const clock = fakeClock()
  const open = (limiter: RateLimiter = openMemoryRate({ clock }), log: Log = silentLog) =>
    makeLimit({ limiter, clock, log }, rates)
  const user = (userId: string) => ({ kind: 'user', userId, deviceId: 'd', sessionId: `s-${userId}` }) as const
  const nobody = { kind: 'anonymous' } as const

  test('nobody is counted by address, a user by name wherever he is, an admin by name', async () => {
    const limit = open()
    for (let i = 0; i < 2; i++) await limit.identity(nobody, '192.0.2.1')
    await expect(limit.identity(nobody, '192.0.2.1')).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
    await limit.identity(nobody, '192.0.2.2')
    for (let i = 0; i < 3; i++) await limit.identity(user('a'), `192.0.2.${i}`)
    await expect(limit.identity(user('a'), '192.0.2.9')).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
    await limit.identity(user('b'), '192.0.2.1')
    await limit.identity({ kind: 'admin', adminId: 'a', roles: [] }, '192.0.2.1')
  })

  test('a request without credentials pays for its size, and never more than a whole burst', async () => {
    const limit = makeLimit(
      { limiter: openMemoryRate({ clock }), clock, log: silentLog },
      { ...rates, anonymous: { burst: 5, perSecond: 1 } },
    )
    const refused = { extensions: { code: 'RATE_LIMITED' } }
    await limit.anonymous('192.0.2.1', BYTES_PER_TOKEN - 1)
    await limit.anonymous('192.0.2.1', 3 * BYTES_PER_TOKEN)
    await expect(limit.anonymous('192.0.2.1', 0)).rejects.toMatchObject(refused)
    await limit.anonymous('192.0.2.2', 1_000 * BYTES_PER_TOKEN)
    await expect(limit.anonymous('192.0.2.2', 0)).rejects.toMatchObject(refused)
  })

  test('who has the whole burst can pay for the dearest operation, beside the token of its request', async () => {
    const limit = open()
    await limit.identity(user('rich'), '192.0.2.1')
    await limit.spend(user('rich'), '192.0.2.1', 3)
    await expect(limit.spend(user('rich'), '192.0.2.1', 4)).rejects.toMatchObject({
      extensions: { code: 'DOCUMENT_TOO_COMPLEX', limit: 3, cost: 4 },
    })
    await expect(limit.identity(user('rich'), '192.0.2.1')).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED' },
    })
  })

  test('a refusal says when to come again, in the body and for HTTP, and then it is so', async () => {
    const limit = open()
    for (let i = 0; i < 2; i++) await limit.identity(nobody, '192.0.2.1')
    const refused = await limit.identity(nobody, '192.0.2.1').catch((error: unknown) => error)
    expect(refused).toMatchObject({
      extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000, http: { status: 429, headers: { 'retry-after': '1' } } },
    })
    clock.advance(1_000)
    await limit.identity(nobody, '192.0.2.1')
  })

  test('who waits as long as a dear operation was told to can pay for the request and for the operation', async () => {
    const limit = open()
    const ask = async (points: number) => {
      await limit.identity(user('patient'), '192.0.2.1')
      await limit.spend(user('patient'), '192.0.2.1', points)
    }
    await ask(1)
    const refused = (await ask(2).catch((error: unknown) => error)) as { extensions: { retryAfterMs: number } }
    clock.advance(refused.extensions.retryAfterMs)
    await ask(2)
  })

  test('while the limiter is away everybody comes in, and the log says so once in a while', async () => {
    const lines: string[] = []
    const log: Log = { ...silentLog, warn: (message) => void lines.push(message) }
    const limiter = openMemoryRate({ clock })
    await limiter[Symbol.asyncDispose]()
    const limit = open(limiter, log)
    for (let i = 0; i < 10; i++) await limit.identity(nobody, '192.0.2.1')
    expect(lines).toHaveLength(1)
    clock.advance(10_000)
    await limit.lookup('192.0.2.1')
    expect(lines).toHaveLength(2)
  })
})
