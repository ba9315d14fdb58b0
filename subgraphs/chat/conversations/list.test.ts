import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { encodePageCursor } from '../../page.ts'

let world: ChatWorld
const statements: string[] = []
beforeAll(async () => {
  world = await openChatWorld({
    database: (inner) => ({
      ...inner,
      query: (text, ...rest) => {
        const name = /^\s*\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? text
        // Others look around by the clock.
        if (name.startsWith('chat.')) statements.push(name)
        return inner.query(text, ...rest)
      },
    }),
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const LIST = `query ($first: Int, $after: String, $filter: ConversationFilter) {
  conversations(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor }
  }
}`
interface Page {
  edges: { node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}
const page = async (as: UserIdentity, variables: object = {}): Promise<Page> =>
  (await succeed(world.ask(as, LIST, { ...variables }))).conversations
const list = async (as: UserIdentity, filter: object | null = null) =>
  (await page(as, { first: 100, filter })).edges.map(({ node }) => node.id)
const count = async (as: UserIdentity, filter: object | null = null): Promise<number> =>
  (
    await succeed(
      world.ask(as, 'query ($filter: ConversationFilter) { conversationCount(filter: $filter) }', { filter }),
    )
  ).conversationCount
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
const markRead = (as: UserIdentity, id: string, upTo: number) =>
  succeed(
    world.ask(
      as,
      'mutation ($id: ID!, $upTo: Int!) { markRead(input: { conversationId: $id, upTo: $upTo }) { conversation { id } } }',
      { id, upTo },
    ),
  )
const send = (from: UserIdentity, id: string) => {
  world.clock.aheadMs += 1_000
  return world.send(from, id)
}

test('pinned conversations come first in their order, then the last active, over any number of pages', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const ids: string[] = []
  for (let made = 0; made < 6; made++) {
    ids.push(await world.group(bob, alice))
    await send(bob, ids[made]!)
  }
  const [a, b, c, d, e, f] = ids as [string, string, string, string, string, string]
  expect(await list(alice)).toEqual([f, e, d, c, b, a])
  for (const id of [d, a, e]) await keep(alice, id, { pinned: true })
  await send(bob, b)
  const order = [e, a, d, b, f, c]
  expect(await list(alice)).toEqual(order)
  for (const first of [1, 2, 3, 4, 5]) {
    const walked: string[] = []
    for (let after: string | null = null; ;) {
      const { edges, pageInfo }: Page = await page(alice, { first, after })
      walked.push(...edges.map(({ node }) => node.id))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(walked).toEqual(order)
  }
  expect(await list(bob)).toEqual([b, f, e, d, c, a])
  for (const key of ['1', `x 5 ${a}`, `1 2 3 ${a}`, `1 5 x`, `9999999999 5 ${a}`, `- 5 ${a}`])
    expect((await world.ask(alice, LIST, { after: encodePageCursor(key) })).codes).toEqual(['CURSOR_MALFORMED'])
})

test('filters go together, and the count is that of the list', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const direct = await world.direct(alice, bob)
  const [kept, archived, muted] = [
    await world.group(bob, alice),
    await world.group(bob, alice),
    await world.group(bob, alice),
  ]
  const last = new Map<string, number>()
  for (const id of [direct, kept, archived, muted]) last.set(id, (await send(bob, id)).sequence)
  await keep(alice, archived, { archived: true, favorite: true })
  await keep(alice, muted, { archived: true, mute: {} })
  await keep(alice, kept, { favorite: true })
  for (const id of [direct, kept]) await markRead(alice, id, last.get(id) ?? 0)
  await keep(alice, kept, { markedUnread: true })
  const expected: [filter: object, ids: string[]][] = [
    [{}, [muted, archived, kept, direct]],
    [{ kind: null, unread: null, archived: null, favorite: null }, [muted, archived, kept, direct]],
    [{ kind: 'GROUP' }, [muted, archived, kept]],
    [{ kind: 'DIRECT' }, [direct]],
    [{ archived: true }, [muted, archived]],
    [{ archived: false }, [kept, direct]],
    [{ favorite: true }, [archived, kept]],
    [{ favorite: true, archived: false }, [kept]],
    [{ unread: true }, [muted, archived, kept]],
    [{ unread: false }, [direct]],
    [{ unread: true, archived: true, kind: 'DIRECT' }, []],
  ]
  for (const [filter, ids] of expected) {
    expect([filter, await list(alice, filter)]).toEqual([filter, ids])
    expect(await count(alice, filter)).toBe(ids.length)
  }
  const unread = async (filter: object) =>
    (
      await succeed(
        world.ask(
          alice,
          'query ($filter: ConversationFilter) { unreadCounts(filter: $filter) { messages conversations } }',
          { filter },
        ),
      )
    ).unreadCounts
  expect(await unread({})).toEqual({ messages: 2, conversations: 3 })
  expect(await unread({ archived: false })).toEqual({ messages: 0, conversations: 1 })
  // A message brings back what is archived, but not what is muted.
  await send(bob, archived)
  await send(bob, muted)
  expect(await list(alice, { archived: true })).toEqual([muted])
  expect(await list(bob, { archived: true })).toEqual([])
})

test('is empty for a stranger, whatever the filter, and refused to nobody and to admins', async () => {
  const eve = await world.person()
  for (const filter of [null, { unread: true }, { archived: false }])
    expect([await list(eve, filter), await count(eve, filter)]).toEqual([[], 0])
  for (const who of [anonymous, admin])
    for (const query of ['{ conversationCount }', '{ conversations { edges { cursor } } }'])
      expect((await world.ask(who, query)).codes).toEqual(['UNAUTHENTICATED'])
})

test('a page of 50 with last messages, unread counts, preferences and participants costs as many statements as one of 2', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const text = `query ($first: Int) { conversations(first: $first) { edges { node {
    id kind lastSequence readUpTo unreadCount preferences { muted pinned archived }
    lastMessage { id text sender { id } readCount deliveredCount readBy(first: 2) { edges { node { id } } } }
    participants(first: 3) { edges { node { id } } }
  } } } }`
  for (let made = 0; made < 50; made++) await send(bob, await world.group(bob, alice))
  const look = async (first: number) => {
    statements.length = 0
    const { conversations } = await succeed(world.ask(alice, text, { first }))
    expect(conversations.edges).toHaveLength(first)
    expect(conversations.edges[0].node).toMatchObject({ unreadCount: 1, lastMessage: { text: 'Hello' } })
    return [...statements].sort()
  }
  const two = await look(2)
  expect(await look(50)).toEqual(two)
  expect(two).toEqual([...new Set(two)])
  expect(two.length).toBeLessThanOrEqual(9)
})
