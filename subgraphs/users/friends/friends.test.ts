import { openPool } from '../../../platform/sql/pool.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { describeWith } from '../../../test/support/services.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { said } from '../../../test/support/said.ts'
import { kinds } from './events.ts'
import { HOUR, MAX_FRIEND_REQUESTS, MAX_FRIENDS, MAX_SHOWN_REQUESTS, REJECTED_REQUEST_MS } from '../limits.ts'
import { placeAfter } from '../../place.ts'
import { listBlocks } from '../blocks/store.ts'
import { listFriends, listIncoming, listOutgoing } from './store.ts'
import { sweep } from '../sweep.ts'

let db: TestDatabase
let people: People
let acts: ReturnType<typeof makeFriendActs>
beforeAll(async () => {
  db = await createDatabase({ max: 10 })
  people = openPeople(db.database)
  acts = makeFriendActs(people, db.database)
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

let count = 0
const newPerson = () => people.signIn(`friend${++count}@example.org`, `Friend ${count}`)
const pair = async () => [await newPerson(), await newPerson()] as const
const kindsOf = async (who: UserIdentity) => (await acts.eventsOf(who)).map(({ kind }) => kind)
const none = { friends: [], incoming: [], outgoing: [], blocks: [] }

const crowd = async (size: number): Promise<string[]> => {
  const { rows } = await db.database.query<{ id: string }>(
    `insert into users.account (id, address, display_name, created_at)
     select gen_random_uuid(), gen_random_uuid() || '@example.org', 'One of many', now()
     from generate_series(1, $1::int)
     returning id`,
    [size],
  )
  return rows.map(({ id }) => id)
}

/** As many others who have asked somebody. */
const crowdAsks = async (who: UserIdentity, size: number): Promise<string[]> => {
  const others = await crowd(size)
  await db.database.query(
    `insert into users.friend_request (from_id, to_id, pending, hidden, sent_at)
     select other, $1::uuid, true, false, now() - n * interval '1 second'
     from unnest($2::uuid[]) with ordinality as each (other, n)`,
    [who.userId, others],
  )
  return others
}

describe('a friend request', () => {
  test('waits for the other user, and makes both friends when it is approved', async () => {
    const [ada, bob] = await pair()
    expect(await acts.does('sendFriendRequest', ada, bob)).toBe('REQUEST_SENT')
    expect(await acts.statusOf(bob, ada)).toBe('REQUEST_RECEIVED')
    expect(await acts.sees(ada)).toEqual({ ...none, outgoing: [bob.userId] })
    expect(await acts.sees(bob)).toEqual({ ...none, incoming: [ada.userId] })

    expect(await acts.does('approveFriendRequest', bob, ada)).toBe('FRIENDS')
    expect(await acts.statusOf(ada, bob)).toBe('FRIENDS')
    expect(await acts.sees(ada)).toEqual({ ...none, friends: [bob.userId] })
    expect(await acts.sees(bob)).toEqual({ ...none, friends: [ada.userId] })

    const asked = { fromId: ada.userId, toId: bob.userId }
    const events = [
      { kind: 'FriendRequested', ...asked, deviceId: ada.deviceId },
      { kind: 'FriendRequestApproved', ...asked, deviceId: bob.deviceId },
    ]
    expect(await acts.eventsOf(ada)).toEqual(events)
    expect(await acts.eventsOf(bob)).toEqual(events)
  })

  test('that is repeated, approved twice, cancelled twice or removed twice changes nothing and tells nobody', async () => {
    const [ada, bob] = await pair()
    for (const act of ['sendFriendRequest', 'cancelFriendRequest', 'sendFriendRequest'] as const)
      for (let times = 0; times < 2; times++) await acts.does(act, ada, bob)
    for (let times = 0; times < 2; times++) expect(await acts.does('approveFriendRequest', bob, ada)).toBe('FRIENDS')
    expect(await acts.does('sendFriendRequest', ada, bob)).toBe('FRIENDS')
    for (let times = 0; times < 2; times++) expect(await acts.does('removeFriend', ada, bob)).toBe('NONE')
    const told = [
      'FriendRequested',
      'FriendRequestCancelled',
      'FriendRequested',
      'FriendRequestApproved',
      'FriendRemoved',
    ]
    expect(await kindsOf(ada)).toEqual(told)
    expect(await kindsOf(bob)).toEqual(told)
    expect([await acts.sees(ada), await acts.sees(bob)]).toEqual([none, none])
  })

  test('that crosses another one makes a friendship', async () => {
    const [ada, bob] = await pair()
    await acts.does('sendFriendRequest', ada, bob)
    expect(await acts.does('sendFriendRequest', bob, ada)).toBe('FRIENDS')
    expect(await acts.sees(ada)).toEqual({ ...none, friends: [bob.userId] })
    expect(await kindsOf(ada)).toEqual(['FriendRequested', 'FriendRequestApproved'])
  })

  test('and another one that cross at the very same moment make one friendship, every time', async () => {
    for (let round = 0; round < 10; round++) {
      const [ada, bob] = await pair()
      await Promise.all([
        acts.does('sendFriendRequest', ada, bob),
        acts.does('sendFriendRequest', bob, ada),
        acts.does('sendFriendRequest', ada, bob),
        acts.does('sendFriendRequest', bob, ada),
      ])
      expect(await acts.sees(ada)).toEqual({ ...none, friends: [bob.userId] })
      expect(await acts.sees(bob)).toEqual({ ...none, friends: [ada.userId] })
      expect(await kindsOf(ada)).toEqual(['FriendRequested', 'FriendRequestApproved'])
      expect(await kindsOf(bob)).toEqual(['FriendRequested', 'FriendRequestApproved'])
    }
  })

  test('that is rejected is told to who sent it; for a month further ones are hidden, and look like any other', async () => {
    const [ada, bob] = await pair()
    const eve = await newPerson()
    await acts.does('sendFriendRequest', ada, bob)
    for (let times = 0; times < 2; times++) expect(await acts.does('rejectFriendRequest', bob, ada)).toBe('NONE')
    expect([await acts.sees(ada), await acts.sees(bob)]).toEqual([none, none])
    expect(await kindsOf(ada)).toEqual(['FriendRequested', 'FriendRequestRejected'])
    expect(await kindsOf(bob)).toEqual(['FriendRequested', 'FriendRequestRejected'])

    // The same answers as for a request that nobody rejected, and nothing for Bob.
    const answers = [await acts.tryTo('sendFriendRequest', ada, bob), await acts.tryTo('sendFriendRequest', ada, eve)]
    expect(JSON.stringify(answers[0]).replaceAll(bob.userId, eve.userId)).toBe(JSON.stringify(answers[1]))
    expect(await acts.sees(ada)).toMatchObject({ outgoing: [eve.userId, bob.userId].sort().reverse() })
    expect(await acts.sees(bob)).toEqual(none)
    expect(await acts.statusOf(bob, ada)).toBe('NONE')
    expect((await acts.tryTo('approveFriendRequest', bob, ada)).codes).toEqual(['NOT_FOUND'])
    await acts.does('rejectFriendRequest', bob, ada)
    await acts.does('cancelFriendRequest', ada, bob)
    await acts.does('sendFriendRequest', ada, bob)
    expect(await kindsOf(bob)).toEqual(['FriendRequested', 'FriendRequestRejected'])

    await acts.does('cancelFriendRequest', ada, bob)
    const before = people.clock.at
    people.clock.at += REJECTED_REQUEST_MS
    await acts.does('sendFriendRequest', ada, bob)
    people.clock.at = before
    expect(await acts.sees(bob)).toMatchObject({ incoming: [ada.userId] })
  })

  test('of who rejected makes a friendship with a hidden one: both want it', async () => {
    const [ada, bob] = await pair()
    await acts.does('sendFriendRequest', ada, bob)
    await acts.does('rejectFriendRequest', bob, ada)
    await acts.does('sendFriendRequest', ada, bob)
    expect(await acts.does('sendFriendRequest', bob, ada)).toBe('FRIENDS')
  })

  test('is nobody’s but the two’s: strangers can neither approve, reject nor cancel it', async () => {
    const [ada, bob] = await pair()
    const eve = await newPerson()
    await acts.does('sendFriendRequest', ada, bob)
    expect((await acts.tryTo('approveFriendRequest', eve, ada)).codes).toEqual(['NOT_FOUND'])
    expect((await acts.tryTo('approveFriendRequest', ada, bob)).codes).toEqual(['NOT_FOUND'])
    for (const act of ['rejectFriendRequest', 'cancelFriendRequest', 'removeFriend'] as const)
      for (const other of [ada, bob]) await acts.does(act, eve, other)
    await acts.does('cancelFriendRequest', bob, ada)
    await acts.does('rejectFriendRequest', ada, bob)
    expect(await acts.sees(bob)).toMatchObject({ incoming: [ada.userId] })
    expect(await kindsOf(eve)).toEqual([])
  })

  test.each(['sendFriendRequest', 'approveFriendRequest', 'cancelFriendRequest', 'removeFriend', 'blockUser'] as const)(
    '%s is refused to oneself, to nobody, and to who is not signed in',
    async (act) => {
      const [ada, bob] = await pair()
      expect((await acts.tryTo(act, ada, ada)).codes).toEqual(['BAD_USER_INPUT'])
      for (const id of ['00000000-0000-7000-8000-000000000000', 'no id', '', "' or 1=1 --"])
        expect((await acts.tryTo(act, ada, id)).codes).toEqual(['NOT_FOUND'])
      const mutation = `mutation { ${act}(input: { userId: "${bob.userId}" }) { user { id } } }`
      for (const nobody of [anonymous, admin])
        expect((await people.ask(nobody, mutation)).codes).toEqual(['UNAUTHENTICATED'])
      expect(await acts.sees(bob)).toEqual(none)
    },
  )
})

describe('limits', () => {
  test('an account cannot ask everybody', async () => {
    const [ada, bob] = await pair()
    const eve = await newPerson()
    await acts.does('sendFriendRequest', ada, eve)
    await db.database.query(
      `insert into users.friend_request (from_id, to_id, pending, hidden, sent_at)
       select $1::uuid, other, true, false, now() from unnest($2::uuid[]) as other`,
      [ada.userId, await crowd(MAX_FRIEND_REQUESTS - 1)],
    )
    expect((await acts.tryTo('sendFriendRequest', ada, bob)).codes).toEqual(['LIMIT_REACHED'])
    await acts.does('cancelFriendRequest', ada, eve)
    expect(await acts.does('sendFriendRequest', ada, bob)).toBe('REQUEST_SENT')
  })

  test('nobody has more friends than one may have, whoever asked', async () => {
    const [ada, bob] = await pair()
    const eve = await newPerson()
    await acts.does('sendFriendRequest', bob, ada)
    await acts.does('sendFriendRequest', ada, eve)
    await db.database.query(
      `insert into users.friendship (user_id, friend_id, since)
       select $1::uuid, other, now() from unnest($2::uuid[]) as other`,
      [ada.userId, await crowd(MAX_FRIENDS)],
    )
    expect((await acts.tryTo('approveFriendRequest', ada, bob)).codes).toEqual(['LIMIT_REACHED'])
    expect((await acts.tryTo('approveFriendRequest', eve, ada)).codes).toEqual(['LIMIT_REACHED'])
    expect((await acts.tryTo('sendFriendRequest', ada, await newPerson())).codes).toEqual(['LIMIT_REACHED'])
    expect(await acts.sees(bob)).toMatchObject({ outgoing: [ada.userId] })
  })
})

test('nobody is flooded with pushes by one who cancels and asks again in a loop', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  const outcomes: string[] = []
  for (let round = 0; round < 15; round++) {
    const { codes } = await acts.tryTo('sendFriendRequest', ada, bob)
    outcomes.push(codes[0] ?? 'asked')
    // A repetition takes nothing, and neither does what ends it.
    if (codes.length === 0) await acts.does('sendFriendRequest', ada, bob)
    await acts.does('cancelFriendRequest', ada, bob)
  }
  expect(outcomes).toEqual([...Array<string>(10).fill('asked'), ...Array<string>(5).fill('RATE_LIMITED')])
  // Others may be asked, and the same one again later.
  expect((await acts.tryTo('sendFriendRequest', ada, await newPerson())).codes).toEqual([])
  people.clock.at += 4 * HOUR
  expect((await acts.tryTo('sendFriendRequest', ada, bob)).codes).toEqual([])
})

test('many accounts cannot flood one person: further requests are hidden, and look like any other', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  await crowdAsks(bob, MAX_SHOWN_REQUESTS)
  expect(await acts.does('sendFriendRequest', ada, bob)).toBe('REQUEST_SENT')
  expect(await acts.sees(ada)).toMatchObject({ outgoing: [bob.userId] })
  expect(await acts.statusOf(bob, ada)).toBe('NONE')
  expect(await kindsOf(bob)).toEqual([])
})

