import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Identity } from '../../platform/signature/identity.ts'
import { openGroupWorld, type GroupWorld } from '../../test/support/group-world.ts'
import type { UserIdentity } from '../../test/support/people.ts'
import { admin, anonymous, succeed, type Answer } from '../../test/support/subgraph.ts'

/**
 * Every operation, by everybody, in a private group: each cell is what happens. `ok` is success; a code is the refusal.
 * Each cell has a group in which nobody has done anything yet.
 */
const viewers = [
  'stranger',
  'former',
  'invited',
  'banned',
  'member',
  'muted',
  'admin',
  'owner',
  'root',
  'nobody',
] as const
type Viewer = (typeof viewers)[number]

let world: GroupWorld
let people: Record<Exclude<Viewer, 'root' | 'nobody'> | 'plain' | 'other' | 'closed' | 'asking', UserIdentity>
beforeAll(async () => {
  world = await openGroupWorld()
  const [stranger, former, banned, member, muted, administrator, owner, plain, other, asking] = await Promise.all(
    Array.from({ length: 10 }, () => world.person()),
  )
  people = {
    stranger,
    former,
    invited: await world.closedPerson(),
    closed: await world.closedPerson(),
    banned,
    member,
    muted,
    admin: administrator,
    owner,
    plain,
    other,
    asking,
  } as typeof people
})
afterAll(() => world[Symbol.asyncDispose]())

const identityOf = (viewer: Viewer): Identity =>
  viewer === 'root' ? admin : viewer === 'nobody' ? anonymous : people[viewer]

interface Place {
  readonly groupId: string
  readonly linkId: string
  readonly askingCode: string
}

/** A group with everybody in their places, besides `plain`, a member, and `closed` and `asking`, who wait. */
async function makePlace(): Promise<Place> {
  const { owner, admin: manager, member, muted, former, banned, invited, plain, closed, asking } = people
  const groupId = await world.create(owner, [manager, member, muted, former, banned, plain, invited, closed])
  const by = (who: UserIdentity, mutation: string, input: object, selection?: string) =>
    succeed(world.change(who, mutation, { groupId, ...input }, selection))
  await by(owner, 'setGroupRole', { userId: manager.userId, role: 'ADMIN' })
  await by(owner, 'muteGroupMember', { userId: muted.userId, until: new Date(world.clock.at + 3_600_000) })
  await by(owner, 'removeGroupMember', { userId: former.userId })
  await by(owner, 'banGroupMember', { userId: banned.userId })
  const { createGroupLink } = await by(owner, 'createGroupLink', { needsApproval: true }, 'link { id code }')
  const { id: linkId, code: askingCode } = createGroupLink.link
  await succeed(world.change(asking, 'joinGroup', { code: askingCode }))
  return { groupId, linkId, askingCode }
}

const NOT = 'NOT_FOUND'
const NO = 'FORBIDDEN'
const WHO = 'UNAUTHENTICATED'
const outside = { stranger: NOT, former: NOT, invited: NOT, banned: NOT, root: WHO, nobody: WHO }
type Row = Readonly<Record<Viewer, string>>
const managers: Row = { ...outside, member: NO, muted: NO, admin: 'ok', owner: 'ok' }
const onlyOwner: Row = { ...managers, admin: NO }
const allMembers: Row = { ...outside, member: 'ok', muted: 'ok', admin: 'ok', owner: 'ok' }
const whoeverIsSignedIn: Row = { ...allMembers, stranger: 'ok', former: 'ok', invited: 'ok', banned: 'ok' }

type Act = (by: Identity, place: Place) => Promise<Answer>
const change =
  (mutation: string, input: (place: Place) => object): Act =>
  (by, place) =>
    world.change(by, mutation, { groupId: place.groupId, ...input(place) })
const read =
  (selection: string): Act =>
  async (by, { groupId }) => {
    const answer = await world.ask(by, `query ($id: ID!) { group(id: $id) { ${selection} } }`, { id: groupId })
    return answer.codes.length === 0 && answer.data.group === null ? { ...answer, codes: [NOT] } : answer
  }

