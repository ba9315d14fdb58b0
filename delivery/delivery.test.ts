import { comparePositions, formatPosition } from '../platform/eventlog/position.ts'
import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Queue } from '../platform/queue/queue.ts'
import { eventually } from '../test/support/eventually.ts'
import { describeWith } from '../test/support/services.ts'
import { memoryPorts, openWorld, type Sent, type World } from '../test/support/delivery.ts'
import { claimPosition } from './positions.ts'
import { silentMeter } from './meter.ts'
import { NOTIFY_QUEUE } from './queues.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { kinds } from '../test/support/kinds.ts'

/** Longer than any test waits: whoever gets a push within it did not wait for the answer. */
const NEVER_MS = 300_000

describeWith('postgres', 'Delivery', () => {
  let world: World
  afterEach(() => world[Symbol.asyncDispose]())

  const pair = async () => {
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    return { alice, bob, chat: await world.conversation(alice, bob) }
  }
  /** Waits until the event is done: saved as such, so no later process looks at it again. */
  const done = ({ shard, position }: Sent) =>
    eventually(async () => comparePositions(await world.savedPosition(`shard-${shard}`), position) >= 0)
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1))

  test('a message reaches the streams of both sides, and nobody gets a push', async () => {
    world = await openWorld()
    const { alice, bob, chat } = await pair()
    const node = await world.startNode()
    const streams = [await node.stream(alice), await node.stream(bob)]
    await world.startProcess()
    const sent = await world.send(chat, alice, 'hello')
    await eventually(() => expect(streams).toEqual([['hello'], ['hello']]))
    await done(sent)
    expect(world.pushes).toEqual([])
  })

  test('a recipient without a stream gets a push on each device, and the sender gets none', async () => {
    world = await openWorld()
    const [alice, bob] = [await world.person('Alice', 2), await world.person('Bob', 2)]
    const chat = await world.conversation(alice, bob)
    await world.startProcess()
    const sent = await world.send(chat, alice, 'hello')
    await done(sent)
    expect(world.pushes.map(({ deviceId }) => deviceId).sort()).toEqual([...bob.devices].sort())
    expect(world.pushes[0]).toEqual({
      event: formatPosition(sent.position),
      kind: 'chat.MessageSent',
      collapseKey: chat,
      service: null,
      detail: null,
      userId: bob.userId,
      deviceId: expect.any(String),
      token: expect.stringContaining('token-'),
      title: 'Alice',
      body: 'hello',
      data: { conversationId: chat, messageId: expect.any(String) },
      reason: 'offline',
    })
  })

  test('who has muted the conversation gets no push, offline or unreached, and is live all the same', async () => {
    world = await openWorld()
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob', 2)]
    const [carol, dave] = [await world.person('Carol'), await world.person('Dave')]
    const group = await world.group('Hiking', alice, bob, carol, dave)
    const mute = (person: typeof bob, conversationId: string, until: string) =>
      world.database.query(
        `insert into chat.preferences (user_id, conversation_id, muted_until) values ($1::uuid, $2::uuid, $3::timestamptz)`,
        [person.userId, conversationId, until],
      )
    await mute(bob, group, 'infinity')
    await mute(carol, group, '2000-01-01')
    await mute(dave, await world.conversation(alice, dave), 'infinity')
    const node = await world.startNode()
    const got = await node.stream(bob, bob.devices[0])
    await world.startProcess()
    await done(await world.send(group, alice, 'live'))
    expect(got).toEqual(['live'])
    node.faults.deaf = true
    await done(await world.send(group, alice, 'unreached'))
    const pushed = (person: typeof bob) => world.pushesTo(person).map(({ body }) => body)
    expect([pushed(bob), pushed(carol), pushed(dave)]).toEqual([
      [],
      ['Alice: live', 'Alice: unreached'],
      ['Alice: live', 'Alice: unreached'],
    ])
  })

  test('a push from a group names the group, then who wrote', async () => {
    world = await openWorld()
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob')]
    const group = await world.group('Hiking', alice, bob)
    await world.startProcess()
    await done(await world.send(group, alice, 'who comes?'))
    expect(world.pushes).toMatchObject([{ userId: bob.userId, title: 'Hiking', body: 'Alice: who comes?' }])
  })

  test('a push says who is mentioned, to each of them; one of the server’s own messages pushes to nobody', async () => {
    world = await openWorld()
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const group = await world.group('Hiking', alice, bob, carol)
    await world.startProcess()
    await world.send(group, alice, '', { type: 'SYSTEM', content: { event: 'GROUP_RENAMED' } })
    await world.send(group, alice, 'who comes?', { mentions: { userIds: [bob.userId] } })
    await done(await world.send(group, alice, '', { type: 'IMAGE', mentions: { everyone: true } }))
    const bodies = (person: typeof bob) => world.pushesTo(person).map(({ body }) => body)
    expect(bodies(bob)).toEqual(['Alice mentioned you: who comes?', 'Alice mentioned everyone: Photo'])
    expect(bodies(carol)).toEqual(['Alice: who comes?', 'Alice mentioned everyone: Photo'])
    expect(JSON.stringify(world.pushes)).not.toContain('special')
  })

  test('a push goes to the device without a stream while another one of the same user is live', async () => {
    world = await openWorld()
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob', 2)]
    const chat = await world.conversation(alice, bob)
    const node = await world.startNode()
    const got = await node.stream(bob, bob.devices[0])
    await world.startProcess()
    await done(await world.send(chat, alice, 'hello'))
    expect(got).toEqual(['hello'])
    expect(world.pushes).toMatchObject([{ deviceId: bob.devices[1], reason: 'offline' }])
  })

  test('a node gets an event once, with all its recipients there, and only if it has one', async () => {
    world = await openWorld()
    const people = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const [alice, bob, carol] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
    const group = await world.group('Hiking', alice, bob)
    const [shared, other] = [await world.startNode(), await world.startNode()]
    await shared.stream(alice)
    await shared.stream(bob)
    const carols = await other.stream(carol)
    await world.startProcess()
    await done(await world.send(group, alice, 'hello'))
    expect(shared.events().map(({ recipients }) => [...recipients].sort())).toEqual([[alice.userId, bob.userId].sort()])
    expect(other.events()).toEqual([])
    await world.join(group, carol)
    await world.send(group, alice, 'welcome')
    await eventually(() => expect(carols).toEqual(['welcome']))
  })

  test('who takes part is asked as of the event: a former member gets nothing that was sent after, by stream or by push', async () => {
    world = await openWorld()
    const [alice, bob] = [await world.person('Alice'), await world.person('Bob', 2)]
    const group = await world.group('Hiking', alice, bob)
    const node = await world.startNode()
    const got = await node.stream(bob, bob.devices[0])
    // All of it stands in the log before anybody delivers.
    await world.send(group, alice, 'with Bob')
    await world.leave(group, bob)
    const last = await world.send(group, alice, 'without Bob')
    await world.startProcess()
    await done(last)
    await eventually(() => expect(got).toEqual(['with Bob']))
    expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['Alice: with Bob'])
  })

  test('each conversation keeps its order on every stream, while many are written to at once', async () => {
    world = await openWorld()
    const alice = await world.person('Alice')
    const others = await Promise.all(numbers(6).map((name) => world.person(name)))
    const chats = await Promise.all(others.map((other) => world.conversation(alice, other)))
    const [one, two] = [await world.startNode(), await world.startNode()]
    const streams = await Promise.all(others.map((other, i) => (i % 2 ? one : two).stream(other)))
    await world.startProcess()
    await world.startProcess()
    await Promise.all(
      chats.map(async (chat) => {
        for (const text of numbers(40)) await world.send(chat, alice, text)
      }),
    )
    await eventually(() => expect(streams).toEqual(others.map(() => numbers(40))))
    expect(world.pushes.filter(({ userId }) => userId !== alice.userId)).toEqual([])
  })

  test('who is added to a group by somebody else is pushed, the other members are not', async () => {
    world = await openWorld()
    const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
    const group = await world.group('Sailors', alice, bob)
    await world.startProcess()
    await world.join(group, carol, alice)
    await done(await world.send(group, alice, 'welcome'))
    expect(world.pushesTo(carol)).toMatchObject([
      { title: 'Sailors', body: 'You were added to the group.', data: { groupId: group } },
      { body: 'Alice: welcome' },
    ])
    expect(world.pushesTo(bob)).toMatchObject([{ body: 'Alice: welcome' }])
    expect(world.pushesTo(alice)).toEqual([])
  })

  describe('when a node does not answer', () => {
    test('whose stream was not reached in time gets a push, and who was reached gets none', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      await node.stream(bob)
      node.faults.mute = true
      await world.startProcess({}, { answerMs: 200 })
      await done(await world.send(chat, alice, 'unheard'))
      expect(world.pushes).toMatchObject([{ deviceId: bob.devices[0], body: 'unheard', reason: 'unreached' }])
      node.faults.mute = false
      await eventually(async () => {
        const before = world.pushes.length
        await done(await world.send(chat, alice, 'again'))
        expect(world.pushes.length).toBe(before)
      })
    })

    test('a stream that died without anybody knowing costs one push, not one for its neighbours', async () => {
      world = await openWorld()
      const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
      const group = await world.group('Hiking', alice, bob, carol)
      const node = await world.startNode()
      await node.stream(bob)
      const carols = await node.stream(carol)
      node.drop(bob.devices[0]!)
      await world.startProcess({}, { answerMs: 200 })
      await done(await world.send(group, alice, 'hello'))
      expect(world.pushes).toMatchObject([{ deviceId: bob.devices[0], reason: 'unreached' }])
      expect(carols).toEqual(['hello'])
    })

    test('a node that is gone is not waited for', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      await world.presence.announce('gone')
      await world.presence.join([{ userId: bob.userId, deviceId: bob.devices[0]!, nodeId: 'gone' }])
      await world.startProcess({}, { answerMs: NEVER_MS })
      await done(await world.send(chat, alice, 'hello'))
      expect(world.pushes).toMatchObject([{ deviceId: bob.devices[0], reason: 'unreached' }])
    })

    test('a node that missed its deadline is no longer waited for: its devices get pushes while others are waited for', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const carol = await world.person('Carol')
      const other = await world.conversation(alice, carol)
      const [silentNode, slowNode] = [await world.startNode(), await world.startNode()]
      await silentNode.stream(bob)
      silentNode.faults.mute = true
      await world.startProcess({}, { answerMs: 1_000 })
      await done(await world.send(chat, alice, 'ran out'))
      await slowNode.stream(carol)
      slowNode.faults.mute = true
      await world.send(other, alice, 'to Carol, waited for')
      await done(await world.send(chat, alice, 'to Bob, not waited for'))
      expect(world.pushes.map(({ body }) => body)).toEqual([
        'ran out',
        'to Bob, not waited for',
        'to Carol, waited for',
      ])
    })

    test('who is behind and moves gets no push for a backlog, and holds up nobody', async () => {
      world = await openWorld()
      const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
      const chat = await world.group('Backlog', alice, bob, carol)
      const [slow, quick] = [await world.startNode(), await world.startNode()]
      await slow.stream(bob)
      const got = await quick.stream(carol)
      slow.fallBehind()
      // More than a shard works on at once.
      const texts = numbers(300)
      const sent: Sent[] = await world.database.transaction(async (sql) => {
        await world.eventLog.lock(sql, chat)
        const all: Sent[] = []
        for (const text of texts) all.push(await world.append(sql, chat, alice, text))
        return all
      })
      await world.startProcess({}, { catchUpMs: 300_000 })
      await eventually(() => expect(got).toEqual(texts), 30_000)
      await slow.catchUp()
      await done(sent.at(-1)!)
      // Alice wrote them, and is notified of none.
      expect(world.pushes).toEqual([])
    })

    test('a user who signs out during the wait for the answer gets no push', async () => {
      world = await openWorld()
      const [alice, bob, carol] = [await world.person('Alice'), await world.person('Bob'), await world.person('Carol')]
      const group = await world.group('Hiking', alice, bob, carol)
      const node = await world.startNode()
      await node.stream(bob)
      await node.stream(carol)
      node.faults.mute = true
      await world.startProcess({}, { answerMs: 1_000 })
      const sent = await world.send(group, alice, 'hello')
      await eventually(() => expect(node.events()).toHaveLength(1))
      await world.database.query('update users.session set revoked_at = now() where user_id = $1::uuid', [bob.userId])
      await done(sent)
      expect(world.pushes).toMatchObject([{ userId: carol.userId, reason: 'unreached' }])
    })
  })

  describe('a process that is asked to stop', () => {
    test('waits for the answers under way, and its successor does nothing twice', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      node.faults.mute = true
      const process = await world.startProcess({}, { answerMs: 700, drainMs: NEVER_MS })
      const sent = await world.send(chat, alice, 'hello')
      await eventually(() => expect(got).toEqual(['hello']))
      await process[Symbol.asyncDispose]()
      expect(world.pushes).toMatchObject([{ userId: bob.userId, reason: 'unreached' }])
      // It moves on with the horizon once the event is done.
      const saved = await world.savedPosition('shard-0')
      expect(comparePositions(saved, sent.position)).toBeGreaterThanOrEqual(0)
      await world.startProcess()
      await done(await world.send(chat, alice, 'again'))
      expect(node.events().map(({ position }) => position)).toHaveLength(2)
    })

    test('leaves to its successor what takes too long', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      node.faults.mute = true
      const process = await world.startProcess({}, { answerMs: NEVER_MS, drainMs: 50 })
      const sent = await world.send(chat, alice, 'hello')
      await eventually(() => expect(got).toEqual(['hello']))
      await process[Symbol.asyncDispose]()
      expect(world.pushes).toEqual([])
      expect(comparePositions(await world.savedPosition('shard-0'), sent.position)).toBeLessThan(0)
      await world.startProcess({}, { answerMs: 100 })
      await eventually(() => expect(world.pushes).toMatchObject([{ userId: bob.userId, reason: 'unreached' }]))
    })

    test('never counts an abandoned event as done, even while other work delays its end', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      node.faults.mute = true
      let release = () => {}
      const gate = new Promise<void>((resolve) => (release = resolve))
      let held = false
      let leftQueue = false
      const process = await world.startProcess(
        {
          kinds: asking(async (sql, events) => {
            if (events.some(({ payload }) => (payload as { text: string }).text === 'second')) {
              held = true
              await gate
            }
            return kinds.recipients(sql, events)
          }),
          queue: {
            ...world.queue,
            async consume(...args) {
              const consumer = await world.queue.consume(...args)
              return {
                async [Symbol.asyncDispose]() {
                  await consumer[Symbol.asyncDispose]()
                  leftQueue = true
                },
              }
            },
          },
        },
        { answerMs: NEVER_MS, drainMs: 0 },
      )
      const first = await world.send(chat, alice, 'first')
      await eventually(() => expect(got).toEqual(['first']))
      await world.send(chat, alice, 'second')
      await eventually(() => expect(held).toBe(true))
      const stopped = process[Symbol.asyncDispose]()
      await eventually(() => expect(leftQueue).toBe(true))
      await world.savedPosition('shard-0') // a round trip: the giving up has gone through
      release()
      await stopped
      expect(comparePositions(await world.savedPosition('shard-0'), first.position)).toBeLessThan(0)
      await world.startProcess({}, { answerMs: 100 })
      await eventually(() =>
        expect(
          world
            .pushesTo(bob)
            .map(({ body }) => body)
            .sort(),
        ).toEqual(['first', 'second']),
      )
    })
  })

  test('a process whose shard was taken over while it slept can no longer say that something is done', async () => {
    world = await openWorld({ shards: 1 })
    const { alice, bob, chat } = await pair()
    const node = await world.startNode()
    await node.stream(bob)
    await world.startProcess({}, { leaseTtlMs: NEVER_MS })
    await done(await world.send(chat, alice, 'one'))
    // Somebody else holds the shard from now on, and has come nowhere yet.
    const claimed = await claimPosition(world.database, 'shard-0', '1000000')
    await world.send(chat, alice, 'two')
    await eventually(() => expect(node.events()).toHaveLength(2))
    const { rows } = await world.database.query<{ term: string }>(
      'select term from delivery.positions where name = $1',
      ['shard-0'],
    )
    expect(rows).toEqual([{ term: '1000000' }])
    expect(await world.savedPosition('shard-0')).toEqual(claimed)
    // It has noticed and consumes no more: what comes next finds nobody.
    await eventually(async () => {
      const events = node.events().length
      const relayed = await world.savedPosition('relay')
      const { position } = await world.send(chat, alice, 'more')
      await eventually(async () => comparePositions(await world.savedPosition('relay'), position) >= 0)
      expect(comparePositions(relayed, position)).toBeLessThan(0)
      expect(node.events()).toHaveLength(events)
    })
  })

  describe('when a service is away', () => {
    test('without presence everybody gets a push, and streams read from the log what they were not sent', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      const away = { now: false }
      await world.startProcess({
        presence: {
          ...world.presence,
          find: (userIds) => (away.now ? Promise.reject(new Error('away')) : world.presence.find(userIds)),
        },
      })
      await world.send(chat, alice, 'one')
      await eventually(() => expect(got).toEqual(['one']))
      away.now = true
      await done(await world.send(chat, alice, 'two'))
      expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['two'])
      away.now = false
      await world.send(chat, alice, 'three')
      await eventually(() => expect(got).toEqual(['one', 'two', 'three']))
      expect(node.holes.length).toBeGreaterThan(0)
    })

    test('without the bus for longer than pushes wait everybody gets one, and streams read the rest from the log when it is back', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      const away = { now: false }
      await world.startProcess(
        {
          bus: {
            ...world.bus,
            publish: (channel, text) =>
              away.now ? Promise.reject(new Error('away')) : world.bus.publish(channel, text),
          },
        },
        { catchUpMs: 1_000 },
      )
      await world.send(chat, alice, 'one')
      await eventually(() => expect(got).toEqual(['one']))
      away.now = true
      await done(await world.send(chat, alice, 'two'))
      expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['two'])
      away.now = false
      // Nothing more is sent: the heartbeat tells that something is missing.
      await eventually(() => expect(got).toEqual(['one', 'two']))
    })

    test('without the database or the push queue nothing is parked or lost: it is waited for', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      const away = { now: false, refused: 0 }
      const refuse = () => {
        away.refused += 1
        return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
      }
      await world.startProcess({
        database: {
          ...world.database,
          query: (text, values) => (away.now ? refuse() : world.database.query(text, values)),
        },
        queue: {
          ...world.queue,
          publish: (name, shard, body) => (away.now ? refuse() : world.queue.publish(name, shard, body)),
        },
      })
      await done(await world.send(chat, alice, 'one'))
      away.now = true
      const two = await world.send(chat, alice, 'two')
      await eventually(() => expect(away.refused).toBeGreaterThan(20))
      away.now = false
      await done(two)
      expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['one', 'two'])
      const { rows } = await world.database.query('select * from delivery.parked')
      expect(rows).toEqual([])
    })
  })

  describe('what the queue does not bring is read from the log', () => {
    /** A queue that says it took a message and drops it. */
    const losing = (queue: Queue, loses: (body: string) => boolean): Queue => ({
      ...queue,
      publish: async (name, shard, body) =>
        name === NOTIFY_QUEUE && loses(body) ? undefined : queue.publish(name, shard, body),
    })

    test('a message lost in between comes before the next one', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      const holes: number[] = []
      const meter = { ...silentMeter, holeFilled: (events: number) => void holes.push(events) }
      // No heartbeat, so that nobody but the next message tells of the hole.
      const queue = losing(world.queue, (body) => /"text":"[37]"/.test(body))
      await world.startProcess({ queue, meter }, { heartbeatMs: NEVER_MS })
      for (const text of numbers(10)) await world.send(chat, alice, text)
      await eventually(() => expect(got).toEqual(numbers(10)))
      expect(holes.length).toBeGreaterThan(0)
    })

    test('all of it, when the queue brings nothing at all', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      await world.startProcess({ queue: losing(world.queue, () => true) })
      for (const text of numbers(10)) await world.send(chat, alice, text)
      await eventually(() => expect(got).toEqual(numbers(10)))
    })

    test('what comes twice or out of order is delivered once, in order', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      let held: (() => Promise<void>) | null = null
      const queue: Queue = {
        ...world.queue,
        // Each second message comes after its successor, and then again.
        async publish(name, shard, body) {
          const publish = () => world.queue.publish(name, shard, body)
          if (name !== NOTIFY_QUEUE) return publish()
          if (!held) {
            held = publish
            return
          }
          await publish()
          await held()
          await held()
          held = null
        },
      }
      await world.startProcess({ queue })
      for (const text of numbers(20)) await world.send(chat, alice, text)
      await eventually(() => expect(got).toEqual(numbers(20)))
      expect(node.events().map(({ event }) => (event.payload as { text: string }).text)).toEqual(numbers(20))
    })

    test('what was published and lost before, at the start, without anything coming after it', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const first = await world.startProcess({ queue: losing(world.queue, () => true) }, { heartbeatMs: NEVER_MS })
      const sent = await world.send(chat, alice, 'lost')
      await eventually(async () => comparePositions(await world.savedPosition('relay'), sent.position) >= 0)
      await first[Symbol.asyncDispose]()
      expect(world.pushes).toEqual([])
      await world.startProcess({}, { heartbeatMs: NEVER_MS })
      await eventually(() => expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['lost']))
    })

    test('a queue that was lost with everything in it, at the next start', async () => {
      const first = memoryPorts()
      world = await openWorld({ openPorts: first })
      const { alice, bob, chat } = await pair()
      const process = await world.startMortal()
      await done(await world.send(chat, alice, 'before'))
      await process.die()
      const { queue, presence, bus } = await memoryPorts()()
      const last = await world.send(chat, alice, 'meanwhile')
      await world.startProcess({ presence, bus, queue: { ...queue, publish: world.queue.publish } })
      await done(last)
      expect(world.pushesTo(bob).map(({ body }) => body)).toEqual(['before', 'meanwhile'])
    })
  })

  describe('an event that fails for good', () => {
    const parked = async () => {
      const { rows } = await world.database.query<{ reason: string; text: string | null; kept: unknown }>(
        `select parked.reason, log.payload->>'text' as text, parked.payload as kept
         from delivery.parked join events.log using (epoch, xid, id) order by epoch, xid, id`,
      )
      // What it says is in the log alone.
      expect(rows.filter(({ kept }) => kept !== null)).toEqual([])
      return rows.map(({ reason, text }) => ({ reason, text }))
    }

    test('is parked with its reason, and the others of its batch and shard go on', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const node = await world.startNode()
      const got = await node.stream(bob)
      const failing = (event: LoggedEvent) => (event.payload as { text: string }).text === '3'
      for (const text of numbers(5)) await world.send(chat, alice, text)
      await world.startProcess({
        kinds: asking(async (sql, events) => {
          if (events.some(failing)) throw new TypeError('this one is rotten')
          return kinds.recipients(sql, events)
        }),
      })
      await eventually(async () =>
        expect(await parked()).toEqual([{ reason: 'TypeError: this one is rotten', text: '3' }]),
      )
      // The stream reads it from the log, where it can make more of it.
      await eventually(() => expect(got).toEqual(numbers(5)))
    })

    test('is still pushed to its recipients', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      const rotten = { kind: 'chat.MessageSent', key: chat, payload: { text: 'no ids at all' } }
      await world.database.transaction((sql) => world.eventLog.append(sql, rotten))
      await world.startProcess()
      await done(await world.send(chat, alice, 'sound'))
      expect(await parked()).toEqual([
        { reason: expect.stringContaining('does not fit the kind'), text: 'no ids at all' },
      ])
      // Pushes of different events may overtake each other: the parked one waits for its row.
      const toBob = world.pushesTo(bob).map(({ reason, data }) => [reason, data['conversationId']])
      expect(toBob.sort()).toEqual([
        ['offline', chat],
        ['parked', chat],
      ])
    })

    test('of a kind that only a newer version knows is parked for it, and the others go on', async () => {
      world = await openWorld({ shards: 1 })
      const { alice, bob, chat } = await pair()
      await world.database.query(
        `insert into events.log (epoch, xid, shard, kind, key, payload)
         select s.epoch, pg_current_xact_id(), events.shard_of($1::text), 'chat.FromTheFuture', $1::text, '{"text": "?"}'
         from events.settings as s`,
        [chat],
      )
      await world.startProcess()
      await done(await world.send(chat, alice, 'known'))
      expect(await parked()).toEqual([{ reason: expect.stringContaining('a newer version'), text: '?' }])
      expect(world.pushesTo(bob)).toMatchObject([{ body: 'known' }])
    })

    test('an outage is no fault of the event: nothing is parked for it', async () => {
      world = await openWorld()
      const { alice, bob, chat } = await pair()
      let outages = 0
      await world.startProcess({
        kinds: asking(async (sql, events) => {
          outages += 1
          if (outages <= 8) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
          return kinds.recipients(sql, events)
        }),
      })
      await done(await world.send(chat, alice, 'hello'))
      expect(await parked()).toEqual([])
      expect(world.pushesTo(bob)).toHaveLength(1)
    })
  })
})

/**
 * The kinds, with another way of finding who is concerned. Each event is looked up, as if it changed the members:
 * otherwise no lookup would fail for one event alone.
 */
const asking = (recipients: Kinds['recipients']): Kinds => ({ ...kinds, recipients, steadyAudience: () => null })
