import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { MAX_RECEIPT_MEMBERS } from '../limits.ts'
import { MAX_SCANNED } from './unread-rows.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const MARK = (field: 'markRead' | 'markDelivered') => `mutation ($conversationId: ID!, $upTo: Int!) {
  ${field}(input: { conversationId: $conversationId, upTo: $upTo }) { conversation { id readUpTo unreadCount } }
}`
const READ = `query ($id: ID!) { conversation(id: $id) {
  readUpTo unreadCount preferences { markedUnread }
  messages { edges { node { id sequence type readCount deliveredCount readBy { edges { node { id } } } } } }
} }`

const tryMark = (
  as: Parameters<ChatWorld['ask']>[0],
  conversationId: string,
  upTo: number,
  field: 'markRead' | 'markDelivered' = 'markRead',
) => world.ask(as, MARK(field), { conversationId, upTo })
const markRead = async (as: UserIdentity, id: string, upTo: number) =>
  (await succeed(tryMark(as, id, upTo))).markRead.conversation
const markDelivered = (as: UserIdentity, id: string, upTo: number) => succeed(tryMark(as, id, upTo, 'markDelivered'))
const read = async (as: UserIdentity, id: string) => (await succeed(world.ask(as, READ, { id }))).conversation
const unread = async (as: UserIdentity, id: string): Promise<number> => (await read(as, id)).unreadCount
const totals = async (as: UserIdentity) =>
  (await succeed(world.ask(as, '{ unreadCounts { messages conversations } }'))).unreadCounts
/** For each message of a member, in order: who has read it, how many, and how many got it. */
const readers = async (as: UserIdentity, id: string) =>
  (
    (await read(as, id)).messages.edges as {
      node: { type: string; readCount: number; deliveredCount: number; readBy: { edges: { node: { id: string } }[] } }
    }[]
  ).flatMap(({ node }) =>
    node.type === 'SYSTEM'
      ? []
      : {
          by: node.readBy.edges.map((edge) => edge.node.id),
          read: node.readCount,
          delivered: node.deliveredCount,
        },
  )
const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const hide = (who: UserIdentity, hides = true) =>
  succeed(
    world.people.ask(
      who,
      'mutation ($on: Boolean) { updateSettings(input: { privacy: { readReceipts: $on } }) { settings { __typename } } }',
      { on: !hides },
    ),
  )
/** What the log says of a user's positions: the kind, the number, and who else is told. */
const told = async (who: UserIdentity) => {
  const { rows } = await world.database.query<{ kind: string; payload: { upTo: number; told: string[] } }>(
    `select kind, payload from events.log
     where key = $1::text and kind in ('chat.MessagesRead', 'chat.MessagesDelivered') order by id`,
    [who.userId],
  )
  return rows.map(({ kind, payload }) => [kind.slice('chat.Messages'.length), payload.upTo, payload.told.sort()])
}
const sendAll = async (from: UserIdentity, id: string, count: number) => {
  for (let sent = 0; sent < count; sent++) await world.send(from, id)
}
const pair = async () => {
  const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
  return { alice, bob, id: await world.direct(alice, bob) }
}

describe('the read position', () => {
  test('has so many messages above it that are looked at, whoever wrote them: the last ones', async () => {
    const { alice, bob, id } = await pair()
    await world.send(bob, id)
    await world.send(alice, id)
    /** As if alice had written up to this number without reading. */
    const write = (first: number, last: number) =>
      world.database.query(
        `insert into chat.receipts (
           sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id
         )
         select sender_id, n::text, gen_random_uuid(), conversation_id, n, sent_at, content_hash, epoch, xid, event_id + n
         from chat.receipts cross join generate_series($2::integer, $3::integer) as n
         where conversation_id = $1::uuid and sequence = 2`,
        [id, first, last],
      )
    await write(3, MAX_SCANNED)
    expect(await totals(alice)).toEqual({ messages: 1, conversations: 1 })
    await write(MAX_SCANNED + 1, MAX_SCANNED + 1)
    expect(await totals(alice)).toEqual({ messages: 0, conversations: 0 })
  })

  test('moves on and never back, and what is unread are the messages of others above it', async () => {
    const { alice, bob, id } = await pair()
    await sendAll(bob, id, 3)
    await sendAll(alice, id, 2)
    expect([await unread(alice, id), await unread(bob, id)]).toEqual([3, 2])
    expect(await markRead(alice, id, 2)).toEqual({ id, readUpTo: 2, unreadCount: 1 })
    expect(await markRead(alice, id, 1)).toEqual({ id, readUpTo: 2, unreadCount: 1 })
    expect(await markRead(alice, id.toUpperCase(), 5)).toMatchObject({ readUpTo: 5, unreadCount: 0 })
    await world.send(alice, id)
    expect(await unread(alice, id)).toBe(0)
    await world.send(bob, id)
    expect([await unread(alice, id), await unread(bob, id)]).toEqual([1, 3])
  })

  test('is where the farthest of many devices is, and each step is told once, in order', async () => {
    const { alice, bob, id } = await pair()
    await sendAll(bob, id, 20)
    await Promise.all(Array.from({ length: 20 }, (_, at) => markRead(alice, id, 20 - at)))
    expect((await read(alice, id)).readUpTo).toBe(20)
    const steps = (await told(alice)).map(([, upTo]) => upTo as number)
    expect(steps.at(-1)).toBe(20)
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
  })

  test('is refused beyond the last message, before the first one, and to everybody who takes no part', async () => {
    const [alice, bob, eve] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const id = await world.group(alice, bob)
    for (const field of ['markRead', 'markDelivered'] as const) {
      // The first message of a group is the server's, that it was created.
      expect((await tryMark(bob, id, 2, field)).codes).toEqual(['BAD_USER_INPUT'])
    }
    await world.send(alice, id)
    for (const field of ['markRead', 'markDelivered'] as const) {
      for (const upTo of [3, 0, -1, 2 ** 31 - 1])
        expect((await tryMark(bob, id, upTo, field)).codes).toEqual(['BAD_USER_INPUT'])
      expect((await tryMark(bob, id, 2, field)).codes).toEqual([]) // the same call, allowed
      for (const what of [id, v7(), 'nothing'])
        expect((await tryMark(eve, what, 1, field)).codes).toEqual(['NOT_FOUND'])
      for (const who of [anonymous, admin])
        expect((await tryMark(who, id, 1, field)).codes).toEqual(['UNAUTHENTICATED'])
    }
    await world.remove(alice, id, bob)
    expect((await tryMark(bob, id, 1)).codes).toEqual(['NOT_FOUND'])
    for (const who of [anonymous, admin])
      expect((await world.ask(who, '{ unreadCounts { messages } }')).codes).toEqual(['UNAUTHENTICATED'])
  })

  test('does not count what a later member may not see', async () => {
    const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
    const id = await world.group(alice)
    await sendAll(alice, id, 3)
    await world.add(alice, id, bob)
    expect(await unread(bob, id)).toBe(0)
    await sendAll(alice, id, 2)
    expect([await unread(bob, id), await totals(bob)]).toEqual([2, { messages: 2, conversations: 1 }])
  })

  test('does not count system messages', async () => {
    const { alice, bob, id } = await pair()
    await sendAll(bob, id, 2)
    await world.database.query(
      `update chat.receipts set type = 'SYSTEM' where conversation_id = $1::uuid and sequence = 2`,
      [id],
    )
    expect([await unread(alice, id), await totals(alice)]).toEqual([1, { messages: 1, conversations: 1 }])
  })

  test('ends the mark of unread, also where there is nothing new to read', async () => {
    const { alice, bob, id } = await pair()
    await world.send(bob, id)
    await markRead(alice, id, 1)
    const setUnread = () =>
      succeed(
        world.ask(
          alice,
          `mutation ($id: ID!) { updateConversationPreferences(input: { conversationId: $id, markedUnread: true }) {
            conversation { id }
          } }`,
          { id },
        ),
      )
    await setUnread()
    expect(await totals(alice)).toEqual({ messages: 0, conversations: 1 })
    await markRead(alice, id, 1)
    expect((await read(alice, id)).preferences).toEqual({ markedUnread: false })
    expect(await totals(alice)).toEqual({ messages: 0, conversations: 0 })
    const { rows } = await world.database.query(
      `select from events.log where key = $1::text and kind = 'chat.ConversationPreferencesChanged'`,
      [alice.userId],
    )
    expect(rows).toHaveLength(2)
  })
})

test('the counts of all conversations together are their sum', async () => {
  const [alice, bob, carol] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
  const ids = [await world.direct(alice, bob), await world.direct(alice, carol), await world.group(bob, alice, carol)]
  expect(await totals(alice)).toEqual({ messages: 0, conversations: 0 })
  await sendAll(bob, ids[0]!, 2)
  await sendAll(carol, ids[2]!, 3)
  await sendAll(alice, ids[1]!, 1)
  expect(await totals(alice)).toEqual({ messages: 5, conversations: 2 })
  await markRead(alice, ids[2]!, 2)
  expect(await totals(alice)).toEqual({ messages: 4, conversations: 2 })
  await markRead(alice, ids[2]!, 4)
  expect(await totals(alice)).toEqual({ messages: 2, conversations: 1 })
})

describe('who has read a message', () => {
  test('is shown to all who may list the members, with those who only got it, page by page', async () => {
    const [alice, bob, carol, dave] = (await people(4)) as [UserIdentity, UserIdentity, UserIdentity, UserIdentity]
    const id = await world.group(alice, bob, carol, dave)
    await sendAll(alice, id, 2)
    await markRead(bob, id, 3)
    await markRead(carol, id, 2)
    await markDelivered(dave, id, 3)
    await markRead(alice, id, 3) // the sender is no reader
    expect(await readers(dave, id)).toEqual([
      { by: [carol.userId, bob.userId], read: 2, delivered: 3 },
      { by: [bob.userId], read: 1, delivered: 2 },
    ])
    const page = `query ($id: ID!, $after: String) { conversation(id: $id) { messages(first: 1, after: "MQ") { edges { node {
      readBy(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } } } } } }`
    const pageOf = async (after: string | null) =>
      (await succeed(world.ask(bob, page, { id, after }))).conversation.messages.edges[0].node.readBy
    const first = await pageOf(null)
    expect(first).toMatchObject({ edges: [{ node: { id: carol.userId } }], pageInfo: { hasNextPage: true } })
    expect(await pageOf(first.pageInfo.endCursor)).toMatchObject({
      edges: [{ node: { id: bob.userId } }],
      pageInfo: { hasNextPage: false },
    })
    for (const after of ['x', Buffer.from('1').toString('base64url'), Buffer.from('1 x').toString('base64url')])
      expect((await world.ask(bob, page, { id, after })).codes).toEqual(['CURSOR_MALFORMED'])
    // Whoever leaves is no reader, nor is one who joined later.
    await world.remove(alice, id, bob)
    await world.add(alice, id, bob)
    expect((await readers(dave, id)).map(({ by }) => by)).toEqual([[carol.userId], []])
  })

  test('is neither shown by, nor to, those who do not show what they have read', async () => {
    const [alice, bob, carol] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const id = await world.group(alice, bob, carol)
    await world.send(alice, id)
    await hide(bob)
    await markRead(bob, id, 2)
    await markRead(carol, id, 2)
    expect(await readers(alice, id)).toEqual([{ by: [carol.userId], read: 1, delivered: 1 }])
    expect(await readers(bob, id)).toEqual([{ by: [], read: null, delivered: null }])
    expect([await told(bob), await told(carol)]).toEqual([[['Read', 2, []]], [['Read', 2, [alice.userId]]]])
    await hide(alice)
    await world.send(alice, id)
    await markRead(carol, id, 3)
    expect((await told(carol)).at(-1)).toEqual(['Read', 3, []])
    await hide(alice, false)
    await hide(bob, false)
    expect((await readers(alice, id)).map(({ by }) => by)).toEqual([[bob.userId, carol.userId], [carol.userId]])
  })

  test('is counted and not listed in a broadcast group, and tells nobody there', async () => {
    const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
    const id = await world.group(alice, bob)
    await succeed(
      world.groups(
        alice,
        'mutation ($id: ID!) { updateGroup(input: { groupId: $id, kind: BROADCAST }) { group { id } } }',
        { id },
      ),
    )
    await world.send(alice, id)
    await markRead(bob, id, 3)
    const node = '{ conversation(id: $id) { messages(last: 1) { edges { node { readCount deliveredCount } } } } }'
    const list =
      '{ conversation(id: $id) { messages(last: 1) { edges { node { readBy { edges { node { id } } } } } } } }'
    for (const who of [alice, bob]) {
      const counted = await succeed(world.ask(who, `query ($id: ID!) ${node}`, { id }))
      expect(counted.conversation.messages.edges).toEqual([{ node: { readCount: 1, deliveredCount: null } }])
    }
    expect((await world.ask(bob, `query ($id: ID!) ${list}`, { id })).codes).toEqual(['FORBIDDEN'])
    expect((await world.ask(alice, `query ($id: ID!) ${list}`, { id })).codes).toEqual([])
    expect(await told(bob)).toEqual([['Read', 3, []]])
  })

  test('is told to nobody in a group of more than a hundred', async () => {
    const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
    const id = await world.group(alice, bob)
    await world.send(alice, id)
    await world.database.query('update groups.room set member_count = $2::int where id = $1::uuid', [
      id,
      MAX_RECEIPT_MEMBERS + 1,
    ])
    await markDelivered(bob, id, 2)
    await markRead(bob, id, 2)
    expect(await told(bob)).toEqual([['Read', 2, []]])
    expect(await readers(alice, id)).toEqual([{ by: [bob.userId], read: 1, delivered: null }])
  })

  test('is told to no sender who has blocked the reader, or whom the reader has blocked', async () => {
    const { alice, bob, id } = await pair()
    await sendAll(alice, id, 2)
    const act = (by: UserIdentity, field: string, whom: UserIdentity) =>
      succeed(
        world.people.ask(by, `mutation ($id: ID!) { ${field}(input: { userId: $id }) { user { id } } }`, {
          id: whom.userId,
        }),
      )
    await act(alice, 'blockUser', bob)
    await markRead(bob, id, 1)
    await act(alice, 'unblockUser', bob)
    await act(bob, 'blockUser', alice)
    await markRead(bob, id, 2)
    expect(await told(bob)).toEqual([
      ['Read', 1, []],
      ['Read', 2, []],
    ])
    // Nor does either see it by asking.
    const [nobody, somebody] = [
      { by: [], read: 0, delivered: 0 },
      { by: [bob.userId], read: 1, delivered: 1 },
    ]
    expect(await readers(alice, id)).toEqual([nobody, nobody])
    await act(bob, 'unblockUser', alice)
    expect(await readers(alice, id)).toEqual([somebody, somebody])
    await act(alice, 'blockUser', bob)
    expect(await readers(alice, id)).toEqual([nobody, nobody])
  })

  test('is told to no sender who may not see who the members of the group are', async () => {
    const [alice, bob, carol] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const id = await world.group(alice, bob, carol)
    await succeed(
      world.groups(
        alice,
        'mutation ($id: ID!) { updateGroup(input: { groupId: $id, whoMaySeeMembers: ADMINS }) { group { id } } }',
        { id },
      ),
    )
    const { sequence: byMember } = await world.send(bob, id)
    await markDelivered(carol, id, byMember)
    await markRead(carol, id, byMember)
    const { sequence: byOwner } = await world.send(alice, id)
    await markRead(carol, id, byOwner)
    expect(await told(carol)).toEqual([
      ['Read', byMember, []],
      ['Read', byOwner, [alice.userId]],
    ])
  })
})

test('senders, and the reader’s other devices, are told once of what was read; nobody else is', async () => {
  const [alice, bob, carol] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
  const phone = await world.anotherDevice(bob)
  const id = await world.group(alice, bob, carol)
  const [one, two] = [(await world.send(alice, id)).sequence, (await world.send(alice, id)).sequence]
  await world.db.settled()
  const opened = await world.subscribe(alice)
  const { cursor } = await opened.next()
  await opened.close()
  await markDelivered(bob, id, one)
  await markDelivered(bob, id, one)
  await markRead(bob, id, two)
  await markRead(bob, id, two)
  await markDelivered(bob, id, two)
  expect(await told(bob)).toEqual([
    ['Delivered', one, [alice.userId]],
    ['Read', two, [alice.userId]],
  ])
  await world.send(carol, id)
  await world.db.settled()
  const seen = async (who: UserIdentity) => {
    await using stream = await world.subscribe(who, cursor)
    const events: object[] = []
    for (;;) {
      const { cursor: _, message, ...event } = await stream.next()
      if (message) return events
      events.push(event)
    }
  }
  const event = { conversationId: id, userId: bob.userId }
  const isRead = { __typename: 'MessagesRead', ...event, upTo: two }
  expect(await seen(alice)).toEqual([{ __typename: 'MessagesDelivered', ...event, upTo: one }, isRead])
  expect(await seen(phone)).toEqual([isRead])
  expect([await seen(bob), await seen(carol)]).toEqual([[], []])
})

/** The room of the test looks for revoked sessions every 20 ms. */
const BY_THE_CLOCK = 'users.findUnannounced'

test('a page of messages costs the same statements however many messages and readers it has', async () => {
  const statements: string[] = []
  await using counted = await openChatWorld({
    database: (inner) => ({
      ...inner,
      query: (text, ...rest) => {
        const name = /^\s*\/\* (chat\.\w+) \*\//.exec(text)?.[1]
        // Others look around by the clock.
        if (name) statements.push(name)
        return inner.query(text, ...rest)
      },
    }),
  })
  const [alice, bob] = [await counted.person(), await counted.person()]
  const id = await counted.group(alice, bob)
  const look = async () => {
    statements.length = 0
    const { data, codes } = await counted.ask(alice, READ, { id })
    expect(codes).toEqual([])
    return {
      edges: data.conversation.messages.edges.length as number,
      statements: statements.filter((name) => name !== BY_THE_CLOCK).sort(),
    }
  }
  await counted.send(bob, id)
  const one = await look()
  for (let sent = 0; sent < 15; sent++) await counted.send(bob, id)
  await succeed(counted.ask(alice, MARK('markRead'), { conversationId: id, upTo: 9 }))
  const many = await look()
  expect([one.edges, many.edges]).toEqual([2, 17])
  expect(many.statements).toEqual(one.statements)
})
