import type { Bus } from '../../../platform/bus/bus.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import { kinds } from '../../../test/support/kinds.ts'
import { v7 } from 'uuid'
import type { EventLog, LoggedEvent } from '../../../platform/eventlog/eventlog.ts'
import { openEventLog } from '../../../platform/eventlog/log.ts'
import { comparePositions, formatPosition, ORIGIN, parsePosition } from '../../../platform/eventlog/position.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, askSubgraph, succeed, type Ask } from '../../../test/support/subgraph.ts'
import { encodePageCursor } from '../../page.ts'
import { makeGroups } from '../index.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'
const GROUP =
  'id title createdAt viewerCanManageMembers conversation { id } members(first: 100) { edges { node { role joinedAt user { id } } } }'
const CREATE = `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { ${GROUP} } } }`
const ADD = `mutation ($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { group { ${GROUP} } } }`
const REMOVE = `mutation ($input: RemoveGroupMemberInput!) { removeGroupMember(input: $input) { group { ${GROUP} } } }`
const READ = `query ($id: ID!) { group(id: $id) { ${GROUP} } }`
const ENTITY = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Group { ${GROUP} } } }`
const MEMBERS = `query ($id: ID!, $first: Int, $after: String) { group(id: $id) { members(first: $first, after: $after) {
  edges { cursor node { user { id } } } pageInfo { hasNextPage hasPreviousPage endCursor }
} } }`

let db: TestDatabase
let people: People
let log: EventLog
let bus: Bus
let ask: Ask
const clock = { at: Date.now(), now: () => clock.at }
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database)
  log = await openEventLog(db.database, kinds)
  bus = openMemoryBus()
  ask = askSubgraph(makeGroups({ database: db.database, eventLog: log, bus, clock, log: silentLog }))
})
afterAll(async () => {
  await bus[Symbol.asyncDispose]()
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

let addresses = 0
const newPerson = () => people.signIn(`member${++addresses}@example.org`)
const newPeople = async <Names extends string>(...names: Names[]) => {
  const made = {} as Record<Names, UserIdentity>
  for (const name of names) made[name] = await newPerson()
  return made
}

const create = async (owner: UserIdentity, members: readonly UserIdentity[], title = 'Analysts'): Promise<string> =>
  (await succeed(ask(owner, CREATE, { input: { title, memberIds: members.map((each) => each.userId) } }))).createGroup
    .group.id
const add = (by: UserIdentity, groupId: string, ...users: UserIdentity[]) =>
  ask(by, ADD, { input: { groupId, userIds: users.map((each) => each.userId) } })
const remove = (by: UserIdentity, groupId: string, user: UserIdentity) =>
  ask(by, REMOVE, { input: { groupId, userId: user.userId } })
const read = async (as: UserIdentity, id: string) => (await succeed(ask(as, READ, { id }))).group
/** Who is in it as one of them sees it, in their order: `[userId, role]`. */
const membersOf = async (as: UserIdentity, id: string): Promise<[string, string][]> =>
  (await read(as, id)).members.edges.map(({ node }: { node: { user: { id: string }; role: string } }) => [
    node.user.id,
    node.role,
  ])
const transfer = (by: UserIdentity, groupId: string, to: UserIdentity) =>
  ask(
    by,
    'mutation ($input: TransferGroupOwnershipInput!) { transferGroupOwnership(input: $input) { group { viewerMembership { role } } } }',
    { input: { groupId, userId: to.userId } },
  )
const setRole = (by: UserIdentity, groupId: string, user: UserIdentity, role: 'ADMIN' | 'MEMBER') =>
  ask(by, 'mutation ($input: SetGroupRoleInput!) { setGroupRole(input: $input) { group { id } } }', {
    input: { groupId, userId: user.userId, role },
  })
const countOf = async (as: UserIdentity, id: string): Promise<number> =>
  (await succeed(ask(as, 'query ($id: ID!) { group(id: $id) { memberCount } }', { id }))).group.memberCount
/** Everything in the log about a group; the horizon waits for transactions of other tests. */
const eventsOf = (groupId: string, atLeast: number): Promise<LoggedEvent[]> =>
  eventually(async () => {
    const { events } = await log.read(db.database, ORIGIN, 100_000)
    const found = events.filter(({ kind, key }) => key === groupId && kind.startsWith('groups.'))
    if (found.length < atLeast) throw new Error(`${found.length} of ${atLeast} events`)
    return found
  }, 60_000)
interface Stay {
  user_id: string
  role: string
  from: string
  until: string | null
}
const staysOf = async (groupId: string): Promise<Stay[]> =>
  (
    await db.database.query<Stay>(
      `select user_id, role,
         concat_ws(':', from_epoch, from_xid, from_id) as from,
         nullif(concat_ws(':', until_epoch, until_xid, until_id), '') as until
       from groups.membership where group_id = $1::uuid order by from_epoch, from_xid, from_id`,
      [groupId],
    )
  ).rows

/** Notes the text of each statement. */
const countStatements = (real: Database, statements: string[]): Database => {
  const counting = (sql: Sql): Sql => ({
    query: (text, values) => {
      statements.push(text)
      return sql.query(text, values)
    },
  })
  return {
    ...counting(real),
    transaction: (work) => real.transaction((sql) => work(counting(sql))),
    async [Symbol.asyncDispose]() {},
  }
}

describe('making a group', () => {
  test('its owner and members see it: who is in it, by joining, and who may change that', async () => {
    const { ada, bob, eve } = await newPeople('ada', 'bob', 'eve')
    const input = { title: '  Analysts ', memberIds: [bob.userId, eve.userId] }
    const { group } = (await succeed(ask(ada, CREATE, { input }))).createGroup
    const member = (user: UserIdentity, role: string) => ({
      node: { role, joinedAt: new Date(clock.at).toISOString(), user: { id: user.userId } },
    })
    expect(group).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: 'Analysts',
      createdAt: new Date(clock.at).toISOString(),
      viewerCanManageMembers: true,
      conversation: { id: group.id },
      members: { edges: [member(ada, 'OWNER'), member(bob, 'MEMBER'), member(eve, 'MEMBER')] },
    })
    expect(await read(bob, group.id)).toEqual({ ...group, viewerCanManageMembers: false })
    const { rows } = await db.database.query('select * from groups.titles where group_id = $1::uuid', [group.id])
    expect(rows).toEqual([{ group_id: group.id, title: 'Analysts' }])
  })

  test('folds who is named twice, and the owner who names themselves', async () => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const id = await create(ada, [bob, ada, bob, { ...bob, userId: bob.userId.toUpperCase() }])
    expect(await membersOf(ada, id)).toEqual([
      [ada.userId, 'OWNER'],
      [bob.userId, 'MEMBER'],
    ])
    expect(await membersOf(ada, await create(ada, []))).toEqual([[ada.userId, 'OWNER']])
  })

  test.each<[string, object, string]>([
    ['a title that is blank', { title: ' ' }, 'BAD_USER_INPUT'],
    ['a title that is too long', { title: 'x'.repeat(101) }, 'BAD_USER_INPUT'],
    ['a title with a control character', { title: 'a\u0007b' }, 'BAD_USER_INPUT'],
    ['a member who does not exist', { memberIds: [NOBODY] }, 'NOT_FOUND'],
    ['a member by what is no id', { memberIds: ["' or 1=1 --"] }, 'NOT_FOUND'],
    ['10,001 members', { memberIds: Array.from({ length: 10_001 }, () => NOBODY) }, 'BAD_USER_INPUT'],
    ['an avatar by http', { avatarUrl: 'http://example.org/a.png' }, 'BAD_USER_INPUT'],
    ['a description that is too long', { description: 'x'.repeat(2_001) }, 'BAD_USER_INPUT'],
  ])('is refused with %s, and nothing is left of it', async (_, fault, code) => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const good = { title: "'; drop table groups.room; --", memberIds: [bob.userId] }
    const groups = async () => (await db.database.query('select 1 from groups.room')).rowCount
    const before = await groups()
    expect((await ask(ada, CREATE, { input: { ...good, ...fault } })).codes).toEqual([code])
    expect(await groups()).toBe(before)
    expect((await succeed(ask(ada, CREATE, { input: good }))).createGroup.group.title).toBe(good.title)
    expect(await groups()).toBe(before + 1)
  })

  test('takes 10,000 others at once, in a fixed number of statements, and names at most 500 in one event', async () => {
    const ada = await newPerson()
    const ids = Array.from({ length: 10_000 }, () => v7())
    await db.database.query(
      `insert into users.account (id, address, display_name, created_at)
       select id, id || '@example.org', 'Crowd', now() from unnest($1::uuid[]) as id`,
      [ids],
    )
    const statements: string[] = []
    const database = countStatements(db.database, statements)
    const counted = askSubgraph(makeGroups({ database, eventLog: log, bus, clock, log: silentLog }))
    const input = { title: 'Crowd', memberIds: ids }
    const { id } = (
      await succeed(
        counted(
          ada,
          'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id memberCount } } }',
          { input },
        ),
      )
    ).createGroup.group
    expect(statements.length).toBeLessThan(40)
    const events = await eventsOf(id, 10_023)
    expect(events).toHaveLength(10_023)
    const told = events
      .filter(({ kind }) => kind === 'groups.MembersJoined')
      .map(({ payload }) => payload as { userIds: string[] })
    expect(told.map(({ userIds }) => userIds.length)).toEqual([...Array.from({ length: 20 }, () => 500), 1])
    expect(told.flatMap(({ userIds }) => userIds)).toEqual([ada.userId, ...ids])
    expect((await staysOf(id)).map((stay) => stay.user_id)).toEqual([ada.userId, ...ids])
    expect(await countOf(ada, id)).toBe(10_001)
  })
})

describe('who sees a group', () => {
  test('its members do; a stranger, a former member and an id that is none find nothing, all alike', async () => {
    const { ada, bob, eve } = await newPeople('ada', 'bob', 'eve')
    const id = await create(ada, [bob])
    const entity = (as: UserIdentity, key: string) => ask(as, ENTITY, { ids: [{ __typename: 'Group', id: key }] })
    expect(await read(bob, id)).toMatchObject({ id })
    expect(await read(bob, id.toUpperCase())).toMatchObject({ id })
    expect((await succeed(entity(bob, id)))._entities).toMatchObject([{ id, members: { edges: { length: 2 } } }])

    await succeed(remove(ada, id, bob))
    for (const [who, key] of [
      [bob, id],
      [eve, id],
      [bob, NOBODY],
      [bob, 'no id'],
      [bob, `${id}'`],
      [ada, '\u0000'],
    ] as const) {
      expect(await read(who, key)).toBeNull()
      // With an error of its own: the gateway would take a missing title for an outage.
      expect(await entity(who, key)).toMatchObject({ codes: ['NOT_FOUND'], data: { _entities: [null] } })
    }
    expect(await read(ada, id)).toMatchObject({ id })
  })

  test('nobody signed in may not even ask, and an admin of the server is no member', async () => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const groupId = await create(ada, [bob])
    const operations: [string, object][] = [
      [READ, { id: groupId }],
      [ENTITY, { ids: [{ __typename: 'Group', id: groupId }] }],
      [CREATE, { input: { title: 'x', memberIds: [] } }],
      [ADD, { input: { groupId, userIds: [ada.userId] } }],
      [REMOVE, { input: { groupId, userId: bob.userId } }],
    ]
    for (const who of [anonymous, admin]) {
      for (const [operation, variables] of operations) {
        expect((await ask(who, operation, { ...variables })).codes).toEqual(['UNAUTHENTICATED'])
      }
    }
    expect(await membersOf(ada, groupId)).toHaveLength(2)
  })
})

