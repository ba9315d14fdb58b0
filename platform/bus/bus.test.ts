import { randomUUID } from 'node:crypto'
import { eventually } from '../../test/support/eventually.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import { silentLog } from '../log/log.ts'
import { busContract } from './bus.contract.ts'
import { openMemoryBus } from './memory.ts'
import { openRedisBus } from './redis.ts'

busContract('memory', async () => openMemoryBus())

describeWith('redis', 'Bus', () => {
  const server = () => requireUrl('redis')
  const open = (url = server(), prefix = `test:${randomUUID()}:`) =>
    openRedisBus({ url, prefix, log: silentLog, commandTimeoutMs: 500, heartbeatMs: 100 })

  busContract('Redis', () => open())

  test('all processes with the same prefix hear each other, those with another hear nothing', async () => {
    const prefix = `test:${randomUUID()}:`
    await using one = await open(server(), prefix)
    await using two = await open(server(), prefix)
    await using stranger = await open()
    const texts: string[] = []
    for (const [who, bus] of Object.entries({ one, two, stranger }))
      await bus.listen('a', (text) => texts.push(`${who} heard ${text}`))
    expect(await one.publish('a', '1')).toBe(2)
    expect(await stranger.publish('a', '2')).toBe(1)
    await eventually(() => expect(texts.sort()).toEqual(['one heard 1', 'stranger heard 2', 'two heard 1']))
  })

  test('publish and listen reject while the server is down; afterwards listeners resume and learn of the gap', async () => {
    await using proxy = await startTcpProxy(server())
    await using bus = await open(proxy.url)
    const texts: string[] = []
    const gaps: string[][] = []
    await bus.listen('a', (text) => texts.push(text))
    const leaver = await bus.listen('left', () => undefined)
    using _gap = bus.onGap(() => gaps.push([...texts]))
    await bus.publish('a', 'before')
    await eventually(() => expect(texts).toEqual(['before']))

    proxy.cut()
    await eventually(() => expect(bus.publish('a', 'meanwhile')).rejects.toThrow())
    await eventually(() => expect(bus.listen('new', () => undefined)).rejects.toThrow('is down'))
    await leaver[Symbol.asyncDispose]()
    expect(gaps).toEqual([])

    proxy.restore()
    await eventually(() => expect(gaps).toEqual([['before']]))
    await eventually(async () => expect(await bus.publish('a', 'after')).toBe(1))
    await eventually(() => expect(texts).toEqual(['before', 'after']))
    // Neither the listener that left nor the one that was refused came back.
    expect([await bus.publish('left', ''), await bus.publish('new', '')]).toEqual([0, 0])
  })

  test('a blink of the network is a gap too', async () => {
    await using proxy = await startTcpProxy(server())
    await using bus = await open(proxy.url)
    let gaps = 0
    using _gap = bus.onGap(() => gaps++)
    const disposed = bus.onGap(() => gaps++)
    disposed[Symbol.dispose]()
    for (let round = 1; round <= 3; round++) {
      proxy.blink()
      await eventually(() => expect(gaps).toBe(round))
    }
  })

  test('when the network swallows everything, publish rejects in bounded time, and listeners resume afterwards', async () => {
    await using proxy = await startTcpProxy(server())
    await using bus = await open(proxy.url)
    const texts: string[] = []
    let gaps = 0
    await bus.listen('a', (text) => texts.push(text))
    using _gap = bus.onGap(() => gaps++)
    proxy.hold()
    await expect(bus.publish('a', 'swallowed')).rejects.toThrow()
    // The heartbeat gives the half-open connection up, so publish no longer waits for its timeout.
    await eventually(() => expect(bus.publish('a', 'refused')).rejects.toThrow('writeable'))
    proxy.restore()
    await eventually(() => expect(gaps).toBeGreaterThan(0))
    await eventually(async () => expect(await bus.publish('a', 'after')).toBe(1))
    await eventually(() => expect(texts).toContain('after'))
  })

  test('a server that does not answer at the start is named in one line, without its password', async () => {
    await using proxy = await startTcpProxy(server())
    proxy.cut()
    const url = proxy.url.replace('redis://', 'redis://:s3cret@')
    const opened = openRedisBus({ url, prefix: 'x', log: silentLog, firstConnectMs: 200 })
    await expect(opened).rejects.toThrow(`Redis at ${new URL(url).host} does not answer`)
    await expect(opened).rejects.not.toThrow('s3cret')
  })
})
