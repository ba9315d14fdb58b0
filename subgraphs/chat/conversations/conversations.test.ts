import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { encodePageCursor } from '../../page.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const CONVERSATION = `id kind lastSequence lastMessage { id text }
  participants(first: 100) { edges { node { id } } }
  messages(first: 100) { edges { cursor node { id sequence text clientMessageId sender { id } } } pageInfo { hasNextPage hasPreviousPage } }`
const READ = `query ($id: ID!) { conversation(id: $id) { ${CONVERSATION} } }`
const LIST = `query ($first: Int, $after: String) {
  conversations(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } }
}`
const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) {
  ... on Conversation { kind lastSequence } ... on Message { text sequence clientMessageId } } }`
const OPEN =
  'mutation ($id: ID!) { openDirectConversation(input: { userId: $id }) { conversation { id kind lastSequence } } }'

const read = async (as: UserIdentity, id: string) => (await succeed(world.ask(as, READ, { id }))).conversation
const texts = (conversation: { messages: { edges: { node: { text: string } }[] } }) =>
  conversation.messages.edges.map(({ node }) => node.text)
const entities = async (as: UserIdentity, ...of: { __typename: string; id: string }[]) =>
  (await succeed(world.ask(as, ENTITIES, { of })))._entities
interface Page {
  edges: { node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}
const ids = (connection: { edges: { node: { id: string } }[] }) => connection.edges.map(({ node }) => node.id)

describe('a direct conversation', () => {
  test('is the same for both users, also when opened repeatedly and concurrently', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const opened = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 ? world.direct(alice, bob) : world.direct(bob, alice))),
    )
    expect(new Set(opened).size).toBe(1)
    const conversation = await read(alice, opened[0] ?? '')
    expect(conversation).toMatchObject({ kind: 'DIRECT', lastSequence: 0, lastMessage: null })
    expect(ids(conversation.participants)).toEqual([alice.userId, bob.userId].sort())
    expect(await read(bob, opened[0] ?? '')).toEqual(conversation)
  })

  test('is not with nobody, not with oneself, and not with what is no id', async () => {
    const alice = await world.person()
    for (const id of [v7(), 'nobody', '', "' or true --"]) {
      expect((await world.ask(alice, OPEN, { id })).codes).toEqual(['NOT_FOUND'])
    }
    for (const id of [alice.userId, alice.userId.toUpperCase()]) {
      expect((await world.ask(alice, OPEN, { id })).codes).toEqual(['BAD_USER_INPUT'])
    }
    const bob = await world.person()
    expect((await world.ask(alice, OPEN, { id: bob.userId.toUpperCase() })).codes).toEqual([])
  })

  test('shows both everything that was ever written', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.direct(alice, bob)
    await world.send(alice, id, 'one')
    await world.send(bob, id, 'two')
    expect(texts(await read(alice, id))).toEqual(['one', 'two'])
    expect(texts(await read(bob, id))).toEqual(['one', 'two'])
    expect((await read(bob, id.toUpperCase())).lastMessage.text).toBe('two')
  })
})

describe('strangers', () => {
  test('get on every field what they would get if there were nothing', async () => {
    const [alice, bob, eve] = [await world.person(), await world.person(), await world.person()]
    for (const id of [await world.direct(alice, bob), await world.group(alice, bob)]) {
      const message = await world.send(alice, id, 'secret')
      expect((await read(bob, id)).lastMessage.text).toBe('secret') // the same call, allowed
      expect(await entities(bob, { __typename: 'Message', id: message.id })).toMatchObject([{ text: 'secret' }])

      for (const what of [id, v7(), 'nothing']) {
        expect(await read(eve, what)).toBeNull()
        expect((await world.trySend(eve, what)).codes).toEqual(['NOT_FOUND'])
        expect(await entities(eve, { __typename: 'Conversation', id: what })).toEqual([null])
      }
      for (const what of [message.id, v7(), 'nothing']) {
        expect(await entities(eve, { __typename: 'Message', id: what })).toEqual([null])
      }
      expect(ids((await succeed(world.ask(eve, LIST))).conversations)).toEqual([])
      expect((await read(alice, id)).lastSequence).toBe(message.sequence)
    }
  })

  test('who are not signed in, or are admins, are refused everywhere', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.direct(alice, bob)
    const input = { conversationId: id, text: 'x', clientMessageId: 'x' }
    const ways = (as: typeof anonymous) => [
      world.ask(as, READ, { id }),
      world.ask(as, LIST),
      world.ask(as, OPEN, { id: bob.userId }),
      world.ask(as, 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }', {
        input,
      }),
      world.ask(as, ENTITIES, { of: [{ __typename: 'Conversation', id }] }),
      world.ask(as, ENTITIES, { of: [{ __typename: 'Message', id }] }),
    ]
    for (const answer of await Promise.all(ways(alice))) expect(answer.codes).toEqual([])
    for (const as of [anonymous, admin]) {
      for (const answer of await Promise.all(ways(as))) expect(answer.codes).toEqual(['UNAUTHENTICATED'])
    }
  })
})

