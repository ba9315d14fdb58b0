import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed, type Answer } from '../../../test/support/subgraph.ts'
import { appendMessages, type Draft } from './append.ts'

let world: ChatWorld
let acts: ReturnType<typeof makeFriendActs>
beforeAll(async () => {
  world = await openChatWorld()
  acts = makeFriendActs(world.people, world.database)
})
afterAll(() => world[Symbol.asyncDispose]())

const OPEN = 'mutation ($id: ID!) { openDirectConversation(input: { userId: $id }) { conversation { id } } }'
const tryToOpen = (by: UserIdentity, other: UserIdentity) => world.ask(by, OPEN, { id: other.userId })
const pair = async () => [await world.person(), await world.person()] as const
const setMessagesFrom = (who: UserIdentity, messagesFrom: string) =>
  succeed(
    world.people.ask(
      who,
      'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { foundBy } } } }',
      { input: { privacy: { messagesFrom } } },
    ),
  )
const lastSequence = async (who: UserIdentity, id: string) =>
  (await succeed(world.ask(who, 'query ($id: ID!) { conversation(id: $id) { lastSequence } }', { id }))).conversation
    .lastSequence
const refusal = ({ data, codes, errors }: Answer) => JSON.stringify({ data, codes, errors })

describe('a block', () => {
  test('lets neither of the two begin a direct conversation, and one that exists is opened as before', async () => {
    const [ada, bob] = await pair()
    const eve = await world.person()
    const old = await world.direct(ada, eve)
    await acts.does('blockUser', ada, bob)
    await acts.does('blockUser', ada, eve)
    expect((await tryToOpen(bob, ada)).codes).toEqual(['NOT_ACCEPTED'])
    expect((await tryToOpen(ada, bob)).codes).toEqual(['NOT_ACCEPTED'])
    expect(await world.direct(eve, ada)).toBe(old)
    await acts.does('unblockUser', ada, bob)
    expect((await tryToOpen(bob, ada)).codes).toEqual([])
  })

  test('refuses direct messages in both directions until it is over, and nothing of them is kept', async () => {
    const [ada, bob] = await pair()
    const id = await world.direct(ada, bob)
    await world.send(bob, id, 'before')
    await acts.does('blockUser', ada, bob)
    expect((await world.trySend(bob, id)).codes).toEqual(['NOT_ACCEPTED'])
    expect((await world.trySend(ada, id)).codes).toEqual(['NOT_ACCEPTED'])
    expect(await lastSequence(bob, id)).toBe(1)
    const { rows } = await world.database.query(
      `select 1 from events.log where key = $1::text and kind = 'chat.MessageSent'`,
      [id],
    )
    expect(rows).toHaveLength(1)
    await acts.does('unblockUser', ada, bob)
    expect(await world.send(bob, id, 'after')).toMatchObject({ sequence: 2 })
  })

  test('answers a repeated send of a message from before as the first time', async () => {
    const [ada, bob] = await pair()
    const id = await world.direct(ada, bob)
    const key = v7()
    const first = await world.send(bob, id, 'before', key)
    await acts.does('blockUser', ada, bob)
    expect(await world.send(bob, id, 'before', key)).toMatchObject({ id: first.id, sequence: 1 })
  })

  test('lets both talk in their groups, and shows both what they wrote', async () => {
    const [ada, bob] = await pair()
    const id = await world.direct(ada, bob)
    const group = await world.group(ada, bob)
    await world.send(ada, id, 'old')
    await acts.does('blockUser', ada, bob)
    await world.send(bob, group, 'in the group')
    await world.send(ada, group, 'in the group')
    expect([await lastSequence(ada, group), await lastSequence(bob, group), await lastSequence(bob, id)]).toEqual([
      3, 3, 1,
    ])
  })

  test('and a send at the same moment: the message is there or refused, never both', async () => {
    for (let round = 0; round < 5; round++) {
      const [ada, bob] = await pair()
      const id = await world.direct(ada, bob)
      const [answer] = await Promise.all([world.trySend(bob, id), acts.does('blockUser', ada, bob)])
      expect(await lastSequence(bob, id)).toBe(answer.codes.length === 0 ? 1 : 0)
      expect((await world.trySend(bob, id)).codes).toEqual(['NOT_ACCEPTED'])
    }
  })
})

