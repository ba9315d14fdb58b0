import { v7 } from 'uuid'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { MINUTE } from '../limits.ts'
import { eraseOpen } from '../account/job.ts'

const ACCOUNTS = `query ($filter: AccountFilter, $first: Int, $after: String) {
  accounts(filter: $filter, first: $first, after: $after) {
    edges { node { id } }
    pageInfo { hasNextPage endCursor }
  }
}`
const SEEN = `query ($id: ID!) {
  user(id: $id) {
    address locale timeZone createdAt accountState
    sessions { edges { node { id device { name } } } }
    devices { edges { node { id } } }
    securityEvents { edges { node { kind actorId } } }
  }
}`
const ERASE = `mutation ($id: ID!, $reason: String = "A fraud") {
  eraseUser(input: { userId: $id, reason: $reason }) { deletedId }
}`
const LOG = `query ($filter: SecurityEventFilter) {
  securityEvents(filter: $filter) { edges { node { kind userId targetId actorId clientNetwork details { name value } } } }
}`
const clerk = (...roles: string[]) => ({ kind: 'admin', adminId: 'clerk', roles }) as const

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

let addresses = 0
const newAddress = () => `account${++addresses}@example.org`
const find = async (filter: object, page: object = {}) =>
  (await succeed(people.ask(admin, ACCOUNTS, { filter, ...page }))).accounts
const idsOf = ({ edges }: { edges: { node: { id: string } }[] }) => edges.map(({ node }) => node.id)
const setUsername = (who: UserIdentity, username: string) =>
  succeed(people.ask(who, `mutation { updateProfile(input: { username: "${username}" }) { user { id } } }`))

test('an admin finds an account by its id, whole address, username and name, and pages through all', async () => {
  const address = newAddress()
  const ada = await people.signIn(address, 'Ada of Finding')
  people.clock.at += MINUTE
  const bob = await people.signIn(newAddress(), 'ADALBERT of finding')
  await setUsername(ada, 'findable.ada')
  for (const text of [ada.userId, address, ` ${address.toUpperCase()} `, 'findable', 'FINDABLE.A', 'ada of f'])
    expect(idsOf(await find({ text }))).toEqual([ada.userId])
  // The newest first, and each once: name and username begin alike.
  await setUsername(bob, 'ada.the.second')
  expect(idsOf(await find({ text: 'ada' })).slice(0, 2)).toEqual([bob.userId, ada.userId])
  for (const text of [address.slice(0, -1), 'of finding', '%', '_', v7()])
    expect(idsOf(await find({ text }))).toEqual([])

  const all: string[] = []
  for (let after: string | null = null; ;) {
    const page: { pageInfo: { hasNextPage: boolean; endCursor: string } } & Parameters<typeof idsOf>[0] = await find(
      {},
      { first: 1, after },
    )
    all.push(...idsOf(page))
    after = page.pageInfo.endCursor
    if (!page.pageInfo.hasNextPage) break
  }
  const { rows } = await db.database.query<{ id: string }>('select id from users.account order by id desc')
  expect(all).toEqual(rows.map(({ id }) => id))
})

test('accounts are filtered by state and by when they were made', async () => {
  people.clock.at += MINUTE
  const from = new Date(people.clock.at).toISOString()
  const ada = await people.signIn(newAddress(), 'Ada')
  people.clock.at += MINUTE
  const bob = await people.signIn(newAddress(), 'Bob')
  const until = new Date(people.clock.at).toISOString()
  expect(idsOf(await find({ from }))).toEqual([bob.userId, ada.userId])
  expect(idsOf(await find({ from, until }))).toEqual([ada.userId])
  await succeed(
    people.ask(admin, `mutation { suspendUser(input: { userId: "${bob.userId}", reason: "Spam" }) { user { id } } }`),
  )
  expect(idsOf(await find({ from, state: 'SUSPENDED' }))).toEqual([bob.userId])
  expect(idsOf(await find({ from, text: 'bob', state: 'ACTIVE' }))).toEqual([])
  await succeed(people.ask(admin, ERASE, { id: ada.userId }))
  expect(idsOf(await find({ from, state: 'DELETED' }))).toEqual([ada.userId])
})

test.each([
  [{ filter: { text: '' } }, 'BAD_USER_INPUT'],
  [{ filter: { text: 'x'.repeat(101) } }, 'BAD_USER_INPUT'],
  [{ filter: { text: 'a\0b' } }, 'BAD_USER_INPUT'],
  [{ first: 101 }, 'BAD_USER_INPUT'],
  [{ first: 0 }, 'BAD_USER_INPUT'],
  [{ after: 'bm90aGluZw' }, 'CURSOR_MALFORMED'],
])('a search for %j is refused', async (variables, code) => {
  expect((await people.ask(admin, ACCOUNTS, variables)).codes).toEqual([code])
})

