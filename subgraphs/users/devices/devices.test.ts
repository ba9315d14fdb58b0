import { createECDH, randomBytes } from 'node:crypto'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People, type UserIdentity } from '../../../test/support/people.ts'
import { anonymous, succeed } from '../../../test/support/subgraph.ts'
import { dropDeadPushToken } from './push-store.ts'

const FIELDS = 'id name platform model appVersion current pushService'
const REGISTER = `mutation ($input: RegisterDeviceInput!) {
  registerDevice(input: $input) { deviceSecret device { ${FIELDS} } }
}`
const MINE = `query ($first: Int, $after: String) { me { devices(first: $first, after: $after) {
  edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor }
} } }`
const RENAME = `mutation ($id: ID!, $name: String!) {
  renameDevice(input: { deviceId: $id, name: $name }) { device { id name } }
}`
const REMOVE = 'mutation ($id: ID!) { removeDevice(input: { deviceId: $id }) { revokedIds } }'
const SET = `mutation ($target: PushTargetInput) { setPushTarget(input: { target: $target }) { device { pushService } } }`
const VERIFY = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id user { id } } } }'

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
const newAddress = () => `owner${++addresses}@example.org`
const signInAgain = (address: string) => {
  people.clock.at += 60_000
  return people.signIn(address)
}
interface Listed {
  readonly id: string
  readonly [field: string]: unknown
}
const devicesOf = async (user: UserIdentity): Promise<Listed[]> =>
  (await succeed(people.ask(user, MINE))).me.devices.edges.map(({ node }: { node: Listed }) => node)
const targetsOf = async (user: UserIdentity) =>
  (
    await db.database.query<{ kind: string; token: string; detail: unknown; device_id: string }>(
      'select kind, token, detail, device_id from users.push_targets where user_id = $1::uuid and token is not null',
      [user.userId],
    )
  ).rows

const point = () => {
  const ecdh = createECDH('prime256v1')
  return ecdh.generateKeys('base64url')
}
const fcm = (token = `token:${randomBytes(16).toString('hex')}`) => ({ fcm: { token } })
const apns = () => ({ apns: { token: randomBytes(32).toString('hex'), environment: 'SANDBOX' } })
const webPush = (endpoint = 'https://push.example.org/send/1') => ({
  webPush: { endpoint, p256dh: point(), auth: randomBytes(16).toString('base64url') },
})

test('a device is registered with model, version and push target, and listed by its owner alone', async () => {
  const address = newAddress()
  const input = { name: 'Phone', platform: 'IOS', model: 'iPhone 17', appVersion: '1.2.3', pushTarget: apns() }
  const { registerDevice } = await succeed(people.ask(anonymous, REGISTER, { input }))
  const shown = { name: 'Phone', platform: 'IOS', model: 'iPhone 17', appVersion: '1.2.3', pushService: 'APNS' }
  expect(registerDevice.device).toMatchObject({ ...shown, current: false })
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  const code = await people.code(device, address)
  const { verifyOtp } = await succeed(
    people.ask(anonymous, VERIFY, { input: { ...device, address, code, displayName: 'Ada' } }),
  )
  const { id: sessionId, user } = verifyOtp.session
  const ada: UserIdentity = { kind: 'user', userId: user.id, deviceId: device.deviceId, sessionId }
  const second = await signInAgain(address)
  expect(await devicesOf(ada)).toEqual([
    expect.objectContaining({ id: second.deviceId, current: false }),
    { id: ada.deviceId, ...shown, current: true },
  ])
  const bob = await people.signIn(newAddress(), 'Bob')
  const other = 'query ($id: ID!) { user(id: $id) { devices { edges { cursor } } } }'
  expect((await succeed(people.ask(bob, other, { id: ada.userId }))).user.devices).toBeNull()
})

test('pages of devices hold each once', async () => {
  const address = newAddress()
  const users = [await people.signIn(address, 'Ada'), await signInAgain(address), await signInAgain(address)]
  const page = async (after: string | null) =>
    (await succeed(people.ask(users[0]!, MINE, { first: 2, after }))).me.devices
  const one = await page(null)
  const two = await page(one.pageInfo.endCursor)
  expect([one.pageInfo.hasNextPage, two.pageInfo.hasNextPage]).toEqual([true, false])
  const ids = [...one.edges, ...two.edges].map(({ node }: { node: Listed }) => node.id)
  expect(ids).toEqual(users.map(({ deviceId }) => deviceId).reverse())
  expect((await people.ask(users[0]!, MINE, { after: 'bm90aGluZw' })).codes).toEqual(['CURSOR_MALFORMED'])
})

