import { randomUUID } from 'node:crypto'
import { openRedisBus } from '../../../platform/bus/index.ts'
import { openEventLog } from '../../../platform/eventlog/log.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openRedisSessions } from '../../../platform/sessions/index.ts'
import { REVOKED_CHANNEL } from '../../../platform/sessions/sessions.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { noParkedEvents, openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { describeWith, requireUrl } from '../../../test/support/services.ts'
import { admin, anonymous, askSubgraph, succeed } from '../../../test/support/subgraph.ts'
import { sessionKeys } from '../../../test/support/session-keys.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { makeUsers } from '../index.ts'
import { DAY, HOUR, UNUSED_DEVICE_TTL_MS } from '../limits.ts'
import { sweep } from '../sweep.ts'

const NOBODY = '00000000-0000-7000-8000-000000000000'
const ME = '{ me { id displayName address sessions { edges { node { id current } } } } }'
const USER = 'query ($id: ID!) { user(id: $id) { id displayName address sessions { edges { node { id } } } } }'
const RENAME = 'mutation ($name: String!) { updateProfile(input: { displayName: $name }) { user { id displayName } } }'
const REVOKE = 'mutation ($ids: [ID!]) { revokeSessions(input: { sessionIds: $ids }) { revokedIds } }'
const REVOKE_USER = 'mutation ($id: ID!) { revokeUserSessions(input: { userId: $id }) { revokedIds } }'
const ENTITIES =
  'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { id displayName address } } }'
const SESSIONS = `query ($first: Int, $after: String) { me { sessions(first: $first, after: $after) {
  edges { cursor node { id createdAt expiresAt current device { id name platform } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} } }`

let db: TestDatabase
let people: People
/** Whether the room's way to the cache and to the bus is cut. */
const cut = { cache: false, bus: false }
const whole =
  <Args extends readonly unknown[], Result>(part: keyof typeof cut, call: (...args: Args) => Promise<Result>) =>
  (...args: Args) =>
    cut[part] ? Promise.reject(new Error(`the ${part} is away`)) : call(...args)

beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database, {
    sessions: (cache) => ({ ...cache, revoke: whole('cache', (ids: readonly string[]) => cache.revoke(ids)) }),
    bus: (bus) => ({ ...bus, publish: whole('bus', (channel: string, text: string) => bus.publish(channel, text)) }),
  })
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})
afterEach(() => Object.assign(cut, { cache: false, bus: false }))

let addresses = 0
const newPerson = (name = 'Ada') => people.signIn(`reader${++addresses}@example.org`, name)
const signInAgain = (address: string) => {
  people.clock.at += 60_000
  return people.signIn(address)
}
const ask = (...args: Parameters<People['ask']>) => people.ask(...args)
const liveIds = async (user: UserIdentity): Promise<string[]> =>
  (await succeed(ask(user, ME))).me.sessions.edges.map((edge: { node: { id: string } }) => edge.node.id)

