import { v7 } from 'uuid'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { MAX_PINNED } from '../limits.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
afterEach(() => {
  world.clock.aheadMs = 0
})

const FIELDS = 'muted mutedUntil pinned pinOrder favorite archived markedUnread'
const UPDATE = `mutation ($input: UpdateConversationPreferencesInput!) {
  updateConversationPreferences(input: $input) { conversation { id preferences { ${FIELDS} } } }
}`
const ORDER = `mutation ($input: OrderPinnedConversationsInput!) {
  orderPinnedConversations(input: $input) { conversations { id } }
}`
const READ = `query ($id: ID!) { conversation(id: $id) { preferences { ${FIELDS} } } }`
const DEFAULTS = {
  muted: false,
  mutedUntil: null,
  pinned: false,
  pinOrder: null,
  favorite: false,
  archived: false,
  markedUnread: false,
}
const HOUR = 3_600_000

const tryUpdate = (as: UserIdentity | typeof anonymous, conversationId: string, input: object) =>
  world.ask(as, UPDATE, { input: { conversationId, ...input } })
const update = async (as: UserIdentity, id: string, input: object) =>
  (await succeed(tryUpdate(as, id, input))).updateConversationPreferences.conversation.preferences
const read = async (as: UserIdentity, id: string) =>
  (await succeed(world.ask(as, READ, { id }))).conversation.preferences
const tryOrder = (as: UserIdentity, ...conversationIds: string[]) =>
  world.ask(as, ORDER, { input: { conversationIds } })
const order = async (as: UserIdentity, ...ids: string[]): Promise<string[]> =>
  (await succeed(tryOrder(as, ...ids))).orderPinnedConversations.conversations.map(({ id }: { id: string }) => id)
/** The pinned conversations, as the client sorts them. */
const pins = async (as: UserIdentity): Promise<string[]> => {
  const { conversations } = await succeed(
    world.ask(as, '{ conversations(first: 100) { edges { node { id preferences { pinOrder } } } } }'),
  )
  return (conversations.edges as { node: { id: string; preferences: { pinOrder: number | null } } }[])
    .flatMap(({ node }) => (node.preferences.pinOrder === null ? [] : [[node.preferences.pinOrder, node.id] as const]))
    .sort(([a], [b]) => a - b)
    .map(([, id]) => id)
}
/** What the log says of a user's preferences. */
const told = async (who: UserIdentity) => {
  const { rows } = await world.database.query<{ payload: object }>(
    `select payload from events.log where key = $1::text and kind = 'chat.ConversationPreferencesChanged' order by id`,
    [who.userId],
  )
  return rows.map(({ payload }) => payload)
}
const people = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const pair = async () => {
  const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
  return { alice, bob, id: await world.direct(alice, bob) }
}

