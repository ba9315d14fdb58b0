import { openGroupWorld, type GroupWorld } from '../../../test/support/group-world.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { MAX_JOINS_A_DAY } from '../limits.ts'

/** Ways around what the managers of a group decided. */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const newPair = async () => [await world.person(), await world.person()] as const
const act = (by: UserIdentity, mutation: string, groupId: string, input: object = {}) =>
  succeed(world.change(by, mutation, { groupId, ...input }))
const newLink = async (by: UserIdentity, groupId: string): Promise<string> =>
  (await succeed(world.change(by, 'createGroupLink', { groupId }, 'link { code }'))).createGroupLink.link.code
const joinBy = async (who: UserIdentity, code: string) => (await world.change(who, 'joinGroup', { code })).codes
const mutedUntil = async (who: UserIdentity, groupId: string) =>
  (await world.read(who, groupId, 'viewerMembership { mutedUntil }')).viewerMembership.mutedUntil

test('a muted member who leaves, or is removed, and comes back is still muted', async () => {
  const [owner, member] = await newPair()
  const groupId = await world.create(owner, [member], { kind: 'PUBLIC' })
  const until = new Date(world.clock.at + 3_600_000).toISOString()
  await act(owner, 'muteGroupMember', groupId, { userId: member.userId, until })
  await act(member, 'leaveGroup', groupId)
  await act(member, 'joinGroup', groupId)
  expect(await mutedUntil(member, groupId)).toBe(until)
  await act(owner, 'removeGroupMember', groupId, { userId: member.userId })
  await act(owner, 'addGroupMembers', groupId, { userIds: [member.userId] })
  expect(await mutedUntil(member, groupId)).toBe(until)

  // A mute that was lifted, or is over, does not come back.
  await act(owner, 'muteGroupMember', groupId, { userId: member.userId, until: null })
  await act(member, 'leaveGroup', groupId)
  await act(member, 'joinGroup', groupId)
  expect(await mutedUntil(member, groupId)).toBeNull()
  await act(owner, 'muteGroupMember', groupId, { userId: member.userId, until })
  await act(member, 'leaveGroup', groupId)
  world.clock.at += 3_600_001
  await act(member, 'joinGroup', groupId)
  expect(await mutedUntil(member, groupId)).toBeNull()
})

test.each(['removeGroupMember', 'banGroupMember'])('%s ends the links of an admin, and no others', async (end) => {
  const [owner, manager] = await newPair()
  const [guest, other] = await newPair()
  const groupId = await world.create(owner, [manager])
  await act(owner, 'setGroupRole', groupId, { userId: manager.userId, role: 'ADMIN' })
  const [theirs, owners] = [await newLink(manager, groupId), await newLink(owner, groupId)]
  await act(owner, end, groupId, { userId: manager.userId })
  expect(await joinBy(manager, theirs)).toEqual(['NOT_FOUND'])
  expect(await joinBy(guest, theirs)).toEqual(['NOT_FOUND'])
  expect(await joinBy(other, owners)).toEqual([])
  const { auditLog } = await world.read(owner, groupId, 'auditLog { edges { node { act } } }')
  expect(auditLog.edges.filter(({ node }: { node: { act: string } }) => node.act === 'LINK_REVOKED')).toHaveLength(1)
})

test('joining and leaving in a loop uses up neither a link nor the patience of the members', async () => {
  const [owner, other] = await newPair()
  const [looping, asking] = await newPair()
  const groupId = await world.create(owner)
  const make = async (input: object): Promise<{ id: string; code: string }> =>
    (await succeed(world.change(owner, 'createGroupLink', { groupId, ...input }, 'link { id code }'))).createGroupLink
      .link
  const [open, approved] = [await make({ maxUses: 100 }), await make({ maxUses: 100, needsApproval: true })]
  const outcomes: Record<string, number> = {}
  for (let round = 0; round < MAX_JOINS_A_DAY + 5; round++) {
    for (const [who, code, back] of [
      [looping, open.code, 'leaveGroup'],
      [asking, approved.code, 'cancelGroupJoinRequest'],
    ] as const) {
      const [refusal = `${back} after it`] = await joinBy(who, code)
      outcomes[refusal] = (outcomes[refusal] ?? 0) + 1
      await act(who, back, groupId)
    }
  }
  expect(outcomes).toEqual({
    'leaveGroup after it': MAX_JOINS_A_DAY,
    'cancelGroupJoinRequest after it': MAX_JOINS_A_DAY,
    RATE_LIMITED: 10,
  })
  expect(await joinBy(other, open.code)).toEqual([])
  world.clock.at += 86_400_001
  expect([await joinBy(looping, open.code), await joinBy(asking, approved.code)]).toEqual([[], []])
})

test('reports at once are no more than reports one after the other', async () => {
  const [owner, reporter] = await newPair()
  const members = await Promise.all(Array.from({ length: 10 }, () => world.person()))
  const groupId = await world.create(owner, [reporter, ...members])
  await world.database.query(
    `insert into groups.report (id, group_id, user_id, reporter_id, reason, note, created_at)
     select gen_random_uuid(), $1::uuid, gen_random_uuid(), $2::uuid, 'SPAM', '', $3::timestamptz from generate_series(1, 97)`,
    [groupId, reporter.userId, new Date(world.clock.at)],
  )
  const answers = await Promise.all(
    members.map(({ userId }) => world.change(reporter, 'reportGroup', { groupId, userId, reason: 'SPAM' })),
  )
  expect(answers.map(({ codes }) => codes[0] ?? 'ok').sort()).toEqual([
    ...Array<string>(7).fill('RATE_LIMITED'),
    ...Array<string>(3).fill('ok'),
  ])
})
