import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import { MINUTE } from '../limits.ts'
import { FRESH_MS } from './delete.ts'
import { eraseOpen } from './job.ts'

const DELETE = 'mutation ($address: String!) { deleteAccount(input: { address: $address }) { deletedId } }'
const VERIFY = `mutation ($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { failure session { id user { id displayName } } }
}`
const USER = 'query ($id: ID!) { user(id: $id) { id displayName isDeleted address } }'

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
const newAddress = () => `leaver${++addresses}@example.org`
const remove = (who: Parameters<People['ask']>[0], address: string) => people.ask(who, DELETE, { address })
const rowsOf = async (table: string, column: string, value: string): Promise<number> => {
  const { rows } = await db.database.query<{ count: number }>(
    `select count(*)::int as count from users.${table} where ${column}::text = $1::text`,
    [value],
  )
  return rows[0]?.count ?? 0
}

test('a deletion ends every session, and leaves a user of whom only the id is known', async () => {
  const address = newAddress()
  const ada = await people.signIn(address, 'Ada')
  const bob = await people.signIn(newAddress(), 'Bob')
  people.clock.at += MINUTE
  const second = await people.signIn(address)
  expect((await succeed(remove(second, address))).deleteAccount).toEqual({ deletedId: ada.userId })
  for (const { sessionId } of [ada, second]) expect(await people.sessions.get(sessionId)).toBe('revoked')
  expect((await succeed(people.ask(bob, USER, { id: ada.userId }))).user).toEqual({
    id: ada.userId,
    displayName: null,
    isDeleted: true,
    address: null,
  })
  expect((await succeed(people.ask(bob, USER, { id: bob.userId }))).user.isDeleted).toBe(false)
  expect(await rowsOf('people', 'user_id', ada.userId)).toBe(0)
  await eraseOpen(db.database, people.clock)
  expect(await rowsOf('session', 'user_id', ada.userId)).toBe(0)
  for (const { deviceId } of [ada, second]) expect(await rowsOf('device', 'id', deviceId)).toBe(0)
})

test('a deletion needs a session of the last ten minutes, and the right address', async () => {
  const address = newAddress()
  const ada = await people.signIn(address)
  const others = newAddress()
  await people.signIn(others)
  for (const wrong of [others, 'nobody@example.org', 'no address', ''])
    expect((await remove(ada, wrong)).codes).toEqual(['BAD_USER_INPUT'])
  people.clock.at += FRESH_MS
  expect((await remove(ada, address)).codes).toEqual(['FRESH_SIGN_IN_REQUIRED'])
  const again = await people.signIn(address)
  // An old session is not fresh because another one is.
  expect((await remove(ada, address)).codes).toEqual(['FRESH_SIGN_IN_REQUIRED'])
  expect((await remove({ ...again, userId: ada.userId, sessionId: ada.deviceId }, address)).codes).toEqual([
    'FRESH_SIGN_IN_REQUIRED',
  ])
  expect((await remove(again, address.toUpperCase())).codes).toEqual([])
  expect((await remove(again, address)).codes).toEqual(['NOT_FOUND'])
})

test('nobody deletes without being signed in, and an admin has no account to delete', async () => {
  for (const who of [anonymous, admin]) expect((await remove(who, newAddress())).codes).toEqual(['UNAUTHENTICATED'])
})

test('a code from before the deletion opens nothing, and the address signs up as another user', async () => {
  const address = newAddress()
  const ada = await people.signIn(address)
  const device = await people.registerDevice()
  const input = { ...device, address, code: await people.code(device, address), displayName: 'New' }
  expect((await remove(ada, address)).codes).toEqual([])
  expect((await succeed(people.ask(anonymous, VERIFY, { input }))).verifyOtp).toEqual({
    failure: 'EXPIRED',
    session: null,
  })
  const newcomer = await people.signIn(address, 'Newcomer')
  expect(newcomer.userId).not.toBe(ada.userId)
  const { me } = await succeed(people.ask(newcomer, '{ me { displayName isDeleted } }'))
  expect(me).toEqual({ displayName: 'Newcomer', isDeleted: false })
})

