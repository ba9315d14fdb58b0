import fc from 'fast-check'
import { v7 } from 'uuid'
import { EVENT, openChatWorld, type ChatWorld, type InboxEvent } from '../../../test/support/chat.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

interface Page {
  readonly events: readonly InboxEvent[]
  readonly cursor: string
  readonly hasMore: boolean
}

const SYNC = `query ($after: Cursor, $first: Int) { sync(after: $after, first: $first) { cursor hasMore events { ${EVENT} } } }`
const trySync = (as: Parameters<ChatWorld['ask']>[0], after?: string, first?: number) =>
  world.ask(as, SYNC, { ...(after && { after }), ...(first && { first }) })
const sync = async (as: UserIdentity, after?: string, first?: number): Promise<Page> =>
  (await succeed(trySync(as, after, first))).sync

/** All events after the cursor, by pages of these sizes in turn. */
async function syncAll(as: UserIdentity, after: string, sizes: readonly number[]): Promise<InboxEvent[]> {
  const events: InboxEvent[] = []
  for (let turn = 0, cursor = after, hasMore = true; hasMore; turn++) {
    const size = sizes[turn % sizes.length]!
    const page = await sync(as, cursor, size)
    expect(page.events.length).toBeLessThanOrEqual(size)
    if (page.hasMore) expect(page.cursor).toBe(page.events.at(-1)?.cursor)
    events.push(...page.events)
    ;({ cursor, hasMore } = page)
  }
  return events
}

const actions = ['send', 'direct', 'leave', 'draft', 'clear', 'block', 'read'] as const
const step = fc.record({ by: fc.nat({ max: 2 }), does: fc.constantFrom(...actions) })

test('the pages of sync bring what a resumed inbox brings, whatever happened and however long they are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      compare,
    ),
    { numRuns: 6, endOnFailure: true },
  )
}, 120_000)

async function compare(steps: readonly { by: number; does: (typeof actions)[number] }[], sizes: readonly number[]) {
  const users = [await world.person(), await world.person(), await world.person()] as const
  const [alice, bob, carol] = users
  const phone = await world.anotherDevice(alice)
  const pair = await world.direct(alice, bob)
  const group = await world.group(alice, bob, carol)
  await world.db.settled()
  const { cursor } = await sync(alice)
  const mutate = (as: UserIdentity, field: string, input: string) =>
    world.ask(as, `mutation { ${field}(input: { ${input} }) { __typename } }`)
  const away = new Set<UserIdentity>()
  for (const { by, does } of steps) {
    const user = users[by]!
    if (does === 'send') await world.trySend(user, group)
    if (does === 'direct') await world.trySend(by === 0 ? alice : bob, pair)
    if (does === 'leave' && user !== alice) {
      // Who has blocked the owner does not come back: whether it worked does not matter here.
      await (away.has(user) ? world.add : world.remove)(alice, group, user).catch(() => {})
      if (!away.delete(user)) away.add(user)
    }
    if (does === 'draft')
      await mutate(by === 0 ? phone : alice, 'saveDraft', `conversationId: "${pair}", text: "${v7()}"`)
    if (does === 'clear') await mutate(by === 0 ? phone : user, 'clearConversation', `conversationId: "${pair}"`)
    if (does === 'block')
      await world.people.ask(bob, `mutation { blockUser(input: { userId: "${alice.userId}" }) { __typename } }`)
    if (does === 'read') await mutate(user, 'markRead', `conversationId: "${group}", upTo: 2`)
  }
  const lasts = { alice: await world.group(alice), bob: await world.group(bob), carol: await world.group(carol) }
  await world.db.settled()
  for (const [who, last] of [
    [alice, lasts.alice],
    [phone, lasts.alice],
    [bob, lasts.bob],
    [carol, lasts.carol],
  ] as const) {
    const synced = await syncAll(who, cursor, sizes)
    await using stream = await world.subscribe(who, cursor)
    const resumed: InboxEvent[] = []
    // The system message of the last group is the last event.
    while (resumed.at(-1)?.message?.conversation.id !== last) resumed.push(await stream.next())
    expect(synced).toEqual(resumed)
  }
}

