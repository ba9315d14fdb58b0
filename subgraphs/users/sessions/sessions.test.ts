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
      await db.database.query<{ kind: string; payload: object }>(
        `select kind, payload from events.log where key = $1::text and kind like 'users.Session%' order by xid, id`,
        [userId],
      )
    ).rows

  test('of a sign-in on a new device, and not of the first one, nor of one on a known device', async () => {
    await using people = open()
    const address = newAddress()
    const first = await signInOn(people, 'IOS', address)
    expect(await eventsOf(first.userId)).toEqual([])
    const { userId, sessionId, deviceId } = await signInOn(people, 'WEB', address)
    const started = { kind: 'users.SessionStarted', payload: { userId, sessionId, deviceId } }
    expect(await eventsOf(userId)).toEqual([started])
  })

  test('of sessions that were ended, by whom', async () => {
    await using people = open()
    const address = newAddress()
    const [one, two] = [await signInOn(people, 'IOS', address), await signInOn(people, 'WEB', address)]
    await succeed(people.ask(one, SIGN_OUT))
    expect((await eventsOf(one.userId)).at(-1)).toEqual({
      kind: 'users.SessionsEnded',
      payload: { userId: one.userId, sessionIds: [one.sessionId], deviceId: one.deviceId },
    })
    const revoke = `mutation { revokeUserSessions(input: { userId: "${two.userId}" }) { revokedIds } }`
    await succeed(people.ask(admin, revoke))
    expect((await eventsOf(one.userId)).at(-1)).toEqual({
      kind: 'users.SessionsEnded',
      payload: { userId: two.userId, sessionIds: [two.sessionId], deviceId: null },
    })
  })
})
