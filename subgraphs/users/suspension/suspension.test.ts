import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { HOUR, MINUTE } from '../limits.ts'
import { sweep } from '../sweep.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'
const SUSPEND = `mutation ($input: SuspendUserInput!) {
  suspendUser(input: $input) { revokedIds user { id suspension { reason byAdminId since until } } }
}`
const RESTORE = 'mutation ($id: ID!) { restoreUser(input: { userId: $id }) { user { id suspension { reason } } } }'
const VERIFY = `mutation ($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { failure triesLeft session { id user { id } } }
}`

const clerk = { kind: 'admin', adminId: 'clerk', roles: ['support'] } as const

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
const newAddress = () => `suspect${++addresses}@example.org`
const suspend = async (userId: string, more: object = {}) =>
  (await succeed(people.ask(admin, SUSPEND, { input: { userId, reason: 'Spam', ...more } }))).suspendUser
const restore = async (id: string) => (await succeed(people.ask(admin, RESTORE, { id }))).restoreUser
const liveSessions = async (userId: string): Promise<string[]> => {
  const { rows } = await db.database.query<{ id: string }>(
    'select id from users.session where user_id = $1::uuid and revoked_at is null',
    [userId],
  )
  return rows.map(({ id }) => id)
}
/** A sign-in with the right code; `tamper` makes it a wrong one. */
async function trySignIn(address: string, tamper = (code: string) => code) {
  const device = await people.registerDevice()
  const code = tamper(await people.code(device, address))
  const answer = await people.ask(anonymous, VERIFY, { input: { ...device, address, code, displayName: 'Ada' } })
  return { answer, again: () => people.ask(anonymous, VERIFY, { input: { ...device, address, code } }) }
}

test('a suspension ends every session at once, and refuses sign-in with its own code until an admin restores the user', async () => {
  const address = newAddress()
  const ada = await people.signIn(address)
  people.clock.at += MINUTE
  const second = await people.signIn(address)
  const suspended = await suspend(ada.userId)
  expect(suspended.revokedIds.sort()).toEqual([ada.sessionId, second.sessionId].sort())
  for (const { sessionId } of [ada, second]) expect(await people.sessions.get(sessionId)).toBe('revoked')
  expect(suspended.user.suspension).toEqual({
    reason: 'Spam',
    byAdminId: 'root',
    since: new Date(people.clock.at).toISOString(),
    until: null,
  })

  const { answer, again } = await trySignIn(address)
  expect(answer.codes).toEqual(['USER_SUSPENDED'])
  expect(answer.errors[0]?.extensions).toMatchObject({ reason: 'Spam', until: null })
  expect(await liveSessions(ada.userId)).toEqual([])

  expect((await restore(ada.userId)).user).toEqual({ id: ada.userId, suspension: null })
  // A code works once, also if the answer was that the account is suspended.
  expect((await succeed(again())).verifyOtp).toMatchObject({ failure: 'EXPIRED', session: null })
  expect((await people.signIn(address)).userId).toBe(ada.userId)
})

test('without the right code nobody learns of a suspension', async () => {
  const [suspended, free] = [newAddress(), newAddress()]
  await suspend((await people.signIn(suspended)).userId)
  await people.signIn(free)
  const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
  const answers = await Promise.all([suspended, free].map(async (address) => (await trySignIn(address, wrong)).answer))
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]?.data.verifyOtp).toMatchObject({ failure: 'WRONG', session: null })
})

test('other users and the suspended one’s friends see nothing of it', async () => {
  const [ada, bob] = [await people.signIn(newAddress()), await people.signIn(newAddress())]
  await suspend(ada.userId)
  const USER = 'query ($id: ID!) { user(id: $id) { id displayName suspension { reason } } }'
  expect((await succeed(people.ask(bob, USER, { id: ada.userId }))).user.suspension).toBeNull()
  expect((await succeed(people.ask(clerk, USER, { id: ada.userId }))).user.suspension).toBeNull()
  expect((await succeed(people.ask(admin, USER, { id: ada.userId }))).user.suspension).toEqual({ reason: 'Spam' })
})

test('suspending and restoring may be repeated: the last reason counts, and the beginning stays', async () => {
  const ada = await people.signIn(newAddress())
  const { since } = (await suspend(ada.userId)).user.suspension
  people.clock.at += MINUTE
  const until = new Date(people.clock.at + HOUR).toISOString()
  const again = await suspend(ada.userId, { reason: 'Much spam', until })
  expect(again).toEqual({
    revokedIds: [],
    user: { id: ada.userId, suspension: { reason: 'Much spam', byAdminId: 'root', since, until } },
  })
  for (let count = 0; count < 2; count++) expect((await restore(ada.userId)).user.suspension).toBeNull()
})

