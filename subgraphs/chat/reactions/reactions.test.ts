import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld, type InboxEvent } from '../../../test/support/chat.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { said } from '../../../test/support/said.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { findFaults } from '../consistency/check.ts'
import { eraseOnce } from '../erasure/job.ts'
import { kinds } from './events.ts'
import { MAX_EMOJI_OF_MESSAGE, MAX_REACTIONS_OF_USER } from './limits.ts'

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

const tryReact = (as: Who, messageId: string, emoji = '👍', field = 'addReaction') =>
  world.ask(
    as,
    `mutation ($messageId: ID!, $emoji: String!) {
      ${field}(input: { messageId: $messageId, emoji: $emoji }) { message { id reactions { emoji count mine } } }
    }`,
    { messageId, emoji },
  )
const react = async (as: Who, messageId: string, emoji?: string) =>
  (await succeed(tryReact(as, messageId, emoji))).addReaction.message.reactions
const tryUnreact = (as: Who, messageId: string, emoji?: string) => tryReact(as, messageId, emoji, 'removeReaction')
const unreact = async (as: Who, messageId: string, emoji?: string) =>
  (await succeed(tryUnreact(as, messageId, emoji))).removeReaction.message.reactions

const SEE = `query ($id: ID!, $first: Int, $after: String) { message(id: $id) { reactions {
  emoji count mine users(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
} } }`
const see = (as: Who, id: string, page: object = {}) => world.ask(as, SEE, { id, ...page })
const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const group = async (count: number) => {
  const members = (await people(count)) as [UserIdentity, UserIdentity, UserIdentity]
  const id = await world.group(members[0], ...members.slice(1))
  return { id, owner: members[0], member: members[1], other: members[2], members }
}
const change = (by: UserIdentity, field: string, input: Record<string, unknown>) =>
  succeed(
    world.groups(
      by,
      `mutation ($input: ${field[0]!.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { __typename } }`,
      { input },
    ),
  )
/** The cursor of a user's inbox as it is now. */
const cursorOf = async (who: UserIdentity) => {
  await world.db.settled()
  await using stream = await world.subscribe(who)
  return (await stream.next()).cursor
}
/** What the user's inbox brings after the cursor beside messages, up to a message that `from` sends then. */
const since = async (who: UserIdentity, cursor: string, from: UserIdentity, conversationId: string) => {
  const last = await world.send(from, conversationId, 'the last one')
  await world.db.settled()
  await using stream = await world.subscribe(who, cursor)
  const events: InboxEvent[] = []
  for (;;) {
    const event = await stream.next()
    if (event.message?.id === last.id) return events
    if (!event.message) events.push(event)
  }
}

test('a reaction is counted for everybody, is the own one for who gave it, and repeating or removing it twice changes nothing', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(owner, id)
  expect(await react(member, message.id)).toEqual([{ emoji: '👍', count: 1, mine: true }])
  expect(await react(member, message.id)).toEqual([{ emoji: '👍', count: 1, mine: true }])
  expect(await react(owner, message.id.toUpperCase(), '❤')).toEqual([
    { emoji: '👍', count: 1, mine: false },
    { emoji: '❤️', count: 1, mine: true },
  ])
  expect(await react(owner, message.id)).toMatchObject([{ emoji: '👍', count: 2, mine: true }, { emoji: '❤️' }])
  expect(await unreact(member, message.id)).toMatchObject([{ emoji: '👍', count: 1, mine: false }, { emoji: '❤️' }])
  expect(await unreact(member, message.id)).toMatchObject([{ emoji: '👍', count: 1, mine: false }, { emoji: '❤️' }])
  expect(await unreact(owner, message.id)).toEqual([{ emoji: '❤️', count: 1, mine: true }])
  expect(await unreact(owner, message.id, '❤️')).toEqual([])
})