test('an admin sees what else only the user sees, and another user sees nothing of it', async () => {
  const address = newAddress()
  const made = new Date(people.clock.at).toISOString()
  const ada = await people.signIn(address, 'Ada')
  const bob = await people.signIn(newAddress(), 'Bob')
  const { user } = await succeed(people.ask(clerk('users:read', 'audit:read'), SEEN, { id: ada.userId }))
  expect(user).toMatchObject({ address, createdAt: made, accountState: 'ACTIVE' })
  expect(user.sessions.edges).toMatchObject([{ node: { id: ada.sessionId } }])
  expect(user.devices.edges).toEqual([{ node: { id: ada.deviceId } }])
  expect(user.securityEvents.edges).toMatchObject([{ node: { kind: 'SIGNED_IN' } }])
  const nothing = { address: null, locale: null, timeZone: null, createdAt: null, accountState: null }
  const hidden = { ...nothing, sessions: null, devices: null, securityEvents: null }
  for (const who of [bob, clerk('reports:write')])
    expect((await succeed(people.ask(who, SEEN, { id: ada.userId }))).user).toEqual(hidden)
})

test('an erased user is signed out, gone from the room, and in the log with the reason; the address is free', async () => {
  const address = newAddress()
  const ada = await people.signIn(address, 'Ada')
  await succeed(
    people.ask(admin, `mutation { suspendUser(input: { userId: "${ada.userId}", reason: "Spam" }) { user { id } } }`),
  )
  people.clock.at += MINUTE
  const erased = await succeed(people.ask(clerk('users:write'), ERASE, { id: ada.userId }, '203.0.113.7'))
  expect(erased.eraseUser).toEqual({ deletedId: ada.userId })
  expect(await people.sessions.get(ada.sessionId)).toBe('revoked')
  const { user } = await succeed(people.ask(admin, SEEN, { id: ada.userId }))
  expect(user).toMatchObject({ address: null, accountState: 'DELETED' })
  await eraseOpen(db.database, people.clock)
  const { securityEvents } = await succeed(
    people.ask(admin, LOG, { filter: { adminId: 'clerk', userId: ada.userId, kinds: ['ACCOUNT_DELETED'] } }),
  )
  expect(securityEvents.edges).toEqual([
    {
      node: {
        kind: 'ACCOUNT_DELETED',
        userId: ada.userId,
        targetId: null,
        actorId: 'clerk',
        clientNetwork: '203.0.113.7',
        details: [{ name: 'note', value: 'A fraud' }],
      },
    },
  ])
  expect((await people.ask(admin, ERASE, { id: ada.userId })).codes).toEqual(['NOT_FOUND'])
  people.clock.at += MINUTE
  expect((await people.signIn(address, 'Ada')).userId).not.toBe(ada.userId)
})

test.each([
  ['', 'BAD_USER_INPUT'],
  ['x'.repeat(501), 'BAD_USER_INPUT'],
])('a user is not erased for the reason %j', async (reason, code) => {
  const ada = await people.signIn(newAddress(), 'Ada')
  expect((await people.ask(admin, ERASE, { id: ada.userId, reason })).codes).toEqual([code])
  expect(await people.sessions.get(ada.sessionId)).not.toBe('revoked')
})

test.each([v7(), 'no id'])('there is no user %s to erase', async (id) => {
  expect((await people.ask(admin, ERASE, { id })).codes).toEqual(['NOT_FOUND'])
})

test('each act needs its scope', async () => {
  const ada = await people.signIn(newAddress(), 'Ada')
  const code = async (who: Parameters<People['ask']>[0], document: string, variables = {}) =>
    (await people.ask(who, document, variables)).codes[0]
  for (const who of [ada, anonymous]) {
    expect(await code(who, ACCOUNTS)).toBe('UNAUTHENTICATED')
    expect(await code(who, ERASE, { id: ada.userId })).toBe('UNAUTHENTICATED')
  }
  for (const who of [clerk(), clerk('users'), clerk('audit:write', 'messages:read')])
    expect(await code(who, ACCOUNTS)).toBe('FORBIDDEN')
  expect(await code(clerk('users:read'), ERASE, { id: ada.userId })).toBe('FORBIDDEN')
  expect(await code(clerk('users:read'), ACCOUNTS)).toBeUndefined()
  expect(await code(clerk('users:write'), ACCOUNTS)).toBeUndefined()
})

test('what an admin did in another room is in the log, by the admin and by what it was done to', async () => {
  const [id, groupId] = [v7(), v7()]
  await db.database.query('select users.record_admin_act($1, $2, now(), $3, null, $4, $5, null)', [
    id,
    'EVENT_DROPPED',
    'warden',
    groupId,
    'Its owner asked for it',
  ])
  for (const filter of [{ adminId: 'warden' }, { targetId: groupId }]) {
    const { securityEvents } = await succeed(people.ask(clerk('audit:read'), LOG, { filter }))
    expect(securityEvents.edges).toEqual([
      {
        node: {
          kind: 'EVENT_DROPPED',
          userId: null,
          targetId: groupId,
          actorId: 'warden',
          clientNetwork: null,
          details: [{ name: 'note', value: 'Its owner asked for it' }],
        },
      },
    ])
  }
})
