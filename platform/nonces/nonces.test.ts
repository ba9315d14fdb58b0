import { randomUUID } from 'node:crypto'
import { fakeClock } from '../../test/support/clock.ts'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { keysOf, removeKeys, withRedis } from '../../test/support/redis-keys.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { systemClock } from '../clock/clock.ts'
import { silentLog } from '../log/log.ts'
import { openMemoryNonces } from './memory.ts'
import { noncesContract } from './nonces.contract.ts'
import { makePostgresNonces } from './postgres.ts'
import { openRedisNonces } from './redis.ts'

noncesContract('memory', async () => openMemoryNonces({ clock: systemClock }))

describe('NonceGuard in memory', () => {
  test('a session that fills its room rejects new nonces until old ones end; others are taken', async () => {
    const clock = fakeClock()
    await using guard = openMemoryNonces({ clock })
    for (let i = 0; i < 40_000; i++) expect(await guard.take('greedy', `${i}`, 60)).toBe(true)
    await expect(guard.take('greedy', 'one more', 60)).rejects.toThrow('full')
    expect(await guard.take('other', 'one more', 60)).toBe(true)
    expect(await guard.take('greedy', '0', 60)).toBe(false) // nothing was forgotten to make room
    clock.advance(60_000)
    expect(await guard.take('greedy', 'one more', 60)).toBe(true)
  })

  test('a full guard rejects instead of forgetting, and has room again when old ones end', async () => {
    const clock = fakeClock()
    await using guard = openMemoryNonces({ clock })
    for (let i = 0; i < 500_000; i++) await guard.take(`session ${i % 1_000}`, `${i}`, 60)
    await expect(guard.take('newcomer', 'n', 60)).rejects.toThrow('full')
    expect(await guard.take('session 0', '0', 60)).toBe(false)
    clock.advance(60_000)
    expect(await guard.take('newcomer', 'n', 60)).toBe(true)
  })

  test('a closed guard refuses everything', async () => {
    const guard = openMemoryNonces({ clock: systemClock })
    expect(await guard.take('s', 'n', 60)).toBe(true)
    await guard[Symbol.asyncDispose]()
    await guard[Symbol.asyncDispose]()
    await expect(guard.take('s', 'n', 60)).rejects.toThrow('closed')
  })
})

describeWith('postgres', 'NonceGuard', () => {
  let db: TestDatabase
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(() => db[Symbol.asyncDispose]())

  noncesContract('PostgreSQL', async () => {
    await db.database.query('/* test.empty */ delete from nonces.used')
    return makePostgresNonces(db.database)
  })
})

describeWith('redis', 'NonceGuard', () => {
  const server = () => requireUrl('redis')
  const root = `test:${randomUUID()}:`
  const open = (url = server(), prefix = `${root}${randomUUID()}:`) =>
    openRedisNonces({ url, prefix, log: silentLog, clock: systemClock, commandTimeoutMs: 500, heartbeatMs: 100 })
  afterAll(() => withRedis(server(), (redis) => removeKeys(redis, root)))

  noncesContract('Redis', () => open())

  test('of all processes with the same prefix exactly one gets a nonce; another prefix is apart', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using one = await open(server(), prefix)
    await using two = await open(server(), prefix)
    await using stranger = await open()
    const answers = await Promise.all([one, two, one, two].map((guard) => guard.take('s', 'n', 60)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await stranger.take('s', 'n', 60)).toBe(true)
  })

  test('what is kept ends by itself, not earlier than it was asked to', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using guard = await open(server(), prefix)
    await guard.take('s', 'n', 660)
    await withRedis(server(), async (redis) => {
      const keys = (await keysOf(redis, prefix)).filter((key) => key.includes('nonce:'))
      expect(keys).toHaveLength(1)
      const leftMs = await redis.pttl(keys[0] ?? '')
      expect(leftMs).toBeGreaterThan(600_000)
      expect(leftMs).toBeLessThanOrEqual(660_000)
    })
  })

  test('a guard says since when its server remembers, and one that lost everything since now', async () => {
    const prefix = `${root}${randomUUID()}:`
    const before = Date.now()
    await using one = await open(server(), prefix)
    const bornMs = one.bornMs()
    expect(bornMs).toBeGreaterThanOrEqual(before)
    await eventually(() => Date.now() > bornMs)
    await using two = await open(server(), prefix)
    expect(two.bornMs()).toBe(bornMs)
    await one.take('s', 'n', 60)
    expect(one.bornMs()).toBe(bornMs)
    await withRedis(server(), (redis) => removeKeys(redis, prefix))
    await one.take('s', 'n', 60)
    expect(one.bornMs()).toBeGreaterThan(bornMs)
    await two.take('s', 'other', 60)
    expect(two.bornMs()).toBe(one.bornMs())
  })

  test('another run of a server is another birth, also where it kept its keys', async () => {
    const prefix = `${root}${randomUUID()}:`
    await using one = await open(server(), prefix)
    const bornMs = one.bornMs()
    await withRedis(server(), (redis) => redis.hset(`${prefix}nonces`, 'run', 'the run before'))
    await eventually(() => Date.now() > bornMs)
    await using two = await open(server(), prefix)
    expect(two.bornMs()).toBeGreaterThan(bornMs)
    await one.take('s', 'n', 60)
    expect(one.bornMs()).toBe(two.bornMs())
  })

  test('take rejects while the server is away; what was taken before is refused afterwards', async () => {
    await using proxy = await startTcpProxy(server())
    const guard = await open(proxy.url)
    expect(await guard.take('s', '1', 60)).toBe(true)
    proxy.cut()
    await eventually(() => expect(guard.take('s', '2', 60)).rejects.toThrow())
    proxy.restore()
    await eventually(async () => expect(await guard.take('s', '1', 60)).toBe(false))
    proxy.hold()
    await expect(guard.take('s', '3', 60)).rejects.toThrow()
    proxy.restore()
    await eventually(async () => expect(await guard.take('s', '1', 60)).toBe(false))
    await guard[Symbol.asyncDispose]()
    await expect(guard.take('s', '4', 60)).rejects.toThrow()
  })
})
