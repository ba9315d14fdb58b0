import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

type Field = 'clearConversation' | 'deleteConversation'
const ACT = (field: Field) =>
  `mutation ($id: ID!) { ${field}(input: { conversationId: $id }) { conversation { id unreadCount lastMessage { id } } } }`
const SEEN = `lastSequence unreadCount lastMessage { text } messages { edges { node { text } } pageInfo { hasPreviousPage } }
  preferences { muted pinned favorite archived markedUnread }`
const PREFERENCES = { muted: false, pinned: false, favorite: false, archived: false, markedUnread: false }

const tryTo = (as: Parameters<ChatWorld['ask']>[0], field: Field, id: string) => world.ask(as, ACT(field), { id })
const act = async (as: UserIdentity, field: Field, id: string) =>
  (await succeed(tryTo(as, field, id)))[field].conversation
/** Without system messages, which have none: one tells of the beginning of a group. */
const texts = ({ edges }: { edges: { node: { text: string } }[] }) => edges.flatMap(({ node }) => node.text || [])
const read = async (as: UserIdentity, id: string) => {
  const { conversation } = await succeed(
    world.ask(as, `query ($id: ID!) { conversation(id: $id) { ${SEEN} } }`, { id }),
  )
  return {
    ...conversation,
    messages: texts(conversation.messages),
    hasPrevious: conversation.messages.pageInfo.hasPreviousPage,
  }
}
const list = async (as: UserIdentity): Promise<string[]> => {
  const { conversations, conversationCount } = await succeed(
    world.ask(as, '{ conversations(first: 100) { edges { node { id } } } conversationCount }'),
  )
  expect(conversationCount).toBe(conversations.edges.length)
  return conversations.edges.map(({ node }: { node: { id: string } }) => node.id)
}
const byId = async (as: UserIdentity, ...ids: string[]) =>
  (
    await succeed(
      world.ask(as, 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Message { text } } }', {
        of: ids.map((id) => ({ __typename: 'Message', id })),
      }),
    )
  )._entities.map((message: { text: string } | null) => message?.text ?? null)
const keep = (as: UserIdentity, conversationId: string, input: object) =>
  succeed(
    world.ask(
      as,
      `mutation ($input: UpdateConversationPreferencesInput!) {
        updateConversationPreferences(input: $input) { conversation { id } }
      }`,
      { input: { conversationId, ...input } },
    ),
  )
const told = async (who: UserIdentity) => {
  const { rows } = await world.database.query<{ payload: { upTo: number; deleted: boolean } }>(
    `select payload from events.log where key = $1::text and kind = 'chat.ConversationCleared' order by id`,
    [who.userId],
  )
  return rows.map(({ payload: { upTo, deleted } }) => [upTo, deleted])
}
const people = async () => Promise.all([world.person(), world.person()])
const inBoth = describe.each(['direct', 'group'] as const)

inBoth('a cleared history in a %s conversation', (kind) => {
  const open = async () => {
    const [alice, bob] = await people()
    return { alice, bob, id: kind === 'direct' ? await world.direct(alice, bob) : await world.group(bob, alice) }
  }

  test('is gone on every way of reading, for its user alone, and goes on with the next message', async () => {
    const { alice, bob, id } = await open()
    const [one, two] = [await world.send(bob, id, 'one'), await world.send(alice, id, 'two')]
    expect(await read(alice, id)).toMatchObject({ messages: ['one', 'two'], unreadCount: 1 })
    expect(await act(alice, 'clearConversation', id)).toEqual({ id, unreadCount: 0, lastMessage: null })
    expect(await read(alice, id)).toEqual({
      lastSequence: two.sequence,
      unreadCount: 0,
      lastMessage: null,
      messages: [],
      hasPrevious: false,
      preferences: PREFERENCES,
    })
    expect(await byId(alice, one.id, two.id)).toEqual([null, null])
    expect(await read(bob, id)).toMatchObject({ messages: ['one', 'two'], lastMessage: { text: 'two' } })
    expect(await byId(bob, one.id, two.id)).toEqual(['one', 'two'])
    expect(await list(alice)).toContain(id)

    const three = await world.send(bob, id, 'three')
    expect(await read(alice, id)).toMatchObject({ messages: ['three'], unreadCount: 1, hasPrevious: false })
    expect(await byId(alice, two.id, three.id)).toEqual([null, 'three'])
    // What a sender is answered is by the same rule.
    const { sendMessage } = await succeed(
      world.ask(
        alice,
        `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { conversation {
          messages { edges { node { text } } }
        } } } }`,
        { input: { conversationId: id, text: 'four', clientMessageId: v7() } },
      ),
    )
    expect(texts(sendMessage.message.conversation.messages)).toEqual(['three', 'four'])
  })

  test('leaves the lists with a deleted conversation, which the next message brings back', async () => {
    const { alice, bob, id } = await open()
    await world.send(bob, id, 'one')
    await keep(alice, id, { pinned: true, favorite: true, markedUnread: true, mute: {} })
    await act(alice, 'deleteConversation', id)
    expect(await list(alice)).toEqual([])
    expect(await list(bob)).toEqual([id])
    expect(await read(alice, id)).toMatchObject({ messages: [], preferences: { ...PREFERENCES, muted: true } })
    await world.send(bob, id, 'two')
    expect(await list(alice)).toEqual([id])
    expect(await read(alice, id)).toMatchObject({ messages: ['two'] })
    await act(alice, 'deleteConversation', id)
    await world.send(alice, id, 'three')
    expect([await list(alice), (await read(alice, id)).messages]).toEqual([[id], ['three']])
    await act(alice, 'deleteConversation', id)
    await keep(alice, id, { pinned: true })
    expect(await list(alice)).toEqual([id])
    expect(await read(alice, id)).toMatchObject({ messages: [] })
  })

  test('is told once, and a repetition changes nothing', async () => {
    const { alice, bob, id } = await open()
    const { sequence } = await world.send(bob, id)
    for (let times = 0; times < 2; times++) await act(alice, 'clearConversation', id)
    for (let times = 0; times < 2; times++) await act(alice, 'deleteConversation', id)
    await act(alice, 'clearConversation', id)
    expect(await list(alice)).toEqual([])
    expect(await told(alice)).toEqual([
      [sequence, false],
      [sequence, true],
    ])
    expect(await told(bob)).toEqual([])
  })
})