describeWith('postgres', 'a page of friends, requests or blocks', () => {
  test('reads only its rows, from an index, however long the list is', async () => {
    const ada = await newPerson()
    const others = await crowdAsks(ada, MAX_SHOWN_REQUESTS)
    const values = [ada.userId, others]
    const each = 'from unnest($2::uuid[]) with ordinality as other (id, n)'
    const at = `now() - n * interval '1 second'`
    for (const insert of [
      `users.friendship (user_id, friend_id, since) select $1::uuid, id, ${at} ${each}`,
      `users.block (blocker_id, blocked_id, created_at) select $1::uuid, id, ${at} ${each}`,
      `users.friend_request (from_id, to_id, pending, hidden, sent_at) select $1::uuid, id, true, false, ${at} ${each}`,
    ])
      await db.database.query(`insert into ${insert}`, values)
    await db.database.query('analyze users.friendship, users.block, users.friend_request')
    await using pool = await openPool(db.url, { max: 1, log: silentLog })
    const after = { at: new Date(Date.now() - 500_000), id: others[0] ?? '' }
    for (const list of [listFriends, listIncoming, listOutgoing, listBlocks]) {
      // After five runs PostgreSQL may keep a plan for all values.
      for (let n = 0; n < 7; n++) {
        const read = await pool.transaction(async (sql) => {
          const count = async () =>
            (
              await sql.query<{ rows: number }>(
                `select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
                 where schemaname = 'users'`,
              )
            ).rows[0]?.rows ?? 0
          const before = await count()
          for (const from of [placeAfter({ limit: 21, after: null }, 'newest'), after])
            expect(await list(sql, ada.userId, from, 21)).toHaveLength(21)
          return (await count()) - before
        })
        expect({ list: list.name, read: read < 100 ? 'few' : read }).toEqual({ list: list.name, read: 'few' })
      }
    }
  })
})

