import { randomUUID } from 'node:crypto'
import { fakeClock } from '../../test/support/clock.ts'
import { eventually } from '../../test/support/eventually.ts'
import { keysOf, removeKeys, withRedis } from '../../test/support/redis-keys.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { openMemoryPresence } from './memory.ts'
import { presenceContract } from './presence.contract.ts'
import { NODE_TTL_SECONDS } from './presence.ts'
import { openRedisPresence } from './redis.ts'

presenceContract('memory', async () => {
  const clock = fakeClock()
  const presence = openMemoryPresence({ clock })
  return {
    presence,
    advance: async (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose](),
  }
})

describeWith('redis', 'Presence', () => {
  const server = () => requireUrl('redis')
  const root = `test:${randomUUID()}:`
  const newPrefix = () => `${root}${randomUUID()}:`
  const open = (url = server(), prefix = newPrefix()) =>
    openRedisPresence({ url, prefix, log: silentLog, commandTimeoutMs: 500, heartbeatMs: 100 })
  /** Redis's own clock cannot be moved: the nodes' last moments are. */
  const age = (prefix: string, ms: number) =>
    withRedis(server(), async (redis) => {
      for (const node of await redis.zrange(`${prefix}presence:nodes`, 0, -1))
        await redis.zincrby(`${prefix}presence:nodes`, -ms, node)
    })
  afterAll(() => withRedis(server(), (redis) => removeKeys(redis, root)))

  presenceContract('Redis', async () => {
    const prefix = newPrefix()
    const presence = await open(server(), prefix)
    return { presence, advance: (ms) => age(prefix, ms), [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose]() }
  })

  test('all processes with the same prefix see each other; another prefix is apart', async () => {
    const prefix = newPrefix()
    await using one = await open(server(), prefix)
    await using two = await open(server(), prefix)
    await using stranger = await open()
    await one.announce('n1')
    await one.join([{ userId: 'alice', deviceId: 'phone', nodeId: 'n1' }])
    expect(await two.find(['alice'])).toHaveLength(1)
    expect(await two.nodes()).toEqual(['n1'])
    expect(await stranger.find(['alice'])).toEqual([])
    await two.leave([{ userId: 'alice', deviceId: 'phone', nodeId: 'n1' }])
    expect(await one.find(['alice'])).toEqual([])
  })

  test('what a dead node leaves in Redis is removed by the next that announces itself', async () => {
    const prefix = newPrefix()
    await using presence = await open(server(), prefix)
    await presence.announce('dead')
    await presence.join(
      Array.from({ length: 1_300 }, (_, i) => ({ userId: `user ${i % 700}`, deviceId: `d${i}`, nodeId: 'dead' })),
    )
    await age(prefix, NODE_TTL_SECONDS * 1_000)
    await eventually(async () => {
      await presence.announce('lives')
      const keys = await withRedis(server(), (redis) => keysOf(redis, prefix))
      expect(keys.map((key) => key.slice(prefix.length)).sort()).toEqual(['presence:incarnations', 'presence:nodes'])
    })
  })

  test('entries of a node that came back survive the removal of its earlier life', async () => {
    const prefix = newPrefix()
    await using presence = await open(server(), prefix)
    const entries = Array.from({ length: 1_300 }, (_, i) => ({ userId: 'alice', deviceId: `d${i}`, nodeId: 'n1' }))
    await presence.announce('n1')
    await presence.join(entries)
    await age(prefix, NODE_TTL_SECONDS * 1_000)
    await Promise.all([presence.announce('n1'), presence.join(entries), presence.announce('n1')])
    await eventually(async () => {
      await presence.announce('n1')
      const keys = await withRedis(server(), (redis) => keysOf(redis, prefix))
      expect(keys.filter((key) => key.includes('dead'))).toEqual([])
    })
    expect(await presence.find(['alice'])).toHaveLength(1_300)
  })

  test('a Redis that lost its data is noticed at the next announcement', async () => {
    const prefix = newPrefix()
    await using presence = await open(server(), prefix)
    let resets = 0
    using _reset = presence.onReset(() => resets++)
    await presence.announce('n1')
    await presence.join([{ userId: 'alice', deviceId: 'phone', nodeId: 'n1' }])
    await withRedis(server(), (redis) => removeKeys(redis, prefix))
    await presence.announce('n1')
    expect(resets).toBe(1)
  })

  test('all reject while the server is away; when it is back nodes are told to join again', async () => {
    await using proxy = await startTcpProxy(server())
    await using presence = await open(proxy.url)
    const entries = [{ userId: 'alice', deviceId: 'phone', nodeId: 'n1' }]
    let resets = 0
    using _reset = presence.onReset(() => resets++)
    await presence.announce('n1')
    await presence.join(entries)
    proxy.cut()
    await eventually(() => expect(presence.announce('n1')).rejects.toThrow())
    await expect(presence.join(entries)).rejects.toThrow()
    await expect(presence.leave(entries)).rejects.toThrow()
    await expect(presence.find(['alice'])).rejects.toThrow()
    await expect(presence.nodes()).rejects.toThrow()
    await expect(presence.retire('n2')).rejects.toThrow()
    expect(resets).toBe(0)
    proxy.restore()
    await eventually(() => expect(resets).toBe(1))
    await eventually(async () => expect(await presence.find(['alice'])).toEqual(entries))
  })

  test('an id with a NUL, which separates the parts of an entry, is refused', async () => {
    await using presence = await open()
    await expect(presence.announce('n\0')).rejects.toThrow('NUL')
    await expect(presence.join([{ userId: 'a', deviceId: 'b\0c', nodeId: 'n' }])).rejects.toThrow('NUL')
  })
})
