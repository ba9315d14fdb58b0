import { v7 } from 'uuid'
import { decodeCursor, encodeCursor } from '../platform/eventlog/cursor.ts'
import { nodeChannel, type FeedEvent } from './protocol.ts'
import { formatPosition, ORIGIN } from '../platform/eventlog/position.ts'
import { NODE_TTL_SECONDS } from '../platform/presence/index.ts'
import { openChatWorld, type ChatWorld, type InboxEvent } from '../test/support/chat.ts'
import { eventually } from '../test/support/eventually.ts'
import { allMessages, openFeeder, type Feeder } from '../test/support/feeder.ts'
import type { UserIdentity } from '../test/support/people.ts'
import { succeed } from '../test/support/subgraph.ts'
import { MAX_STREAMS_PER_USER } from './node.ts'
import { MAX_READY } from './stream.ts'

let world: ChatWorld
let feeder: Feeder
const gaps = new Set<() => void>()
const resets = new Set<() => void>()
/** What happens around a device's entering presence, set by a test. */
const joining: { before?: () => Promise<void>; after?: () => Promise<void> } = {}
beforeAll(async () => {
  world = await openChatWorld({
    presence: (inner) => ({
      ...inner,
      async join(entries) {
        await joining.before?.()
        await inner.join(entries)
        await joining.after?.()
      },
      onReset(listener) {
        resets.add(listener)
        return { [Symbol.dispose]: () => void resets.delete(listener) }
      },
    }),
    bus: (bus) => ({
      ...bus,
      onGap(listener) {
        gaps.add(listener)
        return { [Symbol.dispose]: () => void gaps.delete(listener) }
      },
    }),
  })
  feeder = await openFeeder(world)
})
afterAll(async () => {
  await feeder[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})
afterEach(() => {
  delete joining.before
  delete joining.after
  expect(world.node.streams).toBe(0)
})

const pair = async (): Promise<[UserIdentity, UserIdentity, string]> => {
  const [alice, bob] = [await world.person(), await world.person()]
  return [alice, bob, await world.direct(alice, bob)]
}
const texts = (events: readonly InboxEvent[]) => events.flatMap((event) => event.message?.text ?? [])
/** The horizon hides what was just written while anything older runs on the server: waits until the feeder got it. */
const shown = async (text: string) => {
  const event = (await allMessages(world.database)).find(({ payload }) => (payload as { text: string }).text === text)
  if (!event) throw new Error(`Nobody sent ${text}.`)
  await eventually(async () => {
    const page = await world.eventLog.readShard(world.database, event.shard, ORIGIN, 10_000)
    return page.events.some(({ position }) => position.id === event.position.id)
  })
  return event
}
const sendShown = async (from: UserIdentity, id: string, text: string) => {
  await world.send(from, id, text)
  return shown(text)
}

/** Moves the node's frontier to the head although nothing was sent to it: to its consumers nobody was there. */
const passBy = async () => {
  const position = formatPosition(await world.eventLog.head(world.database))
  const [nodeId = ''] = await world.presence.nodes()
  for (let shard = 0; shard < world.eventLog.shards; shard++) {
    const heartbeat = { type: 'heartbeat', consumer: 'feeder', shard, position, last: formatPosition(ORIGIN) }
    await world.bus.publish(nodeChannel(nodeId), JSON.stringify(heartbeat))
  }
}

describe('an inbox', () => {
  test('opens with a cursor and nothing else, and continues live', async () => {
    const [alice, bob, id] = await pair()
    await sendShown(alice, id, 'before')
    await using inbox = await world.subscribe(bob)
    expect(await inbox.next()).toEqual({ __typename: 'InboxOpened', cursor: expect.any(String) })
    await sendShown(alice, id, 'after')
    await feeder.pump()
    expect((await inbox.next()).message).toMatchObject({ text: 'after', sequence: 2, sender: { id: alice.userId } })
  })

  test('shows what the sender calls a message to the devices of the sender alone', async () => {
    const [alice, bob, id] = await pair()
    await using hers = await world.subscribe(alice)
    await using his = await world.subscribe(bob)
    await world.send(alice, id, 'named', 'my-name')
    await shown('named')
    await feeder.pump()
    expect((await hers.take(1)).at(-1)?.message?.clientMessageId).toBe('my-name')
    expect((await his.take(1)).at(-1)?.message?.clientMessageId).toBeNull()
  })

  test('is private: non-members and former members get nothing, live and replayed', async () => {
    const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const group = await world.group(alice, bob)
    const witness = await world.direct(bob, eve)
    // The streams begin above the message that tells of the new group.
    await world.db.settled()
    await using his = await world.subscribe(bob)
    await using hers = await world.subscribe(eve)
    const [start, startOfEve] = [(await his.next()).cursor, (await hers.next()).cursor]
    await sendShown(alice, group, 'to members')
    await world.remove(alice, group, bob)
    await sendShown(alice, group, 'to alice')
    await sendShown(bob, witness, 'to both')
    await feeder.pump()
    expect(texts(await his.take(2)).sort()).toEqual(['to both', 'to members'])
    expect(texts(await hers.take(1))).toEqual(['to both'])
    await using replayed = await world.subscribe(bob, start)
    expect(texts(await replayed.take(2)).sort()).toEqual(['to both', 'to members'])
    await using replayedToEve = await world.subscribe(eve, startOfEve)
    expect(texts(await replayedToEve.take(1))).toEqual(['to both'])
  })

  test('gives on each of several devices, and one that leaves does not silence another', async () => {
    const [alice, bob, id] = await pair()
    const [phone, laptop] = [bob, { ...bob, deviceId: v7() }]
    await using first = await world.subscribe(phone)
    const second = await world.subscribe(phone)
    await using third = await world.subscribe(laptop)
    await second.close()
    await sendShown(alice, id, 'to all')
    await feeder.pump()
    for (const inbox of [first, third]) expect(texts(await inbox.take(1))).toEqual(['to all'])
    expect((await world.presence.find([bob.userId])).map((entry) => entry.deviceId).sort()).toEqual(
      [phone.deviceId, laptop.deviceId].sort(),
    )
  })

  test('costs no timer while it is idle, and leaves nothing behind when it goes', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const bob = await world.person()
    const viewers = Array.from({ length: 500 }, () => ({ ...bob, userId: v7(), deviceId: v7() }))
    for (let cycle = 0; cycle < 3; cycle++) {
      const streams = await Promise.all(viewers.map((viewer) => world.node.openStream({ viewer, after: null })))
      for (const stream of streams) expect((await stream.next()).value).toMatchObject({ event: null })
      expect(world.node.streams).toBe(viewers.length)
      expect(timers() - before).toBeLessThan(50) // those of the pool's connections
      await Promise.all(streams.map((stream) => stream.return()))
      expect(world.node.streams).toBe(0)
    }
    await eventually(async () => expect(await world.presence.find(viewers.map(({ userId }) => userId))).toEqual([]))
  })

  test('leaves presence with its last stream', async () => {
    const bob = await world.person()
    const inbox = await world.subscribe(bob)
    expect(await world.presence.find([bob.userId])).toHaveLength(1)
    await inbox.close()
    await eventually(async () => expect(await world.presence.find([bob.userId])).toEqual([]))
  })

  test('state and event together are what a fresh fetch gives', async () => {
    const [alice, bob, id] = await pair()
    const fetch = async () =>
      (
        await succeed(
          world.ask(
            bob,
            `query ($id: ID!) { conversation(id: $id) { messages(last: 50) { edges { node {
              id sequence type text content sentAt clientMessageId sender { id } conversation { id }
            } } } } }`,
            { id },
          ),
        )
      ).conversation.messages.edges.map(({ node }: { node: object }) => node)
    await sendShown(alice, id, 'old')
    await using inbox = await world.subscribe(bob)
    await inbox.next()
    const state = await fetch()
    await world.send(alice, id, 'new')
    await world.send(bob, id, 'answer')
    await shown('answer')
    await feeder.pump()
    const events = await inbox.take(2)
    expect([...state, ...events.map((event) => event.message)]).toEqual(await fetch())
  })

  test('refuses what is no cursor of this server, and too many streams, before it opens', async () => {
    const bob = await world.person()
    const good = encodeCursor(Array(world.eventLog.shards).fill(ORIGIN))
    const ahead = encodeCursor(Array(world.eventLog.shards).fill({ epoch: 9, xid: 1n, id: 1n }))
    for (const after of ['', 'x', `${good}A`, encodeCursor([ORIGIN]), ahead, 5, {}, ['x']]) {
      await expect(world.subscribe(bob, after)).rejects.toMatchObject({ extensions: { code: 'CURSOR_MALFORMED' } })
    }
    await (await world.subscribe(bob, good)).close()
    const open = await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER }, () => world.subscribe(bob)))
    await expect(world.subscribe(bob)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
    await Promise.all(open.map((inbox) => inbox.close()))
  })

  test('refuses a cursor from before the start of the log, and takes one that the log still reaches', async () => {
    const [alice, bob, id] = await pair()
    const first = await world.subscribe(bob)
    const { cursor } = await first.next()
    await first.close()
    const event = await sendShown(alice, id, 'kept')
    const [low] = decodeCursor(cursor, world.eventLog.shards) ?? []
    const setFloor = (at = ORIGIN) =>
      world.database.query('update events.settings set floor_epoch = $1, floor_xid = $2::xid8, floor_id = $3', [
        at.epoch,
        at.xid.toString(),
        at.id.toString(),
      ])
    try {
      await setFloor(low)
      const inbox = await world.subscribe(bob, cursor)
      expect(texts(await inbox.take(1))).toEqual(['kept'])
      await inbox.close()
      await setFloor(event.position)
      await expect(world.subscribe(bob, cursor)).rejects.toMatchObject({ extensions: { code: 'CURSOR_TOO_OLD' } })
    } finally {
      await setFloor()
    }
  })

  test('has cursors under 200 characters, the same text on every stream that has caught up', async () => {
    const [alice, bob, id] = await pair()
    await using first = await world.subscribe(bob)
    await using second = await world.subscribe(alice)
    const opened = [await first.next(), await second.next()]
    await sendShown(alice, id, 'own')
    await feeder.pump()
    const own = [...(await first.take(1)), ...(await second.take(1))]
    await passBy() // every shard was heard of above where the streams opened
    await sendShown(alice, id, 'common')
    await feeder.pump()
    await using third = await world.subscribe(bob, own[0]?.cursor)
    const [a, b, replayed] = [await first.take(1), await second.take(1), await third.take(1)]
    expect(a[0]?.cursor).toBe(b[0]?.cursor)
    for (const { cursor } of [...opened, ...own, ...a, ...b, ...replayed]) expect(cursor.length).toBeLessThan(200)
  })
})