describe('members', () => {
  test('are paged in the order of joining, and members who join or leave meanwhile do not move the others', async () => {
    const { ada, bob, eve, joe, kim } = await newPeople('ada', 'bob', 'eve', 'joe', 'kim')
    const id = await create(ada, [bob, eve, joe])
    const page = async (variables: object) => (await succeed(ask(ada, MEMBERS, { id, ...variables }))).group.members
    const idsOf = (connection: { edges: { node: { user: { id: string } } }[] }) =>
      connection.edges.map((edge) => edge.node.user.id)
    const first = await page({ first: 2 })
    expect(idsOf(first)).toEqual([ada.userId, bob.userId])
    expect(first.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, endCursor: first.edges[1].cursor })

    await succeed(remove(ada, id, bob))
    await succeed(add(ada, id, kim))
    await succeed(add(ada, id, bob))
    const second = await page({ first: 3, after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual([eve.userId, joe.userId, kim.userId])
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
    const third = await page({ after: second.pageInfo.endCursor })
    expect(idsOf(third)).toEqual([bob.userId])
    expect(third.pageInfo).toMatchObject({ hasNextPage: false })
  })

  test.each<[string, object, string]>([
    ['of none', { first: 0 }, 'BAD_USER_INPUT'],
    ['of 101', { first: 101 }, 'BAD_USER_INPUT'],
    ['after nonsense', { after: 'nonsense' }, 'CURSOR_MALFORMED'],
    ['after SQL', { after: Buffer.from('1:2:3 or 1=1').toString('base64url') }, 'CURSOR_MALFORMED'],
    ['after what PostgreSQL cannot hold', { after: encodePageCursor(`1:${2n ** 64n}:1`) }, 'CURSOR_MALFORMED'],
    ['after what PostgreSQL cannot hold', { after: encodePageCursor(`1:1:${2n ** 63n}`) }, 'CURSOR_MALFORMED'],
  ])('are refused for a page %s', async (_, fault, code) => {
    const ada = await newPerson()
    const id = await create(ada, [])
    expect((await ask(ada, MEMBERS, { id, first: 100 })).codes).toEqual([])
    expect((await ask(ada, MEMBERS, { id, ...fault })).codes).toEqual([code])
  })
})

describe('adding', () => {
  test('is for the owner and admins; a member is told no, everybody else finds no group', async () => {
    const { ada, bob, eve, joe, kim } = await newPeople('ada', 'bob', 'eve', 'joe', 'kim')
    const id = await create(ada, [bob, eve, joe])
    await succeed(setRole(ada, id, bob, 'ADMIN'))
    await succeed(remove(ada, id, joe))
    expect((await add(eve, id, kim)).codes).toEqual(['FORBIDDEN'])
    for (const stranger of [joe, kim]) expect((await add(stranger, id, stranger)).codes).toEqual(['NOT_FOUND'])
    expect((await add(ada, NOBODY, kim)).codes).toEqual(['NOT_FOUND'])
    expect((await add(ada, 'no id', kim)).codes).toEqual(['NOT_FOUND'])
    expect(await membersOf(ada, id)).toHaveLength(3)

    const { group } = (await succeed(add(bob, id, kim))).addGroupMembers
    expect(group).toMatchObject({ viewerCanManageMembers: true, members: { edges: { length: 4 } } })
    expect((await succeed(add(ada, id, joe))).addGroupMembers.group.members.edges).toHaveLength(5)
  })

  test('leaves who is in it as they are, and adds all of the others or nobody', async () => {
    const { ada, bob, eve } = await newPeople('ada', 'bob', 'eve')
    const id = await create(ada, [bob])
    await succeed(setRole(ada, id, bob, 'ADMIN'))
    const userIds = [bob.userId, eve.userId, ada.userId, eve.userId]
    expect((await ask(ada, ADD, { input: { groupId: id, userIds: [...userIds, NOBODY] } })).codes).toEqual([
      'NOT_FOUND',
    ])
    expect((await ask(ada, ADD, { input: { groupId: id, userIds: [...userIds, 'no id'] } })).codes).toEqual([
      'NOT_FOUND',
    ])
    expect(await membersOf(ada, id)).toHaveLength(2)
    await succeed(ask(ada, ADD, { input: { groupId: id, userIds } }))
    await succeed(ask(ada, ADD, { input: { groupId: id, userIds } }))
    expect(await membersOf(ada, id)).toEqual([
      [ada.userId, 'OWNER'],
      [bob.userId, 'ADMIN'],
      [eve.userId, 'MEMBER'],
    ])
    expect(await staysOf(id)).toHaveLength(3)
  })

  test('takes 1 to 10,000 users', async () => {
    const ada = await newPerson()
    const groupId = await create(ada, [])
    const withIds = (count: number) =>
      ask(ada, ADD, { input: { groupId, userIds: Array.from({ length: count }, () => ada.userId) } })
    expect((await withIds(0)).codes).toEqual(['BAD_USER_INPUT'])
    expect((await withIds(10_001)).codes).toEqual(['BAD_USER_INPUT'])
    expect((await withIds(10_000)).codes).toEqual([])
  })

  test('stops at the most that a group can have', async () => {
    const { ada, bob, eve } = await newPeople('ada', 'bob', 'eve')
    const small = askSubgraph(
      makeGroups({ database: db.database, eventLog: log, bus, clock, log: silentLog, maxMembers: 2 }),
    )
    const groupId = await create(ada, [])
    const addTo = (...users: UserIdentity[]) =>
      small(ada, ADD, { input: { groupId, userIds: users.map(({ userId }) => userId) } })
    expect((await addTo(bob, eve)).codes).toEqual(['BAD_USER_INPUT'])
    expect((await addTo(bob)).codes).toEqual([])
    expect((await addTo(eve)).codes).toEqual(['BAD_USER_INPUT'])
    expect((await addTo(bob)).codes).toEqual([])
  })

  test('the same user by many at once makes one stay', async () => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const id = await create(ada, [])
    await Promise.all(Array.from({ length: 6 }, () => succeed(add(ada, id, bob))))
    expect((await staysOf(id)).filter((stay) => stay.user_id === bob.userId)).toHaveLength(1)
  })
})

