import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'

const EXPORT = `query ($first: Int, $after: String) {
  exportMyData { id account(first: $first, after: $after) { edges { node { kind data } } pageInfo { hasNextPage endCursor } } }
}`
const ENTITY =
  'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on MyData { id account { edges { cursor } } } } }'

interface Page {
  readonly edges: object[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

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

test('pages of one record give what one page gives, each record once', async () => {
  const ada = await people.signIn('ada@example.org', 'Ada')
  await people.signIn('ada@example.org')
  const all = (await succeed(people.ask(ada, EXPORT, { first: 200 }))).exportMyData
  expect(all.id).toBe(ada.userId)
  expect(all.account.pageInfo.hasNextPage).toBe(false)
  expect(all.account.edges.length).toBeGreaterThan(6)
  const one: object[] = []
  for (let after: string | null = null; ;) {
    const answer: { exportMyData: { account: Page } } = await succeed(people.ask(ada, EXPORT, { first: 1, after }))
    const { account } = answer.exportMyData
    expect(account.edges).toHaveLength(1)
    one.push(...account.edges)
    if (!account.pageInfo.hasNextPage) break
    after = account.pageInfo.endCursor
  }
  expect(one).toEqual(all.account.edges)
})

test('no key, no hash and no secret is exported, and nothing of another user', async () => {
  const ada = await people.signIn('ada2@example.org', 'Ada')
  const bob = await people.signIn('bob2@example.org', 'Bob')
  const text = JSON.stringify(await succeed(people.ask(ada, EXPORT, { first: 200 })))
  for (const secret of ['hmac', 'secret', 'hash', 'salt', bob.userId, bob.sessionId, bob.deviceId])
    expect(text.toLowerCase()).not.toContain(secret)
  const others = [{ __typename: 'MyData', id: bob.userId }]
  expect((await people.ask(ada, ENTITY, { ids: others })).data._entities).toEqual([null])
  expect((await people.ask(bob, ENTITY, { ids: others })).data._entities[0].id).toBe(bob.userId)
})

test('a Web Push target is exported without the secret that encrypts pushes to it', async () => {
  const ada = await people.signIn('ada5@example.org', 'Ada')
  const target = {
    endpoint: 'https://push.example.org/send/ada',
    p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url'),
    auth: Buffer.alloc(16, 9).toString('base64url'),
  }
  // As it is stored: whether a point is on the curve is another test's.
  await db.database.query(
    `update users.device set push_kind = 'WEB_PUSH', push_token = $2::text, push_detail = $3::jsonb where id = $1::uuid`,
    [ada.deviceId, target.endpoint, JSON.stringify({ p256dh: target.p256dh, auth: target.auth })],
  )
  const { exportMyData } = await succeed(people.ask(ada, EXPORT, { first: 200 }))
  const devices = exportMyData.account.edges
    .map(({ node }: { node: { kind: string; data: object } }) => node)
    .filter(({ kind }: { kind: string }) => kind === 'users.device')
  expect(devices).toMatchObject([
    { data: { pushKind: 'WEB_PUSH', pushToken: target.endpoint, pushDetail: { p256dh: target.p256dh } } },
  ])
  expect(JSON.stringify(exportMyData)).not.toContain(target.auth)
})

test('who blocked the user is not exported: neither the block nor that a request is hidden', async () => {
  const ada = await people.signIn('ada3@example.org', 'Ada')
  const bob = await people.signIn('bob3@example.org', 'Bob')
  const BLOCK = 'mutation ($id: ID!) { blockUser(input: { userId: $id }) { __typename } }'
  const REQUEST = 'mutation ($id: ID!) { sendFriendRequest(input: { userId: $id }) { __typename } }'
  const kinds = async () => {
    const { exportMyData } = await succeed(people.ask(ada, EXPORT, { first: 200 }))
    return exportMyData.account.edges
      .map(({ node }: { node: { kind: string; data: object } }) => node)
      .filter(({ kind }: { kind: string }) => /friend|block/.test(kind))
      .map(({ kind, data }: { kind: string; data: object }) => [kind, Object.keys(data).sort()])
  }
  await succeed(people.ask(bob, BLOCK, { id: ada.userId }))
  await succeed(people.ask(ada, REQUEST, { id: bob.userId }))
  expect(await kinds()).toEqual([['users.friendRequestSent', ['sentAt', 'toId']]])
})

test('only signed-in users export, with cursors and page sizes of ours', async () => {
  const ada = await people.signIn('ada4@example.org', 'Ada')
  for (const who of [anonymous, admin]) expect((await people.ask(who, EXPORT)).codes).toEqual(['UNAUTHENTICATED'])
  for (const first of [0, -1, 201]) expect((await people.ask(ada, EXPORT, { first })).codes).toEqual(['BAD_USER_INPUT'])
  for (const after of ['x', Buffer.from('users.nothing\n1').toString('base64url')])
    expect((await people.ask(ada, EXPORT, { after })).codes).toEqual(['CURSOR_MALFORMED'])
})
