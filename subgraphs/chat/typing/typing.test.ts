import type { Bus } from '../../../platform/bus/bus.ts'
import { openChatWorld, type ChatWorld, type InboxEvent, type Subscription } from '../../../test/support/chat.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openFeeder, type Feeder } from '../../../test/support/feeder.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { ENDS_IN_MS, MAX_TYPING_MEMBERS, REPEAT_AFTER_MS } from './typing.ts'

let world: ChatWorld
let feeder: Feeder
/** Every message on the bus that tells who types. */
const passed: { recipients: string[]; payload: { userId: string; endsInMs: number } }[] = []
let cut = false
beforeAll(async () => {
  world = await openChatWorld({
    shards: 1,
    bus: (bus): Bus => ({
      ...bus,
      publish(channel, text) {
        if (!text.startsWith('{"type":"passing"')) return bus.publish(channel, text)
        if (cut) return Promise.reject(new Error('Connection is closed.'))
        passed.push(JSON.parse(text) as (typeof passed)[number])
        return bus.publish(channel, text)
      },
    }),
  })
  feeder = await openFeeder(world)
})
afterAll(async () => {
  await feeder[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})
beforeEach(() => {
  passed.length = 0
  cut = false
})
afterEach(() => jest.restoreAllMocks())

const call = (field: 'startTyping' | 'stopTyping') => (by: UserIdentity, conversationId: string) =>
  world.ask(by, `mutation ($id: ID!) { ${field}(input: { conversationId: $id }) { __typename } }`, {
    id: conversationId,
  })
const [start, stop] = [call('startTyping'), call('stopTyping')]
/** Those to whom the call told it. */
const told = async (by: UserIdentity, conversationId: string, type = start): Promise<string[]> => {
  passed.length = 0
  expect((await type(by, conversationId)).codes).toEqual([])
  return passed.flatMap(({ recipients }) => recipients).sort()
}
const persons = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const opened = async (...users: UserIdentity[]): Promise<Subscription[]> => {
  await world.db.settled()
  await feeder.pump()
  const streams = await Promise.all(users.map((user) => world.subscribe(user)))
  for (const stream of streams) await stream.next()
  return streams
}
const typing = (conversationId: string, { userId }: UserIdentity, endsInMs: number, cursor: string) => ({
  __typename: 'TypingChanged',
  cursor,
  conversationId,
  userId,
  endsInMs,
})
const set = (who: UserIdentity, privacy: object) =>
  succeed(
    world.people.ask(
      who,
      'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { invisible } } } }',
      { input: { privacy } },
    ),
  )

test('the others who are online see who types, and that they stop; the user’s own devices and strangers do not', async () => {
  const [ada, bob, carol, eve] = (await persons(4)) as [UserIdentity, UserIdentity, UserIdentity, UserIdentity]
  const group = await world.group(ada, bob, carol)
  const streams = await opened(bob, ada, eve)
  const [ofBob] = streams as [Subscription]
  const answer = await succeed(
    world.ask(ada, `mutation { startTyping(input: { conversationId: "${group}" }) { repeatAfterMs } }`),
  )
  expect(answer.startTyping).toEqual({ repeatAfterMs: REPEAT_AFTER_MS })
  expect(await ofBob.next()).toEqual(typing(group, ada, ENDS_IN_MS, expect.any(String) as string))
  await stop(ada, group)
  expect(await ofBob.next()).toMatchObject({ userId: ada.userId, endsInMs: 0 })
  expect(passed.map(({ recipients }) => recipients)).toEqual([[bob.userId], [bob.userId]])
  for (const stream of streams) await stream.close()
})

test('a resume from its cursor continues right after the last event, without a gap and without what passed', async () => {
  const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(ada, bob)
  const [ofBob] = (await opened(bob)) as [Subscription]
  await world.send(ada, id, 'one')
  await world.db.settled()
  await feeder.pump()
  expect(texts([await ofBob.next()])).toEqual(['one'])
  await start(ada, id)
  const passing = await ofBob.next()
  expect(passing).toEqual(typing(id, ada, ENDS_IN_MS, expect.any(String) as string))
  await world.send(ada, id, 'two')
  await world.send(ada, id, 'three')
  await world.db.settled()
  await feeder.pump()
  const live = await ofBob.take(2)
  await using resumed = await world.subscribe(bob, passing.cursor)
  expect(texts(await resumed.take(2))).toEqual(['two', 'three'])
  expect(texts(live)).toEqual(['two', 'three'])
  // The stream that resumed is behind the node's cursor until then, and gets what passes now.
  await start(ada, id)
  for (const stream of [ofBob, resumed]) expect((await stream.next()).__typename).toBe('TypingChanged')
  await ofBob.close()
})
const texts = (events: readonly InboxEvent[]) => events.map(({ message }) => message?.text)

test('a stream that opened without an event has the cursor with which it opened', async () => {
  const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(ada, bob)
  await world.db.settled()
  await feeder.pump()
  await using ofBob = await world.subscribe(bob)
  const { cursor } = await ofBob.next()
  await start(ada, id)
  expect(await ofBob.next()).toEqual(typing(id, ada, ENDS_IN_MS, cursor))
  await world.send(ada, id, 'missed')
  await world.db.settled()
  await using resumed = await world.subscribe(bob, cursor)
  expect(texts(await resumed.take(1))).toEqual(['missed'])
})

test('nothing of it is stored or pushed', async () => {
  const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(ada, bob)
  const count = async () => (await world.database.query('select from events.log')).rows.length
  const before = await count()
  await start(ada, id)
  await stop(ada, id)
  expect(await count()).toBe(before)
})

test('a start is told once in a few seconds, and again after a stop or a message', async () => {
  const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(ada, bob)
  const [stream] = (await opened(bob)) as [Subscription]
  expect(await told(ada, id)).toEqual([bob.userId])
  expect(await told(ada, id)).toEqual([])
  expect(await told(await world.anotherDevice(ada), id)).toEqual([])
  await world.send(ada, id, 'ends it')
  expect(await told(ada, id)).toEqual([bob.userId])
  expect(await told(ada, id, stop)).toEqual([bob.userId])
  expect(await told(ada, id)).toEqual([bob.userId])
  // Who goes on starting and stopping is not told any more.
  for (let count = 0; count < 4; count++) expect([await told(ada, id, stop), await told(ada, id)]).toEqual([[], []])
  await stream.close()
})

test('a start that is still under way when the user’s message is sent is not told after it', async () => {
  const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(ada, bob)
  const [stream] = (await opened(bob)) as [Subscription]
  const { query } = world.database
  let sent = false
  jest.spyOn(world.database, 'query').mockImplementation(async (text: string, values?: readonly unknown[]) => {
    const answer = await query(text, values)
    if (text.includes('chat.findTypingAudience') && !sent) {
      sent = true
      await world.send(ada, id, 'quick')
    }
    return answer as never
  })
  expect(await told(ada, id)).toEqual([])
  expect(sent).toBe(true)
  await stream.close()
})

describe('It is told to nobody', () => {
  test('by who may not write: strangers, former members, the blocked, the muted, and readers of a broadcast', async () => {
    const friends = makeFriendActs(world.people, world.database)
    const [ada, bob, eve] = (await persons(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const group = await world.group(ada, bob)
    const id = await world.direct(ada, bob)
    const codes = async (by: UserIdentity, conversation: string) => [
      ...(await start(by, conversation)).codes,
      ...(await stop(by, conversation)).codes,
    ]
    expect(await codes(bob, group)).toEqual([]) // the same call, allowed
    expect(await codes(eve, group)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    expect(await codes(eve, 'nonsense')).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    const again = await world.group(ada, bob)
    await succeed(
      world.groups(
        ada,
        `mutation { muteGroupMember(input: {
        groupId: "${again}", userId: "${bob.userId}", until: "2999-01-01T00:00:00Z"
      }) { group { id } } }`,
      ),
    )
    expect(await codes(bob, again)).toEqual(['MUTED', 'MUTED'])
    await world.remove(ada, again, bob)
    expect(await codes(bob, again)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    const { createGroup } = await succeed(
      world.groups(
        ada,
        `mutation { createGroup(input: {
        title: "News", kind: BROADCAST, memberIds: ["${bob.userId}"]
      }) { group { id } } }`,
      ),
    )
    expect(await codes(bob, createGroup.group.id)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    expect(await codes(ada, createGroup.group.id)).toEqual([])
    await friends.does('blockUser', ada, bob)
    expect(await codes(bob, id)).toEqual(['NOT_ACCEPTED', 'NOT_ACCEPTED'])
    expect(await codes(ada, id)).toEqual(['NOT_ACCEPTED', 'NOT_ACCEPTED'])
  })

  test('of whom one has blocked the other, in a group of both', async () => {
    const friends = makeFriendActs(world.people, world.database)
    const [ada, bob, carol] = (await persons(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const group = await world.group(ada, bob, carol)
    const streams = await opened(ada, bob, carol)
    await friends.does('blockUser', ada, bob)
    expect(await told(bob, group)).toEqual([carol.userId])
    expect(await told(ada, group)).toEqual([carol.userId])
    expect(await told(carol, group)).toEqual([ada.userId, bob.userId].sort())
    for (const stream of streams) await stream.close()
  })

  test('by an invisible user', async () => {
    const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
    const id = await world.direct(ada, bob)
    const [stream] = (await opened(bob)) as [Subscription]
    await set(ada, { invisible: true })
    expect(await told(ada, id)).toEqual([])
    await set(ada, { invisible: false })
    expect(await told(ada, id, stop)).toEqual([bob.userId])
    await stream.close()
  })

  test('in a large group', async () => {
    const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
    const group = await world.group(ada, bob)
    const [stream] = (await opened(bob)) as [Subscription]
    const size = (members: number) =>
      world.database.query('update groups.room set member_count = $2::int where id = $1::uuid', [group, members])
    await size(MAX_TYPING_MEMBERS + 1)
    expect(await told(ada, group)).toEqual([])
    await size(MAX_TYPING_MEMBERS)
    expect(await told(ada, group, stop)).toEqual([bob.userId])
    await stream.close()
  })

  test('while the bus is down, and the call succeeds', async () => {
    const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
    const id = await world.direct(ada, bob)
    const [stream] = (await opened(bob)) as [Subscription]
    cut = true
    expect(await told(ada, id)).toEqual([])
    cut = false
    expect(await told(ada, id, stop)).toEqual([bob.userId])
    await stream.close()
  })

  test('whose node may have missed events: the cursor would pass them', async () => {
    const [ada, bob] = (await persons(2)) as [UserIdentity, UserIdentity]
    const id = await world.direct(ada, bob)
    const [ofBob] = (await opened(bob)) as [Subscription]
    // The node cannot know what it missed since it was last alive.
    world.clock.aheadMs += 60_000
    expect(await told(ada, id)).toEqual([])
    world.clock.aheadMs -= 60_000
    await ofBob.close()
  })
})

test('two nodes get it once each, with their own users', async () => {
  const [ada, bob, carol] = (await persons(3)) as [UserIdentity, UserIdentity, UserIdentity]
  const group = await world.group(ada, bob, carol)
  const other = await world.openNode()
  await using ofBob = await world.subscribe(bob)
  await using ofCarol = await world.subscribe(carol, undefined, other)
  await Promise.all([ofBob.next(), ofCarol.next()])
  await start(ada, group)
  const types = new Set<string>()
  for (const stream of [ofBob, ofCarol]) {
    await eventually(async () => {
      const { __typename, userId } = (await stream.next()) as InboxEvent & { userId: string }
      types.add(__typename)
      expect(userId).toBe(ada.userId)
    })
  }
  expect(passed.map(({ recipients }) => recipients).sort()).toEqual([[bob.userId], [carol.userId]].sort())
})