describe('the viewer', () => {
  test('sees their own address and sessions, as admins do, and others the name alone', async () => {
    const ada = await newPerson('Ada')
    const bob = await newPerson('Bob')
    const own = {
      id: ada.userId,
      displayName: 'Ada',
      address: `reader${addresses - 1}@example.org`,
      sessions: { edges: [{ node: { id: ada.sessionId } }] },
    }
    expect((await succeed(ask(ada, USER, { id: ada.userId }))).user).toEqual(own)
    const seen = { id: ada.userId, displayName: 'Ada', address: null, sessions: null }
    expect((await succeed(ask(bob, USER, { id: ada.userId }))).user).toEqual(seen)
    expect((await succeed(ask(admin, USER, { id: ada.userId }))).user).toEqual(own)
    const { me } = await succeed(ask(ada, ME))
    expect(me).toEqual({ ...own, sessions: { edges: [{ node: { id: ada.sessionId, current: true } }] } })
  })

  test('is nobody without a session: every field says so', async () => {
    const ada = await newPerson()
    const operations: [string, object][] = [
      [ME, {}],
      [USER, { id: ada.userId }],
      [RENAME, { name: 'Eve' }],
      [REVOKE, { ids: [ada.sessionId] }],
      [REVOKE, {}],
      [REVOKE_USER, { id: ada.userId }],
      [ENTITIES, { ids: [{ __typename: 'User', id: ada.userId }] }],
    ]
    for (const [operation, variables] of operations) {
      expect((await ask(anonymous, operation, { ...variables })).codes).toEqual(['UNAUTHENTICATED'])
    }
    expect((await succeed(ask(ada, ME))).me).toMatchObject({ displayName: 'Ada' })
    expect(await liveIds(ada)).toEqual([ada.sessionId])
  })

  test('finds nobody by an id that is no id, or nobody’s', async () => {
    const ada = await newPerson()
    for (const id of [NOBODY, '', '1', "' or 1=1 --", `${ada.userId}'`, '\u0000', '$ne']) {
      expect((await succeed(ask(ada, USER, { id }))).user).toBeNull()
    }
    expect((await succeed(ask(ada, USER, { id: ada.userId.toUpperCase() }))).user).toMatchObject({ id: ada.userId })
  })

  test('is renamed by themselves, and reads the new name in the same request', async () => {
    const ada = await newPerson()
    const named = await succeed(
      ask(
        ada,
        `mutation { a: updateProfile(input: { displayName: "Countess" }) { user { displayName } }
        b: updateProfile(input: { displayName: " Lovelace’); drop table users.account; --" }) { user { displayName } } }`,
      ),
    )
    expect(named.a.user.displayName).toBe('Countess')
    expect(named.b.user.displayName).toBe('Lovelace’); drop table users.account; --')
    expect((await succeed(ask(ada, ME))).me.displayName).toBe('Lovelace’); drop table users.account; --')
    for (const name of ['', '\u200b', 'a\nb', 'x'.repeat(101)]) {
      expect((await ask(ada, RENAME, { name })).codes).toEqual(['BAD_USER_INPUT'])
    }
  })

  test('that the gateway names but nobody is, is not found', async () => {
    const ghost = { ...(await newPerson()), userId: NOBODY }
    expect((await ask(ghost, ME)).codes).toEqual(['NOT_FOUND'])
    expect((await ask(ghost, RENAME, { name: 'Ghost' })).codes).toEqual(['NOT_FOUND'])
  })
})

test('entities are found in their order, null for who does not exist, in one statement', async () => {
  const [ada, bob] = [await newPerson('Ada'), await newPerson('Bob')]
  const ids = [bob.userId, NOBODY, ada.userId, bob.userId, 'no id'].map((id) => ({ __typename: 'User', id }))
  const statements: string[] = []
  const query: typeof db.database.query = (text, values) => {
    statements.push(text)
    return db.database.query(text, values)
  }
  await using counted = openPeople({ ...db.database, query })
  const { _entities } = await succeed(counted.ask(ada, ENTITIES, { ids }))
  // A job by the clock looks for dead nodes meanwhile.
  const reads = statements.filter((text) => text.includes('users.account') && !text.includes('users.buryNodes'))
  expect(reads).toHaveLength(1)
  const [adaSeen, bobSeen] = [
    { id: ada.userId, displayName: 'Ada', address: `reader${addresses - 1}@example.org` },
    { id: bob.userId, displayName: 'Bob', address: null },
  ]
  expect(_entities).toEqual([bobSeen, null, adaSeen, bobSeen, null])
})