describe('privacy', () => {
  test('of FRIENDS is about first contact: friends begin conversations, and existing ones stay open', async () => {
    const [ada, friend] = await pair()
    const [before, stranger] = await pair()
    await acts.befriend(ada, friend)
    const old = await world.direct(before, ada)
    await setMessagesFrom(ada, 'FRIENDS')
    expect((await tryToOpen(stranger, ada)).codes).toEqual(['NOT_ACCEPTED'])
    expect((await tryToOpen(friend, ada)).codes).toEqual([])
    await world.send(before, old, 'still open')
    // The setting is about who writes to its owner, and not about whom the owner writes to.
    const own = await world.direct(ada, stranger)
    await world.send(stranger, own, 'answered')
  })

  test('of NOBODY closes existing conversations too, for the others', async () => {
    const [ada, bob] = await pair()
    const id = await world.direct(ada, bob)
    await acts.befriend(ada, bob)
    await setMessagesFrom(ada, 'NOBODY')
    expect((await world.trySend(bob, id)).codes).toEqual(['NOT_ACCEPTED'])
    await world.send(ada, id, 'from its owner')
    await setMessagesFrom(ada, 'EVERYONE')
    await world.send(bob, id, 'open again')
  })
})

test('a refusal because of a block is byte for byte the one because of a setting', async () => {
  const [blocker, blocked] = await pair()
  const [closed, other] = await pair()
  const [withBlocker, withClosed] = [await world.direct(blocked, blocker), await world.direct(other, closed)]
  await acts.does('blockUser', blocker, blocked)
  await setMessagesFrom(closed, 'NOBODY')
  expect(refusal(await world.trySend(blocked, withBlocker))).toBe(refusal(await world.trySend(other, withClosed)))
  const stranger = await world.person()
  await acts.does('blockUser', blocker, stranger)
  expect(refusal(await tryToOpen(stranger, blocker))).toBe(refusal(await tryToOpen(stranger, closed)))
})

test('who does not exist is not found, whoever asks', async () => {
  const [ada] = await pair()
  const nobody = { ...ada, userId: '00000000-0000-7000-8000-000000000000' }
  expect((await tryToOpen(ada, nobody)).codes).toEqual(['NOT_FOUND'])
})

test('one refused message of a round refuses no other', async () => {
  const [ada, bob] = await pair()
  const eve = await world.person()
  const [refused, open, group] = [
    await world.direct(bob, ada),
    await world.direct(bob, eve),
    await world.group(bob, ada),
  ]
  await acts.does('blockUser', ada, bob)
  const draft = (conversationId: string): Draft => ({
    id: v7(),
    conversationId,
    senderId: bob.userId,
    clientMessageId: v7(),
    text: 'Hello',
    sentAt: new Date(),
    contentHash: Buffer.alloc(32),
  })
  const outcomes = await appendMessages(world.database, [open, refused, group, refused, open].map(draft), {
    mayWait: true,
    keeps: true,
  })
  expect(outcomes.map((each) => [each.outcome, 'sequence' in each ? each.sequence : null])).toEqual([
    ['SENT', 1],
    ['REFUSED', null],
    ['SENT', 2],
    ['REFUSED', null],
    ['SENT', 2],
  ])
  expect(await lastSequence(ada, refused)).toBe(0)
})

test('a deleted user takes no direct messages: refused as by a block, while the conversation can be read', async () => {
  const [ada, bob] = await pair()
  const eve = await world.person()
  const [id, blocked] = [await world.direct(ada, bob), await world.direct(eve, bob)]
  await world.send(ada, id, 'before')
  await acts.does('blockUser', eve, bob)
  const { me } = await succeed(world.people.ask(ada, '{ me { address } }'))
  const remove = 'mutation ($address: String!) { deleteAccount(input: { address: $address }) { deletedId } }'
  await succeed(world.people.ask(ada, remove, { address: me.address }))
  expect(refusal(await world.trySend(bob, id))).toBe(refusal(await world.trySend(bob, blocked)))
  expect((await world.trySend(bob, id)).codes).toEqual(['NOT_ACCEPTED'])
  expect(await lastSequence(bob, id)).toBe(1)
  expect(await world.direct(bob, ada)).toBe(id)
  const stranger = await world.person()
  expect((await tryToOpen(stranger, ada)).codes).toEqual(['NOT_FOUND'])
})
