import { randomUUID } from 'node:crypto'
import { openGroupWorld, type GroupWorld } from '../../test/support/group-world.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { succeed } from '../../test/support/subgraph.ts'

/** What happens to a group and its members: changes, roles, moderation, broadcast groups. */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

type Person = UserIdentity
const newPeople = async (count: number) =>
  (await Promise.all(Array.from({ length: count }, () => world.person()))) as [Person, Person, Person, Person]
const roles = async (as: Person, groupId: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.read(as, groupId, 'members(first: 100) { edges { node { role user { id } } } }')).members.edges.map(
      ({ node }: { node: { role: string; user: { id: string } } }) => [node.user.id, node.role],
    ),
  )
const setRole = (by: Person, groupId: string, { userId }: Person, role: string) =>
  world.change(by, 'setGroupRole', { groupId, userId, role })
const update = (by: Person, groupId: string, input: object) => world.change(by, 'updateGroup', { groupId, ...input })
const act = (by: Person, mutation: string, groupId: string, { userId }: Person, input: object = {}) =>
  world.change(by, mutation, { groupId, userId, ...input })

describe('Updating', () => {
  const FIELDS =
    'title description avatarUrl kind whoMaySend whoMayInvite whoMayEdit whoMaySeeMembers slowModeSeconds viewerCanEdit viewerCanInvite viewerCanSeeMembers viewerCanSend'

  test('changes what is given and keeps the rest, tells the members which fields changed, and nothing where none did', async () => {
    const [owner, member] = await newPeople(2)
    const groupId = await world.create(owner, [member], { description: 'Old', avatarUrl: 'https://example.org/a.png' })
    const before = await world.read(owner, groupId, FIELDS)
    await succeed(update(owner, groupId, { title: ' New ', slowModeSeconds: 10, whoMaySend: 'ADMINS' }))
    expect(await world.read(owner, groupId, FIELDS)).toEqual({
      ...before,
      title: 'New',
      slowModeSeconds: 10,
      whoMaySend: 'ADMINS',
    })
    await succeed(update(owner, groupId, { title: 'New' }))
    await succeed(update(owner, groupId, { description: null, avatarUrl: null }))
    expect(await world.read(member, groupId, FIELDS)).toMatchObject({
      description: '',
      avatarUrl: null,
      viewerCanEdit: false,
      viewerCanInvite: false,
      viewerCanSeeMembers: true,
      viewerCanSend: false,
    })
    const changed = (await world.events(groupId, 'groups.GroupUpdated')).map(({ payload }) => payload)
    expect(changed).toEqual([
      { groupId, by: owner.userId, changed: ['title', 'whoMaySend', 'slowModeSeconds'] },
      { groupId, by: owner.userId, changed: ['description', 'avatarUrl'] },
    ])
  })

  test('is for those whom the rules name: members edit and invite where they may, and change no rule', async () => {
    const [owner, member, guest] = await newPeople(3)
    const groupId = await world.create(owner, [member])
    expect((await update(member, groupId, { title: 'Mine' })).codes).toEqual(['FORBIDDEN'])
    await succeed(update(owner, groupId, { whoMayEdit: 'MEMBERS', whoMayInvite: 'MEMBERS' }))
    await succeed(update(member, groupId, { title: 'Mine' }))
    expect((await update(member, groupId, { title: 'Again', slowModeSeconds: 1 })).codes).toEqual(['FORBIDDEN'])
    expect((await world.read(owner, groupId, 'title')).title).toBe('Mine')
    await succeed(world.change(member, 'addGroupMembers', { groupId, userIds: [guest.userId] }))
  })

  test.each<[string, object]>([
    ['a blank title', { title: ' ' }],
    ['too long a description', { description: 'x'.repeat(2_001) }],
    ['an avatar that is no https URL', { avatarUrl: 'javascript:alert(1)' }],
    ['a negative slow mode', { slowModeSeconds: -1 }],
    ['a slow mode of more than a day', { slowModeSeconds: 86_401 }],
  ])('is refused with %s', async (_, fault) => {
    const [owner] = await newPeople(1)
    const groupId = await world.create(owner)
    expect((await update(owner, groupId, fault)).codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('The group of a conversation', () => {
  test('is found by the id that both have, by members alone; a direct conversation has none', async () => {
    const [owner, stranger] = await newPeople(2)
    const groupId = await world.create(owner)
    const direct = randomUUID()
    const groupsOf = async (as: Person) => {
      const query =
        'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Conversation { id group { title } } } }'
      const ids = [groupId, direct].map((id) => ({ __typename: 'Conversation', id }))
      return (await succeed(world.ask(as, query, { ids })))._entities
    }
    expect(await groupsOf(owner)).toEqual([
      { id: groupId, group: { title: 'Analysts' } },
      { id: direct, group: null },
    ])
    expect(await groupsOf(stranger)).toEqual([
      { id: groupId, group: null },
      { id: direct, group: null },
    ])
  })
})

describe('Roles', () => {
  test('of two admins who demote each other at once one stays an admin', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const [owner, one, two] = await newPeople(3)
      const groupId = await world.create(owner, [one, two])
      for (const who of [one, two]) await succeed(setRole(owner, groupId, who, 'ADMIN'))
      const answers = await Promise.all([setRole(one, groupId, two, 'MEMBER'), setRole(two, groupId, one, 'MEMBER')])
      expect(answers.flatMap(({ codes }) => codes)).toEqual(['FORBIDDEN'])
      const { [one.userId]: ofOne, [two.userId]: ofTwo } = await roles(owner, groupId)
      expect([ofOne, ofTwo].sort()).toEqual(['ADMIN', 'MEMBER'])
    }
  })

  test('the owner keeps its role until it transfers it; a repeated change is no change', async () => {
    const [owner, other, third] = await newPeople(3)
    const groupId = await world.create(owner, [other, third])
    await succeed(setRole(owner, groupId, other, 'ADMIN'))
    await succeed(setRole(owner, groupId, other, 'ADMIN'))
    expect((await setRole(other, groupId, owner, 'MEMBER')).codes).toEqual(['FORBIDDEN'])
    expect((await setRole(owner, groupId, third, 'OWNER')).codes).toEqual(['BAD_USER_INPUT'])
    expect((await act(other, 'transferGroupOwnership', groupId, third)).codes).toEqual(['FORBIDDEN'])
    await succeed(act(owner, 'transferGroupOwnership', groupId, third))
    await succeed(act(owner, 'transferGroupOwnership', groupId, third))
    expect(await roles(owner, groupId)).toEqual({
      [owner.userId]: 'ADMIN',
      [other.userId]: 'ADMIN',
      [third.userId]: 'OWNER',
    })
    expect(await world.events(groupId, 'groups.RoleChanged')).toHaveLength(3)
  })
})

describe('Ownership', () => {
  const leave = (who: Person, groupId: string) => world.change(who, 'leaveGroup', { groupId })

  test('an owner who leaves while the group is transferred is still the owner, or is not: it always has one', async () => {
    for (let turn = 0; turn < 8; turn++) {
      const [owner, heir, third] = await newPeople(3)
      const groupId = await world.create(owner, [heir, third])
      const [transfer, left] = await Promise.all([
        act(owner, 'transferGroupOwnership', groupId, heir),
        leave(owner, groupId),
      ])
      // The one that came second found what the first one left.
      expect(transfer.codes).toEqual([])
      const isGone = left.codes.length === 0
      expect(await roles(heir, groupId)).toEqual({
        ...(!isGone && { [owner.userId]: 'ADMIN' }),
        [heir.userId]: 'OWNER',
        [third.userId]: 'MEMBER',
      })
    }
  })

  test('a group that is transferred to a member who leaves at the same moment keeps an owner who is there', async () => {
    for (let turn = 0; turn < 8; turn++) {
      const [owner, heir, third] = await newPeople(3)
      const groupId = await world.create(owner, [heir, third])
      const [transfer, left] = await Promise.all([
        act(owner, 'transferGroupOwnership', groupId, heir),
        leave(heir, groupId),
      ])
      expect([transfer.codes.length === 0, left.codes.length === 0].sort()).toEqual([false, true])
      const found = await roles(third, groupId)
      expect(Object.values(found).filter((role) => role === 'OWNER')).toHaveLength(1)
    }
  })
})

describe('Moderation', () => {
  test('a ban removes a member at once, keeps it out by every door, and is lifted', async () => {
    const [owner, member, guest] = await newPeople(3)
    const groupId = await world.create(owner, [member], { kind: 'PUBLIC' })
    await succeed(act(owner, 'banGroupMember', groupId, member, { reason: 'Spam' }))
    await succeed(act(owner, 'banGroupMember', groupId, member, { reason: 'Again' }))
    await succeed(act(owner, 'banGroupMember', groupId, guest))
    for (const who of [member, guest]) {
      expect((await world.change(who, 'joinGroup', { groupId })).codes).toEqual(['NOT_FOUND'])
      expect((await world.change(owner, 'addGroupMembers', { groupId, userIds: [who.userId] })).codes).toEqual([
        'FORBIDDEN',
      ])
    }
    const bans = (await world.read(owner, groupId, 'bans { edges { node { user { id } reason by { id } } } }')).bans
    expect(bans.edges.map(({ node }: { node: object }) => node)).toEqual(
      expect.arrayContaining([
        { user: { id: member.userId }, reason: 'Spam', by: { id: owner.userId } },
        { user: { id: guest.userId }, reason: '', by: { id: owner.userId } },
      ]),
    )
    expect((await world.events(groupId, 'groups.MemberLeft')).map(({ payload }) => payload)).toEqual([
      { groupId, userId: member.userId, by: owner.userId, reason: 'BANNED', memberCount: 1 },
    ])
    await succeed(act(owner, 'unbanGroupMember', groupId, member))
    await succeed(act(owner, 'unbanGroupMember', groupId, member))
    await succeed(world.change(member, 'joinGroup', { groupId }))
    expect((await act(owner, 'banGroupMember', groupId, owner)).codes).toEqual(['FORBIDDEN'])
  })

  test('a mute is seen by the member and the managers, and only plain members are muted', async () => {
    const [owner, manager, member, other] = await newPeople(4)
    const groupId = await world.create(owner, [manager, member, other])
    await succeed(setRole(owner, groupId, manager, 'ADMIN'))
    const until = new Date(world.clock.at + 60_000)
    const mute = (who: Person, at: Date | null) => act(manager, 'muteGroupMember', groupId, who, { until: at })
    await succeed(mute(member, until))
    await succeed(mute(member, until))
    expect((await mute(owner, until)).codes).toEqual(['FORBIDDEN'])
    expect((await mute(member, new Date(0))).codes).toEqual(['BAD_USER_INPUT'])
    const seen = async (as: Person) =>
      (await world.read(as, groupId, 'members { edges { node { mutedUntil } } }')).members.edges.map(
        ({ node }: { node: { mutedUntil: string | null } }) => node.mutedUntil,
      )
    const expected = [null, null, until.toISOString(), null]
    expect([await seen(owner), await seen(member)]).toEqual([expected, expected])
    expect(await seen(other)).toEqual([null, null, null, null])
    expect((await world.read(member, groupId, 'viewerCanSend')).viewerCanSend).toBe(false)
    await succeed(mute(member, null))
    expect((await world.read(member, groupId, 'viewerCanSend')).viewerCanSend).toBe(true)
    expect((await world.events(groupId, 'groups.MemberMuted')).map(({ payload }) => payload)).toMatchObject([
      { userId: member.userId, mutedUntil: until.toISOString(), told: expect.arrayContaining([owner.userId]) },
      { userId: member.userId, mutedUntil: null },
    ])
  })

  test('the audit log says who did what, the newest first, paged', async () => {
    const [owner, member] = await newPeople(2)
    const groupId = await world.create(owner, [member])
    await succeed(update(owner, groupId, { title: 'Renamed' }))
    await succeed(setRole(owner, groupId, member, 'ADMIN'))
    await succeed(act(owner, 'removeGroupMember', groupId, member))
    const page = async (after: string | null) =>
      (
        await world.read(
          owner,
          groupId,
          `auditLog(first: 3, after: ${JSON.stringify(after)}) {
            edges { node { act by { id } user { id } detail } } pageInfo { endCursor hasNextPage }
          }`,
        )
      ).auditLog
    const entry = (name: string, user: Person | null, detail = '') => ({
      node: { act: name, by: { id: owner.userId }, user: user && { id: user.userId }, detail },
    })
    const first = await page(null)
    expect(first.edges).toEqual([
      entry('REMOVED', member),
      entry('ROLE_CHANGED', member, 'ADMIN'),
      entry('UPDATED', null, 'title'),
    ])
    expect((await page(first.pageInfo.endCursor)).edges).toEqual([entry('CREATED', null)])
  })
})

describe('A broadcast group', () => {
  test('shows its members to the managers alone: the list, the counts and who comes and goes', async () => {
    const [owner, manager, one, two] = await newPeople(4)
    const groupId = await world.create(owner, [manager, one], { kind: 'BROADCAST' })
    await succeed(setRole(owner, groupId, manager, 'ADMIN'))
    await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds: [two.userId] }))
    const MEMBERS = 'memberCount viewerCanSend viewerCanSeeMembers'
    expect(await world.read(one, groupId, MEMBERS)).toEqual({
      memberCount: 4,
      viewerCanSend: false,
      viewerCanSeeMembers: false,
    })
    const list = world.ask(one, 'query ($id: ID!) { group(id: $id) { title members { edges { cursor } } } }', {
      id: groupId,
    })
    expect(await list).toMatchObject({ codes: ['FORBIDDEN'], data: { group: { title: 'Analysts', members: null } } })
    expect(Object.keys(await roles(manager, groupId))).toHaveLength(4)

    await succeed(world.change(one, 'leaveGroup', { groupId }))
    const told = async (kind: string) =>
      (await world.events(groupId, kind)).map(({ payload }) => (payload as { told: string[] }).told.toSorted())
    expect(await told('groups.FollowerLeft')).toEqual([[owner, manager, one].map(({ userId }) => userId).toSorted()])
    expect(await world.events(groupId, 'groups.MembersJoined')).toEqual([])
    expect((await world.events(groupId, 'groups.FollowersJoined')).map(({ payload }) => payload)).toMatchObject([
      { userIds: [owner.userId, manager.userId, one.userId], managers: [owner.userId] },
      { userIds: [two.userId], managers: expect.arrayContaining([owner.userId, manager.userId]) },
    ])
  })
})

