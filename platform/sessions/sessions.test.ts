import { randomBytes, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { fakeClock } from '../../test/support/clock.ts'
import { eventually } from '../../test/support/eventually.ts'
import { ageKeys, keysOf, removeKeys, withRedis } from '../../test/support/redis-keys.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { sessionKeys } from '../../test/support/session-keys.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { openMemorySessions } from './memory.ts'
import { openRedisSessions } from './redis.ts'
import { sessionsContract } from './sessions.contract.ts'
import type { Session } from './sessions.ts'

/** When every session here was read from PostgreSQL. */
const READ_AT = Date.UTC(2029, 0, 1)

const someSession = (): Session => ({
  sessionId: randomUUID(),
  userId: randomUUID(),
  deviceId: randomUUID(),
  hmacKey: randomBytes(32),
  expiresAtMs: Date.now() + 3_600_000,
})

sessionsContract('memory', async (ttlSeconds) => {
  const clock = fakeClock()
  const cache = openMemorySessions({ ttlSeconds, clock })
  return {
    cache,
    now: () => clock.now(),
    advance: async (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  }
})

test('memory keeps 100,000 sessions and forgets the one used longest ago', async () => {
  const clock = fakeClock(Date.now())
  await using cache = openMemorySessions({ ttlSeconds: 60, clock })
  const sessions = Array.from({ length: 100_001 }, someSession)
  for (const session of sessions.slice(0, 100_000)) await cache.put(session, READ_AT)
  const [first, second, last] = [sessions[0], sessions[1], sessions[100_000]]
  if (!first || !second || !last) throw new Error('unreachable')
  expect(await cache.get(first.sessionId)).toEqual({ ...first, readAtMs: READ_AT })
  await cache.put(last, READ_AT)
  expect(await cache.get(second.sessionId)).toBeNull()
  expect(await cache.get(first.sessionId)).toEqual({ ...first, readAtMs: READ_AT })
  expect(await cache.get(last.sessionId)).toEqual({ ...last, readAtMs: READ_AT })
})

describeWith('redis', 'SessionCache', () => {
  const server = () => requireUrl('redis')
  const root = `test:${randomUUID()}:`
  const open = (prefix: string, options: { url?: string; ttlSeconds?: number; clock?: { now(): number } } = {}) =>
    openRedisSessions({
      url: server(),
      prefix,
      log: silentLog,
      ttlSeconds: 60,
      keys: sessionKeys,
      clock: fakeClock(Date.now()),
      commandTimeoutMs: 500,
      heartbeatMs: 100,
      ...options,
    })
  afterAll(() => withRedis(server(), (redis) => removeKeys(redis, root)))

  sessionsContract('Redis', async (ttlSeconds) => {
    const clock = fakeClock()
    const prefix = `${root}${randomUUID()}:`
    const cache = await open(prefix, { ttlSeconds, clock })
    return {
      cache,
      now: () => clock.now(),
      async advance(ms) {
        clock.advance(ms)
        await withRedis(server(), (redis) => ageKeys(redis, prefix, ms))
      },
      [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
    }
  })

  test('all processes with the same prefix share sessions and tombstones; another prefix shares nothing', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using one = await open(prefix)
    await using two = await open(prefix)
    await using stranger = await open(`${root}${randomUUID()}:`)
    const session = someSession()
    await one.put(session, READ_AT)
    expect(await two.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
    await two.revoke([session.sessionId])
    expect(await one.get(session.sessionId)).toBe('revoked')
    expect(await stranger.get(session.sessionId)).toBeNull()
  })

  test('everything in Redis expires by itself', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using cache = await open(prefix)
    const [session, revoked] = [someSession(), someSession()]
    await cache.put(session, READ_AT)
    await cache.get(session.sessionId)
    await cache.revoke([revoked.sessionId])
    await withRedis(server(), async (redis) => {
      const keys = await keysOf(redis, prefix)
      expect(keys).toHaveLength(2)
      for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0)
    })
  })

  test('what cannot be read counts as not cached, and is replaced', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using cache = await open(prefix)
    const session = someSession()
    const key = `${prefix}session:${session.sessionId}`
    await withRedis(server(), (redis) => redis.set(key, `${Date.now() + 60_000} {broken`))
    expect(await cache.get(session.sessionId)).toBeNull()
    await cache.put(session, READ_AT)
    expect(await cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT })
  })

  test('all reject while the server is away, and work when it is back', async () => {
    await using proxy = await startTcpProxy(server())
    await using cache = await open(`${root}${randomUUID()}:`, { url: proxy.url })
    const session = someSession()
    await cache.put(session, READ_AT)
    proxy.cut()
    await eventually(() => expect(cache.get(session.sessionId)).rejects.toThrow())
    await expect(cache.put(session, READ_AT)).rejects.toThrow()
    await expect(cache.revoke([session.sessionId])).rejects.toThrow()
    proxy.restore()
    await eventually(async () => expect(await cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT }))
    proxy.hold()
    await expect(cache.get(session.sessionId)).rejects.toThrow()
    proxy.restore()
    await eventually(async () => expect(await cache.get(session.sessionId)).toEqual({ ...session, readAtMs: READ_AT }))
  })

  test('a cache that could not be reached says until when, and one that always could says never', async () => {
    await using proxy = await startTcpProxy(server())
    const clock = fakeClock(Date.now())
    await using cache = await open(`${root}${randomUUID()}:`, { url: proxy.url, clock })
    await cache.get(randomUUID())
    expect(cache.unsureUntilMs()).toBe(-Infinity)
    proxy.hold()
    await expect(cache.get(randomUUID())).rejects.toThrow()
    expect(cache.unsureUntilMs()).toBe(clock.now())
    clock.advance(10_000)
    // The connection that hangs is given up, and when the next one works nobody knows what was missed until then.
    proxy.blink()
    proxy.restore()
    await eventually(() => expect(cache.unsureUntilMs()).toBe(clock.now()))
    await eventually(async () => expect(await cache.get(randomUUID())).toBeNull())
  })

  test('an error never carries the key of a session', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using cache = await open(prefix)
    const session = someSession()
    // A list where a string is expected: Redis refuses, and ioredis would hang the arguments on its error.
    await withRedis(server(), (redis) => redis.lpush(`${prefix}session:${session.sessionId}`, 'x'))
    const error = await cache.put(session, READ_AT).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(session.hmacKey.toString('base64url'))
  })
})
