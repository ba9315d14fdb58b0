import type { Identity } from '../../../platform/signature/identity.ts'
import { openPool } from '../../../platform/sql/pool.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { sweep } from '../sweep.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { describeWith } from '../../../test/support/services.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { DAY } from '../limits.ts'
import { searchPeople } from './store.ts'

const PROFILE = '{ me { id displayName username bio avatarUrl locale timeZone version } }'
const UPDATE = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) { user { displayName username bio avatarUrl locale timeZone version } }
}`
const BY_USERNAME = 'query ($username: String!) { userByUsername(username: $username) { id } }'
const SEARCH = `query ($prefix: String!, $first: Int, $after: String) {
  searchUsers(prefix: $prefix, first: $first, after: $after) {
    edges { cursor node { id username } }
    pageInfo { hasNextPage endCursor }
  }
}`

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

let count = 0
const newPerson = () => people.signIn(`profile${++count}@example.org`, 'Ada')
const update = (who: UserIdentity, input: object) => people.ask(who, UPDATE, { input })
const saved = async (who: UserIdentity, input: object) => (await succeed(update(who, input))).updateProfile.user
const named = async (username: string) => {
  const person = await newPerson()
  await saved(person, { username })
  return person
}
const events = async (who: UserIdentity) => {
  const { rows } = await db.database.query<{ kind: string; payload: object }>(
    'select kind, payload from events.log where key = $1::text order by epoch, xid, id',
    [who.userId],
  )
  return rows
}
/** A name that nobody has. */
const fresh = () => `fresh${++count}name`

describe('a profile', () => {
  test('has what its owner gave it; a field that is left out stays, and null clears it', async () => {
    const ada = await newPerson()
    const username = fresh()
    const all = {
      displayName: 'Ada Lovelace',
      username,
      bio: 'First line\nSecond line',
      avatarUrl: 'https://example.org/ada.png',
      locale: 'en-GB',
      timeZone: 'Europe/London',
    }
    expect(await saved(ada, all)).toEqual({ ...all, version: 2 })
    expect(await saved(ada, { bio: 'Other' })).toEqual({ ...all, bio: 'Other', version: 3 })
    const cleared = { bio: null, avatarUrl: null, locale: null, timeZone: null }
    expect(await saved(ada, cleared)).toEqual({ ...all, ...cleared, version: 4 })
    expect((await succeed(people.ask(ada, PROFILE))).me).toEqual({ id: ada.userId, ...all, ...cleared, version: 4 })
    expect((await update(ada, { displayName: null })).codes).toEqual(['BAD_USER_INPUT'])
  })

  test('shows others everything but the language and the time zone', async () => {
    const [ada, bob] = [await newPerson(), await newPerson()]
    await saved(ada, { bio: 'Hello', locale: 'en', timeZone: 'Europe/London' })
    const ask = 'query ($id: ID!) { user(id: $id) { bio locale timeZone version } }'
    const seen = async (viewer: typeof bob | typeof admin) =>
      (await succeed(people.ask(viewer, ask, { id: ada.userId }))).user
    expect(await seen(bob)).toEqual({ bio: 'Hello', locale: null, timeZone: null, version: 2 })
    expect(await seen(admin)).toEqual({ bio: 'Hello', locale: 'en', timeZone: 'Europe/London', version: 2 })
  })

  test('that does not change makes no version and no event', async () => {
    const ada = await newPerson()
    await saved(ada, { bio: 'Same' })
    expect(await saved(ada, { bio: 'Same' })).toMatchObject({ version: 2 })
    expect(await saved(ada, {})).toMatchObject({ version: 2 })
    expect(await events(ada)).toEqual([
      { kind: 'users.ProfileChanged', payload: { userId: ada.userId, deviceId: ada.deviceId } },
    ])
  })

  test('is normalised', async () => {
    const ada = await newPerson()
    const given = {
      displayName: '  Ame\u0301lie ',
      username: ` FRESH${++count}X_.`,
      bio: ' a\r\nb ',
      avatarUrl: 'HTTPS://EXAMPLE.org:443/a/../b c'.replace(' ', '%20'),
      locale: 'EN-us',
      timeZone: 'europe/berlin',
    }
    expect(await saved(ada, given)).toMatchObject({
      displayName: 'Am\u00e9lie',
      username: `fresh${count}x_.`,
      bio: 'a\nb',
      avatarUrl: 'https://example.org/b%20c',
      locale: 'en-US',
      timeZone: 'Europe/Berlin',
    })
  })

  test.each([
    ['displayName', '\u200b\u200d'],
    ['displayName', '\u3164\u2800'],
    ['displayName', 'a\u202eb'],
    ['displayName', 'a\nb'],
    ['displayName', 'Аdmin'],
    ['displayName', 'x'.repeat(101)],
    ['username', 'ab'],
    ['username', 'x'.repeat(31)],
    ['username', 'with space'],
    ['username', 'häns'],
    ['username', '\u212aelvin'],
    ['username', '_._'],
    ['username', 'adm1n'],
    ['username', 'a.d.m.i.n'],
    ['username', "x' or 1=1"],
    ['bio', ''],
    ['bio', '\n\n'],
    ['bio', 'a\u0000b'],
    ['bio', 'x'.repeat(501)],
    ['avatarUrl', 'http://example.org/a.png'],
    ['avatarUrl', 'javascript:alert(1)'],
    ['avatarUrl', 'data:image/png;base64,AAAA'],
    ['avatarUrl', '//example.org/a.png'],
    ['avatarUrl', 'https:example.org'],
    ['avatarUrl', 'https://user:secret@example.org/'],
    ['avatarUrl', 'https://exa mple.org/'],
    ['avatarUrl', 'https://example.org/\n'],
    ['avatarUrl', `https://example.org/${'x'.repeat(2_000)}`],
    ['locale', ''],
    ['locale', 'english language'],
    ['locale', 'x'.repeat(1_000)],
    ['timeZone', ''],
    ['timeZone', 'Mars/Phobos'],
    ['timeZone', '+01:00'],
    ['timeZone', "UTC'; drop table users.account; --"],
  ])('refuses %s %j, and takes the rest without it', async (field, value) => {
    const ada = await newPerson()
    const rest = { displayName: 'Ada', locale: 'de' }
    const answer = await update(ada, { ...rest, [field]: value })
    expect(answer.codes).toEqual(['BAD_USER_INPUT'])
    expect(answer.errors[0]?.extensions['argument']).toBe(field)
    expect((await succeed(people.ask(ada, PROFILE))).me).toMatchObject({ version: 1, locale: null })
    expect(await saved(ada, rest)).toMatchObject({ locale: 'de' })
  })
})