test('without a cursor there are no events, and the cursor continues in sync and in the inbox alike', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const id = await world.direct(alice, bob)
  await world.send(bob, id, 'before')
  await world.db.settled()
  const start = await sync(alice)
  expect(start).toMatchObject({ events: [], hasMore: false })
  await world.send(bob, id, 'after')
  await world.db.settled()
  const { events, cursor, hasMore } = await sync(alice, start.cursor)
  expect(events.map(({ message }) => message?.text)).toEqual(['after'])
  expect(hasMore).toBe(false)
  expect(await sync(alice, cursor)).toMatchObject({ events: [] })
  await using stream = await world.subscribe(alice, start.cursor)
  expect(await stream.next()).toEqual(events[0])
})

test('a page brings what is far ahead, however much happened to others before it', async () => {
  const [alice, bob, carol] = [await world.person(), await world.person(), await world.person()]
  const [theirs, hers] = [await world.direct(bob, carol), await world.direct(alice, bob)]
  await world.db.settled()
  const { cursor } = await sync(alice)
  await world.database.query(
    `insert into events.log (epoch, xid, shard, kind, key, payload)
     select s.epoch, pg_current_xact_id(), events.shard_of($1), 'chat.MessageSent', $1, jsonb_build_object(
       'id', gen_random_uuid(), 'conversationId', $1, 'senderId', gen_random_uuid(), 'text', n)
     from events.settings as s, generate_series(1, 5500) as n`,
    [theirs],
  )
  await world.send(bob, hers, 'found')
  await world.db.settled()
  const page = await sync(alice, cursor)
  expect(page.events.map(({ message }) => message?.text)).toEqual(['found'])
  expect(page.hasMore).toBe(false)
})

test('a page ends early where the device did itself all that it would bring, and the next one goes on', async () => {
  const [alice, bob] = [await world.person(), await world.person()]
  const id = await world.direct(alice, bob)
  await world.db.settled()
  const { cursor } = await sync(alice)
  await world.database.query(
    `insert into events.log (epoch, xid, shard, kind, key, payload)
     select s.epoch, pg_current_xact_id(), events.shard_of($1), 'chat.DraftChanged', $1, jsonb_build_object(
       'userId', $1, 'deviceId', $2::text, 'conversationId', $3::text)
     from events.settings as s, generate_series(1, 5500) as n`,
    [alice.userId, alice.deviceId, id],
  )
  await world.send(bob, id, 'found')
  await world.db.settled()
  const first = await sync(alice, cursor)
  expect(first).toMatchObject({ events: [], hasMore: true })
  expect((await syncAll(alice, first.cursor, [100])).map(({ message }) => message?.text)).toEqual(['found'])
})

test('cursors of no server and too old ones, pages of no size, admins and nobody are refused', async () => {
  const alice = await world.person()
  const { cursor } = await sync(alice) // the same call, allowed
  expect((await trySync(alice, 'made up')).codes).toEqual(['CURSOR_MALFORMED'])
  for (const first of [-1, 101]) expect((await trySync(alice, cursor, first)).codes).toEqual(['BAD_USER_INPUT'])
  for (const who of [anonymous, admin]) expect((await trySync(who)).codes).toEqual(['UNAUTHENTICATED'])
  await world.database.query(`update events.settings set floor_epoch = epoch, floor_xid = (
    select xid::text::bigint + 1 from events.head())::text::xid8`)
  try {
    expect((await trySync(alice, cursor)).codes).toEqual(['CURSOR_TOO_OLD'])
  } finally {
    await world.database.query(`update events.settings set floor_epoch = 0, floor_xid = '0'`)
  }
})
