import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { withStatements } from '../../../test/support/statements.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { MAX_BLOCKS } from '../limits.ts'

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
const newPerson = () => people.signIn(`blocker${++count}@example.org`, 'Somebody')
const pair = async () => [await newPerson(), await newPerson()] as const
const kindsOf = async (who: UserIdentity) => (await acts.eventsOf(who)).map(({ kind }) => kind)
const none = { friends: [], incoming: [], outgoing: [], blocks: [] }
const may = async (what: 'may_message' | 'may_add_to_group', from: UserIdentity, to: UserIdentity) =>
  (
    await db.database.query<{ may: boolean }>(`select users.${what}($1::uuid, $2::uuid) as may`, [
      from.userId,
      to.userId,
    ])
  ).rows[0]?.may

test('a block ends a friendship as one of the two could without a block', async () => {
  const [ada, bob] = await pair()
  await acts.befriend(ada, bob)
  expect(await acts.does('blockUser', ada, bob)).toBe('NONE')
  expect(await acts.sees(ada)).toEqual({ ...none, blocks: [bob.userId] })
  expect(await acts.sees(bob)).toEqual(none)
  expect(await kindsOf(bob)).toEqual(['FriendRequested', 'FriendRequestApproved', 'FriendRemoved'])
  expect((await kindsOf(ada)).slice(2)).toEqual(['FriendRemoved', 'BlocksChanged'])
})

test('a block ends the requests of both as each could end without a block', async () => {
  const [ada, bob] = await pair()
  const eve = await newPerson()
  await acts.does('sendFriendRequest', bob, ada)
  await acts.does('sendFriendRequest', ada, eve)
  await acts.does('blockUser', ada, bob)
  await acts.does('blockUser', ada, eve)
  expect(await acts.sees(ada)).toEqual({ ...none, blocks: [eve.userId, bob.userId].sort().reverse() })
  expect([await acts.sees(bob), await acts.sees(eve)]).toEqual([none, none])
  expect(await kindsOf(bob)).toEqual(['FriendRequested', 'FriendRequestRejected'])
  expect(await kindsOf(eve)).toEqual(['FriendRequested', 'FriendRequestCancelled'])
})

test('blocking and unblocking twice is as once, and brings nothing back', async () => {
  const [ada, bob] = await pair()
  await acts.befriend(ada, bob)
  for (const act of ['blockUser', 'unblockUser'] as const)
    for (let times = 0; times < 2; times++) await acts.does(act, ada, bob)
  expect(await acts.sees(ada)).toEqual(none)
  expect((await kindsOf(ada)).slice(2)).toEqual(['FriendRemoved', 'BlocksChanged', 'BlocksChanged'])
  expect(await acts.does('sendFriendRequest', bob, ada)).toBe('REQUEST_SENT')
  expect(await acts.statusOf(ada, bob)).toBe('REQUEST_RECEIVED')
})

test('who has blocked somebody cannot ask them until the block is over', async () => {
  const [ada, bob] = await pair()
  await acts.does('blockUser', ada, bob)
  expect((await acts.tryTo('sendFriendRequest', ada, bob)).codes).toEqual(['FORBIDDEN'])
  await acts.does('unblockUser', ada, bob)
  expect((await acts.tryTo('sendFriendRequest', ada, bob)).codes).toEqual([])
})

/** What the room's jobs run, whoever asks something. */
const BACKGROUND =
  /findUnannounced|findOpenErasures|finishErasures|countLateErasures|findKeysToSeal|buryNodes|findHoldUp/

/** Everything that a user can ask about another one, and do to them. */
const PROBES: readonly string[] = [
  'query ($id: ID!) { user(id: $id) { id displayName username bio avatarUrl version friendStatus address blocks { edges { cursor } } } }',
  ...[
    'removeFriend',
    'rejectFriendRequest',
    'cancelFriendRequest',
    'sendFriendRequest',
    'sendFriendRequest',
    'approveFriendRequest',
    'rejectFriendRequest',
    'removeFriend',
    'cancelFriendRequest',
    'sendFriendRequest',
    'blockUser',
    'unblockUser',
    'sendFriendRequest',
  ].map((act) => `mutation ($id: ID!) { ${act}(input: { userId: $id }) { user { id displayName friendStatus } } }`),
  `query ($id: ID!) { user(id: $id) { friendStatus } me {
    friends { edges { node { id } } } incomingFriendRequests { edges { node { from { id } } } }
    outgoingFriendRequests { edges { node { from { id } to { id } } } }
  } }`,
]

/** What somebody learns by all of them, with the ids of the two replaced. */
async function probe(by: UserIdentity, about: UserIdentity): Promise<string[]> {
  const answers: string[] = []
  for (const operation of PROBES) {
    const { data, codes, errors } = await people.ask(by, operation, { id: about.userId })
    const text = JSON.stringify({ data, codes, errors })
    answers.push(text.replaceAll(by.userId, 'me').replaceAll(about.userId, 'them'))
  }
  return answers
}