test('of a hundred reactions at once each is counted', async () => {
  const { id, owner, members } = await group(10)
  const message = await world.send(owner, id)
  const emoji = ['👍', '👎', '🎉', '😀', '😢']
  await Promise.all(
    members.flatMap((who) => emoji.flatMap((one) => [react(who, message.id, one), react(who, message.id, one)])),
  )
  await Promise.all(members.slice(0, 5).map((who) => unreact(who, message.id, '👎')))
  const { reactions } = (await succeed(see(owner, message.id))).message
  expect(
    Object.fromEntries(reactions.map((each: { emoji: string; count: number }) => [each.emoji, each.count])),
  ).toEqual({
    '👍': 10,
    '👎': 5,
    '🎉': 10,
    '😀': 10,
    '😢': 10,
  })
})

test('reactions, and who reacted, stand in the order of their events, also if the clock of a process is behind', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(owner, id)
  await react(owner, message.id, '👍')
  world.clock.aheadMs = -60_000
  try {
    await react(member, message.id, '🎉')
    await react(member, message.id, '👍')
  } finally {
    world.clock.aheadMs = 0
  }
  const { reactions } = (await succeed(see(owner, message.id))).message
  expect(reactions.map(({ emoji }: { emoji: string }) => emoji)).toEqual(['👍', '🎉'])
  expect(reactions[0].users.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([
    owner.userId,
    member.userId,
  ])
})

test('who reacted is listed in pages, in the order in which they did', async () => {
  const { id, owner, members } = await group(5)
  const message = await world.send(owner, id)
  for (const who of members) await react(who, message.id)
  const first = (await succeed(see(owner, message.id, { first: 3 }))).message.reactions[0].users
  expect(first.pageInfo.hasNextPage).toBe(true)
  const after = first.pageInfo.endCursor
  const second = (await succeed(see(owner, message.id, { first: 3, after }))).message.reactions[0].users
  expect(second.pageInfo.hasNextPage).toBe(false)
  const ids = [...first.edges, ...second.edges].map((edge: { node: { id: string } }) => edge.node.id)
  expect(ids).toEqual(members.map(({ userId }) => userId))
  expect((await see(owner, message.id, { after: 'bm90IGEgcGxhY2U' })).codes).toEqual(['CURSOR_MALFORMED'])
})

test('whoever may not see the message gets the answer for one that is not there', async () => {
  const { id, owner, member } = await group(2)
  const [stranger, later] = (await people(2)) as [UserIdentity, UserIdentity]
  const message = await world.send(owner, id)
  await react(member, message.id)
  await world.add(owner, id, later)
  for (const who of [stranger, later])
    for (const ask of [tryReact, tryUnreact]) {
      expect((await ask(who, message.id)).codes).toEqual(['NOT_FOUND'])
      expect((await see(who, message.id)).data.message).toBeNull()
    }
  for (const what of [v7(), 'nothing']) expect((await tryReact(owner, what)).codes).toEqual(['NOT_FOUND'])
  for (const who of [anonymous, admin]) expect((await tryReact(who, message.id)).codes).toEqual(['UNAUTHENTICATED'])
  await world.remove(owner, id, member)
  for (const ask of [tryReact, tryUnreact]) expect((await ask(member, message.id)).codes).toEqual(['NOT_FOUND'])
  expect((await see(owner, message.id)).data.message.reactions).toMatchObject([{ count: 1 }])
})

test('a muted member may take a reaction back and give none; one who may not send may react', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(owner, id)
  await change(owner, 'updateGroup', { groupId: id, whoMaySend: 'ADMINS' })
  await react(member, message.id)
  const until = new Date(world.clock.now() + 60_000).toISOString()
  await change(owner, 'muteGroupMember', { groupId: id, userId: member.userId, until })
  const refused = await tryReact(member, message.id, '🎉')
  expect(refused.codes).toEqual(['MUTED'])
  expect(refused.errors[0]?.extensions).toMatchObject({ until })
  expect(await unreact(member, message.id)).toEqual([])
})