test('a suspension with an end is over at its end, for a sign-in and for the sweep', async () => {
  const [early, late] = [newAddress(), newAddress()]
  const ids = [(await people.signIn(early)).userId, (await people.signIn(late)).userId]
  for (const id of ids) await suspend(id, { until: new Date(people.clock.at + HOUR).toISOString() })
  people.clock.at += HOUR - 1
  await sweep(db.database, people.clock)
  expect((await trySignIn(early)).answer.codes).toEqual(['USER_SUSPENDED'])
  people.clock.at += 1
  expect((await people.signIn(early)).userId).toBe(ids[0])
  await sweep(db.database, people.clock)
  const { rows } = await db.database.query<{ state: string; left: number }>(
    `select state, (select count(*)::int from users.suspension where user_id = any($1::uuid[])) as left
     from users.account where id = any($1::uuid[])`,
    [ids],
  )
  expect(rows).toEqual([
    { state: 'ACTIVE', left: 0 },
    { state: 'ACTIVE', left: 0 },
  ])
})

test('the security log tells who suspended and restored a user, and that a sign-in was refused', async () => {
  const address = newAddress()
  const { userId } = await people.signIn(address)
  await suspend(userId)
  await trySignIn(address)
  await restore(userId)
  const LOG = `query ($id: ID!) { securityEvents(filter: { userId: $id }) {
    edges { node { kind actorKind actorId details { name value } } }
  } }`
  const { securityEvents } = await succeed(people.ask(admin, LOG, { id: userId }))
  const detail = (name: string, value: string) => [{ name, value }]
  const acts = securityEvents.edges.map(({ node }: { node: { kind: string } }) => node)
  // The clock stands still, so events have no order.
  expect(acts.filter(({ kind }: { kind: string }) => kind !== 'SIGNED_IN')).toHaveLength(4)
  expect(acts).toEqual(
    expect.arrayContaining([
      { kind: 'USER_SUSPENDED', actorKind: 'ADMIN', actorId: 'root', details: detail('note', 'Spam') },
      { kind: 'SESSION_ENDED', actorKind: 'ADMIN', actorId: 'root', details: detail('reason', 'SUSPENDED') },
      { kind: 'SIGN_IN_REFUSED', actorKind: 'STRANGER', actorId: null, details: detail('reason', 'SUSPENDED') },
      { kind: 'USER_RESTORED', actorKind: 'ADMIN', actorId: 'root', details: [] },
    ]),
  )
})

test('a sign-in at the moment of a suspension leaves no live session', async () => {
  const address = newAddress()
  const { userId } = await people.signIn(address)
  const outcomes = new Set<string>()
  for (let round = 0; round < 12; round++) {
    people.clock.at += 24 * HOUR
    const device = await people.registerDevice()
    const input = { ...device, address, code: await people.code(device, address) }
    const order = [() => people.ask(anonymous, VERIFY, { input }), () => suspend(userId)]
    if (round % 2) order.reverse()
    const [first, second] = await Promise.all(order.map((act) => act()))
    const answer = round % 2 ? second : first
    outcomes.add(answer.codes[0] ?? 'signed in')
    expect(await liveSessions(userId)).toEqual([])
    await restore(userId)
  }
  // Both orders are right; nothing else is.
  for (const outcome of outcomes) expect(['USER_SUSPENDED', 'signed in']).toContain(outcome)
})

test('the views show no session and no push target of an account that is not active, even if a session was missed', async () => {
  const ada = await people.signIn(newAddress())
  const seen = async () => {
    const { rows } = await db.database.query<{ sessions: number; targets: number }>(
      `select (select count(*)::int from users.sessions where user_id = $1::uuid) as sessions,
              (select count(*)::int from users.push_targets where user_id = $1::uuid) as targets`,
      [ada.userId],
    )
    return rows[0]
  }
  expect(await seen()).toEqual({ sessions: 1, targets: 1 })
  await db.database.query(`update users.account set state = 'SUSPENDED' where id = $1::uuid`, [ada.userId])
  expect(await seen()).toEqual({ sessions: 0, targets: 0 })
})

test('only an admin with the right role suspends and restores, and only users that exist', async () => {
  const ada = await people.signIn(newAddress())
  const bob = await people.signIn(newAddress())
  const codes = async (identity: Parameters<People['ask']>[0], userId: string, more: object = {}) => [
    ...(await people.ask(identity, SUSPEND, { input: { userId, reason: 'Spam', ...more } })).codes,
    ...(await people.ask(identity, RESTORE, { id: userId })).codes,
  ]
  expect(await codes(anonymous, ada.userId)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
  expect(await codes(bob, ada.userId)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
  expect(await codes(clerk, ada.userId)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  for (const id of [NOBODY, 'nobody', '']) expect(await codes(admin, id)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
  const past = new Date(people.clock.at).toISOString()
  for (const wrong of [{ reason: ' ' }, { reason: 'x'.repeat(501) }, { reason: 'a\nb' }, { until: past }])
    expect(await codes(admin, ada.userId, wrong)).toEqual(['BAD_USER_INPUT'])
  expect(await liveSessions(ada.userId)).toEqual([ada.sessionId])
  expect(await codes(admin, ada.userId)).toEqual([])
})
