import { openChatWorld, type ChatWorld, type InboxEvent, type Subscription } from '../test/support/chat.ts'
import { openFeeder, type Feeder } from '../test/support/feeder.ts'
import { makeFriendActs } from '../test/support/friends.ts'
import { eventually } from '../test/support/eventually.ts'
import type { UserIdentity } from '../test/support/people.ts'
import { succeed } from '../test/support/subgraph.ts'

let world: ChatWorld
let feeder: Feeder
beforeAll(async () => {
  world = await openChatWorld({ shards: 1 })
  feeder = await openFeeder(world)
})
afterAll(async () => {
  await feeder[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

/** What a stream gives up to an event of this type, which it must come to, without the server's own messages. */
const until = async (stream: Subscription, type: InboxEvent['__typename']): Promise<InboxEvent[]> => {
  const events: InboxEvent[] = []
  while (events.at(-1)?.__typename !== type) {
    const event = await stream.next()
    if (event.message?.type !== 'SYSTEM') events.push(event)
  }
  return events
}
const types = (events: readonly InboxEvent[]) => events.map(({ __typename }) => __typename)
/** The head of the log, as soon as everything that was appended stands below it. */
const settled = async () => {
  const [row] = (await world.database.query<{ xid: string }>('select max(xid)::text as xid from events.log')).rows
  await eventually(async () => (await world.eventLog.head(world.database)).xid > BigInt(row?.xid ?? 0), 60_000)
}
const pump = async () => {
  await settled()
  await feeder.pump()
}

describe('Who joins and who leaves a group', () => {
  test('goes to the members of that moment, live and by resume, and to nobody else', async () => {
    const [alice, bob, carol, stranger] = [
      await world.person(),
      await world.person(),
      await world.person(),
      await world.person(),
    ]
    const group = await world.group(alice, bob)
    await pump()
    const streams = await Promise.all([alice, bob, carol, stranger].map((viewer) => world.subscribe(viewer)))
    const [ofAlice, ofBob, ofCarol, ofStranger] = streams as [Subscription, Subscription, Subscription, Subscription]
    const begun = await Promise.all(streams.map((stream) => stream.next()))

    await world.add(alice, group, carol)
    await world.remove(alice, group, bob)
    // Something that everybody gets comes last, so that what is missing before it is missing for good.
    const own = await Promise.all([alice, bob, carol, stranger].map((each) => world.direct(each, alicesFriend)))
    for (const [at, sender] of [alice, bob, carol, stranger].entries()) await world.send(sender, own[at] ?? '', 'last')
    await pump()

    const joined = {
      __typename: 'MembersJoined',
      group: { id: group },
      users: [{ id: carol.userId }],
      by: { id: alice.userId },
    }
    const left = { __typename: 'MemberLeft', group: { id: group }, user: { id: bob.userId }, by: { id: alice.userId } }
    for (const live of [ofAlice, ofBob, ofCarol]) {
      expect(await until(live, 'MessageReceived')).toMatchObject([joined, left, { __typename: 'MessageReceived' }])
    }
    expect(types(await until(ofStranger, 'MessageReceived'))).toEqual(['MessageReceived'])

    for (const [at, viewer] of [alice, bob, carol].entries()) {
      await using resumed = await world.subscribe(viewer, begun[at]?.cursor)
      expect(await until(resumed, 'MessageReceived')).toMatchObject([joined, left, { __typename: 'MessageReceived' }])
    }
    await using resumed = await world.subscribe(stranger, begun[3]?.cursor)
    expect(types(await until(resumed, 'MessageReceived'))).toEqual(['MessageReceived'])

    // Who has left hears of nobody who comes or goes later.
    const later = await world.person()
    await world.add(alice, group, later)
    await world.send(bob, own[1] ?? '', 'last again')
    await pump()
    expect(types(await until(ofBob, 'MessageReceived'))).toEqual(['MessageReceived'])
    expect(types(await until(ofAlice, 'MembersJoined'))).toEqual(['MembersJoined'])
    for (const stream of streams) await stream.close()
  })

  let alicesFriend: Awaited<ReturnType<ChatWorld['person']>>
  beforeAll(async () => {
    alicesFriend = await world.person()
  })
})

describe('A changed profile', () => {
  test("is told to the user's other devices, live and by resume alike, and to no other user", async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const laptop = await world.anotherDevice(alice)
    expect(laptop.userId).toBe(alice.userId)
    const chat = await world.direct(alice, bob)
    await pump()
    const [onPhone, onLaptop, ofBob] = await Promise.all([alice, laptop, bob].map((each) => world.subscribe(each)))
    const begun = await Promise.all([onPhone, onLaptop, ofBob].map((stream) => stream!.next()))

    await world.rename(alice, 'Alice the Second')
    await world.send(bob, chat, 'last')
    await pump()

    const changed = { __typename: 'ProfileChanged', user: { id: alice.userId } }
    expect(await until(onLaptop!, 'MessageReceived')).toMatchObject([changed, { __typename: 'MessageReceived' }])
    expect(types(await until(onPhone!, 'MessageReceived'))).toEqual(['MessageReceived'])
    expect(types(await until(ofBob!, 'MessageReceived'))).toEqual(['MessageReceived'])

    const again = await Promise.all([alice, laptop, bob].map((each, at) => world.subscribe(each, begun[at]?.cursor)))
    const replayed = await Promise.all(again.map((stream) => until(stream, 'MessageReceived')))
    expect(replayed.map(types)).toEqual([
      ['MessageReceived'],
      ['ProfileChanged', 'MessageReceived'],
      ['MessageReceived'],
    ])
    for (const stream of [onPhone, onLaptop, ofBob, ...again]) await stream?.close()
  })
})

describe('Sessions of a user', () => {
  test('that start and end are told to the other devices, live and by resume, and to no other user', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const laptop = await world.anotherDevice(alice)
    const chat = await world.direct(alice, bob)
    const viewers = [alice, laptop, bob]
    await pump()
    const streams = await Promise.all(viewers.map((each) => world.subscribe(each)))
    const begun = await Promise.all(streams.map((stream) => stream.next()))

    const tablet = await world.anotherDevice(alice)
    const phone = await world.anotherDevice(alice)
    const ask = world.people.ask
    await succeed(ask(tablet, 'mutation { signOut { sessionId } }'))
    await succeed(
      ask(laptop, 'mutation ($id: ID!) { removeDevice(input: { deviceId: $id }) { revokedIds } }', {
        id: phone.deviceId,
      }),
    )
    await world.send(bob, chat, 'last')
    await pump()

    const started = ({ sessionId, deviceId }: UserIdentity) => ({ __typename: 'SessionStarted', sessionId, deviceId })
    const ended = ({ sessionId }: UserIdentity) => ({ __typename: 'SessionsEnded', sessionIds: [sessionId] })
    const last = { __typename: 'MessageReceived' }
    const expected = [
      [started(tablet), started(phone), ended(tablet), ended(phone), last],
      [started(tablet), started(phone), ended(tablet), last],
      [last],
    ]
    const resumed = await Promise.all(viewers.map((each, at) => world.subscribe(each, begun[at]?.cursor)))
    for (const [at, events] of expected.entries()) {
      expect(await until(streams[at]!, 'MessageReceived')).toMatchObject(events)
      expect(await until(resumed[at]!, 'MessageReceived')).toMatchObject(events)
    }
    // The events give the state that a fetch gives: who has started and not ended is signed in.
    const { me } = await succeed(ask(alice, '{ me { sessions { edges { node { id } } } } }'))
    expect(me.sessions.edges.map(({ node }: { node: { id: string } }) => node.id).sort()).toEqual(
      [alice, laptop].map(({ sessionId }) => sessionId).sort(),
    )
    for (const stream of [...streams, ...resumed]) await stream.close()
  })
})

describe('What happens between two users', () => {
  test('is told to each of them, but to no stranger and not to the device that acted, live and by resume', async () => {
    const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
    const laptop = await world.anotherDevice(alice)
    const acts = makeFriendActs(world.people, world.database)
    const viewers = [alice, laptop, bob, eve]
    await pump()
    const streams = await Promise.all(viewers.map((each) => world.subscribe(each)))
    const begun = await Promise.all(streams.map((stream) => stream.next()))
    const chat = await world.direct(alice, bob)
    const withEve = await world.direct(alice, eve)

    await acts.does('sendFriendRequest', alice, bob)
    await acts.does('approveFriendRequest', bob, alice)
    await acts.does('blockUser', alice, bob)
    await acts.does('unblockUser', alice, bob)
    await world.send(alice, chat, 'last')
    await world.send(alice, withEve, 'last')
    await pump()

    const asked = { __typename: 'FriendRequested', from: { id: alice.userId }, to: { id: bob.userId } }
    const approved = { ...asked, __typename: 'FriendRequestApproved' }
    const removed = { __typename: 'FriendRemoved', by: { id: alice.userId }, user: { id: bob.userId } }
    const blocked = { __typename: 'BlocksChanged', user: { id: bob.userId }, blocked: true }
    const last = { __typename: 'MessageReceived' }
    const expected = [
      [approved, last],
      [asked, approved, removed, blocked, { ...blocked, blocked: false }, last],
      [asked, removed, last],
      [last],
    ]
    const resumed = await Promise.all(viewers.map((each, at) => world.subscribe(each, begun[at]?.cursor)))
    for (const [at, events] of expected.entries()) {
      expect(await until(streams[at]!, 'MessageReceived')).toMatchObject(events)
      expect(await until(resumed[at]!, 'MessageReceived')).toMatchObject(events)
    }
    for (const stream of [...streams, ...resumed]) await stream.close()
  })
})

describe('A kind that this version does not know', () => {
  /** As a newer version appends it: past this version's own check. */
  const appendUnknown = (key: string) =>
    world.database.query(
      `insert into events.log (epoch, xid, shard, kind, key, payload)
       select s.epoch, pg_current_xact_id(), events.shard_of($1::text), 'chat.FromTheFuture', $1::text, '{"id": 1}'
       from events.settings as s`,
      [key],
    )

  test('cannot be appended here', async () => {
    const future = { kind: 'chat.FromTheFuture', key: 'k', payload: {} }
    await expect(world.eventLog.append(world.database, future)).rejects.toThrow(/no room declares it/)
  })

  test('is passed over by streams, live and in a replay, and what comes after it arrives', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const chat = await world.direct(alice, bob)
    await using live = await world.subscribe(bob)
    const { cursor } = await live.next()
    await appendUnknown(chat)
    await world.send(alice, chat, 'after it')
    await pump()
    expect(types(await until(live, 'MessageReceived'))).toEqual(['MessageReceived'])
    await using resumed = await world.subscribe(bob, cursor)
    expect(types(await until(resumed, 'MessageReceived'))).toEqual(['MessageReceived'])
  })
})