describe('sessions', () => {
  test('are paged from the newest, and what begins or ends meanwhile moves no other', async () => {
    const address = 'pager@example.org'
    const all: UserIdentity[] = []
    for (let count = 0; count < 5; count++) all.unshift(await signInAgain(address))
    const [newest, , third, , oldest] = all as [UserIdentity, UserIdentity, UserIdentity, UserIdentity, UserIdentity]
    const page = async (variables: object) => (await succeed(ask(newest, SESSIONS, { ...variables }))).me.sessions
    const idsOf = (connection: { edges: { node: { id: string } }[] }) => connection.edges.map((edge) => edge.node.id)

    const first = await page({ first: 2 })
    expect(idsOf(first)).toEqual(all.slice(0, 2).map((session) => session.sessionId))
    expect(first.pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
      endCursor: first.edges[1].cursor,
    })
    expect(first.edges[0].node).toEqual({
      id: newest.sessionId,
      createdAt: new Date(people.clock.at).toISOString(),
      expiresAt: new Date(people.clock.at + 90 * DAY).toISOString(),
      current: true,
      device: { id: newest.deviceId, name: 'Phone', platform: 'IOS' },
    })

    people.clock.at += HOUR // the sixth password of a day is a wait away
    const late = await signInAgain(address)
    await succeed(ask(newest, REVOKE, { ids: [third.sessionId] }))
    const second = await page({ first: 2, after: first.pageInfo.endCursor })
    expect(idsOf(second)).toEqual([all[3]?.sessionId, oldest.sessionId])
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    expect(idsOf(await page({}))).toEqual([late, ...all.filter((each) => each !== third)].map((each) => each.sessionId))
    expect((await page({ after: second.pageInfo.endCursor })).edges).toEqual([])
  })

  test.each<[string, object, string]>([
    ['of none', { first: 0 }, 'BAD_USER_INPUT'],
    ['of fewer than none', { first: -1 }, 'BAD_USER_INPUT'],
    ['of 101', { first: 101 }, 'BAD_USER_INPUT'],
    ['after nonsense', { after: 'nonsense' }, 'CURSOR_MALFORMED'],
    ['after SQL', { after: Buffer.from("' or 1=1 --").toString('base64url') }, 'CURSOR_MALFORMED'],
    ['after far too much', { after: 'x'.repeat(10_000) }, 'CURSOR_MALFORMED'],
  ])('are refused for a page %s', async (_, fault, code) => {
    const ada = await newPerson()
    expect((await ask(ada, SESSIONS, { first: 100 })).codes).toEqual([])
    expect((await ask(ada, SESSIONS, { ...fault })).codes).toEqual([code])
  })

  test('that ran out are not shown', async () => {
    const ada = await newPerson()
    expect(await liveIds(ada)).toEqual([ada.sessionId])
    const before = people.clock.at
    people.clock.at += 90 * DAY
    expect(await liveIds(ada)).toEqual([])
    people.clock.at = before
  })
})