test('friends and requests are paged from the newest, and what begins or ends meanwhile moves no other', async () => {
  const ada = await newPerson()
  const others: UserIdentity[] = []
  for (let n = 0; n < 5; n++) {
    people.clock.at += 1
    others.unshift(await newPerson())
    await acts.befriend(others[0]!, ada)
  }
  const FRIENDS = `query ($first: Int, $after: String) { me { friends(first: $first, after: $after) {
    edges { node { id } since } pageInfo { hasNextPage hasPreviousPage endCursor }
  } } }`
  const page = async (variables: object) => (await succeed(people.ask(ada, FRIENDS, { ...variables }))).me.friends
  const idsOf = (of: { edges: { node: { id: string } }[] }) => of.edges.map(({ node }) => node.id)
  const first = await page({ first: 2 })
  expect(idsOf(first)).toEqual(others.slice(0, 2).map(({ userId }) => userId))
  expect(first.edges[0].since).toBe(new Date(people.clock.at).toISOString())
  await acts.does('removeFriend', ada, others[2]!)
  await acts.befriend(await newPerson(), ada)
  const second = await page({ first: 2, after: first.pageInfo.endCursor })
  expect(idsOf(second)).toEqual([others[3]!.userId, others[4]!.userId])
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })

  for (const field of ['friends', 'incomingFriendRequests', 'outgoingFriendRequests', 'blocks']) {
    const ask = (args: string) => people.ask(ada, `{ me { ${field}(${args}) { pageInfo { hasNextPage } } } }`)
    expect((await ask('first: 0')).codes).toEqual(['BAD_USER_INPUT'])
    expect((await ask('first: 101')).codes).toEqual(['BAD_USER_INPUT'])
    for (const after of ['nonsense', btoa(`999999999999999 ${ada.userId}`), btoa(`1 x`)])
      expect((await ask(`after: "${after.replaceAll('=', '')}"`)).codes).toEqual(['CURSOR_MALFORMED'])
  }
})