describe("a group's conversation", () => {
  test('is there before anybody writes, with the message that it was created, and has the id of the group', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.group(alice, bob)
    expect(ids((await succeed(world.ask(bob, LIST))).conversations)).toEqual([id])
    expect(await read(alice, id)).toMatchObject({ id, kind: 'GROUP', lastSequence: 1, lastMessage: { text: '' } })
    expect(ids((await read(alice, id)).participants)).toEqual([alice.userId, bob.userId].sort())
  })

  test('shows a former member nothing: history, lists, entities and sending', async () => {
    const [alice, bob] = [await world.person(), await world.person()]
    const id = await world.group(alice, bob)
    const message = await world.send(bob, id, 'mine')
    const looks = async () => [
      await read(bob, id),
      ids((await succeed(world.ask(bob, LIST))).conversations)[0] ?? null,
      ...(await entities(bob, { __typename: 'Conversation', id }, { __typename: 'Message', id: message.id })),
    ]
    expect((await looks()).every((look) => look !== null)).toBe(true)
    await world.remove(alice, id, bob)
    expect(await looks()).toEqual([null, null, null, null])
    expect((await world.trySend(bob, id)).codes).toEqual(['NOT_FOUND'])
    expect(ids((await read(alice, id)).participants)).toEqual([alice.userId])
  })

  test('shows a later member the messages since they joined, and a returning member those since they returned', async () => {
    const [alice, bob, carol] = [await world.person(), await world.person(), await world.person()]
    const id = await world.group(alice, bob)
    const before = await world.send(alice, id, 'before')
    await world.add(alice, id, carol)
    // The first that she sees is the server's message that she joined.
    expect(await read(carol, id)).toMatchObject({ lastSequence: 3, lastMessage: { text: '' } })
    expect(texts(await read(carol, id))).toEqual([''])
    const during = await world.send(alice, id, 'during')
    const seen = await read(carol, id)
    expect(texts(seen)).toEqual(['', 'during'])
    expect(seen.lastMessage.text).toBe('during')
    expect(seen.messages.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false })
    expect(texts(await read(bob, id))).toEqual(['', 'before', '', 'during'])
    const both = [before, during].map((message) => ({ __typename: 'Message', id: message.id }))
    expect(await entities(carol, ...both)).toMatchObject([null, { text: 'during' }])
    expect(await entities(bob, ...both)).toMatchObject([{ text: 'before' }, { text: 'during' }])
    const back =
      'query ($id: ID!, $before: String) { conversation(id: $id) { messages(last: 5, before: $before) { edges { node { text } } } } }'
    const page = (as: UserIdentity) => world.ask(as, back, { id, before: encodePageCursor('3') })
    expect(texts((await succeed(page(bob))).conversation)).toEqual(['', 'before'])
    expect(texts((await succeed(page(carol))).conversation)).toEqual([])

    await world.remove(alice, id, carol)
    await world.send(alice, id, 'without')
    await world.add(alice, id, carol)
    await world.send(alice, id, 'again')
    expect(texts(await read(carol, id))).toEqual(['', 'again'])
    expect(texts(await read(bob, id)).filter((text: string) => text !== '')).toEqual([
      'before',
      'during',
      'without',
      'again',
    ])
  })
})

test('conversations come by their last activity, page by page', async () => {
  const alice = await world.person()
  const others = await Promise.all(Array.from({ length: 5 }, () => world.person()))
  const made: string[] = []
  for (const other of others) made.push(await world.direct(alice, other))
  made.push(await world.group(alice))
  for (const id of made) {
    world.clock.aheadMs += 1_000
    await world.send(alice, id)
  }
  world.clock.aheadMs += 1_000
  await world.send(others[0]!, made[0]!) // one of the five
  const order = [made[0]!, ...made.slice(1).reverse()]

  const all = (await succeed(world.ask(alice, LIST))).conversations
  expect(ids(all)).toEqual(order)
  expect(all.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
  const walked: string[] = []
  for (let after: string | null = null; ;) {
    const page: Page = (await succeed(world.ask(alice, LIST, { first: 2, after }))).conversations
    walked.push(...ids(page))
    after = page.pageInfo.endCursor
    if (!page.pageInfo.hasNextPage) break
  }
  expect(walked).toEqual(order)
  for (const first of [0, -1, 101]) expect((await world.ask(alice, LIST, { first })).codes).toEqual(['BAD_USER_INPUT'])
  for (const after of [
    '',
    'x',
    encodePageCursor('5'),
    encodePageCursor('5 x'),
    encodePageCursor(v7()),
    `${encodePageCursor(`5 ${v7()}`)}=`,
  ]) {
    expect((await world.ask(alice, LIST, { after })).codes).toEqual(['CURSOR_MALFORMED'])
  }
})

test('participants come page by page', async () => {
  const members = await Promise.all(Array.from({ length: 5 }, () => world.person()))
  const id = await world.group(members[0]!, ...members.slice(1))
  const page = `query ($id: ID!, $first: Int, $after: String) { conversation(id: $id) {
    participants(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }`
  const walked: string[] = []
  for (let after: string | null = null; ;) {
    const found = (await succeed(world.ask(members[1]!, page, { id, first: 2, after }))).conversation
    const participants: Page = found.participants
    walked.push(...ids(participants))
    after = participants.pageInfo.endCursor
    if (!participants.pageInfo.hasNextPage) break
  }
  expect(walked).toEqual(members.map((member) => member.userId).sort())
  expect((await world.ask(members[0]!, page, { id, after: encodePageCursor('x') })).codes).toEqual(['CURSOR_MALFORMED'])
  expect((await world.ask(members[0]!, page, { id, first: 101 })).codes).toEqual(['BAD_USER_INPUT'])
})