describe('removing', () => {
  test('is for the owner and admins; the owner cannot be removed, and a member not by a member', async () => {
    const { ada, bob, eve, joe, kim } = await newPeople('ada', 'bob', 'eve', 'joe', 'kim')
    const id = await create(ada, [bob, eve, joe])
    await succeed(setRole(ada, id, bob, 'ADMIN'))
    expect((await remove(eve, id, joe)).codes).toEqual(['FORBIDDEN'])
    expect((await remove(bob, id, ada)).codes).toEqual(['FORBIDDEN'])
    for (const who of [eve, joe, ada]) expect((await remove(kim, id, who)).codes).toEqual(['NOT_FOUND'])
    expect((await remove(ada, id, kim)).codes).toEqual(['NOT_FOUND'])
    expect((await remove(ada, id, { ...kim, userId: "' or 1=1 --" })).codes).toEqual(['NOT_FOUND'])
    expect(await membersOf(ada, id)).toHaveLength(4)

    expect((await succeed(remove(bob, id, joe))).removeGroupMember.group.members.edges).toHaveLength(3)
    expect((await remove(joe, id, joe)).codes).toEqual(['NOT_FOUND'])
    expect((await succeed(remove(ada, id, bob))).removeGroupMember.group).toMatchObject({
      members: { edges: { length: 2 } },
    })
    expect((await remove(bob, id, eve)).codes).toEqual(['NOT_FOUND'])
  })

  test('oneself is leaving, for everybody', async () => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const id = await create(ada, [bob])
    expect((await succeed(remove(bob, id, bob))).removeGroupMember.group).toBeNull()
    expect(await read(bob, id)).toBeNull()
    expect(await membersOf(ada, id)).toEqual([[ada.userId, 'OWNER']])
  })

  test('the owner cannot leave before another member owns the group; as the last member it ends the group', async () => {
    const { ada, bob } = await newPeople('ada', 'bob')
    const id = await create(ada, [bob])
    expect((await remove(ada, id, ada)).codes).toEqual(['FORBIDDEN'])
    expect((await succeed(transfer(ada, id, bob))).transferGroupOwnership.group.viewerMembership.role).toBe('ADMIN')
    await succeed(remove(ada, id, ada))
    await succeed(remove(bob, id, bob))
    for (const who of [ada, bob]) expect(await read(who, id)).toBeNull()
    const kinds = (await eventsOf(id, 8)).slice(4).map(({ kind, payload }) => [kind, payload])
    expect(kinds).toEqual([
      ['groups.RoleChanged', { groupId: id, userId: ada.userId, role: 'ADMIN', by: ada.userId }],
      ['groups.RoleChanged', { groupId: id, userId: bob.userId, role: 'OWNER', by: ada.userId }],
      ['groups.MemberLeft', { groupId: id, userId: ada.userId, by: ada.userId, reason: 'LEFT', memberCount: 1 }],
      ['groups.GroupDeleted', { groupId: id, by: bob.userId }],
    ])
  })

  test('of an owner who leaves while the ownership is transferred, one owner is left in any order', async () => {
    for (let turn = 0; turn < 8; turn++) {
      const { ada, bob, eve } = await newPeople('ada', 'bob', 'eve')
      const id = await create(ada, [bob, eve])
      const acts = [() => transfer(ada, id, bob), () => remove(ada, id, ada), () => remove(bob, id, bob)]
      if (turn % 2) acts.reverse()
      await Promise.all(acts.map((act) => act()))
      expect((await membersOf(eve, id)).filter(([, role]) => role === 'OWNER')).toHaveLength(1)
      expect(await countOf(eve, id)).toBe((await membersOf(eve, id)).length)
    }
  })
})