test('a block ends reactions in a direct conversation as it ends messages', async () => {
  const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
  const id = await world.direct(alice, bob)
  const message = await world.send(alice, id)
  await react(bob, message.id)
  await acts.does('blockUser', alice, bob)
  expect((await tryReact(bob, message.id, '🎉')).codes).toEqual(['NOT_ACCEPTED'])
  expect((await tryReact(alice, message.id, '🎉')).codes).toEqual(['NOT_ACCEPTED'])
  expect(await unreact(bob, message.id)).toEqual([])
})

test('messages of the server take no reactions, and what is no emoji is none', async () => {
  const { id, owner } = await group(2)
  const asked = await succeed(
    world.ask(owner, 'query ($id: ID!) { conversation(id: $id) { lastMessage { id type } } }', { id }),
  )
  expect(asked.conversation.lastMessage.type).toBe('SYSTEM')
  expect((await tryReact(owner, asked.conversation.lastMessage.id)).codes).toEqual(['BAD_USER_INPUT'])
  const message = await world.send(owner, id)
  expect((await tryReact(owner, message.id, 'like')).codes).toEqual(['BAD_USER_INPUT'])
  expect((await tryUnreact(owner, message.id, 'like')).codes).toEqual(['BAD_USER_INPUT'])
})

test('a deleted message loses its reactions and takes no more', async () => {
  const { id, owner, member } = await group(2)
  const message = await world.send(member, id)
  await react(owner, message.id)
  await react(member, message.id, '🎉')
  await succeed(
    world.ask(member, 'mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { __typename } }', {
      id: message.id,
    }),
  )
  expect((await succeed(see(owner, message.id))).message.reactions).toEqual([])
  expect((await tryReact(owner, message.id)).codes).toEqual(['MESSAGE_DELETED'])
  expect(await unreact(owner, message.id)).toEqual([])
})

test('one user has so many reactions to a message, and a message so many different ones', async () => {
  const { id, owner, members } = await group(7)
  const message = await world.send(owner, id)
  const emoji = Array.from({ length: MAX_EMOJI_OF_MESSAGE + 2 }, (_, n) => String.fromCodePoint(0x1f400 + n))
  for (let n = 0; n < MAX_EMOJI_OF_MESSAGE; n++)
    await react(members[Math.floor(n / MAX_REACTIONS_OF_USER)]!, message.id, emoji[n])
  expect((await tryReact(members[0]!, message.id, emoji.at(-1))).codes).toEqual(['LIMIT_REACHED'])
  const free = members.at(-1)!
  expect((await tryReact(free, message.id, emoji.at(-1))).codes).toEqual(['LIMIT_REACHED'])
  expect((await tryReact(free, message.id, emoji[0])).codes).toEqual([])
  await unreact((members as readonly UserIdentity[])[4]!, message.id, emoji[MAX_EMOJI_OF_MESSAGE - 1])
  expect((await tryReact(free, message.id, emoji.at(-1))).codes).toEqual([])
})

test('each change is told once to all who may see the message, on each device, and an event makes of the old state the new one', async () => {
  const { id, owner, member, other } = await group(3)
  const message = await world.send(owner, id)
  const late = await world.person()
  await world.add(owner, id, late)
  const cursors = new Map<UserIdentity, string>()
  for (const who of [owner, member, other, late]) cursors.set(who, await cursorOf(who))
  await react(member, message.id)
  await react(member, message.id)
  await react(other, message.id)
  await unreact(member, message.id)
  await unreact(member, message.id)
  const told = { __typename: 'ReactionChanged', conversationId: id, messageId: message.id, emoji: '👍' }
  const of = ({ userId }: UserIdentity) => ({ reactorId: userId, reactor: { id: userId } })
  for (const who of [owner, member, other]) {
    expect(await since(who, cursors.get(who)!, owner, id)).toMatchObject([
      { ...told, added: true, count: 1, ...of(member) },
      { ...told, added: true, count: 2, ...of(other) },
      { ...told, added: false, count: 1, ...of(member) },
    ])
    cursors.delete(who)
  }
  // Who came later does not see the message.
  expect(await since(late, cursors.get(late)!, owner, id)).toEqual([])
})

