import { randomUUID } from 'node:crypto'
import { openGroupWorld, type GroupWorld } from '../../../test/support/group-world.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { eraseRecords } from '../erasure/store.ts'

let world: GroupWorld
beforeAll(async () => {
  world = await openGroupWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

type Person = UserIdentity
const newPeople = async (count: number) =>
  (await Promise.all(Array.from({ length: count }, () => world.person()))) as [Person, Person, Person]
const other = { kind: 'admin', adminId: 'clerk', roles: ['reports:write'] } as const

const REPORTS = `query ($filter: ReportFilter, $first: Int, $after: String) {
  reports(filter: $filter, first: $first, after: $after) {
    edges { node { id groupId userId user { id } messageId reporter { id } reason note state assignedTo closedBy answer } }
    pageInfo { hasNextPage endCursor }
  }
}`
interface Node {
  readonly id: string
  readonly [field: string]: unknown
}
const find = async (filter: object, page: object = {}): Promise<Node[]> =>
  (await succeed(world.ask(admin, REPORTS, { filter, ...page }))).reports.edges.map(({ node }: { node: Node }) => node)
const idsOf = async (filter: object) => (await find(filter)).map(({ id }) => id)
const reportGroup = async (by: Person, input: object): Promise<string> =>
  (await succeed(world.change(by, 'reportGroup', { reason: 'SPAM', ...input }, 'reportId'))).reportGroup.reportId
const reportUser = async (by: Person, input: object): Promise<string> =>
  (await succeed(world.change(by, 'reportUser', { reason: 'SPAM', ...input }, 'reportId'))).reportUser.reportId
const change = async (by: typeof admin | typeof other, name: string, input: object): Promise<Node> =>
  (await succeed(world.change(by, name, input, 'report { id state assignedTo closedBy answer }')))[name].report
const logged = async (reportId: string) => {
  const { rows } = await world.database.query(
    `select kind, actor_id as "by", user_id as "userId", detail ->> 'note' as note from users.security_event
     where target_id = $1::text order by id`,
    [reportId],
  )
  return rows
}

/** A message from one user to another, by the tables of the chat room. */
async function directMessage(from: Person, to: Person): Promise<string> {
  const [conversationId, messageId] = [randomUUID(), randomUUID()]
  const [low, high] = [from.userId, to.userId].sort()
  await world.database.query(
    `insert into chat.conversations (id, kind, low_user_id, high_user_id, last_sequence, last_message_id, last_at)
     values ($1::uuid, 'DIRECT', $2::uuid, $3::uuid, 1, $4::uuid, now())`,
    [conversationId, low, high, messageId],
  )
  await world.database.query(
    `insert into chat.direct_participants (conversation_id, user_id) values ($1::uuid, $2::uuid), ($1::uuid, $3::uuid)
     on conflict do nothing`,
    [conversationId, low, high],
  )
  await world.database.query(
    `insert into chat.receipts
       (sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id)
     values ($1::uuid, '1', $2::uuid, $3::uuid, 1, now(), sha256(''), 1, '9'::xid8, 9)`,
    [from.userId, messageId, conversationId],
  )
  return messageId
}

test('a report reaches the admins of the server; while one is open, the same one again is no second one', async () => {
  const [owner, member] = await newPeople(2)
  const groupId = await world.create(owner, [member])
  const first = await reportGroup(member, { groupId, userId: owner.userId, note: 'Look\nhere' })
  expect(await reportGroup(member, { groupId, userId: owner.userId })).toBe(first)
  const second = await reportGroup(member, { groupId })
  const closed = { assignedTo: null, closedBy: null, answer: null }
  expect(await find({ groupId })).toEqual([
    {
      id: second,
      groupId,
      userId: null,
      user: null,
      messageId: null,
      reporter: { id: member.userId },
      reason: 'SPAM',
      note: '',
      state: 'OPEN',
      ...closed,
    },
    expect.objectContaining({ id: first, userId: owner.userId, user: { id: owner.userId }, note: 'Look\nhere' }),
  ])
  await change(admin, 'resolveReport', { reportId: first })
  expect(await reportGroup(member, { groupId, userId: owner.userId })).not.toBe(first)
})

test('a user, and a message that the user sent to the reporter alone, are reported outside of groups', async () => {
  const [ada, eve, bob] = await newPeople(3)
  const about = await reportUser(ada, { userId: eve.userId, reason: 'HARASSMENT', note: 'She insults me.' })
  expect(await reportUser(ada, { userId: eve.userId })).toBe(about)
  const messageId = await directMessage(eve, ada)
  const ofMessage = await reportUser(ada, { userId: eve.userId, messageId })
  expect(await find({ userId: eve.userId })).toMatchObject([
    { id: ofMessage, groupId: null, messageId, reporter: { id: ada.userId } },
    { id: about, groupId: null, messageId: null, reason: 'HARASSMENT', note: 'She insults me.' },
  ])
  const code = async (by: Person, input: object) =>
    (await world.change(by, 'reportUser', { reason: 'SPAM', ...input })).codes[0]
  // Not by the one who sent it, nor by somebody who never saw it, nor as somebody else's.
  expect(await code(bob, { userId: eve.userId, messageId })).toBe('NOT_FOUND')
  expect(await code(eve, { userId: ada.userId, messageId })).toBe('NOT_FOUND')
  expect(await code(ada, { userId: bob.userId, messageId })).toBe('NOT_FOUND')
  for (const userId of [randomUUID(), 'no id']) expect(await code(ada, { userId })).toBe('NOT_FOUND')
  expect(await code(ada, { userId: ada.userId })).toBe('BAD_USER_INPUT')
  expect((await world.change(anonymous, 'reportUser', { userId: ada.userId, reason: 'SPAM' })).codes).toEqual([
    'UNAUTHENTICATED',
  ])
})

test('a user may make 100 reports a day, in groups and outside', async () => {
  const [ada, eve] = await newPeople(2)
  await world.database.query(
    `insert into groups.report (id, user_id, reporter_id, reason, note, created_at, resolved_at)
     select gen_random_uuid(), gen_random_uuid(), $1::uuid, 'SPAM', '', $2::timestamptz, now() from generate_series(1, 100)`,
    [ada.userId, new Date(world.clock.now() - 1_000)],
  )
  const refused = await world.change(ada, 'reportUser', { userId: eve.userId, reason: 'SPAM' })
  expect(refused.codes).toEqual(['RATE_LIMITED'])
  await reportUser(eve, { userId: ada.userId })
})

test('the queue is filtered by each field, and paged', async () => {
  const [owner, member, guest] = await newPeople(3)
  const groupId = await world.create(owner, [member, guest])
  const from = new Date().toISOString()
  const spam = await reportGroup(member, { groupId })
  const hate = await reportGroup(guest, { groupId, userId: owner.userId, reason: 'HATE' })
  const done = await reportGroup(guest, { groupId })
  await change(admin, 'dismissReport', { reportId: done })
  await change(admin, 'assignReport', { reportId: spam, adminId: `clerk of ${groupId}` })
  expect(await idsOf({ groupId })).toEqual([done, hate, spam])
  expect(await idsOf({ groupId, state: 'OPEN' })).toEqual([hate, spam])
  expect(await idsOf({ groupId, state: 'DISMISSED' })).toEqual([done])
  expect(await idsOf({ groupId, state: 'RESOLVED' })).toEqual([])
  expect(await idsOf({ groupId, reason: 'HATE' })).toEqual([hate])
  expect(await idsOf({ groupId, userId: owner.userId })).toEqual([hate])
  expect(await idsOf({ reporterId: guest.userId })).toEqual([done, hate])
  expect(await idsOf({ assignedTo: `clerk of ${groupId}` })).toEqual([spam])
  expect(await idsOf({ groupId, from })).toHaveLength(3)
  expect(await idsOf({ groupId, until: from })).toEqual([])
  expect(await idsOf({ groupId: 'no id' })).toEqual([])
  const { reports } = await succeed(world.ask(admin, REPORTS, { filter: { groupId }, first: 2 }))
  expect(reports.pageInfo.hasNextPage).toBe(true)
  expect((await find({ groupId }, { first: 2, after: reports.pageInfo.endCursor })).map(({ id }) => id)).toEqual([spam])
})

test('a report is given to an admin and closed with an answer, once; the log has each act', async () => {
  const [owner, member] = await newPeople(2)
  const groupId = await world.create(owner, [member])
  const reportId = await reportGroup(member, { groupId, userId: owner.userId })
  expect(await change(admin, 'assignReport', { reportId, adminId: 'clerk' })).toMatchObject({ assignedTo: 'clerk' })
  expect(await change(other, 'assignReport', { reportId, adminId: 'clerk' })).toMatchObject({ assignedTo: 'clerk' })
  world.clock.at += 1_000
  for (const answer of ['Warned', 'Again'])
    expect(await change(other, 'resolveReport', { reportId, answer })).toEqual({
      id: reportId,
      state: 'RESOLVED',
      assignedTo: 'clerk',
      closedBy: 'clerk',
      answer: 'Warned',
    })
  expect((await world.change(admin, 'dismissReport', { reportId })).codes).toEqual(['CONFLICT'])
  expect((await world.change(admin, 'assignReport', { reportId, adminId: null })).codes).toEqual(['CONFLICT'])
  const { userId } = owner
  expect(await logged(reportId)).toEqual([
    { kind: 'REPORT_ASSIGNED', by: 'root', userId, note: 'clerk' },
    { kind: 'REPORT_RESOLVED', by: 'clerk', userId, note: 'Warned' },
  ])
})

test('of two admins who close one report at once, one does', async () => {
  const [owner, member] = await newPeople(2)
  const reportId = await reportGroup(member, { groupId: await world.create(owner, [member]) })
  const answers = await Promise.all([
    world.change(admin, 'resolveReport', { reportId }, 'report { state }'),
    world.change(other, 'dismissReport', { reportId }, 'report { state }'),
  ])
  expect(answers.flatMap(({ codes }) => codes)).toEqual(['CONFLICT'])
  expect(await logged(reportId)).toHaveLength(1)
})

test.each(['assignReport', 'resolveReport', 'dismissReport'])(
  '%s refuses what is no report, and who is no admin',
  async (name) => {
    const [owner, member] = await newPeople(2)
    const reportId = await reportGroup(member, { groupId: await world.create(owner, [member]) })
    const code = async (by: Parameters<GroupWorld['change']>[0], input: object = { reportId }) =>
      (await world.change(by, name, input)).codes[0]
    for (const who of [member, owner, anonymous]) expect(await code(who)).toBe('UNAUTHENTICATED')
    for (const roles of [[], ['reports:read'], ['users:write']])
      expect(await code({ kind: 'admin', adminId: 'clerk', roles })).toBe('FORBIDDEN')
    for (const unknown of [randomUUID(), 'no id']) expect(await code(admin, { reportId: unknown })).toBe('NOT_FOUND')
    const tooLong = name === 'assignReport' ? { adminId: 'x'.repeat(201) } : { answer: 'x'.repeat(501) }
    expect(await code(admin, { reportId, ...tooLong })).toBe('BAD_USER_INPUT')
    expect(await logged(reportId)).toEqual([])
  },
)

test('the queue is for admins with the scope', async () => {
  const [ada] = await newPeople(1)
  for (const who of [ada, anonymous]) expect((await world.ask(who, REPORTS)).codes).toEqual(['UNAUTHENTICATED'])
  const asking = (roles: string[]) => world.ask({ kind: 'admin', adminId: 'clerk', roles }, REPORTS)
  expect((await asking(['users:read'])).codes).toEqual(['FORBIDDEN'])
  expect((await asking(['reports:read'])).codes).toEqual([])
})

test('what was written about a deleted user goes with the user', async () => {
  const [ada, eve, bob] = await newPeople(3)
  const [by, about] = [
    await reportUser(ada, { userId: eve.userId, note: 'From Ada' }),
    await reportUser(bob, { userId: ada.userId, note: 'From Bob' }),
  ]
  for (const reportId of [by, about]) await change(admin, 'resolveReport', { reportId, answer: 'Ada lives in Paris' })
  await world.database.query('insert into users.erasure (user_id, erased_at) values ($1::uuid, now())', [ada.userId])
  await eraseRecords(world.database)
  expect(await find({ reporterId: ada.userId })).toMatchObject([{ note: '', answer: null }])
  expect(await find({ userId: ada.userId })).toMatchObject([{ note: 'From Bob', answer: null }])
})

test('nothing is written about a user who was deleted before', async () => {
  const [ada, eve] = await newPeople(2)
  const reportId = await reportUser(ada, { userId: eve.userId, note: 'From Ada' })
  await world.database.query(
    `update users.account set state = 'DELETED', address = null, display_name = null where id = $1::uuid`,
    [eve.userId],
  )
  expect(await change(admin, 'resolveReport', { reportId, answer: 'Eve lives in Paris' })).toMatchObject({
    state: 'RESOLVED',
    answer: null,
  })
  expect(await logged(reportId)).toMatchObject([{ kind: 'REPORT_RESOLVED', note: null }])
})

test('what one deleted user wrote about another one goes, too', async () => {
  const [ada, eve] = await newPeople(2)
  const reportId = await reportUser(ada, { userId: eve.userId, note: 'Eve lives in Paris' })
  await change(admin, 'resolveReport', { reportId, answer: 'So does Ada' })
  // In both orders of their ids.
  const back = await reportUser(eve, { userId: ada.userId, note: 'Ada lives in Paris' })
  await change(admin, 'resolveReport', { reportId: back, answer: 'So does Eve' })
  await world.database.query('insert into users.erasure (user_id, erased_at) select unnest($1::uuid[]), now()', [
    [ada.userId, eve.userId],
  ])
  await eraseRecords(world.database)
  for (const { userId } of [ada, eve])
    expect(await find({ reporterId: userId })).toMatchObject([{ note: '', answer: null }])
})

test('a filter with what no text of the database can have finds nothing', async () => {
  expect(await find({ assignedTo: 'clerk\0' })).toEqual([])
})

test.each<[string, (owner: Person, member: Person) => object, string]>([
  ['a user who is no member', () => ({ userId: randomUUID() }), 'NOT_FOUND'],
  ['oneself', (_, { userId }) => ({ userId }), 'BAD_USER_INPUT'],
  ['a message that does not exist', () => ({ messageId: randomUUID() }), 'NOT_FOUND'],
  ['a message by what is no id', () => ({ messageId: "' or 1=1 --" }), 'NOT_FOUND'],
  ['a user and a message', ({ userId }) => ({ userId, messageId: randomUUID() }), 'BAD_USER_INPUT'],
  ['too long a note', () => ({ note: 'x'.repeat(2_001) }), 'BAD_USER_INPUT'],
])('a report in a group about %s is refused', async (_, fault, code) => {
  const [owner, member] = await newPeople(2)
  const groupId = await world.create(owner, [member])
  const input = { groupId, reason: 'OTHER', ...fault(owner, member) }
  expect((await world.change(member, 'reportGroup', input)).codes).toEqual([code])
})
