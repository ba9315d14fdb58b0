import { isUnavailable } from '../../platform/unavailable.ts'
import { openGroupWorld, type GroupWorld } from '../../test/support/group-world.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { succeed } from '../../test/support/subgraph.ts'

/** Invites, links, public groups and requests to join. */
let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

const newPeople = (count: number) => Promise.all(Array.from({ length: count }, () => world.person()))
const memberIds = async (as: UserIdentity, groupId: string): Promise<string[]> =>
  (await world.read(as, groupId, 'members(first: 100) { edges { node { user { id } } } }')).members.edges.map(
    ({ node }: { node: { user: { id: string } } }) => node.user.id,
  )
const link = async (by: UserIdentity, groupId: string, input: object = {}) =>
  (await succeed(world.change(by, 'createGroupLink', { groupId, ...input }, 'link { id code uses maxUses expiresAt }')))
    .createGroupLink.link
const join = (by: UserIdentity, code: string) =>
  world.change(by, 'joinGroup', { code }, 'group { id memberCount } preview { title viewerHasAsked }')
const preview = async (as: UserIdentity, door: { code?: string; groupId?: string }) =>
  (
    await succeed(
      world.ask(
        as,
        `query ($code: String, $groupId: ID) { groupPreview(code: $code, groupId: $groupId) {
          groupId kind title description memberCount needsApproval viewerHasAsked viewerIsInvited group { id }
        } }`,
        door,
      ),
    )
  ).groupPreview
const kindsOf = async (groupId: string) => (await world.events(groupId)).map(({ kind }) => kind)

describe('A user whose privacy settings let nobody add them', () => {
  test('gets an invite instead, by createGroup and addGroupMembers alike, and becomes a member by accepting it', async () => {
    const [owner, open] = (await newPeople(2)) as [UserIdentity, UserIdentity]
    const [first, second] = [await world.closedPerson(), await world.closedPerson()]
    const input = { title: 'Club', memberIds: [open.userId, first.userId] }
    const created = (
      await succeed(world.change(owner, 'createGroup', input, 'group { id memberCount } invited { id }'))
    ).createGroup
    expect(created).toEqual({ group: { id: created.group.id, memberCount: 2 }, invited: [{ id: first.userId }] })
    const groupId = created.group.id
    const added = world.change(owner, 'addGroupMembers', { groupId, userIds: [second.userId] }, 'invited { id }')
    expect((await succeed(added)).addGroupMembers).toEqual({ invited: [{ id: second.userId }] })

    const INVITES = `{ groupInvites { edges { node { preview { groupId title memberCount } user { id } by { id } } } } }`
    expect((await succeed(world.ask(first, INVITES))).groupInvites.edges).toEqual([
      {
        node: {
          preview: { groupId, title: 'Club', memberCount: 2 },
          user: { id: first.userId },
          by: { id: owner.userId },
        },
      },
    ])
    const accepted = world.change(first, 'acceptGroupInvite', { groupId }, 'group { id memberCount }')
    expect((await succeed(accepted)).acceptGroupInvite.group).toEqual({ id: groupId, memberCount: 3 })
    await succeed(world.change(first, 'acceptGroupInvite', { groupId }))
    expect((await succeed(world.ask(first, INVITES))).groupInvites.edges).toEqual([])

    await succeed(world.change(second, 'declineGroupInvite', { groupId }))
    await succeed(world.change(second, 'declineGroupInvite', { groupId }))
    expect((await world.change(second, 'acceptGroupInvite', { groupId })).codes).toEqual(['NOT_FOUND'])
    expect(await memberIds(owner, groupId)).toEqual([owner.userId, open.userId, first.userId])
    expect((await kindsOf(groupId)).filter((kind) => kind.includes('Invit'))).toEqual([
      'groups.Invited',
      'groups.Invited',
      'groups.InviteEnded',
      'groups.InviteEnded',
    ])
  })

  test('who has blocked the one who invites hears nothing of it, and the inviter sees no difference', async () => {
    const [owner] = (await newPeople(1)) as [UserIdentity]
    const [closed, blocker] = [await world.closedPerson(), await world.person()]
    await world.block(blocker, owner)
    const groupId = await world.create(owner)
    const userIds = [closed.userId, blocker.userId]
    const answer = await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds }, 'invited { id }'))
    expect(answer.addGroupMembers.invited.map(({ id }: { id: string }) => id).sort()).toEqual([...userIds].sort())
    expect((await world.read(owner, groupId, 'invites { edges { node { user { id } } } }')).invites.edges).toHaveLength(
      2,
    )
    const invites = async (as: UserIdentity) =>
      (await succeed(world.ask(as, '{ groupInvites { edges { cursor } } }'))).groupInvites.edges.length
    expect([await invites(closed), await invites(blocker)]).toEqual([1, 0])
    expect((await world.change(blocker, 'acceptGroupInvite', { groupId })).codes).toEqual(['NOT_FOUND'])
    expect(await preview(blocker, { groupId })).toBeNull()
    const told = (await world.events(groupId, 'groups.Invited')).map(
      ({ payload }) => (payload as { userId: string }).userId,
    )
    expect(told).toEqual([closed.userId])
  })

  test('two invites, an invite by another member, and a join at once make one stay', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const [owner, member] = (await newPeople(2)) as [UserIdentity, UserIdentity]
      const wanted = await world.closedPerson()
      const groupId = await world.create(owner, [member], {})
      await succeed(world.change(owner, 'updateGroup', { groupId, whoMayInvite: 'MEMBERS' }))
      const { code } = await link(owner, groupId)
      const add = (by: UserIdentity) => world.change(by, 'addGroupMembers', { groupId, userIds: [wanted.userId] })
      const answers = await Promise.all([add(owner), add(member), join(wanted, code), add(owner), join(wanted, code)])
      expect(answers.flatMap(({ codes }) => codes)).toEqual([])
      expect((await memberIds(owner, groupId)).filter((id) => id === wanted.userId)).toHaveLength(1)
      expect(await world.read(owner, groupId, 'memberCount invites { edges { cursor } }')).toEqual({
        memberCount: 3,
        invites: { edges: [] },
      })
    }
  })

  test('an invite ends with the membership of the one who made it, and with a ban of the invited user', async () => {
    const [owner, member] = (await newPeople(2)) as [UserIdentity, UserIdentity]
    const [first, second] = [await world.closedPerson(), await world.closedPerson()]
    const groupId = await world.create(owner, [member])
    await succeed(world.change(owner, 'updateGroup', { groupId, whoMayInvite: 'MEMBERS' }))
    await succeed(world.change(member, 'addGroupMembers', { groupId, userIds: [first.userId] }))
    await succeed(world.change(owner, 'addGroupMembers', { groupId, userIds: [second.userId] }))
    await succeed(world.change(owner, 'removeGroupMember', { groupId, userId: member.userId }))
    await succeed(world.change(owner, 'banGroupMember', { groupId, userId: second.userId }))
    for (const who of [first, second]) {
      expect((await world.change(who, 'acceptGroupInvite', { groupId })).codes).toEqual(['NOT_FOUND'])
      expect(await preview(who, { groupId })).toBeNull()
    }
  })
})

