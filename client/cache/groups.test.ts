import { writeEvents } from './changes.ts'
import type { InboxEventFields } from './scene.ts'
import { emptyState, refOf, writeChanges } from './state.ts'

const VIEWER = 'me'
const UNTIL = '2030-01-01T00:00:00.000Z'
const MEMBERS = { missing: 'GroupMembers', id: 'g' }

/** A group whose owner is `owner`, where `muted` is muted, as a viewer of the role sees it. */
function start(role: 'OWNER' | 'ADMIN' | 'MEMBER') {
  const state = emptyState()
  const manages = role !== 'MEMBER'
  const members = [
    { userId: role === 'OWNER' ? VIEWER : 'owner', role: 'OWNER', mutedUntil: null },
    ...(role === 'OWNER' ? [] : [{ userId: VIEWER, role, mutedUntil: null }]),
    { userId: 'muted', role: 'MEMBER', mutedUntil: manages ? UNTIL : null },
    { userId: 'plain', role: 'MEMBER', mutedUntil: null },
  ]
  writeChanges(state, [
    { merge: refOf('Conversation', 'g'), fields: { id: 'g', lastSequence: 0 } },
    { merge: refOf('Group', 'g'), fields: rights(manages) },
    ...members.map((fields) => ({ merge: refOf('GroupMember', 'g', fields.userId), fields })),
    { list: 'members:g', set: members.map(({ userId }) => refOf('GroupMember', 'g', userId)) },
    { list: 'joinRequests:g', set: [] },
  ])
  const take = (...events: readonly object[]) =>
    writeEvents(
      state,
      events.map((event) => ({ cursor: '', groupId: 'g', ...event }) as InboxEventFields),
      VIEWER,
    )
  const member = (userId: string) => state.entities.get(refOf('GroupMember', 'g', userId))
  const listed = () => state.lists.get('members:g')?.map((ref) => state.entities.get(ref)?.['userId'])
  return { state, take, member, listed }
}

const rights = (manages: boolean) => ({
  __typename: 'Group',
  id: 'g',
  viewerCanSeeMembers: true,
  viewerCanManageMembers: manages,
})
const joined = (...userIds: readonly string[]) => ({ __typename: 'MembersJoined', userIds, users: [], memberCount: 4 })
const left = (userId: string) => ({ __typename: 'MemberLeft', userId, memberCount: 3 })
const muted = (userId: string) => ({ __typename: 'GroupMemberMuted', userId, group: null, mutedUntil: UNTIL })
const roleOf = (userId: string, role: string, manages: boolean) => ({
  __typename: 'GroupRoleChanged',
  userId,
  role,
  group: rights(manages),
})

test('who is listed keeps its role, its mute and its place when its joining comes later', () => {
  for (const role of ['OWNER', 'ADMIN'] as const) {
    const { take, member, listed } = start(role)
    const before = listed()
    const owner = before![0] as string
    expect(take(joined(owner, VIEWER, 'muted', 'plain'))).toEqual([])
    expect(listed()).toEqual(before)
    expect(member(owner)).toMatchObject({ role: 'OWNER' })
    expect(member(VIEWER)).toMatchObject({ role })
    expect(member('muted')).toMatchObject({ mutedUntil: UNTIL })
  }
})

test('who left and joins again is a plain member', () => {
  const { take, member, listed } = start('MEMBER')
  take(roleOf('plain', 'ADMIN', false), left('plain'))
  expect(member('plain')).toBeUndefined()
  expect(take(joined('plain'))).toEqual([])
  expect(member('plain')).toEqual({ userId: 'plain', role: 'MEMBER', mutedUntil: null })
  expect(listed()).toEqual(['owner', VIEWER, 'muted', 'plain'])
})

test('a manager loads the members when somebody joins, who may be muted from before', () => {
  const { take } = start('ADMIN')
  expect(take(left('muted'), joined('muted'))).toEqual([MEMBERS])
})

test('who becomes an admin or the owner is not muted any more', () => {
  for (const role of ['ADMIN', 'OWNER']) {
    const { take, member } = start('ADMIN')
    take(roleOf('muted', role, true))
    expect(member('muted')).toMatchObject({ role, mutedUntil: null })
    take(roleOf('muted', 'MEMBER', true), muted('muted'))
    expect(member('muted')).toMatchObject({ role: 'MEMBER', mutedUntil: UNTIL })
  }
})

test('a viewer who becomes a manager loads the members, whose mutes it may see now', () => {
  expect(start('MEMBER').take(roleOf(VIEWER, 'ADMIN', true))).toEqual([MEMBERS])
  // Loaded as a manager, before the event came.
  expect(start('ADMIN').take(roleOf(VIEWER, 'ADMIN', true))).toEqual([MEMBERS])
})

test('a viewer who becomes a plain member sees no mute but the own', () => {
  const { take, member } = start('ADMIN')
  expect(take(roleOf(VIEWER, 'MEMBER', false), muted(VIEWER))).toEqual([])
  expect(member('muted')).toMatchObject({ role: 'MEMBER', mutedUntil: null })
  expect(member(VIEWER)).toMatchObject({ role: 'MEMBER', mutedUntil: UNTIL })
})

test('a page of events names each thing to load once', () => {
  const { take } = start('ADMIN')
  const invited = (groupId: string) => ({ __typename: 'GroupInviteReceived', groupId })
  const elsewhere = { ...joined(VIEWER), groupId: 'other' }
  expect(take(joined('new'), invited('h'), elsewhere, joined('newer'), invited('i'), elsewhere)).toEqual([
    MEMBERS,
    { missing: 'GroupInvites', id: 'i' },
    { missing: 'Conversation', id: 'other' },
  ])
})

test('a user who is blocked is listed with the name', () => {
  const { state, take } = start('MEMBER')
  writeChanges(state, [{ list: 'blocks', set: [] }])
  take({ __typename: 'BlocksChanged', userId: 'u', user: { id: 'u', displayName: 'Ugo' }, blocked: true })
  expect(state.lists.get('blocks')).toEqual(['User:u'])
  expect(state.entities.get('User:u')).toMatchObject({ displayName: 'Ugo' })
})
