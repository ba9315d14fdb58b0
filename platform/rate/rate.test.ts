import { randomUUID } from 'node:crypto'
import { fakeClock } from '../../test/support/clock.ts'
import { eventually } from '../../test/support/eventually.ts'
import { ageKeys, keysOf, removeKeys, withRedis } from '../../test/support/redis-keys.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { openMemoryRate } from './memory.ts'
import { rateContract } from './rate.contract.ts'
import { openRedisRate } from './redis.ts'

rateContract('memory', async () => {
  const clock = fakeClock()
  const limiter = openMemoryRate({ clock })
  return {
    limiter,
    advance: async (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => limiter[Symbol.asyncDispose](),
  }
})

test('memory forgets the bucket touched longest ago when there are too many, never one in use', async () => {
  await using limiter = openMemoryRate({ clock: fakeClock() })
  const bucket = { burst: 1, perSecond: 1 }
  await limiter.take('idle', bucket)
  await limiter.take('limited', bucket)
  for (let i = 0; i < 99_999; i++) {
    await limiter.take(`other ${i}`, bucket)
    if (i % 1_000 === 0) expect((await limiter.take('limited', bucket)).allowed).toBe(false)
  }
  expect((await limiter.take('limited', bucket)).allowed).toBe(false)
  expect((await limiter.take('idle', bucket)).allowed).toBe(true)
})

describeWith('redis', 'RateLimiter', () => {
  const server = () => requireUrl('redis')
  const root = `test:${randomUUID()}:`
  const open = (url = server(), prefix = `${root}${randomUUID()}:`) =>
    openRedisRate({ url, prefix, log: silentLog, commandTimeoutMs: 500, heartbeatMs: 100 })
  afterAll(() => withRedis(server(), (redis) => removeKeys(redis, root)))
  const bucket = { burst: 2, perSecond: 1 / 600 }

  rateContract('Redis', async () => {
    const prefix = `${root}${randomUUID()}:`
    const limiter = await open(server(), prefix)
    return {
      limiter,
      advance: (ms) =>
        withRedis(server(), async (redis) => {
          await ageKeys(redis, prefix, ms)
          for (const key of await keysOf(redis, prefix)) await redis.hincrbyfloat(key, 'at', -ms)
        }),
      [Symbol.asyncDispose]: () => limiter[Symbol.asyncDispose](),
    }
  })

  test('all processes with the same prefix take from one bucket', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using one = await open(server(), prefix)
    await using two = await open(server(), prefix)
    await using stranger = await open()
    const verdicts = [await one.take('k', bucket), await two.take('k', bucket), await one.take('k', bucket)]
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, false])
    expect((await stranger.take('k', bucket)).allowed).toBe(true)
  })

  test('a bucket that has filled again is gone from Redis', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using limiter = await open(server(), prefix)
    expect((await limiter.take('k', { burst: 1, perSecond: 20 })).allowed).toBe(true)
    await eventually(() => withRedis(server(), async (redis) => expect(await keysOf(redis, prefix)).toEqual([])))
  })

  test('take rejects while the server is away, and works when it is back', async () => {
    await using proxy = await startTcpProxy(server())
    await using limiter = await open(proxy.url)
    expect((await limiter.take('k', bucket)).allowed).toBe(true)
    proxy.cut()
    await eventually(() => expect(limiter.take('k', bucket)).rejects.toThrow())
    proxy.restore()
    await eventually(async () => expect((await limiter.take('k', bucket)).allowed).toBe(true))
  })
})