describe('what the bus loses', () => {
  test('shows by the next event, and comes before it', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    await sendShown(alice, id, 'first')
    await feeder.pump()
    await sendShown(alice, id, 'lost')
    await feeder.pump(() => 0)
    await sendShown(alice, id, 'next')
    await feeder.pump()
    expect(texts(await inbox.take(3))).toEqual(['first', 'lost', 'next'])
  })

  test('shows by the heartbeat when nothing follows', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    await sendShown(alice, id, 'lost for now')
    await feeder.pump(() => 0)
    await feeder.heartbeat()
    expect(texts(await inbox.take(1))).toEqual(['lost for now'])
    await eventually(() => expect(feeder.alive).toBeGreaterThanOrEqual(world.eventLog.shards))
  })

  test('shows when another consumer takes over, which has never sent anything', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    await feeder.heartbeat()
    await sendShown(alice, id, 'lost by the first')
    await feeder.pump(() => 0)
    feeder.successor()
    await using other = await openFeeder(world, 'other')
    await other.heartbeat()
    expect(texts(await inbox.take(1))).toEqual(['lost by the first'])
  })

  test('is read from the log when the bus was away', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    await sendShown(alice, id, 'in the gap')
    await feeder.pump(() => 0)
    for (const listener of gaps) listener()
    expect(texts(await inbox.take(1))).toEqual(['in the gap'])
    await sendShown(alice, id, 'after the gap')
    await feeder.pump()
    expect(texts(await inbox.take(1))).toEqual(['after the gap'])
  })

  test('or brings twice, is given once', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    const event = await sendShown(alice, id, 'twice')
    await expect(feeder.again(event)).rejects.toThrow('Not decided yet')
    await feeder.pump(() => 2)
    await feeder.again(event)
    await sendShown(alice, id, 'once')
    await feeder.pump()
    expect(texts(await inbox.take(2))).toEqual(['twice', 'once'])
  })

  test('or garbles, harms nobody', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    const [nodeId = ''] = await world.presence.nodes()
    const stray = [
      '',
      '{',
      'null',
      '5',
      '{"type":"event"}',
      JSON.stringify({ type: 'event', consumer: 'x', shard: 99, position: '1:1:1' }),
    ]
    for (const text of stray) await world.bus.publish(nodeChannel(nodeId), text)
    await sendShown(alice, id, 'sound')
    await feeder.pump()
    expect(texts(await inbox.take(1))).toEqual(['sound'])
  })
})