test('a device is renamed by who is signed in on it; to anybody else it does not exist', async () => {
  const [ada, bob] = [await people.signIn(newAddress(), 'Ada'), await people.signIn(newAddress(), 'Bob')]
  const { renameDevice } = await succeed(people.ask(ada, RENAME, { id: ada.deviceId, name: ' Tablet ' }))
  expect(renameDevice.device).toEqual({ id: ada.deviceId, name: 'Tablet' })
  for (const id of [ada.deviceId, 'no id', '00000000-0000-7000-8000-000000000000'])
    expect((await people.ask(bob, RENAME, { id, name: 'Mine' })).codes).toEqual(['NOT_FOUND'])
  expect((await people.ask(ada, RENAME, { id: ada.deviceId, name: '' })).codes).toEqual(['BAD_USER_INPUT'])
  expect((await people.ask(anonymous, RENAME, { id: ada.deviceId, name: 'X' })).codes).toEqual(['UNAUTHENTICATED'])
  expect((await devicesOf(ada))[0]).toMatchObject({ name: 'Tablet' })
})

test('removing a device ends its sessions, stops its pushes, and makes it a stranger’s', async () => {
  const address = newAddress()
  const lost = await people.signIn(address, 'Ada')
  const kept = await signInAgain(address)
  await succeed(people.ask(lost, SET, { target: fcm() }))
  expect(await targetsOf(kept)).toHaveLength(1)
  const bob = await people.signIn(newAddress(), 'Bob')
  expect((await people.ask(bob, REMOVE, { id: lost.deviceId })).codes).toEqual(['NOT_FOUND'])

  const known = async () =>
    (
      await db.database.query<{ known: boolean }>(
        `select exists (
           select from users.session where device_id = $1::uuid and end_reason is distinct from 'DEVICE_REMOVED'
         ) as known`,
        [lost.deviceId],
      )
    ).rows[0]?.known
  expect(await known()).toBe(true)
  const { removeDevice } = await succeed(people.ask(kept, REMOVE, { id: lost.deviceId }))
  expect(removeDevice.revokedIds).toEqual([lost.sessionId])
  expect(await people.sessions.get(lost.sessionId)).toBe('revoked')
  expect((await devicesOf(kept)).map(({ id }) => id)).toEqual([kept.deviceId])
  expect(await targetsOf(kept)).toEqual([])
  expect(await known()).toBe(false)
  expect((await people.ask(kept, REMOVE, { id: lost.deviceId })).codes).toEqual(['NOT_FOUND'])
})

test('the push target of the present device is set, replaced and cleared, each kind with its parts', async () => {
  const ada = await people.signIn(newAddress(), 'Ada')
  const set = async (target: object | null) =>
    (await succeed(people.ask(ada, SET, { target }))).setPushTarget.device.pushService
  const token = 'a:B_c-1.'
  expect(await set(fcm(token))).toBe('FCM')
  expect(await targetsOf(ada)).toEqual([{ kind: 'FCM', token, detail: null, device_id: ada.deviceId }])
  const apple = apns()
  expect(await set({ apns: { ...apple.apns, token: apple.apns.token.toUpperCase() } })).toBe('APNS')
  expect(await targetsOf(ada)).toMatchObject([
    { kind: 'APNS', token: apple.apns.token, detail: { environment: 'SANDBOX' } },
  ])
  const web = webPush()
  expect(await set(web)).toBe('WEB_PUSH')
  const { endpoint, p256dh, auth } = web.webPush
  expect(await targetsOf(ada)).toMatchObject([{ kind: 'WEB_PUSH', token: endpoint, detail: { p256dh, auth } }])
  expect(await set(null)).toBeNull()
  expect(await targetsOf(ada)).toEqual([])
})

test('a dead token is taken from its device, and a newer one is not', async () => {
  const ada = await people.signIn(newAddress(), 'Ada')
  const [old, current] = [fcm(), fcm()]
  await succeed(people.ask(ada, SET, { target: old }))
  await succeed(people.ask(ada, SET, { target: current }))
  await dropDeadPushToken(db.database, ada.deviceId, old.fcm.token)
  expect(await targetsOf(ada)).toMatchObject([{ token: current.fcm.token }])
  await dropDeadPushToken(db.database, ada.deviceId, current.fcm.token)
  expect(await targetsOf(ada)).toEqual([])
})

