import { v7 } from 'uuid'
import type { InboxNode } from '../../../inbox/index.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { eraseUser } from '../account/erase.ts'
import { startAttendance, startBurying } from './attendance.ts'
import { MAX_USERS } from './presence.ts'
import { buryNodes } from './store.ts'

const PRESENCE = 'query ($ids: [ID!]!) { presence(userIds: $ids) { userId user { id } online lastSeenAt } }'
const NEVER = { online: false, lastSeenAt: null }

interface Seen {
  readonly userId: string
  readonly user: { readonly id: string } | null
  readonly online: boolean
  readonly lastSeenAt: string | null
}

let world: ChatWorld
beforeAll(async () => {
  world = await openChatWorld({ attend: true })
})
afterAll(() => world[Symbol.asyncDispose]())

const idsOf = (users: readonly UserIdentity[]) => users.map(({ userId }) => userId)
const sees = async (viewer: UserIdentity, ...users: UserIdentity[]): Promise<Seen[]> =>
  (await succeed(world.people.ask(viewer, PRESENCE, { ids: idsOf(users) }))).presence
const seesOne = async (viewer: UserIdentity, user: UserIdentity): Promise<Seen> => (await sees(viewer, user))[0]!
const set = (who: UserIdentity, privacy: object) =>
  succeed(
    world.people.ask(
      who,
      'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { invisible } } } }',
      { input: { privacy } },
    ),
  )
const noted = async (user: UserIdentity): Promise<number> => {
  const { rows } = await world.database.query<{ nodes: number }>(
    'select count(*)::int as nodes from users.attendance where user_id = $1::uuid',
    [user.userId],
  )
  return rows[0]!.nodes
}

/** The user opens a stream, and it is noted. */
const comes = async (user: UserIdentity, on: InboxNode = world.node) => {
  const stream = await world.subscribe(user, undefined, on)
  await eventually(async () => expect(await noted(user)).toBeGreaterThan(0))
  return stream
}
const isGone = (user: UserIdentity) => eventually(async () => expect(await noted(user)).toBe(0))

test('a user is online while one of their devices has a stream, on whichever node; then it is known when they were', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const laptop = await world.anotherDevice(bob)
  const other = await world.openNode()
  expect(await seesOne(ada, bob)).toEqual({ userId: bob.userId, user: { id: bob.userId }, ...NEVER })
  const before = Date.now()
  const first = await comes(bob)
  const second = await world.subscribe(laptop, undefined, other)
  await eventually(async () => expect(await noted(bob)).toBe(2))
  expect(await seesOne(ada, bob)).toMatchObject({ online: true, lastSeenAt: null })
  await first.close()
  await eventually(async () => expect(await noted(bob)).toBe(1))
  expect(await seesOne(ada, bob)).toMatchObject({ online: true, lastSeenAt: null })
  await second.close()
  await isGone(bob)
  const { online, lastSeenAt } = await seesOne(ada, bob)
  expect(online).toBe(false)
  expect(Date.parse(lastSeenAt!)).toBeGreaterThanOrEqual(before)
})

test('a further device on the same node, and its leave, write nothing', async () => {
  const bob = await world.person()
  await using _first = await comes(bob)
  const row = async () =>
    (
      await world.database.query(
        'select xmin, ctid from users.attendance where user_id = $1::uuid union all select xmin, ctid from users.last_seen where user_id = $1::uuid',
        [bob.userId],
      )
    ).rows
  const before = await row()
  const second = await world.subscribe(await world.anotherDevice(bob))
  await second.close()
  const late = await world.person()
  await using _late = await comes(late)
  expect(await row()).toEqual(before)
})

test('who came for a moment only was online too', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  await (await world.subscribe(bob)).close()
  await eventually(async () => expect((await seesOne(ada, bob)).lastSeenAt).not.toBeNull())
})

test('answers are in the order of the ids, with one for an id that nobody has', async () => {
  const [ada, bob, carol] = [await world.person(), await world.person(), await world.person()]
  await using _stream = await comes(carol)
  const ids = [carol.userId, 'nobody', bob.userId.toUpperCase(), v7(), carol.userId]
  const { presence } = await succeed(world.people.ask(ada, PRESENCE, { ids }))
  expect(presence.map(({ userId, online }: Seen) => [userId, online])).toEqual([
    [carol.userId, true],
    ['nobody', false],
    [bob.userId, false],
    [ids[3], false],
    [carol.userId, true],
  ])
  expect(presence[1]).toEqual({ userId: 'nobody', user: null, ...NEVER })
  for (const wrong of [[], Array.from({ length: MAX_USERS + 1 }, () => bob.userId)]) {
    expect((await world.people.ask(ada, PRESENCE, { ids: wrong })).codes).toEqual(['BAD_USER_INPUT'])
  }
  expect((await world.people.ask(ada, PRESENCE, { ids: Array(MAX_USERS).fill(bob.userId) })).codes).toEqual([])
  for (const nobody of [anonymous, admin]) {
    expect((await world.people.ask(nobody, PRESENCE, { ids: [bob.userId] })).codes).toEqual(['UNAUTHENTICATED'])
  }
})

