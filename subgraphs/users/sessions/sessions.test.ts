import { parseEnded, REVOKED_CHANNEL } from '../../../platform/sessions/sessions.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { admin, anonymous, succeed } from '../../../test/support/subgraph.ts'
import type { SessionRules } from '../limits.ts'

const SESSIONS = `{ me { sessions { edges { node { id current createdAt lastSeenAt expiresAt device { id } } } } } }`
const SIGN_OUT = 'mutation { signOut { sessionId } }'
const VERIFY = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id user { id } } } }'
const REGISTER = `mutation ($platform: DevicePlatform!) {
  registerDevice(input: { name: "D", platform: $platform }) { deviceSecret device { id } }
}`

let db: TestDatabase
beforeAll(async () => void (db = await createDatabase()))
afterAll(() => db[Symbol.asyncDispose]())

let addresses = 0
const newAddress = () => `guest${++addresses}@example.org`
const open = (sessionRules: Partial<SessionRules> = {}) => openPeople(db.database, { sessionRules })

async function signInOn(people: People, platform: string, address: string): Promise<UserIdentity> {
  people.clock.at += 60_000
  const { registerDevice } = await succeed(people.ask(anonymous, REGISTER, { platform }))
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  const code = await people.code(device, address)
  const input = { ...device, address, code, displayName: 'Ada' }
  const { session } = (await succeed(people.ask(anonymous, VERIFY, { input }))).verifyOtp
  return { kind: 'user', userId: session.user.id, deviceId: device.deviceId, sessionId: session.id }
}
interface Listed {
  readonly id: string
  readonly lastSeenAt: string | null
  readonly expiresAt: string
}
const sessionsOf = async (people: People, user: UserIdentity): Promise<Listed[]> =>
  (await succeed(people.ask(user, SESSIONS))).me.sessions.edges.map(({ node }: { node: Listed }) => node)
const idsOf = async (people: People, user: UserIdentity) => (await sessionsOf(people, user)).map(({ id }) => id)

test('signing out ends the session of the request and no other', async () => {
  await using people = open()
  const address = newAddress()
  const [one, two] = [await signInOn(people, 'IOS', address), await signInOn(people, 'WEB', address)]
  expect(await succeed(people.ask(one, SIGN_OUT))).toEqual({ signOut: { sessionId: one.sessionId } })
  expect(await people.sessions.get(one.sessionId)).toBe('revoked')
  expect(await idsOf(people, two)).toEqual([two.sessionId])
  expect((await people.ask(anonymous, SIGN_OUT)).codes).toEqual(['UNAUTHENTICATED'])
  const { rows } = await db.database.query('select end_reason from users.session where id = $1::uuid', [one.sessionId])
  expect(rows).toEqual([{ end_reason: 'SIGNED_OUT' }])
})

describe('by the sign-in policy', () => {
  test('any number of devices is signed in at a time', async () => {
    await using people = open({ policy: 'any' })
    const address = newAddress()
    const all = [await signInOn(people, 'IOS', address), await signInOn(people, 'IOS', address)]
    expect(await idsOf(people, all[0]!)).toEqual([all[1]!.sessionId, all[0]!.sessionId])
  })

  test('one per platform: a sign-in ends the older session of its platform, and says that it was replaced', async () => {
    await using people = open({ policy: 'platform' })
    const address = newAddress()
    const told: string[] = []
    await using _listener = await people.bus.listen(REVOKED_CHANNEL, (text) => told.push(text))
    const [phone, web] = [await signInOn(people, 'IOS', address), await signInOn(people, 'WEB', address)]
    expect(told).toEqual([])
    const newPhone = await signInOn(people, 'IOS', address)
    expect(await idsOf(people, web)).toEqual([newPhone.sessionId, web.sessionId])
    expect(await people.sessions.get(phone.sessionId)).toBe('replaced')
    await eventually(() => expect(told).toHaveLength(1))
    expect(parseEnded(told[0]!)).toEqual({ sessionIds: new Set([phone.sessionId]), ending: 'replaced' })
  })

  test('one in all: the last sign-in stays, also of several at once', async () => {
    await using people = open({ policy: 'one' })
    const address = newAddress()
    const first = await signInOn(people, 'IOS', address)
    const second = await signInOn(people, 'WEB', address)
    expect(await idsOf(people, second)).toEqual([second.sessionId])
    expect(await people.sessions.get(first.sessionId)).toBe('replaced')

    const devices = await Promise.all([1, 2, 3].map(() => people.registerDevice()))
    const inputs: object[] = []
    for (const device of devices) inputs.push({ ...device, address, code: await people.code(device, address) })
    const answers = await Promise.all(inputs.map((input) => succeed(people.ask(anonymous, VERIFY, { input }))))
    expect(answers.filter(({ verifyOtp }) => verifyOtp.session !== null)).toHaveLength(3)
    expect(await idsOf(people, second)).toHaveLength(1)
  })
})