describe('a revocation', () => {
  /** A person with three sessions, and what was told on the bus since. */
  async function seed() {
    const address = `owner${++addresses}@example.org`
    const [one, two, three] = [await people.signIn(address), await signInAgain(address), await signInAgain(address)]
    for (const session of [one, two, three]) await cached(session)
    const told: string[] = []
    const ears = await people.bus.listen(REVOKED_CHANNEL, (text) => told.push(...(JSON.parse(text) as string[])))
    return { one, two, three, told, [Symbol.asyncDispose]: () => ears[Symbol.asyncDispose]() }
  }
  const cached = async ({ userId, deviceId, sessionId }: UserIdentity) =>
    people.sessions.put(
      { userId, deviceId, sessionId, hmacKey: Buffer.alloc(32), expiresAtMs: people.clock.at + DAY },
      people.clock.at,
    )
  const revokedInView = async (ids: readonly string[]) => {
    const { rows } = await db.database.query<{ session_id: string }>(
      'select session_id from users.sessions where session_id = any($1::uuid[]) and revoked_at is not null',
      [ids],
    )
    return rows.map((row) => row.session_id).sort()
  }

  test('of named sessions ends these in SQL, in the cache and on the bus, and leaves the others', async () => {
    await using world = await seed()
    const { one, two, three, told } = world
    const { revokeSessions } = await succeed(ask(one, REVOKE, { ids: [two.sessionId.toUpperCase()] }))
    expect(revokeSessions.revokedIds).toEqual([two.sessionId])
    expect(told).toEqual([two.sessionId])
    expect(await people.sessions.get(two.sessionId)).toBe('revoked')
    expect(await people.sessions.get(three.sessionId)).toMatchObject({ sessionId: three.sessionId })
    expect(await revokedInView([one, two, three].map((each) => each.sessionId))).toEqual([two.sessionId])
    expect(await liveIds(one)).toEqual([three.sessionId, one.sessionId])
  })

  test('may name the session that asks, and names each once: what is over already is not ended again', async () => {
    await using world = await seed()
    const { one, told } = world
    const ids = [one.sessionId, one.sessionId, 'no id', NOBODY]
    expect((await succeed(ask(one, REVOKE, { ids }))).revokeSessions.revokedIds).toEqual([one.sessionId])
    expect((await succeed(ask(one, REVOKE, { ids }))).revokeSessions.revokedIds).toEqual([])
    expect(told).toEqual([one.sessionId])
  })

  test('without names ends all but the one that asks', async () => {
    await using world = await seed()
    const { one, two, three, told } = world
    const { revokeSessions } = await succeed(ask(two, REVOKE))
    expect([...revokeSessions.revokedIds].sort()).toEqual([one.sessionId, three.sessionId].sort())
    expect(await liveIds(two)).toEqual([two.sessionId])
    expect([...told].sort()).toEqual([one.sessionId, three.sessionId].sort())
  })

  test('of another’s sessions ends nothing and tells nothing', async () => {
    await using world = await seed()
    const { one, told } = world
    const eve = await newPerson('Eve')
    expect((await succeed(ask(eve, REVOKE, { ids: [one.sessionId] }))).revokeSessions.revokedIds).toEqual([])
    expect(await liveIds(one)).toHaveLength(3)
    expect(told).toEqual([])
    expect((await succeed(ask(one, REVOKE, { ids: [one.sessionId] }))).revokeSessions.revokedIds).toEqual([
      one.sessionId,
    ])
  })

  test('names 1 to 100 sessions', async () => {
    const ada = await newPerson()
    expect((await ask(ada, REVOKE, { ids: [] })).codes).toEqual(['BAD_USER_INPUT'])
    expect((await ask(ada, REVOKE, { ids: Array.from({ length: 101 }, () => NOBODY) })).codes).toEqual([
      'BAD_USER_INPUT',
    ])
    expect((await ask(ada, REVOKE, { ids: Array.from({ length: 100 }, () => NOBODY) })).codes).toEqual([])
  })

  test('by an admin ends every session of a person', async () => {
    await using world = await seed()
    const { one, two, three, told } = world
    const all = [one, two, three].map((each) => each.sessionId).sort()
    const others = [one, { kind: 'admin' as const, adminId: 'clerk', roles: ['reader'] }]
    expect((await ask(others[0]!, REVOKE_USER, { id: one.userId })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await ask(others[1]!, REVOKE_USER, { id: one.userId })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(admin, REVOKE_USER, { id: NOBODY })).codes).toEqual(['NOT_FOUND'])
    expect((await ask(admin, REVOKE_USER, { id: 'no id' })).codes).toEqual(['NOT_FOUND'])
    expect(told).toEqual([])
    const { revokeUserSessions } = await succeed(ask(admin, REVOKE_USER, { id: one.userId }))
    expect([...revokeUserSessions.revokedIds].sort()).toEqual(all)
    expect([...told].sort()).toEqual(all)
    expect(await revokedInView(all)).toEqual(all)
  })

  test.each(['cache', 'bus'] as const)(
    'stands in SQL while the %s is away, and is told once it is back',
    async (part) => {
      await using world = await seed()
      const { one, two, told } = world
      cut[part] = true
      expect((await succeed(ask(one, REVOKE, { ids: [two.sessionId] }))).revokeSessions.revokedIds).toEqual([
        two.sessionId,
      ])
      expect(await revokedInView([two.sessionId])).toEqual([two.sessionId])
      expect(told).toEqual([])
      const outstanding = async () =>
        (await db.database.query('select 1 from users.session where revoked_at is not null and announced_at is null'))
          .rowCount
      expect(await outstanding()).toBe(1)

      cut[part] = false
      people.clock.at += 2_000
      await eventually(async () => (await outstanding()) === 0)
      expect(told).toContain(two.sessionId)
      expect(await people.sessions.get(two.sessionId)).toBe('revoked')
    },
  )

  describeWith('redis', 'with Redis', () => {
    test.each(['cut', 'hold'] as const)(
      'that was not told is told at once when it comes back after a %s',
      async (away) => {
        await using proxy = await startTcpProxy(requireUrl('redis'))
        const options = { url: proxy.url, prefix: `test:${randomUUID()}:`, log: silentLog, clock: people.clock }
        const quick = { ...options, commandTimeoutMs: 300, heartbeatMs: 100 }
        await using cache = await openRedisSessions({ ...quick, keys: sessionKeys })
        await using bus = await openRedisBus(quick)
        // The timer looks once an hour.
        await using users = makeUsers(
          {
            database: db.database,
            eventLog: await openEventLog(db.database),
            parkedEvents: noParkedEvents,
            sessions: cache,
            sessionKeys,
            bus,
            rate: { take: async () => ({ allowed: true }), [Symbol.asyncDispose]: async () => {} },
            presence: { find: async () => [], onReset: () => ({ [Symbol.dispose]() {} }) },
            otp: { send: async () => {} },
            clock: people.clock,
            log: silentLog,
          },
          { announceRetryMs: 3_600_000 },
        )
        const [one, two] = [await people.signIn(`${away}@example.org`), await people.signIn(`${away}@example.org`)]
        const cachedTwo = { ...two, hmacKey: Buffer.alloc(32), expiresAtMs: people.clock.at + DAY }
        await cache.put(cachedTwo, people.clock.at)
        proxy[away]()
        const revoked = await succeed(askSubgraph(users)(one, REVOKE, { ids: [two.sessionId] }))
        expect(revoked.revokeSessions.revokedIds).toEqual([two.sessionId])
        proxy.restore()
        await eventually(async () => expect(await cache.get(two.sessionId)).toBe('revoked'))
      },
    )
  })

  test('that one process could not tell is told by another', async () => {
    await using world = await seed()
    const { one, two, told } = world
    cut.cache = true
    await succeed(ask(one, REVOKE, { ids: [two.sessionId] }))
    // A second process with a way of its own to the bus.
    await using second = openPeople(db.database)
    second.clock.at = people.clock.at + 2_000
    const heard: string[] = []
    await second.bus.listen(REVOKED_CHANNEL, (text) => heard.push(...(JSON.parse(text) as string[])))
    await eventually(() => heard.includes(two.sessionId))
    expect(told).toEqual([])
    expect(await second.sessions.get(two.sessionId)).toBe('revoked')
  })
})