test('an event that took its id early and committed late is given all the same, and in its place', async () => {
  const [alice, bob, id] = await pair()
  const other = await world.direct(bob, await world.person())
  await using inbox = await world.subscribe(bob)
  await inbox.next()
  let commit = () => {}
  const late = world.database.transaction(async (sql) => {
    await world.eventLog.lock(sql, id)
    await world.eventLog.append(sql, {
      kind: 'chat.MessageSent',
      key: id,
      payload: { ...(await payloadOf(id, alice, 'late')) },
    })
    await new Promise<void>((resolve) => (commit = resolve))
  })
  await world.send(bob, other, 'early')
  await feeder.pump()
  commit()
  await late
  await shown('early')
  await feeder.pump()
  const events = await inbox.take(2)
  expect(texts(events).sort()).toEqual(['early', 'late'])
  // Whatever the client has when the connection breaks: what it resumes with gives the rest.
  await using resumed = await world.subscribe(bob, events[0]?.cursor)
  expect(texts(await resumed.take(1))).toEqual(texts(events.slice(1)))
})

const payloadOf = async (conversationId: string, sender: UserIdentity, text: string) => ({
  id: v7(),
  conversationId,
  sequence: 1,
  senderId: sender.userId,
  clientMessageId: v7(),
  text,
  sentAt: new Date().toISOString(),
})

