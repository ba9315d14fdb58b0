import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld, type InboxEvent } from '../../../test/support/chat.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { findFaults } from '../consistency/check.ts'
import { eraseOnce } from '../erasure/job.ts'
import { MAX_PINNED_MESSAGES } from './rules.ts'

let world: ChatWorld
let acts: ReturnType<typeof makeFriendActs>
beforeAll(async () => {
  world = await openChatWorld()
  acts = makeFriendActs(world.people, world.database)
})
afterAll(async () => {
  expect(await findFaults(world.database)).toEqual([])
  await world[Symbol.asyncDispose]()
})

type Who = Parameters<ChatWorld['ask']>[0]

const tryPin = (as: Who, messageId: string, field = 'pinMessage') =>
  world.ask(as, `mutation ($id: ID!) { ${field}(input: { messageId: $id }) { conversation { id lastSequence } } }`, {
    id: messageId,
  })
const tryUnpin = (as: Who, messageId: string) => tryPin(as, messageId, 'unpinMessage')
const pin = (as: Who, messageId: string) => succeed(tryPin(as, messageId))
const unpin = (as: Who, messageId: string) => succeed(tryUnpin(as, messageId))
const see = async (as: Who, id: string, page: object = {}) =>
  (
    await succeed(
      world.ask(
        as,
        `query ($id: ID!, $first: Int, $after: String) { conversation(id: $id) {
          pinnedMessages(first: $first, after: $after) {
            edges { node { id text } pinnedAt pinnedById pinnedBy { id } } pageInfo { hasNextPage endCursor }
          }
        } }`,
        { id, ...page },
      ),
    )
  ).conversation.pinnedMessages
const pinned = async (as: Who, id: string) =>
  (await see(as, id)).edges.map((edge: { node: { text: string } }) => edge.node.text)
const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const group = async (count: number) => {
  const [owner, member, ...others] = (await people(count)) as [UserIdentity, UserIdentity, ...UserIdentity[]]
  return { id: await world.group(owner, member, ...others), owner, member, others }
}
const cursorOf = async (who: UserIdentity) => {
  await world.db.settled()
  await using stream = await world.subscribe(who)
  return (await stream.next()).cursor
}

test('pinned messages are listed for everybody, the last pinned first, and each is pinned once', async () => {
  const { id, owner, member } = await group(2)
  const messages = []
  for (const text of ['a', 'b', 'c']) messages.push(await world.send(member, id, text))
  for (const at of [1, 2, 0]) await pin(owner, messages[at]!.id)
  expect(await pinned(member, id)).toEqual(['a', 'c', 'b'])
  await pin(owner, messages[1]!.id)
  expect(await pinned(member, id)).toEqual(['a', 'c', 'b'])
  await unpin(owner, messages[2]!.id)
  await unpin(owner, messages[2]!.id)
  await pin(owner, messages[2]!.id.toUpperCase())
  expect(await pinned(owner, id)).toEqual(['c', 'a', 'b'])
  const first = await see(member, id, { first: 2 })
  expect(first).toMatchObject({ edges: [{ pinnedById: owner.userId, pinnedBy: { id: owner.userId } }, {}] })
  const second = await see(member, id, { first: 2, after: first.pageInfo.endCursor })
  expect(second).toMatchObject({ edges: [{ node: { text: 'b' } }], pageInfo: { hasNextPage: false } })
})

test('in a group only managers may pin, in a direct conversation both, unless one accepts no messages', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(member, id)
  for (const ask of [tryPin, tryUnpin]) {
    expect((await ask(member, message.id)).codes).toEqual(['FORBIDDEN'])
    expect((await ask(owner, message.id)).codes).toEqual([]) // the same call, allowed
  }
  const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
  const direct = await world.direct(alice, bob)
  const [one, two] = [await world.send(alice, direct, 'one'), await world.send(alice, direct, 'two')]
  await pin(bob, one.id)
  await acts.does('blockUser', alice, bob)
  expect((await tryPin(bob, two.id)).codes).toEqual(['NOT_ACCEPTED'])
  expect(await pinned(alice, direct)).toEqual(['one'])
  await unpin(bob, one.id)
  expect(await pinned(alice, direct)).toEqual([])
})