test('the statuses of many users are one statement, and so are the names in a page of requests', async () => {
  const ada = await newPerson()
  const others = await Promise.all(Array.from({ length: 5 }, newPerson))
  for (const other of others) await acts.does('sendFriendRequest', ada, other)
  const statements: string[] = []
  const query: typeof db.database.query = (text, values) => {
    statements.push(text)
    return db.database.query(text, values)
  }
  await using counted = openPeople({ ...db.database, query })
  const ids = others.map(({ userId: id }) => ({ __typename: 'User', id }))
  const { _entities } = await succeed(
    counted.ask(ada, 'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User { friendStatus } } }', {
      ids,
    }),
  )
  expect(_entities).toEqual(others.map(() => ({ friendStatus: 'REQUEST_SENT' })))
  await succeed(
    counted.ask(
      ada,
      '{ me { outgoingFriendRequests { edges { node { from { displayName } to { displayName } } } } } }',
    ),
  )
  const named = (name: string) => statements.filter((text) => text.includes(`users.${name} `)).length
  expect([named('findFriendStatuses'), named('listOutgoing'), named('findPeople')]).toEqual([1, 1, 3])
})

test('who acted gets no push; the other one gets one for a request and for an approval, with the name', async () => {
  const [ada, bob] = await pair()
  const pushed: [string, string, string, string][] = []
  for (const kind of kinds) {
    const event = { userId: bob.userId, fromId: ada.userId, toId: bob.userId, deviceId: ada.deviceId }
    const payload = kind.parse(event)
    if (!kind.push) continue
    const [text] = await kind.push.describe(db.database, [payload])
    const to = [ada, bob].filter(({ userId }) => kind.push?.withheldFrom(payload, userId) === null)
    pushed.push([
      kind.name,
      to.map(({ userId }) => (userId === ada.userId ? 'Ada' : 'Bob')).join(),
      said(text!.title),
      said(text!.body),
    ])
  }
  expect(pushed).toEqual([
    ['users.FriendRequested', 'Bob', `Friend ${count - 1}`, 'Wants to be your friend.'],
    ['users.FriendRequestApproved', 'Ada', `Friend ${count}`, 'Is your friend now.'],
  ])
})

