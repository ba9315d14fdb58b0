import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { findExecutable } from '../../test/support/child.ts'
import { eventually } from '../../test/support/eventually.ts'
import { freePort } from '../free-port.ts'
import { startRedis } from '../../test/support/redis.ts'
import { withRedis } from '../../test/support/redis-keys.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { openLog } from '../log/pino.ts'
import { defineScript, openRedis } from './index.ts'

const quick = { commandTimeoutMs: 500, heartbeatMs: 100 }

describeWith('redis', 'The connection to Redis', () => {
  const server = () => requireUrl('redis')

  test('a command whose answer is lost rejects, and is not sent again when the connection is back', async () => {
    await using proxy = await startTcpProxy(server())
    await using redis = await openRedis(proxy.url, silentLog, quick)
    const key = `test:${randomUUID()}`
    await redis.client.set(key, '0', 'EX', 60)
    proxy.hold()
    const underWay = redis.client.incr(key)
    underWay.catch(() => undefined)
    proxy.cut()
    await expect(underWay).rejects.toThrow()
    await eventually(() => expect(redis.client.incr(key)).rejects.toThrow())
    proxy.restore()
    await eventually(async () => expect(await redis.client.get(key)).toBe('0'))
  })

  test('onBack is called each time that the connection is back, not for the first one, and not once disposed', async () => {
    await using proxy = await startTcpProxy(server())
    await using redis = await openRedis(proxy.url, silentLog, quick)
    const calls = { kept: 0, disposed: 0 }
    using _kept = redis.onBack(() => calls.kept++)
    const disposed = redis.onBack(() => calls.disposed++)
    expect(await redis.client.ping()).toBe('PONG')
    expect(calls).toEqual({ kept: 0, disposed: 0 })
    proxy.blink()
    await eventually(() => expect(calls).toEqual({ kept: 1, disposed: 1 }))
    disposed[Symbol.dispose]()
    proxy.blink()
    await eventually(() => expect(calls).toEqual({ kept: 2, disposed: 1 }))
  })

  test('an outage is one line when it begins and one when it ends, without the password', async () => {
    await using proxy = await startTcpProxy(server())
    const lines: string[] = []
    const log = openLog({ level: 'info', write: (line) => lines.push(line) })
    await using redis = await openRedis(proxy.url.replace('redis://', 'redis://default:s3cr3t@'), log, quick).catch(
      () => openRedis(proxy.url, log, quick),
    )
    let back = 0
    using _back = redis.onBack(() => back++)
    proxy.cut()
    await eventually(() => expect(redis.client.ping()).rejects.toThrow())
    await eventually(() => expect(lines).toHaveLength(1))
    proxy.restore()
    await eventually(() => expect(back).toBe(1))
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'Redis is down; retrying',
      'Redis is back',
    ])
    expect(lines.join('')).not.toContain('s3cr3t')
  })

  test('an error of Redis does not carry the arguments of its command', async () => {
    await using redis = await openRedis(server(), silentLog, quick)
    const run = defineScript(redis.client, 'testFails', `return redis.error_reply('no')`)
    for (const failing of [run([], ['s3cr3t']), redis.client.call('set', 'k', 's3cr3t', 'wrong')]) {
      const error = await failing.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(Error)
      expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain('s3cr3t')
    }
  })

  test('closing is quiet at any time: twice, while commands run, while the server is away', async () => {
    await using proxy = await startTcpProxy(server())
    const busy = await openRedis(proxy.url, silentLog, quick)
    const settled = Promise.allSettled(Array.from({ length: 50 }, () => busy.client.ping()))
    await Promise.all([busy[Symbol.asyncDispose](), busy[Symbol.asyncDispose]()])
    expect((await settled).every(({ status }) => status === 'fulfilled')).toBe(true)
    await expect(busy.client.ping()).rejects.toThrow()

    const away = await openRedis(proxy.url, silentLog, quick)
    proxy.cut()
    await eventually(() => expect(away.client.ping()).rejects.toThrow())
    await away[Symbol.asyncDispose]()
    proxy.restore()
    await eventually(() => expect(proxy.count()).toBe(0))
  })
})

const binary = findExecutable('redis-server')

;(binary ? describe : describe.skip)('A Redis server of our own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('scripts run again on a server that restarted and knows none', async () => {
    const port = await freePort()
    const first = await startRedis(binary ?? '', folder, port)
    await using redis = await openRedis(first.url, silentLog, quick)
    const add = defineScript(redis.client, 'testAdd', `return tonumber(ARGV[1]) + redis.call('incr', KEYS[1])`)
    expect(await add(['k'], [10])).toBe(11)
    expect(await add(['k'], [10])).toBe(12)
    await first.stop()
    await eventually(() => expect(add(['k'], [10])).rejects.toThrow())
    const second = await startRedis(binary ?? '', folder, port)
    await eventually(async () => expect(await add(['k'], [10])).toBe(11))
    await second.stop()
  })

  test('a password that is refused is said at the start', async () => {
    const { url, stop } = await startRedis(binary ?? '', folder, await freePort())
    await withRedis(url, (redis) => redis.config('SET', 'requirepass', 'right'))
    const wrong = openRedis(url.replace('redis://', 'redis://:wr0ng@'), silentLog, { ...quick, firstConnectMs: 500 })
    await expect(wrong).rejects.toThrow(/does not answer: .*WRONGPASS/)
    await expect(wrong).rejects.not.toThrow('wr0ng')
    await using right = await openRedis(url.replace('redis://', 'redis://:right@'), silentLog, quick)
    expect(await right.client.ping()).toBe('PONG')
    await right[Symbol.asyncDispose]()
    await stop()
  })
})