describe('A link', () => {
  test('shows the group, lets users in up to its uses, and counts no use for a member or a repetition', async () => {
    const [owner, ...others] = (await newPeople(4)) as [UserIdentity, UserIdentity, UserIdentity, UserIdentity]
    const groupId = await world.create(owner, [], { title: 'Hikers', description: 'On Sundays' })
    const { code } = await link(owner, groupId, { maxUses: 2 })
    expect(await preview(others[0], { code })).toEqual({
      groupId,
      kind: 'PRIVATE',
      title: 'Hikers',
      description: 'On Sundays',
      memberCount: 1,
      needsApproval: false,
      viewerHasAsked: false,
      viewerIsInvited: false,
      group: null,
    })
    expect((await succeed(join(others[0], code))).joinGroup).toMatchObject({ group: { id: groupId, memberCount: 2 } })
    for (const who of [owner, others[0]]) await succeed(join(who, code))
    expect((await preview(others[0], { code })).group).toEqual({ id: groupId })
    await succeed(join(others[1], code))
    expect((await join(others[2], code)).codes).toEqual(['NOT_FOUND'])
    expect(await preview(others[2], { code })).toBeNull()
    expect((await world.read(owner, groupId, 'links { edges { cursor } }')).links.edges).toEqual([])
  })

  test('that opens nothing says so in one way, whatever became of it, and does not repeat the code', async () => {
    const [owner, user] = (await newPeople(2)) as [UserIdentity, UserIdentity]
    const groupId = await world.create(owner)
    const { id, code } = await link(owner, groupId)
    await succeed(world.change(owner, 'revokeGroupLink', { groupId, linkId: id }))
    const answers = [await join(user, code), await join(user, 'nonsense')]
    for (const { errors } of answers) {
      expect(errors[0]?.message).toMatch(/^No group opens to this code: .* Ask for a new one\.$/)
      expect(errors[0]?.extensions).toEqual({ code: 'NOT_FOUND', kind: 'link' })
      expect(errors[0]?.message).not.toContain(code)
    }
    const [byId] = (await world.change(user, 'joinGroup', { groupId: 'nonsense' })).errors
    expect(byId?.message).toBe('There is no group of this id that you can see.')
  })

  test('ends by being revoked, by its time and with the group', async () => {
    const [owner, guest] = (await newPeople(2)) as [UserIdentity, UserIdentity]
    const groupId = await world.create(owner)
    const expiresAt = new Date(world.clock.at + 120_000)
    const [revoked, short, last] = [
      await link(owner, groupId),
      await link(owner, groupId, { expiresAt }),
      await link(owner, groupId),
    ]
    await succeed(world.change(owner, 'revokeGroupLink', { groupId, linkId: revoked.id }))
    await succeed(world.change(owner, 'revokeGroupLink', { groupId, linkId: revoked.id }))
    expect((await join(guest, revoked.code)).codes).toEqual(['NOT_FOUND'])
    expect(await preview(guest, { code: short.code })).toMatchObject({ groupId })
    world.clock.at += 120_001
    expect((await join(guest, short.code)).codes).toEqual(['NOT_FOUND'])
    expect(await preview(guest, { code: last.code })).toMatchObject({ groupId })
    await succeed(world.change(owner, 'deleteGroup', { groupId }))
    await succeed(world.change(owner, 'deleteGroup', { groupId }))
    expect((await join(guest, last.code)).codes).toEqual(['NOT_FOUND'])
    expect(await preview(guest, { code: last.code })).toBeNull()
    expect((await world.change(guest, 'deleteGroup', { groupId })).codes).toEqual(['NOT_FOUND'])
  })

  test.each<[string, object, string]>([
    ['no uses', { maxUses: 0 }, 'BAD_USER_INPUT'],
    ['too many uses', { maxUses: 1_000_001 }, 'BAD_USER_INPUT'],
    ['an end in the past', { expiresAt: new Date(0) }, 'BAD_USER_INPUT'],
  ])('is refused with %s', async (_, fault, code) => {
    const [owner] = (await newPeople(1)) as [UserIdentity]
    const groupId = await world.create(owner)
    expect((await world.change(owner, 'createGroupLink', { groupId, ...fault })).codes).toEqual([code])
  })

  test.each<[string, object, string]>([
    ['neither a code nor an id', {}, 'BAD_USER_INPUT'],
    ['both', { code: 'x', groupId: 'y' }, 'BAD_USER_INPUT'],
    ['a code that nobody has', { code: 'A'.repeat(22) }, 'NOT_FOUND'],
    ['SQL', { code: "' or 1=1 --" }, 'NOT_FOUND'],
    ['an id that is none', { groupId: '\0' }, 'NOT_FOUND'],
  ])('joining is refused with %s', async (_, input, code) => {
    const [guest] = (await newPeople(1)) as [UserIdentity]
    expect((await world.change(guest, 'joinGroup', input)).codes).toEqual([code])
  })

  test('of 1,000 users who race for a link with 100 uses exactly 100 get in', async () => {
    const [owner] = (await newPeople(1)) as [UserIdentity]
    const groupId = await world.create(owner)
    const { code } = await link(owner, groupId, { maxUses: 100 })
    const crowd = await newPeople(1_000)
    // On a slow machine some are told to come again: no turn, or no connection, was free in time.
    const tryToJoin = async (each: UserIdentity, tries = 20): Promise<string> => {
      const { codes, errors } = await join(each, code)
      const isBusy = codes[0] === 'UNAVAILABLE' || errors.some(({ originalError }) => isUnavailable(originalError))
      return isBusy && tries > 0 ? tryToJoin(each, tries - 1) : (codes[0] ?? 'in')
    }
    const codes = await Promise.all(crowd.map((each) => tryToJoin(each)))
    const countOf = (outcome: string) => codes.filter((code) => code === outcome).length
    expect([countOf('in'), countOf('NOT_FOUND')]).toEqual([100, 900])
    expect(await world.read(owner, groupId, 'memberCount')).toEqual({ memberCount: 101 })
    const { rows } = await world.database.query(
      'select (select uses from groups.link where code = $1::text), count(*)::int as stays from groups.stay where group_id = $2::uuid and until_epoch is null',
      [code, groupId],
    )
    expect(rows).toEqual([{ uses: 100, stays: 101 }])
  }, 120_000)
})