describe('a username', () => {
  test('is one user’s, in upper and lower case', async () => {
    const name = fresh()
    const ada = await named(name)
    const bob = await newPerson()
    expect((await update(bob, { username: name.toUpperCase() })).codes).toEqual(['USERNAME_TAKEN'])
    expect(await saved(ada, { username: name.toUpperCase() })).toMatchObject({ username: name })
    expect(
      (await succeed(people.ask(bob, BY_USERNAME, { username: `@${name.toUpperCase()}` }))).userByUsername,
    ).toEqual({ id: ada.userId })
  })

  test('that many want at the same moment gets one of them; the others are told that it is taken', async () => {
    const wanted = fresh()
    const all = await Promise.all(Array.from({ length: 8 }, newPerson))
    const answers = await Promise.all(all.map((person) => update(person, { username: wanted, bio: 'mine' })))
    expect(answers.map(({ codes }) => codes[0] ?? 'won').sort()).toEqual([...Array(7).fill('USERNAME_TAKEN'), 'won'])
    const winner = all[answers.findIndex(({ codes }) => codes.length === 0)]
    expect((await succeed(people.ask(all[0]!, BY_USERNAME, { username: wanted }))).userByUsername).toEqual({
      id: winner?.userId,
    })
    // Of the others nothing was saved, and nobody was told of a change.
    for (const loser of all.filter((each) => each !== winner)) expect(await events(loser)).toEqual([])
  })

  test('of two users who swap theirs at the same moment is never both’s', async () => {
    const [a, b] = [fresh(), fresh()]
    const [ada, bob] = [await named(a), await named(b)]
    const answers = await Promise.all([update(ada, { username: b }), update(bob, { username: a })])
    for (const { codes } of answers) expect(['USERNAME_TAKEN', undefined]).toContain(codes[0])
    const { rows } = await db.database.query<{ names: number; people: number }>(
      `select count(distinct username)::int as names, count(*)::int as people from users.account
       where username = any($1::text[])`,
      [[a, b]],
    )
    expect(rows[0]?.names).toBe(rows[0]?.people)
  })

  test('is free the first time, changes once, and then not for 30 days', async () => {
    const ada = await named(fresh())
    await saved(ada, { username: fresh() })
    for (const username of [fresh(), null]) {
      const refused = await update(ada, { username })
      expect(refused.codes).toEqual(['RATE_LIMITED'])
      expect(refused.errors[0]?.extensions['retryAfterMs']).toBe(30 * DAY)
    }
    // Other fields are not concerned, and neither is the same name.
    expect(await saved(ada, { bio: 'While waiting' })).toMatchObject({ bio: 'While waiting' })
    const before = people.clock.at
    people.clock.at += 30 * DAY
    expect(await saved(ada, { username: null })).toMatchObject({ username: null })
    expect((await update(ada, { username: fresh() })).codes).toEqual(['RATE_LIMITED'])
    people.clock.at = before
  })

  test('that its owner gave up is nobody else’s for 90 days, and the owner may take it back', async () => {
    const [cleared, changed, others] = [fresh(), fresh(), fresh()]
    const [ada, bob] = [await named(cleared), await named(changed)]
    await saved(ada, { username: null })
    await saved(bob, { username: fresh() })
    const before = people.clock.at
    const taken = await named(others)
    for (const name of [cleared, changed]) {
      const heldBack = await update(await newPerson(), { username: name })
      // As if somebody had it.
      const had = await update(await newPerson(), { username: others })
      expect(heldBack.codes).toEqual(['USERNAME_TAKEN'])
      expect(heldBack.errors[0]?.message.replace(name, 'x')).toBe(had.errors[0]?.message.replace(others, 'x'))
      people.clock.at += 30 * DAY
    }
    expect(await saved(ada, { username: cleared })).toMatchObject({ username: cleared })
    expect((await update(taken, { username: cleared })).codes).toEqual(['USERNAME_TAKEN'])
    people.clock.at = before + 90 * DAY
    expect(await saved(await newPerson(), { username: changed })).toMatchObject({ username: changed })
    people.clock.at = before
  })

  test('that is given up at the moment another user asks for it is not that user’s', async () => {
    for (let round = 0; round < 5; round++) {
      const name = fresh()
      const [ada, bob] = [await named(name), await newPerson()]
      await Promise.all([saved(ada, { username: null }), update(bob, { username: name })])
      expect((await succeed(people.ask(bob, PROFILE))).me.username).toBeNull()
    }
  })

  test('of a deleted account is nobody’s for 90 days, and nothing says whose it was', async () => {
    const [name, earlier] = [fresh(), fresh()]
    const ada = await named(earlier)
    await saved(ada, { username: name })
    const { me } = await succeed(people.ask(ada, '{ me { address } }'))
    const remove = 'mutation ($address: String!) { deleteAccount(input: { address: $address }) { deletedId } }'
    await succeed(people.ask(ada, remove, { address: me.address }))
    for (const username of [name, earlier])
      expect((await update(await newPerson(), { username })).codes).toEqual(['USERNAME_TAKEN'])
    const { rows } = await db.database.query('select from users.released_username where user_id = $1::uuid', [
      ada.userId,
    ])
    expect(rows).toEqual([])
    const before = people.clock.at
    people.clock.at += 90 * DAY
    expect(await saved(await newPerson(), { username: name })).toMatchObject({ username: name })
    await sweep(db.database, people.clock)
    const { rows: kept } = await db.database.query(
      'select from users.released_username where free_at <= $1::timestamptz',
      [new Date(people.clock.at)],
    )
    expect(kept).toEqual([])
    people.clock.at = before
  })

  test('is kept for its user with four others at most: nobody collects names by changing often', async () => {
    await using free = openPeople(db.database, { usernameChangeMs: 0 })
    const ada = await free.signIn(`profile${++count}@example.org`, 'Ada')
    const names = Array.from({ length: 7 }, fresh)
    for (const username of names) {
      free.clock.at += 1
      await succeed(free.ask(ada, UPDATE, { input: { username } }))
    }
    const codes: (string | undefined)[] = []
    for (const username of names) {
      const bob = await free.signIn(`profile${++count}@example.org`, 'Bob')
      codes.push((await free.ask(bob, UPDATE, { input: { username } })).codes[0])
    }
    expect(codes).toEqual([undefined, ...Array(6).fill('USERNAME_TAKEN')])
  })
})