test('the sweep forgets what was rejected a month ago, and no request that waits', async () => {
  const [ada, bob] = await pair()
  const eve = await newPerson()
  await acts.does('sendFriendRequest', ada, bob)
  await acts.does('rejectFriendRequest', bob, ada)
  await acts.does('sendFriendRequest', ada, eve)
  const kept = async () =>
    (
      await db.database.query<{ to: string }>('select to_id as to from users.friend_request where from_id = $1::uuid', [
        ada.userId,
      ])
    ).rows.map(({ to }) => to)
  await sweep(db.database, people.clock)
  expect(await kept()).toHaveLength(2)
  await sweep(db.database, { now: () => people.clock.at + REJECTED_REQUEST_MS + 1 })
  expect(await kept()).toEqual([eve.userId])
})

test('whatever two users do to each other, at once and in any order, both sides agree, and so do their events', async () => {
  const all = [
    'sendFriendRequest',
    'approveFriendRequest',
    'rejectFriendRequest',
    'cancelFriendRequest',
    'removeFriend',
    'blockUser',
    'unblockUser',
  ] as const
  let seed = 42
  const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below
  const [ada, bob] = await pair()
  for (let round = 0; round < 60; round++) {
    // So much that none of the two asks the other too often.
    people.clock.at += 5 * HOUR
    const steps = Array.from({ length: 1 + random(3) }, () => {
      const [by, to] = random(2) === 0 ? [ada, bob] : [bob, ada]
      return acts.tryTo(all[random(all.length)]!, by, to)
    })
    for (const { codes } of await Promise.all(steps)) {
      for (const code of codes) expect(['NOT_FOUND', 'FORBIDDEN']).toContain(code)
    }
    const { rows } = await db.database.query<{ friendships: number; requests: number; blocks: number }>(
      `select
         (select count(*)::int from users.friendship where user_id = any($1::uuid[])) as friendships,
         (select count(*)::int from users.friend_request where from_id = any($1::uuid[]) and pending and not hidden) as requests,
         (select count(*)::int from users.block where blocker_id = any($1::uuid[])) as blocks`,
      [[ada.userId, bob.userId]],
    )
    const { friendships, requests, blocks } = rows[0]!
    expect([0, 2]).toContain(friendships)
    // Never a request beside a friendship, nor either beside a block; and never one in each direction.
    expect(requests).toBeLessThanOrEqual(1)
    if (friendships > 0 || blocks > 0) expect(requests).toBe(0)
    if (blocks > 0) expect(friendships).toBe(0)
    const [one, other] = [await acts.statusOf(ada, bob), await acts.statusOf(bob, ada)]
    if (one === 'FRIENDS' || other === 'FRIENDS') expect([one, other]).toEqual(['FRIENDS', 'FRIENDS'])
    if (one === 'REQUEST_RECEIVED') expect(other).toBe('REQUEST_SENT')
    // Applied one after the other, the events of each give what each is shown.
    for (const who of [ada, bob]) {
      const shown = Object.fromEntries(Object.entries(await acts.sees(who)).map(([list, ids]) => [list, ids.sort()]))
      expect(await acts.seesByEvents(who)).toEqual(shown)
    }
  }
})