describe('A link that needs approval', () => {
  test('makes a request, which a manager approves or declines and the user withdraws; a repetition is no second one', async () => {
    const [owner, first, second, third] = (await newPeople(4)) as [
      UserIdentity,
      UserIdentity,
      UserIdentity,
      UserIdentity,
    ]
    const groupId = await world.create(owner)
    const { code } = await link(owner, groupId, { needsApproval: true, maxUses: 3 })
    for (const who of [first, second, third, first]) {
      expect((await succeed(join(who, code))).joinGroup).toEqual({
        group: null,
        preview: { title: 'Analysts', viewerHasAsked: true },
      })
    }
    const waiting = async () =>
      (await world.read(owner, groupId, 'joinRequests { edges { node { user { id } } } }')).joinRequests.edges.map(
        ({ node }: { node: { user: { id: string } } }) => node.user.id,
      )
    expect((await waiting()).sort()).toEqual([first, second, third].map(({ userId }) => userId).sort())
    const decide = (mutation: string, who: UserIdentity) =>
      world.change(owner, mutation, { groupId, userId: who.userId })
    await succeed(decide('approveGroupJoinRequest', first))
    await succeed(decide('approveGroupJoinRequest', first))
    await succeed(decide('declineGroupJoinRequest', second))
    await succeed(decide('declineGroupJoinRequest', second))
    await succeed(world.change(third, 'cancelGroupJoinRequest', { groupId }))
    expect(await waiting()).toEqual([])
    expect((await decide('approveGroupJoinRequest', second)).codes).toEqual(['NOT_FOUND'])
    expect(await memberIds(owner, groupId)).toEqual([owner.userId, first.userId])
    expect((await world.events(groupId, 'groups.JoinRequestEnded')).map(({ payload }) => payload)).toMatchObject([
      { userId: first.userId, outcome: 'APPROVED' },
      { userId: second.userId, outcome: 'DECLINED' },
      { userId: third.userId, outcome: 'CANCELLED' },
    ])
  })

  test('lets in who is invited', async () => {
    const [owner] = (await newPeople(1)) as [UserIdentity]
    const invited = await world.closedPerson()
    const groupId = await world.create(owner, [invited])
    const { code } = await link(owner, groupId, { needsApproval: true })
    expect((await succeed(join(invited, code))).joinGroup.group).toMatchObject({ memberCount: 2 })
  })
})