describe('resuming', () => {
  test('continues after the cursor without a gap or a repetition, then live', async () => {
    const [alice, bob, id] = await pair()
    const first = await world.subscribe(bob)
    await sendShown(alice, id, 'one')
    await feeder.pump()
    const events = await first.take(1)
    await first.close()
    for (const n of [1, 2, 3]) await sendShown(alice, id, `missed ${n}`)
    await feeder.pump()
    const resumed = await world.subscribe(bob, events.at(-1)?.cursor)
    expect(texts(await resumed.take(3))).toEqual(['missed 1', 'missed 2', 'missed 3'])
    await sendShown(alice, id, 'live')
    await feeder.pump()
    expect(texts(await resumed.take(1))).toEqual(['live'])
    await resumed.close()
    await using opened = await world.subscribe(bob, events[0]?.cursor)
    expect(texts(await opened.take(5))).toEqual(['one', 'missed 1', 'missed 2', 'missed 3', 'live'])
  })

  test('works on another node, also while the first one lags', async () => {
    const [alice, bob, id] = await pair()
    const node = await world.openNode()
    const first = await world.subscribe(bob)
    const { cursor } = await first.next()
    await first.close()
    await sendShown(alice, id, 'elsewhere')
    const resumed = await world.subscribe(bob, cursor, node)
    expect(texts(await resumed.take(1))).toEqual(['elsewhere'])
    await feeder.pump()
    await sendShown(alice, id, 'still elsewhere')
    await feeder.pump()
    expect(texts(await resumed.take(1))).toEqual(['still elsewhere'])
    await resumed.close()
    await node[Symbol.asyncDispose]()
  })

  test('reads many pages without holding them all', async () => {
    const [alice, bob, id] = await pair()
    const first = await world.subscribe(bob)
    const { cursor } = await first.next()
    await first.close()
    await world.database.query(
      `insert into events.log (epoch, xid, shard, kind, key, payload)
       select s.epoch, pg_current_xact_id(), events.shard_of($1::text), 'chat.MessageSent', $1::text, jsonb_build_object(
         'id', gen_random_uuid(), 'conversationId', $1::text, 'sequence', n, 'senderId', $2::text,
         'clientMessageId', n::text, 'text', 'bulk ' || n, 'sentAt', '2030-01-01T00:00:00.000Z')
       from events.settings as s, generate_series(1, 1500) as n`,
      [id, alice.userId],
    )
    await shown('bulk 1500')
    await using inbox = await world.subscribe(bob, cursor)
    expect(texts(await inbox.take(1500))).toEqual(Array.from({ length: 1500 }, (_, index) => `bulk ${index + 1}`))
    await feeder.pump()
  })
})

