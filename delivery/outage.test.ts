import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { comparePositions } from '../platform/eventlog/position.ts'
import { openRedisBus } from '../platform/bus/index.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { silentLog } from '../platform/log/log.ts'
import { openRedisPresence } from '../platform/presence/index.ts'
import { openMemoryQueue, type Queue } from '../platform/queue/index.ts'
import { findExecutable } from '../test/support/child.ts'
import { openWorld, type OpenPorts, type Sent, type World } from '../test/support/delivery.ts'
import { eventually } from '../test/support/eventually.ts'
import { freePort } from '../platform/free-port.ts'
import { startRedis } from '../test/support/redis.ts'
import { kinds } from '../test/support/kinds.ts'
import { makeOutage } from './outage.ts'
import { RELAY } from './relay.ts'

const binary = findExecutable('redis-server')

;(binary ? describe : describe.skip)('while Redis is away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const start = (port: number) => startRedis(binary ?? '', folder, port)

  /** Presence and the bus on a Redis that can be stopped; the queue stays. */
  function portsOn(url: string): OpenPorts {
    const prefix = `test.${v7()}.`
    const queue = openMemoryQueue()
    return async () => {
      const bus = await openRedisBus({ url, prefix, log: silentLog })
      const presence = await openRedisPresence({ url, prefix, log: silentLog })
      return {
        queue,
        bus,
        presence,
        async [Symbol.asyncDispose]() {
          for (const port of [bus, presence]) await port[Symbol.asyncDispose]()
        },
      }
    }
  }

  async function open(catchUpMs: number) {
    const port = await freePort()
    const redis = await start(port)
    const world: World = await openWorld({ openPorts: portsOn(redis.url) })
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const [toBob, toCarol] = [await world.conversation(alice, bob), await world.conversation(alice, carol)]
    const node = await world.startNode()
    const got = await node.stream(bob)
    // As real nodes do when the server is back and knows nobody.
    world.presence.onReset(() => {
      const entry = { userId: bob.userId, deviceId: bob.devices[0]!, nodeId: node.nodeId }
      void world.presence.announce(node.nodeId).then(() => world.presence.join([entry]))
    })
    await world.startProcess({}, { catchUpMs, settleMs: 3_000 })
    await world.send(toBob, alice, 'one')
    await eventually(() => expect(got).toEqual(['one']))
    const relayed = (sent: Sent) =>
      eventually(async () => comparePositions(await world.savedPosition(RELAY), sent.position) >= 0)
    const done = ({ shard, position }: Sent) =>
      eventually(async () => comparePositions(await world.savedPosition(`shard-${shard}`), position) >= 0, 20_000)
    return { port, redis, world, alice, bob, carol, toBob, toCarol, got, relayed, done }
  }

  test('a user with an open stream gets no push for events of the outage, and a user without one gets a push', async () => {
    const { port, redis, world, alice, bob, carol, toBob, toCarol, got, relayed, done } = await open(60_000)
    await redis.stop()
    const sent = [await world.send(toBob, alice, 'two'), await world.send(toCarol, alice, 'hello')]
    for (const one of sent) await relayed(one)
    const again = await start(port)
    try {
      for (const one of sent) await done(one)
      await eventually(() => expect(got).toEqual(['one', 'two']))
      expect(world.pushesTo(bob)).toEqual([])
      expect(world.pushesTo(carol).map(({ body }) => body)).toEqual(['hello'])
    } finally {
      await world[Symbol.asyncDispose]()
      await again.stop()
    }
  }, 60_000)

  test('for longer than pushes wait, everybody gets one', async () => {
    const { redis, world, alice, bob, toBob, done } = await open(1_000)
    await redis.stop()
    try {
      await done(await world.send(toBob, alice, 'two'))
      expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['two'])
    } finally {
      await world[Symbol.asyncDispose]()
    }
  }, 60_000)
})

test('after an outage of PostgreSQL a stream that comes back late is reached, and not pushed to', async () => {
  await using world = await openWorld()
  const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
  const [toBob, toCarol] = [await world.conversation(alice, bob), await world.conversation(alice, carol)]
  const node = await world.startNode()
  await node.stream(bob)
  let failures = 0
  const recipients: Kinds['recipients'] = async (sql, events) => {
    // The node stands on the same database: it answers again when that does, and a little later.
    node.faults.mute = true
    if (++failures <= 4) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    setTimeout(() => (node.faults.mute = false), 1_000)
    return kinds.recipients(sql, events)
  }
  await world.startProcess({ kinds: { ...kinds, recipients } }, { answerMs: 300, settleMs: 2_000, catchUpMs: 60_000 })
  const sent = [await world.send(toBob, alice, 'two'), await world.send(toCarol, alice, 'hello')]
  await eventually(() => expect(world.pushesTo(carol)).toHaveLength(1), 20_000)
  for (const { shard, position } of sent)
    await eventually(async () => comparePositions(await world.savedPosition(`shard-${shard}`), position) >= 0, 20_000)
  expect(world.pushesTo(bob)).toEqual([])
}, 60_000)

test('after an outage of the queue a node that takes long for what waited is asked again before anybody is pushed to', async () => {
  await using world = await openWorld()
  const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
  const [toBob, toCarol] = [await world.conversation(alice, bob), await world.conversation(alice, carol)]
  const node = await world.startNode()
  const got = await node.stream(bob)
  const listeners = new Set<() => void>()
  const queue: Queue = {
    ...world.queue,
    onBack(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
  const delivery = await world.startProcess({ queue }, { answerMs: 300, settleMs: 2_000, catchUpMs: 60_000 })
  await world.send(toBob, alice, 'one')
  await eventually(() => expect(got).toEqual(['one']))
  node.faults.mute = true
  for (const listener of listeners) listener()
  setTimeout(() => (node.faults.mute = false), 1_000)
  const sent = [await world.send(toBob, alice, 'two'), await world.send(toCarol, alice, 'hello')]
  for (const { shard, position } of sent)
    await eventually(async () => comparePositions(await world.savedPosition(`shard-${shard}`), position) >= 0, 20_000)
  expect(world.pushesTo(bob)).toEqual([])
  expect(world.pushesTo(carol).map(({ body }) => body)).toEqual(['hello'])
  await delivery[Symbol.asyncDispose]()
  expect(listeners.size).toBe(0)
}, 60_000)

test('an outage is over when nothing failed for a while, and waited for no longer than the grace', async () => {
  const signal = new AbortController().signal
  const short = makeOutage({ settleMs: 50, graceMs: 60_000 })
  expect(short.touched(performance.now())).toBe(false)
  short.failed()
  expect(short.touched(performance.now())).toBe(true)
  await short.over(signal)
  expect(short.touched(performance.now())).toBe(false)

  const long = makeOutage({ settleMs: 300_000, graceMs: 50 })
  long.failed()
  await long.over(signal)
  expect(long.touched(performance.now())).toBe(true)
})
