import { openMemoryBus } from '../../../platform/bus/index.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openGroupWorld, type GroupWorld } from '../../../test/support/group-world.ts'
import { withStatements } from '../../../test/support/statements.ts'
import { askSubgraph, succeed } from '../../../test/support/subgraph.ts'
import { makeGroups } from '../index.ts'

/** What invites tell those who want to find out about others. */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test('one who has blocked the inviter and one who may not be added cost the same statements', async () => {
  const owner = await world.person()
  const [closed, blocker] = [await world.closedPerson(), await world.person()]
  await world.block(blocker, owner)
  const noted = withStatements(world.database)
  const { eventLog, clock } = world
  await using bus = openMemoryBus()
  const ask = askSubgraph(makeGroups({ database: noted.database, eventLog, bus, clock, log: silentLog }))
  const statements: string[][] = []
  for (const { userId } of [closed, blocker]) {
    const groupId = await world.create(owner)
    const add = `mutation ($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { invited { id } } }`
    noted.take()
    const added = await succeed(ask(owner, add, { input: { groupId, userIds: [userId] } }))
    expect(added.addGroupMembers.invited).toEqual([{ id: userId }])
    statements.push(noted.take().filter((name) => !/Erased|eraseRecords/.test(name)))
  }
  expect(statements[0]).toContain('groups.insertInvites')
  expect(statements[1]).toEqual(statements[0])
})

test('whether somebody is invited is nothing that a plain member finds out by withdrawing', async () => {
  const [owner, member, other] = [await world.person(), await world.person(), await world.person()]
  const invited = await world.closedPerson()
  const groupId = await world.create(owner, [member, invited])
  const withdraw = async (userId: string) =>
    (await world.change(member, 'cancelGroupInvite', { groupId, userId })).codes
  expect(await withdraw(invited.userId)).toEqual(['FORBIDDEN'])
  expect(await withdraw(other.userId)).toEqual(['FORBIDDEN'])
  expect(await world.change(invited, 'acceptGroupInvite', { groupId })).toMatchObject({ codes: [] })
})
