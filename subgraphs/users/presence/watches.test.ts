import { v7 } from 'uuid'
import type { Bus } from '../../../platform/bus/bus.ts'
import { openChatWorld, type ChatWorld } from '../../../test/support/chat.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { makeFriendActs } from '../../../test/support/friends.ts'
import type { UserIdentity } from '../../../test/support/people.ts'
import { succeed } from '../../../test/support/subgraph.ts'
import { watchPresence } from '../../../test/support/watch.ts'
import { hintPresence } from './hints.ts'
import { buryNodes } from './store.ts'
import { MAX_WATCHED, MAX_WATCHES_PER_USER } from './watches.ts'

/** Long enough for a reconnect of the test, short enough to wait for. */
const GRACE_MS = 1_000

let world: ChatWorld
const gaps = new Set<() => void>()
/** Whether hints are lost on their way. */
let deaf = false
beforeAll(async () => {
  world = await openChatWorld({
    attend: true,
    graceMs: GRACE_MS,
    bus: (bus: Bus): Bus => ({
      ...bus,
      publish: (channel, text) =>
        deaf && channel.startsWith('presence:') ? Promise.resolve(0) : bus.publish(channel, text),
      onGap: (listener) => {
        gaps.add(listener)
        return { [Symbol.dispose]: () => void gaps.delete(listener) }
      },
    }),
  })
})
afterAll(() => world[Symbol.asyncDispose]())
afterEach(() => {
  deaf = false
  jest.restoreAllMocks()
})

const watch = (viewer: UserIdentity, ...users: (UserIdentity | string)[]) =>
  watchPresence(
    world.people,
    viewer,
    users.map((user) => (typeof user === 'string' ? user : user.userId)),
  )
const set = (who: UserIdentity, privacy: object) =>
  succeed(
    world.people.ask(
      who,
      'mutation ($input: UpdateSettingsInput!) { updateSettings(input: $input) { settings { privacy { invisible } } } }',
      { input: { privacy } },
    ),
  )
const is = ({ userId }: UserIdentity, online: boolean) => [expect.objectContaining({ userId, online })]
const never = ({ userId }: UserIdentity) => [{ userId, online: false, lastSeenAt: null }]

test('first come all users, in the order of the ids, then each who changes', async () => {
  const [ada, bob, carol] = [await world.person(), await world.person(), await world.person()]
  await using _carol = await world.subscribe(carol)
  await using told = await watch(ada, carol, bob, 'nobody', carol)
  const first = await told.next()
  expect(first.map(({ userId, online }) => [userId, online])).toEqual([
    [carol.userId, true],
    [bob.userId, false],
    ['nobody', false],
    [carol.userId, true],
  ])
  const stream = await world.subscribe(bob)
  expect(await told.next()).toEqual(is(bob, true))
  await stream.close()
  const [left] = await told.next()
  expect(left).toMatchObject({ userId: bob.userId, online: false })
  expect(Date.now() - Date.parse(left!.lastSeenAt!)).toBeGreaterThanOrEqual(GRACE_MS - 50)
})

test('a reconnect, a second device, and a device that leaves while another stays are told to nobody', async () => {
  const [ada, bob, carol] = [await world.person(), await world.person(), await world.person()]
  const first = await world.subscribe(bob)
  await using told = await watch(ada, bob, carol)
  expect((await told.next())[0]).toMatchObject({ online: true })
  await first.close()
  await eventually(async () => {
    const { rows } = await world.database.query('select from users.attendance where user_id = $1::uuid', [bob.userId])
    expect(rows).toHaveLength(0)
  })
  const again = await world.subscribe(bob)
  const laptop = await world.subscribe(await world.anotherDevice(bob))
  await again.close()
  // The grace of the first leave is over when that of a later one is.
  const other = await world.subscribe(carol)
  expect(await told.next()).toEqual(is(carol, true))
  await other.close()
  expect(await told.next()).toEqual(is(carol, false))
  await laptop.close()
  expect(await told.next()).toEqual(is(bob, false))
})

test('a user who becomes invisible leaves at once, and one who is visible again comes', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  await using _stream = await world.subscribe(bob)
  await using told = await watch(ada, bob)
  expect(await told.next()).toEqual(is(bob, true))
  const before = performance.now()
  await set(bob, { invisible: true })
  expect(await told.next()).toEqual(is(bob, false))
  expect(performance.now() - before).toBeLessThan(GRACE_MS)
  await set(bob, { invisible: false })
  expect(await told.next()).toEqual(is(bob, true))
})

