import { randomUUID } from 'node:crypto'
import { recordAdminActs } from '../../admin-acts.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { DAY, SECURITY_LOG_DAYS } from '../limits.ts'
import { sweep } from '../sweep.ts'
import { recordSecurityEvent } from './store.ts'

const LOG = `query ($filter: SecurityEventFilter, $first: Int, $after: String) {
  securityEvents(filter: $filter, first: $first, after: $after) {
    edges { node { id kind at userId actorKind actorId deviceId sessionId clientNetwork details { name value } } }
    pageInfo { hasNextPage endCursor }
  }
}`
const MINE = '{ me { securityEvents { edges { node { kind actorKind actorId clientNetwork } } } } }'
const VERIFY = `mutation ($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { failure session { id hmacKey user { id } } }
}`
const REVOKE_USER = 'mutation ($id: ID!) { revokeUserSessions(input: { userId: $id }) { revokedIds } }'
const REVOKE = 'mutation ($ids: [ID!]) { revokeSessions(input: { sessionIds: $ids }) { revokedIds } }'

let db: TestDatabase
let people: People
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database)
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

interface Node {
  readonly id: string
  readonly kind: string
  readonly at: string
  readonly [field: string]: unknown
}
let addresses = 0
const newAddress = () => `logged${++addresses}@example.org`
const newPerson = () => people.signIn(newAddress(), 'Ada')
const read = async (filter: object = {}, page: object = {}): Promise<Node[]> =>
  (await succeed(people.ask(admin, LOG, { filter, ...page }))).securityEvents.edges.map(
    (edge: { node: Node }) => edge.node,
  )
const wrong = (code: string) => (code === '000000' ? '000001' : '000000')

test('a sign-in, a wrong code and a revocation are recorded: who, what, when, from where', async () => {
  const address = newAddress()
  const ada = await people.signIn(address, 'Ada')
  people.clock.at += 1_000
  const device = await people.registerDevice()
  const code = await people.code(device, address)
  const input = { ...device, address, code: wrong(code) }
  await succeed(people.ask(anonymous, VERIFY, { input }, '198.51.100.7'))
  people.clock.at += 1_000
  await succeed(people.ask(ada, REVOKE, { ids: [ada.sessionId] }, '203.0.113.9'))

  const [ended, failed, signedIn, ...more] = await read({ userId: ada.userId })
  expect(more).toEqual([])
  expect(ended).toMatchObject({
    kind: 'SESSION_ENDED',
    at: new Date(people.clock.at).toISOString(),
    userId: ada.userId,
    actorKind: 'USER',
    actorId: ada.userId,
    sessionId: ada.sessionId,
    clientNetwork: '203.0.113.9',
    details: [{ name: 'reason', value: 'REVOKED' }],
  })
  expect(failed).toMatchObject({
    kind: 'SIGN_IN_FAILED',
    userId: ada.userId,
    actorKind: 'STRANGER',
    actorId: null,
    deviceId: device.deviceId,
    clientNetwork: '198.51.100.7',
  })
  expect(signedIn).toMatchObject({
    kind: 'SIGNED_IN',
    actorKind: 'USER',
    deviceId: ada.deviceId,
    sessionId: ada.sessionId,
    details: [],
  })
})

test('an admin act is recorded with the admin, also when it ended nothing; the user sees that an admin acted', async () => {
  const ada = await newPerson()
  people.clock.at += 1
  await succeed(people.ask(admin, REVOKE_USER, { id: ada.userId }))
  people.clock.at += 1
  await succeed(people.ask(admin, REVOKE_USER, { id: ada.userId }))
  const acts = await read({ userId: ada.userId, kinds: ['ADMIN_ENDED_SESSIONS'] })
  expect(acts).toMatchObject([
    { actorKind: 'ADMIN', actorId: 'root', details: [{ name: 'count', value: '0' }] },
    { actorKind: 'ADMIN', actorId: 'root', details: [{ name: 'count', value: '1' }] },
  ])
  const { me } = await succeed(people.ask(ada, MINE))
  const seen = me.securityEvents.edges.map(({ node }: { node: Node }) => [
    node.kind,
    node['actorKind'],
    node['actorId'],
  ])
  expect(seen).toHaveLength(4)
  expect(seen[0]).toEqual(['ADMIN_ENDED_SESSIONS', 'ADMIN', null])
  expect(seen).toContainEqual(['SESSION_ENDED', 'ADMIN', null])
  expect(seen[3]).toEqual(['SIGNED_IN', 'USER', ada.userId])
})

test('a reported user learns neither of the reports nor who decides on them, and of no admin from where', async () => {
  const ada = await newPerson()
  await recordAdminActs(
    db.database,
    ...['REPORT_ASSIGNED', 'REPORT_RESOLVED', 'REPORT_DISMISSED', 'MESSAGE_REMOVED', 'ADMIN_ENDED_SESSIONS'].map(
      (kind) => ({
        kind,
        at: new Date(people.clock.at + 1),
        adminId: 'root',
        userId: ada.userId,
        targetId: randomUUID(),
        note: kind === 'ADMIN_ENDED_SESSIONS' ? null : 'clerk: Eve reported it',
        clientNetwork: '192.0.2.77',
      }),
    ),
  )
  const mine = '{ me { securityEvents { edges { node { kind targetId clientNetwork details { value } } } } } }'
  const seen = JSON.stringify(await succeed(people.ask(ada, mine)))
  for (const shown of ['ADMIN_ENDED_SESSIONS', 'MESSAGE_REMOVED']) expect(seen).toContain(shown)
  for (const hidden of ['REPORT_', 'clerk', '192.0.2.77']) expect(seen).not.toContain(hidden)
  const kept = { userId: ada.userId, kinds: ['REPORT_ASSIGNED'] }
  expect(await read(kept)).toMatchObject([{ details: [{ name: 'note', value: 'clerk: Eve reported it' }] }])
})