describe('a search', () => {
  const search = async (viewer: UserIdentity, variables: object) =>
    (await succeed(people.ask(viewer, SEARCH, { ...variables }))).searchUsers
  const setFoundBy = (who: UserIdentity, foundBy: string) =>
    db.database.query('insert into users.setting (user_id, found_by) values ($1::uuid, $2::text)', [
      who.userId,
      foundBy,
    ])

  test('looks at 1,000 accounts at most, however many hide themselves, and a longer prefix finds what follows', async () => {
    const viewer = await newPerson()
    await db.database.query(
      `with made as (
         insert into users.account (id, address, display_name, username, created_at)
         select gen_random_uuid(), 'hidden' || n || '@example.org', 'Hidden', 'crowd.a' || lpad(n::text, 5, '0'), now()
         -- Of fewer, PostgreSQL may read all.
         from generate_series(1, 30000) as n
         returning id
       )
       insert into users.setting (user_id, found_by) select id, 'NOBODY' from made`,
    )
    await db.database.query('analyze users.account, users.setting')
    await named('crowd.zoe')
    const names = (found: { edges: { node: { username: string } }[] }) => found.edges.map(({ node }) => node.username)
    const rowsRead = await db.database.transaction(async (sql) => {
      await searchPeople(sql, viewer.userId, 'crowd', null, 21)
      const { rows } = await sql.query<{ read: number }>(
        `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
         where schemaname = 'users'`,
      )
      return rows[0]?.read
    })
    // For each account: itself, its setting, and whether there is a block or a friendship.
    expect(rowsRead).toBeLessThanOrEqual(4 * 1_000)
    const all = await search(viewer, { prefix: 'crowd' })
    expect({ names: names(all), more: all.pageInfo.hasNextPage }).toEqual({ names: [], more: false })
    expect(names(await search(viewer, { prefix: 'crowd.z' }))).toEqual(['crowd.zoe'])
  })

  test('finds usernames by their beginning, in their order, page by page', async () => {
    const viewer = await newPerson()
    const names = ['zebra_b', 'zebra.a', 'zebra', 'zebra9', 'zebrazz', 'zebqa', 'zecra']
    for (const name of names) await named(name)
    const expected = ['zebra', 'zebra.a', 'zebra9', 'zebra_b', 'zebrazz']
    const found: string[] = []
    let after: string | null = null
    do {
      const page: {
        edges: { node: { username: string } }[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      } = await search(viewer, { prefix: '@ZEBra', first: 2, after })
      found.push(...page.edges.map(({ node }) => node.username))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after)
    expect(found).toEqual(expected)
  })

  test('and a look-up show only those who let the viewer find them, and do not tell who blocked the viewer', async () => {
    const [viewer, everyone, friends, friend, nobody, blocker] = [
      await newPerson(),
      await named('quux.everyone1'),
      await named('quux.friends1'),
      await named('quux.friends2'),
      await named('quux.nobody1'),
      await named('quux.blocker1'),
    ]
    await setFoundBy(friends, 'FRIENDS')
    await setFoundBy(friend, 'FRIENDS')
    await setFoundBy(nobody, 'NOBODY')
    await db.database.query(
      'insert into users.friendship (user_id, friend_id, since) values ($1::uuid, $2::uuid, now()), ($2::uuid, $1::uuid, now())',
      [viewer.userId, friend.userId],
    )
    await db.database.query(
      'insert into users.block (blocker_id, blocked_id, created_at) values ($1::uuid, $2::uuid, now())',
      [blocker.userId, viewer.userId],
    )
    const found = await search(viewer, { prefix: 'quux' })
    expect(found.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([everyone.userId, friend.userId])
    const answers = await Promise.all(
      ['quux.nobody1', 'quux.friends1', 'quux.blocker1', 'quux.missing1'].map((username) =>
        people.ask(viewer, BY_USERNAME, { username }),
      ),
    )
    for (const { data, codes } of answers) expect([data, codes]).toEqual([{ userByUsername: null }, []])
    expect((await succeed(people.ask(nobody, BY_USERNAME, { username: 'quux.nobody1' }))).userByUsername).toEqual({
      id: nobody.userId,
    })
    expect((await search(viewer, { prefix: 'quux.blocker1' })).pageInfo).toEqual({
      hasNextPage: false,
      endCursor: null,
    })
  })

  test.each<[object, string]>([
    [{ prefix: 'ab' }, 'BAD_USER_INPUT'],
    [{ prefix: '%%%' }, 'BAD_USER_INPUT'],
    [{ prefix: 'x'.repeat(31) }, 'BAD_USER_INPUT'],
    [{ first: 0 }, 'BAD_USER_INPUT'],
    [{ first: 51 }, 'BAD_USER_INPUT'],
    [{ after: 'nonsense' }, 'CURSOR_MALFORMED'],
  ])('with %j is refused', async (fault, code) => {
    const viewer = await newPerson()
    const good = { prefix: 'abc', first: 50 }
    expect((await people.ask(viewer, SEARCH, { ...good })).codes).toEqual([])
    expect((await people.ask(viewer, SEARCH, { ...good, ...fault })).codes).toEqual([code])
    expect((await people.ask(anonymous, SEARCH, { ...good })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await people.ask(anonymous, BY_USERNAME, { username: 'abc' })).codes).toEqual(['UNAUTHENTICATED'])
  })

  describeWith('postgres', 'among 50,000 users', () => {
    test('reads only the rows of its page, from the index', async () => {
      await using own = await createDatabase()
      await own.database.query(`insert into users.account (id, address, display_name, created_at, username)
        select gen_random_uuid(), n || '@example.org', 'User', now(), 'user' || lpad(n::text, 6, '0')
        from generate_series(1, 50000) as n`)
      await own.database.query('analyze users.account')
      await using pool = await openPool(own.url, { max: 1, log: silentLog })
      const viewer = '00000000-0000-7000-8000-000000000000'
      const read = () =>
        pool.transaction(async (sql) => {
          const counters = async () =>
            (
              await sql.query<{ rows: number }>(
                `select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
                 where schemaname = 'users' and relname = 'account'`,
              )
            ).rows[0]?.rows ?? 0
          const before = await counters()
          const rows = await searchPeople(sql, viewer, 'user0', 'user004000', 21)
          return { names: rows.map(({ username }) => username), read: (await counters()) - before }
        })
      // After five runs PostgreSQL may keep a plan for all values.
      for (let n = 0; n < 7; n++) {
        const { names, read: count } = await read()
        expect(names.slice(0, 2)).toEqual(['user004001', 'user004002'])
        expect(names).toHaveLength(21)
        expect(count).toBeLessThan(100)
      }
    })
  })
})

test('users by their ids come in the order of the ids, null for who does not exist', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  const ask = (viewer: Identity, ids: readonly string[]) =>
    people.ask(viewer, 'query ($ids: [ID!]!) { users(ids: $ids) { id address } }', { ids })
  const nobody = '00000000-0000-7000-8000-000000000000'
  const { users } = await succeed(ask(ada, [bob.userId, nobody, ada.userId, 'no id', bob.userId]))
  const seen = { id: bob.userId, address: null }
  expect(users).toEqual([seen, null, { id: ada.userId, address: expect.any(String) }, null, seen])
  for (const ids of [[], Array.from({ length: 1_001 }, () => nobody)])
    expect((await ask(ada, ids)).codes).toEqual(['BAD_USER_INPUT'])
  expect((await ask(anonymous, [ada.userId])).codes).toEqual(['UNAUTHENTICATED'])
})

test('1,000 users are one statement', async () => {
  const statements: string[] = []
  const query: typeof db.database.query = (text, values) => {
    statements.push(text)
    return db.database.query(text, values)
  }
  await using counted = openPeople({ ...db.database, query })
  const ada = await newPerson()
  const { rows } = await db.database.query<{ id: string }>(
    `insert into users.account (id, address, display_name, created_at)
     select gen_random_uuid(), 'many' || n || '@example.org', 'User', now() from generate_series(1, 1000) as n
     returning id`,
  )
  const ids = rows.map(({ id }) => ({ __typename: 'User', id }))
  const ENTITIES =
    'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { displayName username version } } }'
  const { _entities } = await succeed(counted.ask(ada, ENTITIES, { ids }))
  expect(_entities).toHaveLength(1_000)
  expect(_entities[999]).toEqual({ displayName: 'User', username: null, version: 1 })
  const MANY = 'query ($ids: [ID!]!) { users(ids: $ids) { displayName } }'
  const { users } = await succeed(counted.ask(ada, MANY, { ids: rows.map(({ id }) => id) }))
  expect(users).toHaveLength(1_000)
  // A job by the clock looks for dead nodes meanwhile.
  const reads = statements.filter((text) => text.includes('users.account') && !text.includes('users.buryNodes'))
  expect(reads).toHaveLength(2)
})