test('a sign-in at the moment of the deletion leaves no live session of the deleted user', async () => {
  for (let round = 0; round < 6; round++) {
    const address = newAddress()
    const ada = await people.signIn(address)
    const device = await people.registerDevice()
    const input = { ...device, address, code: await people.code(device, address), displayName: 'Ada' }
    const [removed, signedIn] = await Promise.all([remove(ada, address), people.ask(anonymous, VERIFY, { input })])
    expect(removed.codes).toEqual([])
    expect(signedIn.codes).toEqual([])
    const { rowCount } = await db.database.query(
      'select from users.session where user_id = $1::uuid and revoked_at is null',
      [ada.userId],
    )
    expect(rowCount).toBe(0)
  }
})

test('of two deletions at once one succeeds, and a device that is another user’s too stays theirs', async () => {
  const [address, shared] = [newAddress(), newAddress()]
  const ada = await people.signIn(address)
  const bob = await people.signIn(shared)
  await db.database.query('update users.session set device_id = $2::uuid where id = $1::uuid', [
    ada.sessionId,
    bob.deviceId,
  ])
  const codes = (await Promise.all([remove(ada, address), remove(ada, address)])).map((answer) => answer.codes)
  expect(codes.sort()).toEqual([[], ['NOT_FOUND']])
  await eraseOpen(db.database, people.clock)
  const { rows } = await db.database.query<{ name: string }>('select name from users.device where id = $1::uuid', [
    bob.deviceId,
  ])
  expect(rows).toEqual([{ name: 'Phone' }])
})

test('what a slow request wrote after the deletion is erased a minute later', async () => {
  const address = newAddress()
  const ada = await people.signIn(address)
  await succeed(remove(ada, address))
  await db.database.query('insert into users.setting (user_id) values ($1::uuid)', [ada.userId])
  await eraseOpen(db.database, people.clock)
  expect(await rowsOf('setting', 'user_id', ada.userId)).toBe(1)
  people.clock.at += MINUTE + 1
  await eraseOpen(db.database, people.clock)
  expect(await rowsOf('setting', 'user_id', ada.userId)).toBe(0)
})

test('friends, and those with whom a request waits, hear of a deletion; a blocked user hears what any other does', async () => {
  const acts = makeFriendActs(people, db.database)
  const person = (name: string) => people.signIn(newAddress(), name)
  const address = newAddress()
  const ada = await people.signIn(address, 'Ada')
  const [friend, asked, asking, blocked, blocker] = [
    await person('Friend'),
    await person('Asked'),
    await person('Asking'),
    await person('Blocked'),
    await person('Blocker'),
  ]
  await acts.befriend(ada, friend)
  await acts.does('sendFriendRequest', ada, asked)
  await acts.does('sendFriendRequest', asking, ada)
  await acts.does('blockUser', ada, blocked)
  await acts.does('sendFriendRequest', blocked, ada)
  await acts.does('blockUser', blocker, ada)
  await acts.does('sendFriendRequest', ada, blocker)
  const before = (await acts.eventsOf(blocker)).length
  await succeed(remove(ada, address))
  const last = async (who: UserIdentity) => (await acts.eventsOf(who)).at(-1)
  const { userId: leaver, deviceId } = ada
  expect(await last(friend)).toEqual({ kind: 'FriendRemoved', fromId: leaver, toId: friend.userId, deviceId })
  expect(await last(asked)).toEqual({ kind: 'FriendRequestCancelled', fromId: leaver, toId: asked.userId, deviceId })
  for (const who of [asking, blocked])
    expect(await last(who)).toEqual({ kind: 'FriendRequestRejected', fromId: who.userId, toId: leaver, deviceId })
  // Nobody hears of a request that was hidden.
  expect(await acts.eventsOf(blocker)).toHaveLength(before)
  for (const who of [friend, asked, asking, blocked]) expect(await acts.sees(who)).toEqual(await acts.seesByEvents(who))
})

test('a deletion is finished when every room is done, and not before', async () => {
  const address = newAddress()
  const ada = await people.signIn(address)
  await succeed(remove(ada, address))
  const isFinished = async () => {
    await eraseOpen(db.database, people.clock)
    return (await rowsOf('erasure', 'user_id::text || (finished_at is not null)', `${ada.userId}true`)) === 1
  }
  for (const room of ['groups', 'chat', 'delivery']) {
    expect(await isFinished()).toBe(false)
    await db.database.query(`insert into ${room}.erasure (user_id, done_at) values ($1::uuid, now())`, [ada.userId])
  }
  expect(await isFinished()).toBe(true)
})