test('a target moves to the device that sets it: one token, one device', async () => {
  const [ada, bob] = [await people.signIn(newAddress(), 'Ada'), await people.signIn(newAddress(), 'Bob')]
  const target = fcm()
  await succeed(people.ask(ada, SET, { target }))
  await succeed(people.ask(bob, SET, { target }))
  expect([await targetsOf(ada), await targetsOf(bob)]).toMatchObject([[], [{ token: target.fcm.token }]])
  // Whoever comes last has it, however many come at once.
  const users = [ada, bob, await people.signIn(newAddress(), 'Eve')]
  await Promise.all([...users, ...users, ...users].map((user) => succeed(people.ask(user, SET, { target }))))
  const owners = (await Promise.all(users.map(targetsOf))).flat()
  expect(owners).toHaveLength(1)
})

test('a target that a new device is registered with stays where it is until somebody signs in on that device', async () => {
  const ada = await people.signIn(newAddress(), 'Ada')
  const target = fcm()
  await succeed(people.ask(ada, SET, { target }))
  // An app that was installed again is a new device with the old token. So is a stranger who learned the token.
  const input = { name: 'Again', platform: 'ANDROID', pushTarget: target }
  const again = await Promise.all([1, 2].map(() => succeed(people.ask(anonymous, REGISTER, { input }))))
  expect(await targetsOf(ada)).toMatchObject([{ token: target.fcm.token, device_id: ada.deviceId }])
  const { device, deviceSecret } = again[0].registerDevice
  const claim = { deviceId: device.id, deviceSecret }
  const address = newAddress()
  const code = await people.code(claim, address)
  const verify = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { user { id } } } }'
  const signedIn = people.ask(anonymous, verify, { input: { ...claim, address, code, displayName: 'Bob' } })
  const userId = (await succeed(signedIn)).verifyOtp.session.user.id
  expect(await targetsOf(ada)).toEqual([])
  expect(await targetsOf({ ...ada, userId })).toMatchObject([{ token: target.fcm.token, device_id: claim.deviceId }])
})

describe('a push target that cannot be one is refused:', () => {
  const good = webPush().webPush
  test.each<[string, object]>([
    ['none of the services', {}],
    ['two of them', { ...fcm(), ...apns() }],
    ['an FCM token with spaces', { fcm: { token: 'a b' } }],
    ['an FCM token that is empty', { fcm: { token: '' } }],
    ['an FCM token that is too long', { fcm: { token: 'x'.repeat(4_097) } }],
    ['an APNs token that is not hexadecimal', { apns: { token: 'g'.repeat(64), environment: 'PRODUCTION' } }],
    ['an APNs token that is too short', { apns: { token: 'ab', environment: 'PRODUCTION' } }],
    ['an endpoint without TLS', { webPush: { ...good, endpoint: 'http://push.example.org/1' } }],
    ['an endpoint with another scheme', { webPush: { ...good, endpoint: 'file:///etc/passwd' } }],
    ['an endpoint that is an address', { webPush: { ...good, endpoint: 'https://10.0.0.1/1' } }],
    ['an endpoint that is an address in disguise', { webPush: { ...good, endpoint: 'https://0x7f.1/' } }],
    ['an endpoint that is an IPv6 address', { webPush: { ...good, endpoint: 'https://[::1]/1' } }],
    ['an endpoint on this machine', { webPush: { ...good, endpoint: 'https://localhost/1' } }],
    ['an endpoint in the local network', { webPush: { ...good, endpoint: 'https://db.internal./1' } }],
    ['an endpoint on another port', { webPush: { ...good, endpoint: 'https://push.example.org:8443/1' } }],
    ['an endpoint with a password', { webPush: { ...good, endpoint: 'https://a:b@push.example.org/1' } }],
    [
      'an endpoint that is too long',
      { webPush: { ...good, endpoint: `https://push.example.org/${'x'.repeat(2_048)}` } },
    ],
    ['a key that is no point', { webPush: { ...good, p256dh: Buffer.alloc(65, 4).toString('base64url') } }],
    ['a key of another length', { webPush: { ...good, p256dh: 'AAAA' } }],
    ['a secret of another length', { webPush: { ...good, auth: 'AAAA' } }],
    ['a secret that is not base64url', { webPush: { ...good, auth: '!'.repeat(22) } }],
  ])('%s', async (_, target) => {
    const ada = await people.signIn(newAddress(), 'Ada')
    expect((await people.ask(ada, SET, { target })).codes).toEqual(['BAD_USER_INPUT'])
    const input = { name: 'Phone', platform: 'WEB', pushTarget: target }
    expect((await people.ask(anonymous, REGISTER, { input })).codes).toEqual(['BAD_USER_INPUT'])
    await succeed(people.ask(ada, SET, { target: fcm() }))
  })
})