test('whoever may not see the message gets the answer for one that is not there', async () => {
  const { id, owner, member } = await group(2)
  const [stranger, later] = (await people(2)) as [UserIdentity, UserIdentity]
  const message = await world.send(owner, id, 'before')
  await world.add(owner, id, later)
  await pin(owner, message.id)
  for (const who of [stranger, later])
    for (const ask of [tryPin, tryUnpin]) expect((await ask(who, message.id)).codes).toEqual(['NOT_FOUND'])
  expect(await pinned(later, id)).toEqual([])
  for (const what of [v7(), 'nothing']) expect((await tryPin(owner, what)).codes).toEqual(['NOT_FOUND'])
  for (const who of [anonymous, admin]) expect((await tryPin(who, message.id)).codes).toEqual(['UNAUTHENTICATED'])
  expect(await pinned(member, id)).toEqual(['before'])
  await world.remove(owner, id, member)
  expect((await tryUnpin(member, message.id)).codes).toEqual(['NOT_FOUND'])
})

test('a deleted message loses its pin and cannot be pinned', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(member, id)
  await pin(owner, message.id)
  await succeed(
    world.ask(member, 'mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { __typename } }', {
      id: message.id,
    }),
  )
  expect(await pinned(owner, id)).toEqual([])
  expect((await tryPin(owner, message.id)).codes).toEqual(['MESSAGE_DELETED'])
  await unpin(owner, message.id)
})

test('messages of the server cannot be pinned, and a conversation has so many pinned ones', async () => {
  const { id, owner } = await group(2)
  const asked = await succeed(
    world.ask(owner, 'query ($id: ID!) { conversation(id: $id) { lastMessage { id } } }', { id }),
  )
  expect((await tryPin(owner, asked.conversation.lastMessage.id)).codes).toEqual(['BAD_USER_INPUT'])
  const last = await world.send(owner, id)
  const ids: string[] = []
  for (let n = 0; n < MAX_PINNED_MESSAGES; n++) ids.push((await world.send(owner, id)).id)
  for (const each of ids) await pin(owner, each)
  expect((await tryPin(owner, last.id)).codes).toEqual(['LIMIT_REACHED'])
  await unpin(owner, ids[0]!)
  expect((await tryPin(owner, last.id)).codes).toEqual([])
})

test('a pin is told once, by an event to whoever may see the message, and by a message of the server', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(owner, id)
  const late = await world.person()
  await world.add(owner, id, late)
  const cursors = [await cursorOf(member), await cursorOf(late)] as const
  for (let times = 0; times < 2; times++) await pin(owner, message.id)
  for (let times = 0; times < 2; times++) await unpin(owner, message.id)
  const last = await world.send(owner, id)
  await world.db.settled()
  const all = async (who: UserIdentity, cursor: string) => {
    await using stream = await world.subscribe(who, cursor)
    const events: InboxEvent[] = []
    for (;;) {
      const event = await stream.next()
      if (event.message?.id === last.id) return events
      events.push(event)
    }
  }
  const told = { conversationId: id, messageId: message.id, byId: owner.userId }
  const said = {
    __typename: 'MessageReceived',
    message: { type: 'SYSTEM', content: { event: 'MESSAGE_PINNED', messageId: message.id } },
  }
  expect(await all(member, cursors[0])).toMatchObject([
    said,
    { __typename: 'MessagePinned', ...told },
    { __typename: 'MessageUnpinned', ...told },
  ])
  // Who came later does not see the message.
  expect(await all(late, cursors[1])).toMatchObject([said])
})

test('a pin outlives the account of who pinned, without the name', async () => {
  const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(alice, bob)
  const message = await world.send(alice, id)
  await pin(bob, message.id)
  await succeed(
    world.people.ask(bob, 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }', {
      input: { address: world.addressOf(bob) },
    }),
  )
  await eraseOnce({ ...world, log: silentLog })
  expect(await see(alice, id)).toMatchObject({
    edges: [{ node: { id: message.id }, pinnedById: null, pinnedBy: null }],
  })
})