test('where members do not learn of each other, numbers alone show', async () => {
  const { id, owner, member, other } = await group(3)
  await change(owner, 'updateGroup', { groupId: id, kind: 'BROADCAST' })
  const message = await world.send(owner, id)
  const cursors = [await cursorOf(member), await cursorOf(other)] as const
  expect(await react(member, message.id)).toEqual([{ emoji: '👍', count: 1, mine: true }])
  expect(await since(member, cursors[0], owner, id)).toMatchObject([{ count: 1, reactorId: member.userId }])
  expect(await since(other, cursors[1], owner, id)).toMatchObject([{ count: 1, reactorId: null, reactor: null }])
  const seen = await see(other, message.id)
  expect(seen.codes).toEqual(['FORBIDDEN'])
  expect(seen.data.message.reactions).toEqual([{ emoji: '👍', count: 1, mine: false, users: null }])
  expect((await succeed(see(owner, message.id))).message.reactions[0].users.edges).toMatchObject([
    { node: { id: member.userId } },
  ])
})

test('the author alone gets a push, unless the conversation is muted, and none for what was removed', async () => {
  const { push, parse } = kinds[0]!
  const { id, owner, member, other } = await group(3)
  await world.rename(member, 'Mary')
  const payload = parse({
    conversationId: id,
    messageId: v7(),
    authorId: owner.userId,
    userId: member.userId,
    emoji: '🎉',
    added: true,
    count: 1,
    named: true,
  }) as object
  expect(push!.withheldFrom(payload, owner.userId)).toBeNull()
  for (const who of [member, other]) expect(push!.withheldFrom(payload, who.userId)).toBe('not the author')
  expect(push!.withheldFrom({ ...payload, userId: owner.userId }, owner.userId)).toBe('sender')
  expect(push!.withheldFrom({ ...payload, added: false }, owner.userId)).toBe('removed reaction')
  const texts = await push!.describe(world.database, [payload, { ...payload, named: false }])
  expect(texts.map(({ title, body }) => ({ title: said(title, 'en'), body: said(body, 'en') }))).toEqual([
    { title: 'Group', body: 'Mary reacted to your message: 🎉' },
    { title: 'Group', body: 'Somebody reacted to your message: 🎉' },
  ])
  const asked = [{ payload, userId: owner.userId }]
  expect(await push!.refusedBy!(world.database, asked)).toEqual([null])
  await succeed(
    world.ask(
      owner,
      `mutation ($id: ID!) {
        updateConversationPreferences(input: { conversationId: $id, mute: {} }) { __typename }
      }`,
      { id },
    ),
  )
  expect(await push!.refusedBy!(world.database, asked)).toEqual(['MUTED'])
})

test('the reactions of a deleted user go, and the others are told', async () => {
  const { id, owner, member, other } = await group(3)
  const messages = [await world.send(owner, id), await world.send(owner, id)]
  for (const message of messages) {
    await react(member, message.id)
    await react(other, message.id)
    await react(member, message.id, '🎉')
  }
  await succeed(
    world.people.ask(member, 'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }', {
      input: { address: world.addressOf(member) },
    }),
  )
  const cursor = await cursorOf(owner)
  await eraseOnce({ ...world, log: silentLog })
  for (const message of messages)
    expect((await succeed(see(owner, message.id))).message.reactions).toMatchObject([{ emoji: '👍', count: 1 }])
  const { rows } = await world.database.query('select from chat.reactions where user_id = $1::uuid', [member.userId])
  expect(rows).toEqual([])
  const told = (await since(owner, cursor, owner, id)).filter((event) => event.__typename === 'ReactionChanged')
  expect(told).toHaveLength(4)
  expect(told).toContainEqual(
    expect.objectContaining({ messageId: messages[0]!.id, emoji: '🎉', added: false, count: 0 }),
  )
})