describe('the user’s other devices are told, by events of the user,', () => {
  const eventsOf = async (userId: string) =>
    (
      await db.database.query<{ kind: string; payload: { sessionIds: string[] } }>(
        `select kind, payload from events.log where key = $1::text and kind like 'users.Session%' order by xid, id`,
        [userId],
      )
    ).rows
  const SUSPEND = 'mutation ($id: ID!) { suspendUser(input: { userId: $id, reason: "Spam" }) { revokedIds } }'
  const END_ALL = 'mutation ($id: ID!) { revokeUserSessions(input: { userId: $id }) { revokedIds } }'
  const REVOKE = 'mutation ($ids: [ID!]) { revokeSessions(input: { sessionIds: $ids }) { revokedIds } }'
  const REMOVE = 'mutation ($id: ID!) { removeDevice(input: { deviceId: $id }) { revokedIds } }'

  test('of a sign-in on a new device, and not of the first one, nor of one on a known device', async () => {
    await using people = open()
    const address = newAddress()
    const first = await signInOn(people, 'IOS', address)
    expect(await eventsOf(first.userId)).toEqual([])
    const { userId, sessionId, deviceId } = await signInOn(people, 'WEB', address)
    const started = { kind: 'users.SessionStarted', payload: { userId, sessionId, deviceId } }
    expect(await eventsOf(userId)).toEqual([started])
  })

  /** Each act on the sessions of one user, who is signed in on two devices; which of them it ends, and which device did it. */
  type Two = readonly [UserIdentity, UserIdentity]
  const acts: Record<string, { act(people: People, two: Two): Promise<unknown>; ends: number[]; by: number | null }> = {
    'signs out': { act: (people, [one]) => succeed(people.ask(one, SIGN_OUT)), ends: [0], by: 0 },
    'ends one session': {
      act: (people, [one, two]) => succeed(people.ask(one, REVOKE, { ids: [two.sessionId] })),
      ends: [1],
      by: 0,
    },
    'ends all other sessions': { act: (people, [, two]) => succeed(people.ask(two, REVOKE)), ends: [0], by: 1 },
    'removes a device': {
      act: (people, [one, two]) => succeed(people.ask(one, REMOVE, { id: two.deviceId })),
      ends: [1],
      by: 0,
    },
    'is signed out by an admin': {
      act: (people, [one]) => succeed(people.ask(admin, END_ALL, { id: one.userId })),
      ends: [0, 1],
      by: null,
    },
    'is suspended': {
      act: (people, [one]) => succeed(people.ask(admin, SUSPEND, { id: one.userId })),
      ends: [0, 1],
      by: null,
    },
  }
  const liveOf = async (userId: string) =>
    (
      await db.database.query<{ id: string }>(
        'select id from users.session where user_id = $1::uuid and revoked_at is null order by id',
        [userId],
      )
    ).rows.map(({ id }) => id)
  const twoDevices = async (people: People): Promise<Two> => {
    const address = newAddress()
    return [await signInOn(people, 'IOS', address), await signInOn(people, 'WEB', address)]
  }
  /** No event of this kind can be logged, as if the process died just there. */
  const without = async (kind: string, act: () => Promise<void>) => {
    await db.database.query(
      `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'no event'; end $$`,
    )
    await db.database.query(
      `create trigger refuse before insert on events.log for each row when (new.kind = '${kind}') execute function public.refuse()`,
    )
    await act()
    await db.database.query('drop function public.refuse() cascade')
  }

  test.each(Object.keys(acts))('of the sessions that ended when the user %s, and which device did it', async (name) => {
    await using people = open()
    const two = await twoDevices(people)
    const { act, ends, by } = acts[name]!
    await act(people, two)
    const { payload } = (await eventsOf(two[0].userId)).at(-1)!
    const { sessionIds, ...rest } = payload
    expect([...sessionIds].sort()).toEqual(ends.map((at) => two[at]!.sessionId))
    expect(rest).toEqual({ userId: two[0].userId, deviceId: by === null ? null : two[by]!.deviceId })
  })

  test.each(Object.keys(acts))(
    'or nothing has happened: no session ends without its event when the user %s',
    async (name) => {
      await using people = open()
      const two = await twoDevices(people)
      const { act, ends } = acts[name]!
      await without('users.SessionsEnded', () => expect(act(people, two)).rejects.toThrow('no event'))
      expect(await liveOf(two[0].userId)).toEqual(two.map(({ sessionId }) => sessionId))
      await act(people, two)
      expect(await liveOf(two[0].userId)).toHaveLength(2 - ends.length)
    },
  )

  test('or nothing has happened: no session starts on a new device without its event, and none is replaced', async () => {
    await using people = open({ policy: 'one' })
    const address = newAddress()
    const first = await signInOn(people, 'IOS', address)
    for (const kind of ['users.SessionStarted', 'users.SessionsEnded']) {
      await without(kind, () => expect(signInOn(people, 'WEB', address)).rejects.toThrow('no event'))
      expect(await liveOf(first.userId)).toEqual([first.sessionId])
    }
    const second = await signInOn(people, 'WEB', address)
    expect(await liveOf(first.userId)).toEqual([second.sessionId])
    const { userId, sessionId, deviceId } = second
    expect(await eventsOf(first.userId)).toEqual([
      { kind: 'users.SessionStarted', payload: { userId, sessionId, deviceId } },
      { kind: 'users.SessionsEnded', payload: { userId, sessionIds: [first.sessionId], deviceId } },
    ])
  })

  test('of first sign-ins of an address on two devices at once: one makes the account, and the other is a new device', async () => {
    await using people = open()
    const address = newAddress()
    const devices = [await people.registerDevice(), await people.registerDevice()]
    const inputs: object[] = []
    for (const device of devices)
      inputs.push({ ...device, address, code: await people.code(device, address), displayName: 'Ada' })
    const answers = await Promise.all(inputs.map((input) => succeed(people.ask(anonymous, VERIFY, { input }))))
    const sessions = answers.map(({ verifyOtp }) => verifyOtp.session)
    expect(new Set(sessions.map(({ user }) => user.id)).size).toBe(1)
    expect((await eventsOf(sessions[0].user.id)).map(({ kind }) => kind)).toEqual(['users.SessionStarted'])
  })
})