test('a stay begins and ends at its events: joining, leaving and joining again', async () => {
  const { ada, bob } = await newPeople('ada', 'bob')
  const id = await create(ada, [bob])
  await succeed(remove(bob, id, bob))
  await succeed(add(ada, id, bob))
  const events = await eventsOf(id, 7)
  const stay = { groupId: id, userId: bob.userId }
  expect(events.map(({ kind, payload }) => [kind, payload])).toEqual([
    ['groups.GroupCreated', { groupId: id, title: 'Analysts', by: ada.userId }],
    ['groups.MemberJoined', { groupId: id, userId: ada.userId, role: 'OWNER', by: ada.userId }],
    ['groups.MemberJoined', { ...stay, role: 'MEMBER', by: ada.userId }],
    ['groups.MembersJoined', { groupId: id, userIds: [ada.userId, bob.userId], by: ada.userId, memberCount: 2 }],
    ['groups.MemberLeft', { ...stay, by: bob.userId, reason: 'LEFT', memberCount: 1 }],
    ['groups.MemberJoined', { ...stay, role: 'MEMBER', by: ada.userId }],
    ['groups.MembersJoined', { groupId: id, userIds: [bob.userId], by: ada.userId, memberCount: 2 }],
  ])
  const at = events.map((event) => formatPosition(event.position))
  expect(await staysOf(id)).toEqual([
    { user_id: ada.userId, role: 'OWNER', from: at[1], until: null },
    { user_id: bob.userId, role: 'MEMBER', from: at[2], until: at[4] },
    { user_id: bob.userId, role: 'MEMBER', from: at[5], until: null },
  ])
})

test('of changes that race, no stay overlaps another of the same user', async () => {
  const { ada, bob } = await newPeople('ada', 'bob')
  const id = await create(ada, [])
  const race = Array.from({ length: 12 }, (_, turn) => (turn % 2 ? remove(ada, id, bob) : add(ada, id, bob)))
  const answers = await Promise.all(race)
  expect(answers.flatMap((answer) => answer.codes).filter((code) => code !== 'NOT_FOUND')).toEqual([])
  const stays = (await staysOf(id)).filter((stay) => stay.user_id === bob.userId)
  expect(stays.length).toBeGreaterThan(0)
  const position = (text: string | null | undefined) => parsePosition(text ?? '') ?? ORIGIN
  for (const [turn, stay] of stays.entries()) {
    const next = stays[turn + 1]
    if (stay.until) expect(comparePositions(position(stay.from), position(stay.until))).toBeLessThan(0)
    if (next) expect(comparePositions(position(stay.until), position(next.from))).toBeLessThan(0)
  }
})