describe('what others read in SQL', () => {
  test('users.people has everybody’s name', async () => {
    const ada = await newPerson('Ada')
    const { rows } = await db.database.query('select * from users.people where user_id = $1::uuid', [ada.userId])
    expect(rows).toEqual([{ user_id: ada.userId, display_name: 'Ada' }])
  })

  test('users.sessions has the key that the client was given', async () => {
    const device = await people.registerDevice()
    const input = { ...device, address: 'keys@example.org', code: await people.code(device, 'keys@example.org') }
    const { verifyOtp } = await succeed(
      ask(
        anonymous,
        'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id hmacKey user { id } } } }',
        {
          input: { ...input, displayName: 'Keys' },
        },
      ),
    )
    const { id, hmacKey, user } = verifyOtp.session
    const { rows } = await db.database.query('select * from users.sessions where session_id = $1::uuid', [id])
    expect(rows).toEqual([
      {
        end_reason: null,
        session_id: id,
        user_id: user.id,
        device_id: device.deviceId,
        hmac_key: null,
        key_id: 'test',
        sealed_key: expect.any(Buffer),
        expires_at: new Date(people.clock.at + 90 * DAY),
        revoked_at: null,
      },
    ])
    const { key_id: keyId, sealed_key: sealed } = rows[0] as { key_id: string; sealed_key: Buffer }
    const opened = sessionKeys.open({ keyId, sealed }, { sessionId: id, userId: user.id })
    expect(opened.toString('base64url')).toBe(hmacKey)
  })

  test('users.push_targets has each signed-in device once, until it is signed out', async () => {
    const REGISTER =
      'mutation { registerDevice(input: { name: "P", platform: ANDROID, pushToken: "t0k3n" }) { deviceSecret device { id } } }'
    const { registerDevice } = await succeed(ask(anonymous, REGISTER))
    const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
    const address = 'pushed@example.org'
    const VERIFY = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id user { id } } } }'
    const signIn = async (): Promise<UserIdentity> => {
      const input = { ...device, address, code: await people.code(device, address), displayName: 'P' }
      const { session } = (await succeed(ask(anonymous, VERIFY, { input }))).verifyOtp
      return { kind: 'user', userId: session.user.id, deviceId: device.deviceId, sessionId: session.id }
    }
    const targets = async (userId: string) =>
      (await db.database.query('select * from users.push_targets where user_id = $1::uuid', [userId])).rows
    const first = await signIn()
    const second = await signIn()
    const target = {
      user_id: first.userId,
      device_id: device.deviceId,
      platform: 'ANDROID',
      token: 't0k3n',
      kind: null,
      detail: null,
      locale: null,
    }
    expect(await targets(first.userId)).toEqual([target])
    await succeed(ask(second, REVOKE))
    expect(await targets(first.userId)).toEqual([target])
    await succeed(ask(second, REVOKE, { ids: [second.sessionId] }))
    expect(await targets(first.userId)).toEqual([])
  })
})

