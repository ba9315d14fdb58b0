import { silentLog } from '../../platform/log/log.ts'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { openPeople, type People, type UserIdentity } from '../../test/support/people.ts'
import { succeed } from '../../test/support/subgraph.ts'
import { trackUse } from './use.ts'

const DAY = 24 * 3_600_000
const SESSIONS = '{ me { sessions { edges { node { id lastSeenAt expiresAt } } } } }'
const SIGN_OUT = 'mutation { signOut { sessionId } }'

let db: TestDatabase
beforeAll(async () => void (db = await createDatabase()))
afterAll(() => db[Symbol.asyncDispose]())

let addresses = 0
const newAddress = () => `guest${++addresses}@example.org`
const open = (sessionRules: { idleMs?: number; maxAgeMs?: number } = {}) => openPeople(db.database, { sessionRules })
interface Listed {
  readonly id: string
  readonly lastSeenAt: string | null
  readonly expiresAt: string
}
const sessionsOf = async (people: People, user: UserIdentity): Promise<Listed[]> =>
  (await succeed(people.ask(user, SESSIONS))).me.sessions.edges.map(({ node }: { node: Listed }) => node)

describe('a session that is used', () => {
  test('lives on, up to its maximum age', async () => {
    await using people = open({ idleMs: 10 * DAY, maxAgeMs: 25 * DAY })
    const ada = await people.signIn(newAddress())
    const start = people.clock.at
    const expiryAfterUse = async (days: number) => {
      people.clock.at = start + days * DAY
      await using use = trackUse({ sql: db.database, clock: people.clock, log: silentLog }, 5)
      use.seen(ada.sessionId)
      await use[Symbol.asyncDispose]()
      const [session] = await sessionsOf(people, ada)
      expect(session?.lastSeenAt).toBe(new Date(people.clock.at).toISOString())
      return (new Date(session!.expiresAt).getTime() - start) / DAY
    }
    expect(await sessionsOf(people, ada)).toMatchObject([
      { lastSeenAt: null, expiresAt: new Date(start + 10 * DAY).toISOString() },
    ])
    expect(await expiryAfterUse(9)).toBe(19)
    expect(await expiryAfterUse(18)).toBe(25)
    expect(await expiryAfterUse(24)).toBe(25)
  })

  test('after its end is not brought back by use', async () => {
    await using people = open({ idleMs: DAY, maxAgeMs: 30 * DAY })
    const ada = await people.signIn(newAddress())
    people.clock.at += 2 * DAY
    await using use = trackUse({ sql: db.database, clock: people.clock, log: silentLog }, 5)
    use.seen(ada.sessionId)
    await use[Symbol.asyncDispose]()
    expect(await sessionsOf(people, ada)).toEqual([])
  })

  test('is written once in some minutes, for many sessions with one statement, and later if PostgreSQL was down', async () => {
    await using people = open()
    const users = [await people.signIn(newAddress()), await people.signIn(newAddress())]
    const statements: string[] = []
    let down = true
    const sql: Pick<typeof db.database, 'query'> = {
      query: (text, values) => {
        statements.push(text)
        return down ? Promise.reject(new Error('down')) : db.database.query(text, values)
      },
    }
    await using use = trackUse({ sql, clock: people.clock, log: silentLog }, 5)
    for (let request = 0; request < 100; request++) for (const { sessionId } of users) use.seen(sessionId)
    await eventually(() => expect(statements.length).toBeGreaterThan(1))
    down = false
    await eventually(async () => expect((await sessionsOf(people, users[1]!))[0]?.lastSeenAt).not.toBeNull())
    expect((await sessionsOf(people, users[0]!))[0]?.lastSeenAt).not.toBeNull()
    const written = statements.length
    for (const { sessionId } of users) use.seen(sessionId)
    people.clock.at += 5 * 60_000
    use.seen(users[0]!.sessionId)
    await eventually(() => expect(statements).toHaveLength(written + 1))
  })
})

test('a request in an ended session is recorded once an hour, however many come, and a live or invented one never', async () => {
  await using people = open()
  const ada = await people.signIn(newAddress())
  const live = await people.signIn(newAddress())
  await succeed(people.ask(ada, SIGN_OUT))
  const count = async () =>
    (
      await db.database.query(
        `select client_network, user_id from users.security_event where kind = 'ENDED_SESSION_USED'`,
      )
    ).rows
  /** As many gateways as calls: each has a memory of its own. */
  const use = async (sessionId: string) => {
    const gateway = trackUse({ sql: db.database, clock: people.clock, log: silentLog })
    for (let request = 0; request < 20; request++) gateway.usedAfterEnd(sessionId, '198.51.100.7')
    await gateway[Symbol.asyncDispose]()
  }
  for (const id of [ada.sessionId, ada.sessionId, live.sessionId, '00000000-0000-7000-8000-000000000000']) await use(id)
  expect(await count()).toEqual([{ client_network: '198.51.100.7', user_id: ada.userId }])
  people.clock.at += 61 * 60_000
  await use(ada.sessionId)
  expect(await count()).toHaveLength(2)
})