describe('a blocked user who tries everything', () => {
  test('is answered byte for byte as one whom nobody blocked', async () => {
    const [blocker, blocked] = await pair()
    const [other, free] = await pair()
    await acts.does('blockUser', blocker, blocked)
    expect(await probe(blocked, blocker)).toEqual(await probe(free, other))
    // The same events too; and of what the blocked one did, nothing came to the other.
    expect(await kindsOf(blocked)).toEqual(await kindsOf(free))
    expect(await kindsOf(blocker)).toEqual(['BlocksChanged'])
    expect(await acts.sees(blocker)).toEqual({ ...none, blocks: [blocked.userId] })
    expect(await acts.sees(other)).toMatchObject({ incoming: [free.userId] })
  })

  test('is answered as one who was a friend, or had asked, and was removed or rejected', async () => {
    for (const before of ['friends', 'asked'] as const) {
      const [[blocker, blocked], [other, free]] = [await pair(), await pair()]
      for (const [one, two] of [
        [blocked, blocker],
        [free, other],
      ] as const)
        await (before === 'friends' ? acts.befriend(one, two) : acts.does('sendFriendRequest', one, two))
      await acts.does('blockUser', blocker, blocked)
      await acts.does(before === 'friends' ? 'removeFriend' : 'rejectFriendRequest', other, free)
      expect(await kindsOf(blocked)).toEqual(await kindsOf(free))
      expect(await probe(blocked, blocker)).toEqual(await probe(free, other))
    }
  })

  test('costs the same statements, so that the time of no answer tells it', async () => {
    const noted = withStatements(db.database)
    await using watched = openPeople(noted.database)
    const [[blocker, blocked], [other, free]] = [await pair(), await pair()]
    await acts.does('blockUser', blocker, blocked)
    for (const operation of PROBES) {
      const statements: string[][] = []
      for (const [by, about] of [
        [blocked, blocker],
        [free, other],
      ] as const) {
        noted.take()
        await watched.ask(by, operation, { id: about.userId })
        statements.push(noted.take().filter((name) => !BACKGROUND.test(name)))
      }
      expect(statements[0]!.length).toBeGreaterThan(0)
      expect(statements[0]).toEqual(statements[1])
    }
  })

  test('is not found-out by asking at the moment of the block', async () => {
    for (let round = 0; round < 5; round++) {
      const [blocker, blocked] = await pair()
      const [, answer] = await Promise.all([
        acts.does('blockUser', blocker, blocked),
        acts.tryTo('sendFriendRequest', blocked, blocker),
      ])
      expect(answer.codes).toEqual([])
      expect(answer.data.sendFriendRequest.user).toEqual({ id: blocker.userId, friendStatus: 'REQUEST_SENT' })
      expect(await acts.sees(blocker)).toEqual({ ...none, blocks: [blocked.userId] })
    }
  })
})

describe('what other rooms ask', () => {
  const set = (who: UserIdentity, privacy: object) =>
    succeed(
      people.ask(
        who,
        'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { foundBy } } } }',
        { input: { privacy } },
      ),
    )

  test('a block forbids both directions, and users.blocks has the one that stands', async () => {
    const [ada, bob] = await pair()
    const all = async () =>
      Promise.all(
        (['may_message', 'may_add_to_group'] as const).flatMap((what) => [may(what, ada, bob), may(what, bob, ada)]),
      )
    const stands = async () =>
      (
        await db.database.query(
          'select blocker_id, blocked_id from users.blocks where $1::uuid in (blocker_id, blocked_id)',
          [ada.userId],
        )
      ).rows
    expect(await all()).toEqual([true, true, true, true])
    await acts.does('blockUser', ada, bob)
    expect(await all()).toEqual([false, false, false, false])
    expect(await stands()).toEqual([{ blocker_id: ada.userId, blocked_id: bob.userId }])
    await acts.does('unblockUser', ada, bob)
    expect(await all()).toEqual([true, true, true, true])
    expect(await stands()).toEqual([])
  })

  test.each([
    ['may_message', 'messagesFrom'],
    ['may_add_to_group', 'groupsFrom'],
  ] as const)('%s follows the setting %s of the other user alone', async (what, field) => {
    const [ada, friend] = await pair()
    const stranger = await newPerson()
    await acts.befriend(ada, friend)
    for (const [audience, ofFriend, ofStranger] of [
      ['FRIENDS', true, false],
      ['NOBODY', false, false],
      ['EVERYONE', true, true],
    ] as const) {
      await set(ada, { [field]: audience })
      expect([await may(what, friend, ada), await may(what, stranger, ada)]).toEqual([ofFriend, ofStranger])
      expect([await may(what, ada, friend), await may(what, ada, stranger)]).toEqual([true, true])
    }
  })
})

test('the blocked are paged from the newest, and are as many as one user may block', async () => {
  const ada = await newPerson()
  const others: UserIdentity[] = []
  for (let n = 0; n < 3; n++) {
    people.clock.at += 1
    others.unshift(await newPerson())
    await acts.does('blockUser', ada, others[0]!)
  }
  const BLOCKS = `query ($after: String) { me { blocks(first: 2, after: $after) {
    edges { node { id displayName } blockedAt } pageInfo { hasNextPage endCursor }
  } } }`
  const { me } = await succeed(people.ask(ada, BLOCKS))
  expect(me.blocks.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([
    others[0]!.userId,
    others[1]!.userId,
  ])
  expect(me.blocks.edges[0].blockedAt).toBe(new Date(people.clock.at).toISOString())
  const next = await succeed(people.ask(ada, BLOCKS, { after: me.blocks.pageInfo.endCursor }))
  expect(next.me.blocks.edges).toHaveLength(1)
  expect(next.me.blocks.pageInfo.hasNextPage).toBe(false)

  await db.database.query(
    `with crowd as (
       insert into users.account (id, address, display_name, created_at)
       select gen_random_uuid(), gen_random_uuid() || '@example.org', 'One of many', now()
       from generate_series(1, $2::int)
       returning id
     )
     insert into users.block (blocker_id, blocked_id, created_at) select $1::uuid, id, now() from crowd`,
    [ada.userId, MAX_BLOCKS - 3],
  )
  const bob = await newPerson()
  expect((await acts.tryTo('blockUser', ada, bob)).codes).toEqual(['LIMIT_REACHED'])
  await acts.does('unblockUser', ada, others[0]!)
  expect((await acts.tryTo('blockUser', ada, bob)).codes).toEqual([])
})