test('who is blocked or not allowed any more sees the user leave at once, as if they had never been there', async () => {
  const friends = makeFriendActs(world.people, world.database)
  const [ada, bob, eve] = [await world.person(), await world.person(), await world.person()]
  await friends.befriend(ada, bob)
  await using _bob = await world.subscribe(bob)
  await using _ada = await world.subscribe(ada)
  await using ofAda = await watch(ada, bob)
  await using ofBob = await watch(bob, ada)
  await using ofEve = await watch(eve, bob)
  for (const [told, user] of [
    [ofAda, bob],
    [ofBob, ada],
    [ofEve, bob],
  ] as const)
    expect(await told.next()).toEqual(is(user, true))

  await set(bob, { lastSeenTo: 'FRIENDS' })
  expect(await ofEve.next()).toEqual(never(bob))
  await friends.does('blockUser', bob, ada)
  expect(await ofAda.next()).toEqual(never(bob))
  expect(await ofBob.next()).toEqual(never(ada))
  await friends.does('unblockUser', bob, ada)
  expect(await ofBob.next()).toEqual(is(ada, true))
  await set(bob, { lastSeenTo: 'EVERYONE' })
  // Nothing of what happened between came to those who may not see it.
  expect(await ofAda.next()).toEqual(is(bob, true))
  expect(await ofEve.next()).toEqual(is(bob, true))
})

test('the users of a dead node leave when it is buried, without a further grace', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const nodeId = `dies-${v7()}`
  await world.presence.join([{ userId: bob.userId, deviceId: bob.deviceId, nodeId }])
  await world.database.query(`insert into users.stream_node values ($1::text, now() - interval '10 minutes')`, [nodeId])
  await world.database.query('insert into users.attendance values ($1::uuid, $2::text)', [bob.userId, nodeId])
  await using told = await watch(ada, bob)
  expect(await told.next()).toEqual(is(bob, true))
  await world.presence.retire(nodeId)
  const buried = await buryNodes(world.database, 60)
  const before = performance.now()
  hintPresence(world.bus, buried, world.log)
  expect(await told.next()).toEqual(is(bob, false))
  expect(performance.now() - before).toBeLessThan(GRACE_MS)
})

test('what the bus lost is noticed when it is back', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  await using told = await watch(ada, bob)
  await told.next()
  deaf = true
  await using _stream = await world.subscribe(bob)
  await eventually(async () => expect(await world.presence.find([bob.userId])).toHaveLength(1))
  deaf = false
  for (const listener of gaps) listener()
  expect(await told.next()).toEqual(is(bob, true))
})

test('while presence cannot be read nobody seems to leave, and what happened is told when it is back', async () => {
  const [ada, bob, carol] = [await world.person(), await world.person(), await world.person()]
  const stream = await world.subscribe(bob)
  await using told = await watch(ada, bob, carol)
  await told.next()
  const find = jest.spyOn(world.presence, 'find').mockRejectedValue(new Error('Connection is closed.'))
  await using _carol = await world.subscribe(carol)
  await eventually(() => expect(find).toHaveBeenCalled())
  await stream.close()
  find.mockRestore()
  expect(await told.next()).toEqual(is(carol, true))
  expect(await told.next()).toEqual(is(bob, false))
})

test('a change that comes while a stream opens is not lost', async () => {
  const [ada, bob] = [await world.person(), await world.person()]
  const { find } = world.presence
  let stream: AsyncDisposable | undefined
  jest.spyOn(world.presence, 'find').mockImplementationOnce(async (ids) => {
    const before = await find(ids)
    stream = await world.subscribe(bob)
    hintPresence(world.bus, [bob.userId], world.log)
    return before
  })
  await using told = await watch(ada, bob, 'nobody')
  expect(await told.next()).toEqual([...is(bob, false), { userId: 'nobody', online: false, lastSeenAt: null }])
  expect(await told.next()).toEqual(is(bob, true))
  await stream?.[Symbol.asyncDispose]()
})

test('a client that does not read gets the last state of each user, in one event', async () => {
  const [ada, bob, carol] = [await world.person(), await world.person(), await world.person()]
  await using told = await watch(ada, bob, carol)
  await using seen = await watch(await world.person(), bob, carol)
  await Promise.all([told.next(), seen.next()])
  await using _bob = await world.subscribe(bob)
  expect(await seen.next()).toEqual(is(bob, true))
  await set(bob, { invisible: true })
  expect(await seen.next()).toEqual(is(bob, false))
  await using _carol = await world.subscribe(carol)
  expect(await seen.next()).toEqual(is(carol, true))
  expect((await told.next()).map(({ userId, online }) => [userId, online])).toEqual([
    [bob.userId, false],
    [carol.userId, true],
  ])
})

test('too many users, and too many subscriptions of one user, are refused', async () => {
  const ada = await world.person()
  for (const ids of [[], Array.from({ length: MAX_WATCHED + 1 }, () => v7())])
    await expect(watch(ada, ...ids)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  const open = []
  for (let count = 0; count < MAX_WATCHES_PER_USER; count++) open.push(await watch(ada, v7()))
  await expect(watch(ada, v7())).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED' } })
  await open.pop()?.[Symbol.asyncDispose]()
  open.push(await watch(ada, ...Array.from({ length: MAX_WATCHED }, () => v7())))
  for (const one of open) await one[Symbol.asyncDispose]()
})
