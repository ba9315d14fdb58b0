import { openEventLog } from '../../../platform/eventlog/log.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { askSubgraph, succeed, type Answer, type Ask } from '../../../test/support/subgraph.ts'
import { makeGroups } from '../index.ts'

let db: TestDatabase
let people: People
let ask: Ask
let acts: ReturnType<typeof makeFriendActs>
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database)
  acts = makeFriendActs(people, db.database)
  const eventLog = await openEventLog(db.database)
  const deps = { database: db.database, eventLog, bus: openMemoryBus(), clock: people.clock, log: silentLog }
  ask = askSubgraph(makeGroups(deps))
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

let count = 0
const newPerson = () => people.signIn(`refuser${++count}@example.org`, 'Somebody')
const CREATE = `mutation ($input: CreateGroupInput!) {
  createGroup(input: $input) { group { id members { edges { node { user { id } } } } } }
}`
const ADD = `mutation ($input: AddGroupMembersInput!) {
  addGroupMembers(input: $input) { group { id members { edges { node { user { id } } } } } }
}`
const create = (by: UserIdentity, ...others: UserIdentity[]) =>
  ask(by, CREATE, { input: { title: 'Group', memberIds: others.map(({ userId }) => userId) } })
const add = (by: UserIdentity, groupId: string, ...others: UserIdentity[]) =>
  ask(by, ADD, { input: { groupId, userIds: others.map(({ userId }) => userId) } })
const membersOf = (group: { members: { edges: { node: { user: { id: string } } }[] } }) =>
  group.members.edges.map(({ node }) => node.user.id)
const setGroupsFrom = (who: UserIdentity, groupsFrom: string) =>
  succeed(
    people.ask(
      who,
      'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { foundBy } } } }',
      { input: { privacy: { groupsFrom } } },
    ),
  )
const refused = ({ codes, errors }: Answer) => [codes, errors[0]?.extensions['userIds']]

test('a group is not made with, or extended by, users who do not accept it; the answer names them, and nothing changes', async () => {
  const [ada, bob, friend, closed, blocker] = [
    await newPerson(),
    await newPerson(),
    await newPerson(),
    await newPerson(),
    await newPerson(),
  ]
  await acts.befriend(ada, friend)
  await setGroupsFrom(friend, 'FRIENDS')
  await setGroupsFrom(closed, 'NOBODY')
  await acts.does('blockUser', blocker, ada)
  const ids = [closed.userId, blocker.userId].sort()

  const answer = await create(ada, bob, friend, closed, blocker)
  expect(answer.codes).toEqual(['NOT_ACCEPTED'])
  expect([...(answer.errors[0]?.extensions['userIds'] as string[])].sort()).toEqual(ids)
  expect((await db.database.query('select 1 from groups.room')).rows).toHaveLength(0)

  const { group } = (await succeed(create(ada, bob, friend))).createGroup
  expect(membersOf(group)).toEqual([ada.userId, bob.userId, friend.userId])
  expect(refused(await add(ada, group.id, closed))).toEqual([['NOT_ACCEPTED'], [closed.userId]])
  expect(refused(await add(ada, group.id, await newPerson(), blocker))).toEqual([['NOT_ACCEPTED'], [blocker.userId]])
  const { group: after } = (await succeed(add(ada, group.id, bob))).addGroupMembers
  expect(membersOf(after)).toEqual([ada.userId, bob.userId, friend.userId])
})

test('a refusal because of a block is byte for byte the one because of a setting', async () => {
  const [ada, closed, blocker] = [await newPerson(), await newPerson(), await newPerson()]
  await setGroupsFrom(closed, 'NOBODY')
  await acts.does('blockUser', blocker, ada)
  const answers = [await create(ada, closed), await create(ada, blocker)].map((answer) => JSON.stringify(answer))
  expect(answers[1]?.replaceAll(blocker.userId, closed.userId)).toBe(answers[0])
})

test('a member who is blocked later, or who closes the door, stays a member', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()]
  const { group } = (await succeed(create(ada, bob))).createGroup
  await setGroupsFrom(bob, 'NOBODY')
  await acts.does('blockUser', bob, ada)
  const { group: after } = (await succeed(add(ada, group.id, bob))).addGroupMembers
  expect(membersOf(after)).toEqual([ada.userId, bob.userId])
})
