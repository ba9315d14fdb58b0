import { openMemoryBus } from '../../platform/bus/index.ts'
import { silentLog } from '../../platform/log/log.ts'
import { openGroupWorld, type GroupWorld } from '../../test/support/group-world.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { succeed } from '../../test/support/subgraph.ts'
import { makePorts } from './context.ts'
import { eraseOnce } from './erasure/job.ts'

/** What becomes of the groups of a user who deletes the account. */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

type Three = [UserIdentity, UserIdentity, UserIdentity]
const newPeople = async () => (await Promise.all([1, 2, 3].map(() => world.person()))) as Three

/** As the users room marks an account; then this room takes its turn. */
async function deleteAccount({ userId }: UserIdentity): Promise<void> {
  const { database, eventLog, clock } = world
  await database.query(`update users.account set state = 'DELETED' where id = $1::uuid`, [userId])
  await database.query('insert into users.erasure (user_id, erased_at) values ($1::uuid, now())', [userId])
  await using bus = openMemoryBus()
  await eraseOnce(makePorts({ database, eventLog, clock, bus, log: silentLog }))
  const { rows } = await database.query('select from groups.erased where user_id = $1::uuid', [userId])
  expect(rows).toHaveLength(1)
}

const membersOf = async (as: UserIdentity, groupId: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.read(as, groupId, 'members { edges { node { role user { id } } } }')).members.edges.map(
      ({ node }: { node: { role: string; user: { id: string } } }) => [node.user.id, node.role],
    ),
  )
/** The events of the group itself, without the messages that tell of them. */
const kindsOf = async (groupId: string) =>
  (await world.events(groupId)).map(({ kind }) => kind).filter((kind) => kind.startsWith('groups.'))

test('the admin who joined first becomes the owner, also where a member has been there for longer', async () => {
  const [owner, member, manager] = await newPeople()
  const groupId = await world.create(owner, [member])
  await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds: [manager.userId] }))
  await succeed(world.change(owner, 'setGroupRole', { groupId, userId: manager.userId, role: 'ADMIN' }))
  await deleteAccount(owner)
  expect(await membersOf(member, groupId)).toEqual({ [member.userId]: 'MEMBER', [manager.userId]: 'OWNER' })
  expect(await world.read(member, groupId, 'memberCount')).toEqual({ memberCount: 2 })
  // The others hear of both, as if the owner had left.
  expect((await kindsOf(groupId)).slice(-2)).toEqual(['groups.MemberLeft', 'groups.RoleChanged'])
  // And the new owner owns it.
  await succeed(world.change(manager, 'updateGroup', { groupId, kind: 'PUBLIC' }))
})

test('without an admin, the member who joined first becomes the owner', async () => {
  const [owner, first, second] = await newPeople()
  const groupId = await world.create(owner)
  for (const { userId } of [first, second])
    await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds: [userId] }))
  await deleteAccount(owner)
  expect(await membersOf(second, groupId)).toEqual({ [first.userId]: 'OWNER', [second.userId]: 'MEMBER' })
})

test('a group of which the user was the only member ends', async () => {
  const [owner, stranger] = await newPeople()
  const groupId = await world.create(owner, [], { kind: 'PUBLIC' })
  await deleteAccount(owner)
  expect((await kindsOf(groupId)).at(-1)).toBe('groups.GroupDeleted')
  const preview = 'query ($id: ID!) { groupPreview(groupId: $id) { title } }'
  expect((await succeed(world.ask(stranger, preview, { id: groupId }))).groupPreview).toBeNull()
  expect(await world.change(stranger, 'joinGroup', { groupId })).toMatchObject({ codes: ['NOT_FOUND'] })
})

test('a member leaves every group, and nothing else changes in them', async () => {
  const [owner, member] = await newPeople()
  const groups = [await world.create(owner, [member]), await world.create(owner, [member])]
  await deleteAccount(member)
  for (const groupId of groups) expect(await membersOf(owner, groupId)).toEqual({ [owner.userId]: 'OWNER' })
})

test('invites to the user and by the user, requests and bans are gone, and what the user wrote in reports', async () => {
  const [owner, user] = await newPeople()
  const invited = await world.closedPerson()
  const groupId = await world.create(owner, [], { kind: 'PRIVATE' })
  const own = await world.create(user, [owner, invited])
  const made = world.change(owner, 'createGroupLink', { groupId, needsApproval: true }, 'link { code }')
  await succeed(world.change(user, 'joinGroup', { code: (await succeed(made)).createGroupLink.link.code }))
  const banning = await world.create(owner)
  await succeed(world.change(owner, 'banGroupMember', { groupId: banning, userId: user.userId, reason: 'Rude' }))
  await succeed(world.change(user, 'reportGroup', { groupId: own, reason: 'SPAM', note: 'My secret' }))
  await deleteAccount(user)
  const left = await world.database.query(
    `select 'invite' as what from groups.invite where $1::uuid in (user_id, by_id)
     union all select 'request' from groups.join_request where user_id = $1::uuid
     union all select 'ban' from groups.ban where user_id = $1::uuid
     union all select 'note' from groups.report where reporter_id = $1::uuid and note <> ''`,
    [user.userId],
  )
  expect(left.rows).toEqual([])
  const invites = 'query { groupInvites { edges { node { createdAt } } } }'
  expect((await succeed(world.ask(invited, invites))).groupInvites.edges).toEqual([])
  expect(await membersOf(owner, own)).toEqual({ [owner.userId]: 'OWNER' })
})