test('a deleted conversation has no draft any more, also if one was written after the first deletion', async () => {
  const [alice, bob] = await people()
  const id = await world.direct(alice, bob)
  const { sequence } = await world.send(bob, id)
  const draft = async (query: string, more = {}) =>
    (await succeed(world.ask(alice, query, { input: { conversationId: id, ...more } }))).act.conversation.draft
  const save = (text: string, writtenAt = new Date()) =>
    draft('mutation ($input: SaveDraftInput!) { act: saveDraft(input: $input) { conversation { draft { text } } } }', {
      text,
      writtenAt,
    })
  const leave = (field: string, input: string) =>
    draft(`mutation ($input: ${input}!) { act: ${field}(input: $input) { conversation { draft { text } } } }`)

  const before = new Date(Date.now() - 1_000)
  await save('Hello')
  expect(await leave('clearConversation', 'ClearConversationInput')).toEqual({ text: 'Hello' })
  for (let times = 0; times < 2; times++) {
    expect(await leave('deleteConversation', 'DeleteConversationInput')).toBeNull()
    expect(await save('late', before)).toBeNull()
    expect(await told(alice)).toHaveLength(2 + times)
    expect(await save('Hello again')).toEqual({ text: 'Hello again' })
  }
  expect((await told(alice)).at(-1)).toEqual([sequence, true])
})

test('an empty conversation can be deleted too', async () => {
  const [alice, bob] = await people()
  const id = await world.direct(alice, bob)
  await act(alice, 'clearConversation', id)
  expect(await told(alice)).toEqual([])
  await act(alice, 'deleteConversation', id)
  expect([await list(alice), await list(bob)]).toEqual([[], [id]])
})

test('a device that clears while its stream is behind gets the messages, and then that they are gone', async () => {
  const [alice, bob] = await people()
  const id = await world.direct(alice, bob)
  await world.db.settled()
  const opened = await world.subscribe(alice)
  const { cursor } = await opened.next()
  await opened[Symbol.asyncDispose]()
  const { sequence } = await world.send(bob, id, 'on its way')
  await act(alice, 'clearConversation', id)
  await world.db.settled()
  await using resumed = await world.subscribe(alice, cursor)
  expect(await resumed.next()).toMatchObject({ message: { text: 'on its way' } })
  expect(await resumed.next()).toMatchObject({ __typename: 'ConversationCleared', upTo: sequence, deleted: false })
})

test('strangers, former members, admins and nobody are refused', async () => {
  const [alice, bob] = await people()
  const eve = await world.person()
  const id = await world.group(alice, bob)
  for (const field of ['clearConversation', 'deleteConversation'] as const) {
    expect((await tryTo(bob, field, id)).codes).toEqual([]) // the same call, allowed
    for (const what of [id, v7(), 'nothing']) expect((await tryTo(eve, field, what)).codes).toEqual(['NOT_FOUND'])
    for (const who of [anonymous, admin]) expect((await tryTo(who, field, id)).codes).toEqual(['UNAUTHENTICATED'])
  }
  await world.remove(alice, id, bob)
  expect((await tryTo(bob, 'clearConversation', id)).codes).toEqual(['NOT_FOUND'])
})

test('clearing, sending and reading at once leave what came after the clearing, and the counts agree', async () => {
  const [alice, bob] = await people()
  const id = await world.direct(alice, bob)
  await Promise.all([
    ...Array.from({ length: 12 }, () => world.send(bob, id)),
    ...Array.from({ length: 4 }, () => act(alice, 'clearConversation', id)),
  ])
  const last = (await told(alice)).at(-1)?.[0] ?? 0
  const { messages, unreadCount, lastSequence } = await read(alice, id)
  expect(lastSequence).toBe(12)
  expect([messages.length, unreadCount]).toEqual([12 - Number(last), 12 - Number(last)])
})