describe('the preferences of a conversation', () => {
  test.each(['direct', 'group'] as const)('are each user’s own in a %s one, and change one by one', async (kind) => {
    const [alice, bob] = (await people(2)) as [UserIdentity, UserIdentity]
    const id = kind === 'direct' ? await world.direct(alice, bob) : await world.group(alice, bob)
    expect(await read(alice, id)).toEqual(DEFAULTS)
    const until = new Date(Date.now() + HOUR).toISOString()
    const expected: Record<string, unknown> = { ...DEFAULTS }
    for (const [input, changes] of [
      [{ favorite: true }, { favorite: true }],
      [{ mute: { until } }, { muted: true, mutedUntil: until }],
      [{ mute: {} }, { muted: true, mutedUntil: null }],
      [{ markedUnread: true }, { markedUnread: true }],
      [{ pinned: true }, { pinned: true, pinOrder: 0 }],
      [
        { mute: null, favorite: null },
        { muted: false, favorite: false },
      ],
      [{ archived: true }, { archived: true, pinned: false, pinOrder: null }],
      [{ pinned: true }, { archived: false, pinned: true, pinOrder: 0 }],
      [
        { pinned: false, markedUnread: false },
        { pinned: false, pinOrder: null, markedUnread: false },
      ],
    ] as const) {
      Object.assign(expected, changes)
      expect(await update(alice, id, input)).toEqual(expected)
      expect(await read(alice, id)).toEqual(expected)
    }
    expect(await read(bob, id)).toEqual(DEFAULTS)
    expect(await told(bob)).toEqual([])
  })

  test('are refused to strangers, former members, admins and nobody, and change nothing', async () => {
    const [alice, bob, eve] = (await people(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const id = await world.group(alice, bob)
    await update(bob, id, { favorite: true }) // the same call, allowed
    await world.remove(alice, id, bob)
    for (const [who, what] of [
      [bob, id],
      [eve, id],
      [eve, v7()],
      [eve, 'nothing'],
    ] as const) {
      expect((await tryUpdate(who, what, { pinned: true })).codes).toEqual(['NOT_FOUND'])
      expect((await tryOrder(who, what)).codes).toEqual(['CONFLICT'])
    }
    for (const who of [anonymous, admin] as const)
      expect((await tryUpdate(who as typeof anonymous, id, { pinned: true })).codes).toEqual(['UNAUTHENTICATED'])
    const entity = await world.ask(
      eve,
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Conversation { preferences { muted } } } }`,
      { of: [{ __typename: 'Conversation', id }] },
    )
    expect(entity.data._entities).toEqual([null])
    // They come back with the member.
    await world.add(alice, id, bob)
    expect(await read(bob, id)).toEqual({ ...DEFAULTS, favorite: true })
  })

  test('refuse a mute that ends in the past or beyond all calendars, and what is pinned and archived at once', async () => {
    const { alice, id } = await pair()
    for (const input of [
      { mute: { until: new Date(Date.now() - 1).toISOString() } },
      { mute: { until: '+010000-01-01T00:00:00.000Z' } },
      { mute: { until: 'soon' } },
      { pinned: true, archived: true },
    ])
      expect((await tryUpdate(alice, id, { favorite: true, ...input })).codes).toEqual(['BAD_USER_INPUT'])
    expect(await read(alice, id)).toEqual(DEFAULTS)
  })

  test('forget a mute when its time is over', async () => {
    const { alice, id } = await pair()
    await update(alice, id, { mute: { until: new Date(Date.now() + HOUR) } })
    world.clock.aheadMs = HOUR + 1_000
    expect(await read(alice, id)).toEqual(DEFAULTS)
    // What is over already need not be ended.
    await update(alice, id, { mute: null })
    expect(await told(alice)).toHaveLength(1)
  })
})

describe('an archived conversation', () => {
  test('comes back with the next message, whoever sent it', async () => {
    const { alice, bob, id } = await pair()
    await world.send(bob, id)
    for (const sender of [bob, alice]) {
      await update(alice, id, { archived: true })
      expect((await read(alice, id)).archived).toBe(true)
      await world.send(sender, id)
      expect((await read(alice, id)).archived).toBe(false)
    }
  })

  test('stays while it is muted, and what came meanwhile does not bring it back later', async () => {
    const { alice, bob, id } = await pair()
    await update(alice, id, { archived: true, mute: {} })
    await world.send(bob, id)
    expect(await read(alice, id)).toMatchObject({ archived: true, muted: true })
    await update(alice, id, { mute: null })
    expect(await read(alice, id)).toMatchObject({ archived: true, muted: false })
    await world.send(bob, id)
    expect(await read(alice, id)).toMatchObject({ archived: false, muted: false })

    await update(alice, id, { archived: true, mute: { until: new Date(Date.now() + HOUR) } })
    await world.send(bob, id)
    world.clock.aheadMs = 2 * HOUR
    expect(await read(alice, id)).toMatchObject({ archived: true, muted: false })
    await world.send(bob, id)
    expect(await read(alice, id)).toMatchObject({ archived: false, muted: false })
  })
})

describe('pinned conversations', () => {
  const withChats = async (count: number) => {
    const alice = await world.person()
    const ids: string[] = []
    for (let made = 0; made < count; made++) ids.push(await world.group(alice))
    return { alice, ids }
  }

  test('come the last pinned first, and in the order that the user gives them', async () => {
    const { alice, ids } = await withChats(4)
    const [a, b, c, d] = ids as [string, string, string, string]
    for (const id of [a, b, c]) await update(alice, id, { pinned: true })
    expect(await pins(alice)).toEqual([c, b, a])
    expect(await order(alice, a, c.toUpperCase())).toEqual([a, c, b])
    expect(await pins(alice)).toEqual([a, c, b])
    await update(alice, d, { pinned: true })
    await update(alice, c, { pinned: false })
    expect(await pins(alice)).toEqual([d, a, b])
    for (const [wrong, code] of [
      [[a, c], 'CONFLICT'],
      [[a, v7()], 'CONFLICT'],
      [['x'], 'CONFLICT'],
      [[a, a], 'BAD_USER_INPUT'],
      [[], 'BAD_USER_INPUT'],
      [Array.from({ length: MAX_PINNED + 1 }, () => v7()), 'BAD_USER_INPUT'],
    ] as const)
      expect((await tryOrder(alice, ...wrong)).codes).toEqual([code])
    expect(await pins(alice)).toEqual([d, a, b])
  })

  test('are at most twenty, also when many devices pin at once, and have one order', async () => {
    const { alice, ids } = await withChats(MAX_PINNED + 5)
    const answers = await Promise.all(ids.map((id) => tryUpdate(alice, id, { pinned: true })))
    expect(answers.filter(({ codes }) => codes.length === 0)).toHaveLength(MAX_PINNED)
    expect(answers.flatMap(({ codes }) => codes)).toEqual(Array.from({ length: 5 }, () => 'LIMIT_REACHED'))
    const pinned = await pins(alice)
    expect(pinned).toHaveLength(MAX_PINNED)
    // Orders, pins and unpins at once leave one order, of what is pinned then.
    const [one, two, three] = pinned as [string, string, string]
    await Promise.all([
      tryOrder(alice, one, two, three),
      tryOrder(alice, three, two, one),
      update(alice, two, { pinned: false }),
      ...ids.map((id) => tryUpdate(alice, id, { pinned: true })),
    ])
    const after = await pins(alice)
    expect(after).toHaveLength(MAX_PINNED)
    expect(new Set(after).size).toBe(MAX_PINNED)
  })

  test('of groups that the user left take no room', async () => {
    const [owner, alice] = (await people(2)) as [UserIdentity, UserIdentity]
    const left = await world.group(owner, alice)
    await update(alice, left, { pinned: true })
    const own: string[] = []
    for (let made = 0; made < MAX_PINNED; made++) own.push(await world.group(alice))
    for (const id of own.slice(1)) await update(alice, id, { pinned: true })
    expect((await tryUpdate(alice, own[0]!, { pinned: true })).codes).toEqual(['LIMIT_REACHED'])
    await world.remove(owner, left, alice)
    await update(alice, own[0]!, { pinned: true })
    // The return of the group brings no twenty-first.
    await world.add(owner, left, alice)
    expect(await pins(alice)).toEqual([...own.slice(0, 1), ...own.slice(1).reverse()])
  })
})

test('a change is told to the user’s other devices once, and what changes nothing is told to nobody', async () => {
  const { alice, bob, id } = await pair()
  const phone = await world.anotherDevice(alice)
  await world.db.settled()
  const opened = await world.subscribe(phone)
  const { cursor } = await opened.next()
  await opened.close()
  await update(alice, id, { pinned: true })
  await update(alice, id, { pinned: true })
  await update(alice, id, { favorite: false, archived: false, mute: null })
  expect(await order(alice, id)).toEqual([id])
  expect(await told(alice)).toEqual([{ userId: alice.userId, deviceId: alice.deviceId, conversationIds: [id] }])
  await world.send(bob, id)
  await world.db.settled()

  const event = {
    __typename: 'ConversationPreferencesChanged',
    conversationIds: [id],
    conversations: [{ id, preferences: { muted: false, pinOrder: 0, archived: false } }],
  }
  await using ofPhone = await world.subscribe(phone, cursor)
  expect(await ofPhone.next()).toMatchObject(event)
  expect(await ofPhone.next()).toMatchObject({ __typename: 'MessageReceived' })
  // Neither the device that made the change nor the other user gets it: the message is their first event.
  for (const who of [alice, bob]) {
    await using stream = await world.subscribe(who, cursor)
    expect(await stream.next()).toMatchObject({ __typename: 'MessageReceived' })
  }
})