describe('A public group', () => {
  test('is previewed and joined by its id by anybody; a private one by nobody, and both alike by a banned user', async () => {
    const [owner, guest, banned] = (await newPeople(3)) as [UserIdentity, UserIdentity, UserIdentity]
    const hidden = await world.create(owner, [], { kind: 'PRIVATE' })
    const open = await world.create(owner, [], { kind: 'PUBLIC' })
    await succeed(world.change(owner, 'banGroupMember', { groupId: open, userId: banned.userId }))
    expect(await preview(guest, { groupId: open })).toMatchObject({ groupId: open, kind: 'PUBLIC', group: null })
    expect(await preview(guest, { groupId: hidden })).toBeNull()
    expect(await preview(banned, { groupId: open })).toBeNull()
    expect((await world.change(banned, 'joinGroup', { groupId: open })).codes).toEqual(['NOT_FOUND'])
    expect((await world.change(guest, 'joinGroup', { groupId: hidden })).codes).toEqual(['NOT_FOUND'])
    await succeed(world.change(guest, 'joinGroup', { groupId: open }))
    expect(await memberIds(owner, open)).toEqual([owner.userId, guest.userId])
    await succeed(world.change(owner, 'unbanGroupMember', { groupId: open, userId: banned.userId }))
    await succeed(world.change(banned, 'joinGroup', { groupId: open }))
  })
})

test('a full group takes nobody, by any door', async () => {
  await using small = await openGroupWorld({ maxMembers: 2 })
  const [owner, member, late] = await Promise.all([small.person(), small.person(), small.person()])
  const groupId = await small.create(owner, [member], { kind: 'PUBLIC' })
  expect((await small.change(late, 'joinGroup', { groupId })).codes).toEqual(['BAD_USER_INPUT'])
  expect((await small.change(owner, 'addGroupMembers', { groupId, userIds: [late.userId] })).codes).toEqual([
    'BAD_USER_INPUT',
  ])
  const tooMany = { title: 'Crowd', memberIds: [member.userId, late.userId] }
  expect((await small.change(owner, 'createGroup', tooMany)).codes).toEqual(['BAD_USER_INPUT'])
  await succeed(small.change(member, 'leaveGroup', { groupId }))
  await succeed(small.change(late, 'joinGroup', { groupId }))
})