const table: [string, Row, Act][] = [
  ['read the group', allMembers, read('title memberCount viewerMembership { role }')],
  ['list the members', allMembers, read('members { edges { node { role } } }')],
  ['list the invites', managers, read('invites { edges { node { createdAt } } }')],
  ['list the links', managers, read('links { edges { node { code } } }')],
  ['list the requests to join', managers, read('joinRequests { edges { node { createdAt } } }')],
  ['list the bans', managers, read('bans { edges { node { reason } } }')],
  ['read the audit log', managers, read('auditLog { edges { node { act } } }')],
  ['change the title', managers, change('updateGroup', () => ({ title: 'Renamed' }))],
  ['change a rule', managers, change('updateGroup', () => ({ slowModeSeconds: 5 }))],
  ['change the kind', onlyOwner, change('updateGroup', () => ({ kind: 'PUBLIC' }))],
  ['delete the group', onlyOwner, change('deleteGroup', () => ({}))],
  ['transfer the ownership', onlyOwner, change('transferGroupOwnership', () => ({ userId: people.plain.userId }))],
  ['add a user', managers, change('addGroupMembers', () => ({ userIds: [people.other.userId] }))],
  ['remove a member', managers, change('removeGroupMember', () => ({ userId: people.plain.userId }))],
  ['promote a member', managers, change('setGroupRole', () => ({ userId: people.plain.userId, role: 'ADMIN' }))],
  ['ban a member', managers, change('banGroupMember', () => ({ userId: people.plain.userId }))],
  ['lift a ban', managers, change('unbanGroupMember', () => ({ userId: people.banned.userId }))],
  [
    'mute a member',
    managers,
    change('muteGroupMember', () => ({ userId: people.plain.userId, until: new Date(world.clock.at + 60_000) })),
  ],
  ['make a link', managers, change('createGroupLink', () => ({}))],
  ['revoke a link', managers, change('revokeGroupLink', ({ linkId }) => ({ linkId }))],
  ['approve a request', managers, change('approveGroupJoinRequest', () => ({ userId: people.asking.userId }))],
  ['decline a request', managers, change('declineGroupJoinRequest', () => ({ userId: people.asking.userId }))],
  ['withdraw an invite', managers, change('cancelGroupInvite', () => ({ userId: people.closed.userId }))],
  ['report a member', allMembers, change('reportGroup', () => ({ userId: people.plain.userId, reason: 'SPAM' }))],
  // An invited user sees the group's preview, and may report what it sees.
  ['report the group', { ...allMembers, invited: 'ok' }, change('reportGroup', () => ({ reason: 'SPAM' }))],
  // The owner must transfer first.
  ['leave', { ...whoeverIsSignedIn, owner: NO }, change('leaveGroup', () => ({}))],
  [
    'accept an invite',
    { ...outside, invited: 'ok', member: 'ok', muted: 'ok', admin: 'ok', owner: 'ok' },
    change('acceptGroupInvite', () => ({})),
  ],
  ['decline an invite', whoeverIsSignedIn, change('declineGroupInvite', () => ({}))],
  ['withdraw one’s request', whoeverIsSignedIn, change('cancelGroupJoinRequest', () => ({}))],
  [
    'join by a code',
    { ...whoeverIsSignedIn, banned: NOT },
    (by, { askingCode }) => world.change(by, 'joinGroup', { code: askingCode }, 'preview { title }'),
  ],
  [
    'join a private group by its id',
    { ...allMembers },
    (by, { groupId }) => world.change(by, 'joinGroup', { groupId }),
  ],
  [
    'preview it by a code',
    { ...whoeverIsSignedIn, banned: NOT },
    async (by, { askingCode }) => {
      const answer = await world.ask(by, 'query ($code: String) { groupPreview(code: $code) { title } }', {
        code: askingCode,
      })
      return answer.codes.length === 0 && answer.data.groupPreview === null ? { ...answer, codes: [NOT] } : answer
    },
  ],
]

describe.each(table)('%s', (_, row, act) => {
  test('is for those who may, and changes nothing by the others', async () => {
    const outcomes: Partial<Record<Viewer, string>> = {}
    let place = await makePlace()
    let before = await snapshot(place.groupId)
    for (const viewer of viewers) {
      if (Object.values(outcomes).at(-1) === 'ok') {
        place = await makePlace()
        before = await snapshot(place.groupId)
      }
      const { codes } = await act(identityOf(viewer), place)
      outcomes[viewer] = codes[0] ?? 'ok'
      if (codes.length > 0) expect(await snapshot(place.groupId)).toEqual(before)
    }
    expect(outcomes).toEqual(row)
  })
})

test('a private group, a deleted one and an id that is none answer alike to those who are not in it', async () => {
  const [secret, deleted] = [await makePlace(), await makePlace()]
  await succeed(world.change(people.owner, 'deleteGroup', { groupId: deleted.groupId }))
  const none: Place = { groupId: v7(), linkId: v7(), askingCode: randomBytes(16).toString('base64url') }
  /** Bytes of an answer without what the client sent itself. */
  const told = async (by: Identity, act: Act, place: Place) => {
    const { data, codes, errors } = await act(by, place)
    const text = JSON.stringify({ data, codes, errors })
    return Object.values<string>({ ...place }).reduce((all, id) => all.replaceAll(id, 'id'), text)
  }
  for (const [name, row, act] of table) {
    for (const viewer of ['stranger', 'former', 'banned'] as const) {
      // By a code a stranger comes in.
      if (row[viewer] === 'ok' && name.includes('by a code')) continue
      const asked = (place: Place) => told(identityOf(viewer), act, place)
      const answers = [await asked(secret), await asked(deleted), await asked(none)]
      expect([name, viewer, answers[0], answers[1]]).toEqual([name, viewer, answers[2], answers[2]])
    }
    // Of a deleted group its last members see nothing either; the owner may repeat the deletion.
    for (const viewer of ['member', 'admin', 'owner'] as const) {
      if (name === 'delete the group' && viewer === 'owner') continue
      const asked = (place: Place) => told(identityOf(viewer), act, place)
      expect([name, viewer, await asked(deleted)]).toEqual([name, viewer, await asked(none)])
    }
  }
})

/** Everything that is kept about a group. */
async function snapshot(groupId: string): Promise<unknown> {
  const tables = ['stay', 'ban', 'invite', 'link', 'join_request', 'audit', 'report']
  const parts = tables.map(
    (table) =>
      `(select coalesce(json_agg(t order by t::text), '[]') from groups.${table} as t where group_id = $1::uuid)`,
  )
  const { rows } = await world.database.query(
    `select (select to_json(r) from groups.room as r where id = $1::uuid) as room, ${parts.map((part, at) => `${part} as t${at}`).join(', ')}`,
    [groupId],
  )
  return rows[0]
}