describe('the report of reached devices', () => {
  test('is sent when the gateway reports the stream’s progress, and names no other device', async () => {
    const [alice, bob, id] = await pair()
    const tablet = { ...bob, deviceId: v7() }
    await using read = await world.subscribe(bob)
    await using unread = await world.subscribe(tablet)
    const first = await sendShown(alice, id, 'reaches 1')
    const second = await sendShown(alice, id, 'reaches 2')
    await feeder.pump()
    const events = await read.take(2)
    await unread.take(2)
    read.progress(events[1]?.cursor ?? '')
    await eventually(() => expect(feeder.reachedAt(first.position)).toEqual([`${bob.userId} ${bob.deviceId}`]))
    expect(feeder.reachedAt(second.position)).toEqual([])
    // It moves and is not there yet; the other one stands still.
    await eventually(() => expect(feeder.moving).toContain(`${bob.userId} ${bob.deviceId}`))
    expect(feeder.moving).not.toContain(`${bob.userId} ${tablet.deviceId}`)
    read.progress('no cursor')
    read.progress(events[2]?.cursor ?? '')
    await eventually(() => expect(feeder.reachedAt(second.position)).toEqual([`${bob.userId} ${bob.deviceId}`]))
  })

  test('is answered at once for what a replay gave before the event came by', async () => {
    const [alice, bob, id] = await pair()
    const first = await world.subscribe(bob)
    const { cursor } = await first.next()
    await first.close()
    const event = await sendShown(alice, id, 'replayed before it was fed')
    await using inbox = await world.subscribe(bob, cursor)
    const [replayed] = await inbox.take(1)
    inbox.progress(replayed?.cursor ?? '')
    await feeder.pump()
    await eventually(() => expect(feeder.reachedAt(event.position)).toEqual([`${bob.userId} ${bob.deviceId}`]))
  })

  test('is answered for what came through a hole, and not for what was before the stream opened', async () => {
    const [alice, bob, id] = await pair()
    const before = await sendShown(alice, id, 'before the stream')
    await using inbox = await world.subscribe(bob)
    await inbox.next()
    await feeder.pump()
    const holed = await sendShown(alice, id, 'through a hole')
    feeder.successor()
    await feeder.pump()
    const [event] = await inbox.take(1)
    inbox.progress(event?.cursor ?? '')
    await eventually(() => expect(feeder.reachedAt(holed.position)).toHaveLength(1))
    expect(feeder.reachedAt(before.position)).toEqual([])
  })
})

describe('a slow reader', () => {
  test('is let go with a code, and has everything after it resumed', async () => {
    const [alice, bob, id] = await pair()
    await using slow = await world.subscribe(bob)
    await using quick = await world.subscribe(bob)
    const { cursor } = await slow.next()
    await quick.next()
    const [nodeId = ''] = await world.presence.nodes()
    const event = await sendShown(alice, id, 'flood 0')
    const flood = MAX_READY + 1
    await world.database.query(
      `insert into events.log (epoch, xid, shard, kind, key, payload)
       select l.epoch, l.xid, l.shard, l.kind, l.key, l.payload || jsonb_build_object('text', 'flood ' || n)
       from events.log as l, generate_series(1, $2::integer) as n where l.key = $1::text`,
      [id, flood - 1],
    )
    const taken = quick.take(flood)
    const events = (await allMessages(world.database)).filter(({ key }) => key === id)
    expect(events).toHaveLength(flood)
    let previous: string | null = formatPosition(await world.eventLog.head(world.database))
    for (const { position, shard, kind, key, at, payload } of events) {
      const text = formatPosition(position)
      const feed: FeedEvent = {
        ...{ type: 'event', consumer: 'feeder', shard, position: text, previous, recipients: [bob.userId] },
        event: { kind, key, at: at.toISOString(), payload },
      }
      await world.bus.publish(nodeChannel(nodeId), JSON.stringify(feed))
      previous = text
    }
    expect(texts(await taken)).toHaveLength(flood)
    await expect(slow.next()).rejects.toMatchObject({ extensions: { code: 'SLOW_CONSUMER' } })
    await using resumed = await world.subscribe(bob, cursor)
    expect(texts(await resumed.take(flood))).toEqual(Array.from({ length: flood }, (_, index) => `flood ${index}`))
    expect(event.key).toBe(id)
    await feeder.pump()
  })
})