describe('With 100,000 members', () => {
  let owner: Person
  let groupId: string
  beforeAll(async () => {
    owner = await world.person('Olga')
    groupId = await world.create(owner)
    const { database } = world
    for (let from = 1; from < 100_000; from += 10_000) {
      await database.query(
        `with people as (
           insert into users.account (id, address, display_name, created_at)
           select gen_random_uuid(), 'many' || n || '@example.org', 'Name ' || n, now()
           from generate_series($2::int, $2::int + 9999) as n
           returning id
         )
         insert into groups.stay (group_id, user_id, role, joined_at, from_epoch, from_xid, from_id)
         select $1::uuid, id, 'MEMBER', now(), 9, '1', $2::int + row_number() over () from people`,
        [groupId, from],
      )
    }
    await database.query('update groups.room set member_count = 100001 where id = $1::uuid', [groupId])
    await database.query('analyze groups.stay, users.account')
  }, 120_000)

  test('a page of members, a role, the managers and a name prefix read few rows', async () => {
    const seen = await watchReads(async () => {
      const page = await world.read(owner, groupId, 'memberCount members(first: 20) { pageInfo { endCursor } }')
      expect(page.memberCount).toBe(100_001)
      const after = page.members.pageInfo.endCursor
      await world.read(owner, groupId, `members(first: 20, after: "${after}") { edges { cursor } }`)
      // More than PostgreSQL takes to make a plan for all values.
      const place = Buffer.from('9:1:90000').toString('base64url')
      for (let turn = 0; turn < 8; turn++) {
        const deep = await world.read(owner, groupId, `members(first: 20, after: "${place}") { edges { cursor } }`)
        expect(deep.members.edges).toHaveLength(20)
      }
      const managers = await world.read(owner, groupId, 'members(roles: [OWNER, ADMIN]) { edges { node { role } } }')
      expect(managers.members.edges).toEqual([{ node: { role: 'OWNER' } }])
      const named = await world.read(
        owner,
        groupId,
        'members(namePrefix: "NAME 4711") { edges { node { user { id } } } }',
      )
      expect(named.members.edges).toHaveLength(11)
      await succeed(setRole(owner, groupId, { ...owner, userId: await anyMember() }, 'ADMIN'))
    })
    expect(seen).toBeLessThan(1_000)
  })

  const anyMember = async () =>
    (
      await world.database.query<{ id: string }>(
        'select user_id as id from groups.stay where group_id = $1::uuid and from_id = 50000',
        [groupId],
      )
    ).rows[0]?.id ?? ''

  /** The rows of stays and accounts that were read meanwhile: by scans of tables, and by indexes. */
  async function watchReads(work: () => Promise<void>): Promise<number> {
    const count = async () => {
      const { rows } = await world.database.query<{ read: string }>(
        `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::text as read
         from pg_stat_user_tables
         where schemaname in ('groups', 'users') and relname in ('stay', 'account')`,
      )
      return Number(rows[0]?.read)
    }
    await settle()
    const before = await count()
    await work()
    await settle()
    return (await count()) - before
  }
  const settle = async () => {
    // Each connection reports what it read at the latest a second after its statement.
    for (let turn = 0; turn < 20; turn++)
      await world.database.query('select pg_stat_force_next_flush(), pg_sleep(0.05)')
  }
})