test('a filter with what no text of the database can have finds nothing', async () => {
  expect(await read({ adminId: 'root\0' })).toEqual([])
  expect(await read({ targetId: '\0' })).toEqual([])
})

test('neither users nor strangers read the log, and nobody reads what is kept about another', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  expect((await people.ask(ada, LOG)).codes).toEqual(['UNAUTHENTICATED'])
  expect((await people.ask(anonymous, LOG)).codes).toEqual(['UNAUTHENTICATED'])
  expect((await people.ask({ ...admin, roles: ['reader'] } as typeof admin, LOG)).codes).toEqual(['FORBIDDEN'])
  const other = 'query ($id: ID!) { user(id: $id) { id securityEvents { edges { cursor } } } }'
  const seen = { user: { id: ada.userId, securityEvents: null } }
  expect(await succeed(people.ask(bob, other, { id: ada.userId }))).toEqual(seen)
  expect((await succeed(people.ask(ada, other, { id: ada.userId }))).user.securityEvents.edges).toHaveLength(1)
})

test('pages hold every event once; kinds and times narrow them', async () => {
  const ada = await newPerson()
  const start = people.clock.at + DAY
  const record = (kind: 'SIGNED_IN' | 'SIGN_IN_FAILED', at: number) =>
    recordSecurityEvent(db.database, {
      kind,
      at: new Date(at),
      user: { id: ada.userId },
      actor: { kind: 'SYSTEM' },
      clientNetwork: null,
    })
  for (let second = 0; second < 5; second++)
    await record(second % 2 === 0 ? 'SIGNED_IN' : 'SIGN_IN_FAILED', start + second * 1_000)

  const of = { userId: ada.userId, from: new Date(start).toISOString() }
  const seen: string[] = []
  let after: string | null = null
  do {
    const {
      securityEvents: page,
    }: { securityEvents: { edges: { node: Node }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await succeed(people.ask(admin, LOG, { filter: of, first: 2, after }))
    seen.push(...page.edges.map(({ node }) => node.at))
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  expect(seen).toEqual([4, 3, 2, 1, 0].map((second) => new Date(start + second * 1_000).toISOString()))

  const until = new Date(start + 4_000).toISOString()
  expect(await read({ ...of, until, kinds: ['SIGNED_IN'] })).toHaveLength(2)
  expect(await read({ ...of, kinds: ['SIGN_IN_FAILED'] })).toHaveLength(2)
  expect(await read({ ...of, from: until })).toHaveLength(1)
  expect(await read({ userId: 'no id' })).toEqual([])
  expect((await people.ask(admin, LOG, { filter: { kinds: [] } })).codes).toEqual(['BAD_USER_INPUT'])
  expect((await people.ask(admin, LOG, { first: 101 })).codes).toEqual(['BAD_USER_INPUT'])
  expect((await people.ask(admin, LOG, { after: 'bm90aGluZw' })).codes).toEqual(['CURSOR_MALFORMED'])
})

test('neither codes nor keys nor device secrets are in the log', async () => {
  const address = newAddress()
  const device = await people.registerDevice()
  const code = await people.code(device, address)
  const refused = { ...device, address, code: wrong(code), displayName: 'Ada' }
  await succeed(people.ask(anonymous, VERIFY, { input: refused }))
  const { verifyOtp } = await succeed(people.ask(anonymous, VERIFY, { input: { ...refused, code } }))
  const { rows } = await db.database.query<{ text: string }>(
    'select security_event::text as text from users.security_event order by id desc limit 100',
  )
  const log = rows.map(({ text }) => text).join('\n')
  expect(log).toContain(verifyOtp.session.id)
  for (const secret of [verifyOtp.session.hmacKey, device.deviceSecret, address]) expect(log).not.toContain(secret)
  const details = (await read({ userId: verifyOtp.session.user.id })).map(({ details }) => JSON.stringify(details))
  expect(details.join()).not.toContain(code)
})

test('a stranger cannot fill the log: only tries of a live password are recorded', async () => {
  const address = newAddress()
  const device = await people.registerDevice()
  const code = await people.code(device, address)
  const count = async () =>
    (await db.database.query<{ count: string }>('select count(*) from users.security_event')).rows[0]?.count
  const before = Number(await count())
  for (let tries = 0; tries < 30; tries++)
    await succeed(people.ask(anonymous, VERIFY, { input: { ...device, address, code: wrong(code) } }))
  expect(Number(await count()) - before).toBeLessThanOrEqual(5)
})

test('an event is gone with the transaction that it tells of', async () => {
  const ada: UserIdentity = await newPerson()
  const undone = db.database.transaction(async (sql) => {
    await recordSecurityEvent(sql, {
      kind: 'SESSION_ENDED',
      at: new Date(people.clock.at),
      user: { id: ada.userId },
      actor: { kind: 'SYSTEM' },
      clientNetwork: null,
    })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await read({ userId: ada.userId, kinds: ['SESSION_ENDED'] })).toEqual([])
})

test('events are deleted when they are older than the configured number of days', async () => {
  const ada = await newPerson()
  const later = (days: number) => ({ now: () => people.clock.at + days * DAY })
  await sweep(db.database, later(SECURITY_LOG_DAYS - 1))
  expect(await read({ userId: ada.userId })).toHaveLength(1)
  await sweep(db.database, later(9), 10)
  expect(await read({ userId: ada.userId })).toHaveLength(1)
  await sweep(db.database, later(11), 10)
  expect(await read({ userId: ada.userId })).toEqual([])
})