test('the sweep forgets old codes, sessions long over and devices never used, and nothing else', async () => {
  const ada = await newPerson('Ada')
  const unused = await people.registerDevice()
  const count = async () => {
    const { rows } = await db.database.query<{ codes: number; devices: string[]; sessions: string[] }>(
      `select
         (select count(*)::int from users.otp_code) + (select count(*)::int from users.otp_allowance) as codes,
         array(select id::text from users.device where id = any($1::uuid[]) order by id) as devices,
         array(select id::text from users.session where id = $2::uuid) as sessions`,
      [[ada.deviceId, unused.deviceId], ada.sessionId],
    )
    return rows[0]
  }
  const clock = { at: people.clock.at, now: () => clock.at }
  await sweep(db.database, clock)
  expect(await count()).toMatchObject({ devices: [ada.deviceId, unused.deviceId].sort(), sessions: [ada.sessionId] })
  expect((await count())?.codes).toBeGreaterThan(0)
  clock.at += UNUSED_DEVICE_TTL_MS + DAY
  await sweep(db.database, clock)
  expect(await count()).toEqual({ codes: 0, devices: [ada.deviceId], sessions: [ada.sessionId] })
  clock.at += 121 * DAY
  await sweep(db.database, clock)
  expect(await count()).toEqual({ codes: 0, devices: [], sessions: [] })
})

test('one sweep catches up with a flood of devices that strangers registered', async () => {
  const clock = { now: () => people.clock.at + 2 * UNUSED_DEVICE_TTL_MS }
  await db.database.query(
    `insert into users.device (id, secret_hash, name, platform, created_at)
     select gen_random_uuid(), sha256(''), 'flood', 'OTHER', $1::timestamptz from generate_series(1, 5500)`,
    [new Date(people.clock.at)],
  )
  await sweep(db.database, clock)
  const { rows } = await db.database.query(`select count(*)::int as left from users.device where name = 'flood'`)
  expect(rows).toEqual([{ left: 0 }])
})