test('a thousand users with their presence cost one statement and one round trip', async () => {
  const ada = await world.person()
  await using _stream = await comes(ada)
  const spy = jest.spyOn(world.presence, 'find')
  const statements = jest.spyOn(world.database, 'query')
  const ids = [ada.userId, ...Array.from({ length: MAX_USERS - 1 }, () => v7())]
  const { users } = await succeed(
    world.people.ask(ada, 'query ($ids: [ID!]!) { users(ids: $ids) { presence { online } } }', { ids }),
  )
  expect(users[0]).toEqual({ presence: { online: true } })
  await succeed(world.people.ask(ada, PRESENCE.replace('user { id }', ''), { ids }))
  expect(spy).toHaveBeenCalledTimes(2)
  expect(statements.mock.calls.filter(([text]) => text.includes('users.findSeen'))).toHaveLength(2)
  jest.restoreAllMocks()
})

describe('the setting `lastSeenTo`', () => {
  test('decides who sees it: everybody, friends, or nobody but oneself', async () => {
    const friends = makeFriendActs(world.people, world.database)
    const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
    await friends.befriend(ada, bob)
    await using _stream = await comes(bob)
    const who = async () => [
      (await seesOne(ada, bob)).online,
      (await seesOne(eve, bob)).online,
      (await seesOne(bob, bob)).online,
    ]
    expect(await who()).toEqual([true, true, true])
    await set(bob, { lastSeenTo: 'FRIENDS' })
    expect(await who()).toEqual([true, false, true])
    await set(bob, { lastSeenTo: 'NOBODY' })
    expect(await who()).toEqual([false, false, true])
    expect(await seesOne(ada, bob)).toMatchObject(NEVER)
  })

  test('hides also when the user was last online', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    await (await comes(bob)).close()
    await isGone(bob)
    expect((await seesOne(ada, bob)).lastSeenAt).not.toBeNull()
    await set(bob, { lastSeenTo: 'NOBODY' })
    expect(await seesOne(ada, bob)).toMatchObject(NEVER)
    expect((await seesOne(bob, bob)).lastSeenAt).not.toBeNull()
  })
})

test('where one has blocked the other, both see nothing of each other, as if it were hidden from everybody', async () => {
  const friends = makeFriendActs(world.people, world.database)
  const [ada, bob] = [await world.person(), await world.person()]
  await using _one = await comes(ada)
  await using _other = await comes(bob)
  expect([(await seesOne(ada, bob)).online, (await seesOne(bob, ada)).online]).toEqual([true, true])
  await friends.does('blockUser', ada, bob)
  expect(await seesOne(ada, bob)).toMatchObject(NEVER)
  expect(await seesOne(bob, ada)).toMatchObject(NEVER)
  await friends.does('unblockUser', ada, bob)
  expect([(await seesOne(ada, bob)).online, (await seesOne(bob, ada)).online]).toEqual([true, true])
})

describe('an invisible user', () => {
  test('looks offline as of the moment when they became it, whatever they do', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    const stream = await comes(bob)
    const before = Date.now()
    await set(bob, { invisible: true })
    const frozen = await seesOne(ada, bob)
    expect(frozen.online).toBe(false)
    expect(Date.parse(frozen.lastSeenAt!)).toBeGreaterThanOrEqual(before)
    await stream.close()
    await isGone(bob)
    expect(await seesOne(ada, bob)).toEqual(frozen)
    await using _again = await comes(bob)
    expect(await seesOne(ada, bob)).toEqual(frozen)
    await set(bob, { invisible: false })
    expect(await seesOne(ada, bob)).toMatchObject({ online: true, lastSeenAt: null })
  })

  test('who was offline when they became it is seen as of their last stream', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    await (await comes(bob)).close()
    await isGone(bob)
    const before = await seesOne(ada, bob)
    await set(bob, { invisible: true })
    expect(await seesOne(ada, bob)).toEqual(before)
  })
})