describe('presence', () => {
  test('that gave the node up has its devices again, and what was decided meanwhile comes', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    const [nodeId = ''] = await world.presence.nodes()
    await sendShown(alice, id, 'before the loss')
    await feeder.pump()
    await inbox.take(1)
    await sendShown(alice, id, 'nobody is there')
    world.clock.aheadMs += (NODE_TTL_SECONDS + 1) * 1_000
    // At once: the node's next announcement, which may come at any moment, would bring it back.
    expect(await world.presence.find([bob.userId])).toEqual([])
    await feeder.pump()
    // Any stream that opens finds it out; else the next announcement does.
    await (await world.subscribe(alice)).close()
    expect(texts(await inbox.take(1))).toEqual(['nobody is there'])
    expect(await world.presence.find([bob.userId])).toEqual([{ userId: bob.userId, deviceId: bob.deviceId, nodeId }])
    await sendShown(alice, id, 'all is well')
    await feeder.pump()
    expect(texts(await inbox.take(1))).toEqual(['all is well'])
  })
})

describe('presence that lost a device', () => {
  const reset = () => resets.forEach((listener) => listener())

  test('has it again, and its stream what was decided without it, before anything later', async () => {
    const [alice, bob, id] = await pair()
    await using inbox = await world.subscribe(bob)
    await inbox.next()
    await world.presence.leave(await world.presence.find([bob.userId]))
    await sendShown(alice, id, 'decided without bob')
    await feeder.pump()
    await passBy()
    // While the device enters again the next event comes already.
    joining.after = async () => {
      delete joining.after
      await sendShown(alice, id, 'decided with bob')
      await feeder.pump()
    }
    reset()
    expect(texts(await inbox.take(2))).toEqual(['decided without bob', 'decided with bob'])
  })

  test('takes no device in passing while it may miss others of the same user', async () => {
    const [alice, bob, id] = await pair()
    joining.before = async () => {
      throw new Error('Presence is down.')
    }
    await using inbox = await world.subscribe(bob)
    await inbox.next()
    delete joining.before
    await sendShown(alice, id, 'decided without bob')
    await feeder.pump()
    await passBy()
    await using other = await world.subscribe({ ...bob, deviceId: v7() })
    await other.next()
    await sendShown(alice, id, 'decided later')
    await feeder.pump()
    for (const listener of gaps) listener()
    expect(texts(await inbox.take(2))).toEqual(['decided without bob', 'decided later'])
    expect(texts(await other.take(1))).toEqual(['decided later'])
    expect(await world.presence.find([bob.userId])).toHaveLength(2)
  })

  test('is entered before the head is taken, so that what is decided in between is replayed', async () => {
    const [alice, bob, id] = await pair()
    const first = await world.subscribe(bob)
    const { cursor } = await first.next()
    await first.close()
    await eventually(async () => expect(await world.presence.find([bob.userId])).toEqual([]))
    joining.before = async () => {
      delete joining.before
      await sendShown(alice, id, 'just before')
      await feeder.pump()
      await passBy()
    }
    await using inbox = await world.subscribe(bob, cursor)
    await sendShown(alice, id, 'just after')
    await feeder.pump()
    expect(texts(await inbox.take(2))).toEqual(['just before', 'just after'])
  })
})

test('a node that closes ends its streams with a code to resume by, and leaves presence', async () => {
  const [, bob] = await pair()
  const node = await world.openNode()
  const inbox = await world.subscribe(bob, undefined, node)
  await inbox.next()
  const waiting = inbox.next()
  const refused = expect(waiting).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
  await node[Symbol.asyncDispose]()
  await refused
  expect(await world.presence.find([bob.userId])).toEqual([])
  await expect(world.subscribe(bob, undefined, node)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
})
