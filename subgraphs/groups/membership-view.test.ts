import { openGroupWorld, type GroupWorld } from '../../test/support/group-world.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { succeed } from '../../test/support/subgraph.ts'

/**
 * `groups.membership` is how the other rooms know who is, and was, in a group. They rely on its columns, on who is in it
 * and on its positions: a change of this test is a change for them.
 */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const newPeople = async (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const rowsOf = async (groupId: string) =>
  (
    await world.database.query<{ user_id: string; role: string; is_present: boolean }>(
      `select user_id, role, until_epoch is null as is_present from groups.membership
       where group_id = $1::uuid
       order by from_epoch, from_xid, from_id`,
      [groupId],
    )
  ).rows.map(({ user_id: id, role, is_present: isPresent }) => ({ id, role, isPresent }))

test('groups.membership has these columns, with these types', async () => {
  const { rows } = await world.database.query(
    `select attname as name, format_type(atttypid, atttypmod) as type
     from pg_attribute
     where attrelid = 'groups.membership'::regclass and attnum > 0
     order by attnum`,
  )
  expect(rows).toEqual([
    { name: 'group_id', type: 'uuid' },
    { name: 'user_id', type: 'uuid' },
    { name: 'role', type: 'text' },
    { name: 'from_epoch', type: 'integer' },
    { name: 'from_xid', type: 'xid8' },
    { name: 'from_id', type: 'bigint' },
    { name: 'until_epoch', type: 'integer' },
    { name: 'until_xid', type: 'xid8' },
    { name: 'until_id', type: 'bigint' },
  ])
})

test('groups.membership has a row for each stay: of members by their role, and of former members with its end', async () => {
  const [owner, manager, member, left, removed, banned] = (await newPeople(6)) as UserIdentity[]
  const groupId = await world.create(owner!, [manager!, member!, left!, removed!, banned!])
  const about = (user?: UserIdentity) => ({ groupId, userId: user!.userId })
  await succeed(world.change(owner!, 'setGroupRole', { ...about(manager), role: 'ADMIN' }))
  await succeed(world.change(left!, 'leaveGroup', { groupId }))
  await succeed(world.change(owner!, 'removeGroupMember', about(removed)))
  await succeed(world.change(owner!, 'banGroupMember', about(banned)))
  // Who comes back has a second stay: what was sent meanwhile is not theirs to read.
  await succeed(world.change(owner!, 'addGroupMembers', { groupId, userIds: [left!.userId] }))
  const row = (user: UserIdentity | undefined, role: string, isPresent = true) => ({
    id: user!.userId,
    role,
    isPresent,
  })
  const rows = await rowsOf(groupId)
  expect(rows[0]).toEqual(row(owner, 'OWNER'))
  expect(rows.at(-1)).toEqual(row(left, 'MEMBER'))
  const expected = [
    row(owner, 'OWNER'),
    row(manager, 'ADMIN'),
    row(member, 'MEMBER'),
    row(left, 'MEMBER', false),
    row(removed, 'MEMBER', false),
    row(banned, 'MEMBER', false),
    row(left, 'MEMBER'),
  ]
  expect(rows).toHaveLength(expected.length)
  expect(rows).toEqual(expect.arrayContaining(expected))
})

test('groups.membership has nobody who is only invited, has asked to join or is kept out', async () => {
  const [owner, asking, banned] = (await newPeople(3)) as UserIdentity[]
  const invited = await world.closedPerson()
  const groupId = await world.create(owner!, [invited])
  await succeed(world.change(owner!, 'banGroupMember', { groupId, userId: banned!.userId }))
  const made = world.change(owner!, 'createGroupLink', { groupId, needsApproval: true }, 'link { code }')
  const { code } = (await succeed(made)).createGroupLink.link
  await succeed(world.change(asking!, 'joinGroup', { code }))
  expect(await rowsOf(groupId)).toEqual([{ id: owner!.userId, role: 'OWNER', isPresent: true }])
})

test('groups.membership ends the stays of a group that is deleted', async () => {
  const [owner, member] = (await newPeople(2)) as UserIdentity[]
  const groupId = await world.create(owner!, [member!])
  await succeed(world.change(owner!, 'deleteGroup', { groupId }))
  expect((await rowsOf(groupId)).map(({ isPresent }) => isPresent)).toEqual([false, false])
})

test('a stay begins at its joining and ends at its leaving, by the positions of these events in the log', async () => {
  const [owner, member] = (await newPeople(2)) as UserIdentity[]
  const groupId = await world.create(owner!)
  await succeed(world.change(owner!, 'addGroupMembers', { groupId, userIds: [member!.userId] }))
  await succeed(world.change(member!, 'leaveGroup', { groupId }))
  const { rows } = await world.database.query<{ from: string; until: string }>(
    `select (from_epoch, from_xid, from_id)::text as from, (until_epoch, until_xid, until_id)::text as until
     from groups.membership where group_id = $1::uuid and user_id = $2::uuid`,
    [groupId, member!.userId],
  )
  const { rows: logged } = await world.database.query<{ kind: string; place: string }>(
    `select kind, (epoch, xid, id)::text as place from events.log where key = $1::text`,
    [groupId],
  )
  const placesOf = (kind: string) => logged.filter((event) => event.kind === kind).map(({ place }) => place)
  expect(placesOf('groups.MemberLeft')).toEqual([rows[0]?.until])
  expect(logged.map(({ place }) => place)).toContain(rows[0]?.from)
})

test.each([
  'insert into groups.membership (group_id, user_id, role) select group_id, user_id, role from groups.stay limit 1',
  "update groups.membership set role = 'OWNER'",
  'delete from groups.membership',
  "update groups.titles set title = 'Mine'",
  'delete from groups.titles',
  'update groups.sizes set member_count = 0',
  'insert into groups.erased (user_id) values (gen_random_uuid())',
])('nobody writes through a published view: %s', async (statement) => {
  await world.create(await world.person())
  await expect(world.database.query(statement)).rejects.toThrow(/only for reading/)
})