describe('a node that dies', () => {
  /** A node of which the process is gone: nobody renews it, and nobody noted that its users left. */
  const deadNode = async (user: UserIdentity, secondsAgo: number) => {
    const nodeId = `dead-${v7()}`
    await world.database.query(
      `insert into users.stream_node (id, alive_at) values ($1::text, clock_timestamp() - make_interval(secs => $2::float8))`,
      [nodeId, secondsAgo],
    )
    await world.database.query('insert into users.attendance (user_id, node_id) values ($1::uuid, $2::text)', [
      user.userId,
      nodeId,
    ])
  }

  test('leaves its users offline, last seen when it last lived, before and after it is buried', async () => {
    const [ada, bob] = [await world.person(), await world.person()]
    await deadNode(bob, 600)
    const before = await seesOne(ada, bob)
    expect(before.online).toBe(false)
    expect(Math.abs(Date.parse(before.lastSeenAt!) - (Date.now() - 600_000))).toBeLessThan(60_000)
    expect(await buryNodes(world.database, 60)).toEqual([bob.userId])
    expect(await noted(bob)).toBe(0)
    expect(await seesOne(ada, bob)).toEqual(before)
  })

  test('does not bring a later moment back, nor one of an invisible or deleted user', async () => {
    const [ada, bob, carol, dora] = [
      await world.person(),
      await world.person(),
      await world.person(),
      await world.person(),
    ]
    await (await comes(bob)).close()
    await isGone(bob)
    const before = await seesOne(ada, bob)
    await set(carol, { invisible: true })
    for (const user of [bob, carol, dora]) await deadNode(user, 600)
    await world.database.query(
      `update users.account set state = 'DELETED', address = null, display_name = null where id = $1::uuid`,
      [dora.userId],
    )
    expect((await buryNodes(world.database, 60)).sort()).toEqual(idsOf([bob, carol, dora]).sort())
    expect(await seesOne(ada, bob)).toEqual(before)
    const { rows } = await world.database.query('select from users.last_seen where user_id = any($1::uuid[])', [
      idsOf([carol, dora]),
    ])
    expect(rows).toEqual([])
  })

  test('is buried by another process, without anybody who asks', async () => {
    const bob = await world.person()
    await deadNode(bob, 600)
    await using _burying = startBurying(world, 60)
    await isGone(bob)
  })

  test('was buried too early: it notes its users again', async () => {
    const users = new Set<string>()
    const bob = await world.person()
    const node = { nodeId: v7(), isHere: (id: string) => users.has(id), userIds: () => [...users] }
    users.add(bob.userId)
    {
      await using attendance = startAttendance({ ...world, aliveEveryMs: 20 }, node)
      attendance.changed(bob.userId)
      await eventually(async () => expect(await noted(bob)).toBe(1))
      await world.database.query(
        `with dead as (delete from users.attendance where node_id = $1::text)
         delete from users.stream_node where id = $1::text`,
        [node.nodeId],
      )
      await eventually(async () => expect(await noted(bob)).toBe(1))
    }
    expect(await noted(bob)).toBe(0)
  })
})

test('a node that is closed leaves nobody online', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const other = await world.openNode()
  const stream = await comes(bob, other)
  await other[Symbol.asyncDispose]()
  await expect(stream.next().then(() => stream.next())).rejects.toThrow()
  expect(await noted(bob)).toBe(0)
  expect((await seesOne(ada, bob)).lastSeenAt).not.toBeNull()
})

test('what is noted of a deleted user is erased, and they look as if they had never been online', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  await (await comes(bob)).close()
  await isGone(bob)
  await world.database.query(
    `update users.account set state = 'DELETED', address = null, display_name = null where id = $1::uuid`,
    [bob.userId],
  )
  expect(await seesOne(ada, bob)).toMatchObject(NEVER)
  await eraseUser(world.database, bob.userId)
  const { rows } = await world.database.query('select from users.last_seen where user_id = $1::uuid', [bob.userId])
  expect(rows).toEqual([])
})

test('while it is not known who is online, only this is missing in the answer', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  jest.spyOn(world.presence, 'find').mockRejectedValueOnce(new Error('Connection is closed.'))
  const answer = await world.people.ask(ada, 'query ($id: ID!) { user(id: $id) { id presence { online } } }', {
    id: bob.userId,
  })
  expect(answer.data).toEqual({ user: { id: bob.userId, presence: null } })
  expect(answer.errors).toHaveLength(1)
})
