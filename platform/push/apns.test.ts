import { generateKeyPairSync } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { Agent } from 'undici'
import { type Reply, startPushService } from '../../test/support/push-services.ts'
import { systemClock } from '../clock/clock.ts'
import { makeApns } from './apns.ts'
import type { PushDecision } from './push.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const TOKEN = 'ab'.repeat(32)

const decision: PushDecision = {
  event: '1-700-3',
  userId: 'u1',
  deviceId: 'd1',
  token: TOKEN,
  service: 'APNS',
  detail: { environment: 'PRODUCTION' },
  title: 'Alice',
  body: 'Meet me at eight',
  data: { conversationId: 'c1', messageId: 'm1' },
  collapseKey: 'c1',
  badge: 7,
  reason: 'offline',
}

async function open(reply: () => Reply, clock = systemClock) {
  const production = await startPushService('h2', reply)
  const sandbox = await startPushService('h2', reply)
  const dispatcher = new Agent({
    allowH2: true,
    connections: 1,
    connect: { ca: production.certificate },
  })
  const hosts = {
    PRODUCTION: `https://localhost:${production.port}`,
    SANDBOX: `https://localhost:${sandbox.port}`,
  }
  const apns = makeApns({
    key,
    keyId: 'KEY1234567',
    teamId: 'TEAM123456',
    topic: 'org.example.chat',
    clock,
    hosts,
    dispatcher,
  })
  return {
    production,
    sandbox,
    apns,
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy()
      await production[Symbol.asyncDispose]()
      await sandbox[Symbol.asyncDispose]()
    },
  }
}

test('an alert goes over HTTP/2, with the token of the key, its topic and a payload that Apple knows', async () => {
  await using service = await open(() => ({ status: 200 }))
  await service.apns.send(decision)
  const [got] = service.production.received
  expect(got).toMatchObject({
    method: 'POST',
    path: `/3/device/${TOKEN}`,
    httpVersion: '2.0',
    headers: {
      'apns-topic': 'org.example.chat',
      'apns-push-type': 'alert',
      'apns-priority': '10',
      'apns-collapse-id': 'c1',
    },
  })
  const bearer = got!.headers['authorization']!.replace('bearer ', '')
  const { payload } = await jwtVerify(bearer, publicKey, { issuer: 'TEAM123456', maxTokenAge: '1h' })
  expect(payload.iat).toEqual(expect.any(Number))
  expect(decodeProtectedHeader(bearer)).toEqual({ alg: 'ES256', kid: 'KEY1234567' })
  expect(JSON.parse(got!.body.toString())).toEqual({
    aps: {
      alert: { title: 'Alice', body: 'Meet me at eight' },
      sound: 'default',
      'mutable-content': 1,
      'thread-id': 'c1',
      badge: 7,
    },
    conversationId: 'c1',
    messageId: 'm1',
    collapseKey: 'c1',
  })
})

test('a hundred pushes share a connection, and the token of the key', async () => {
  await using service = await open(() => ({ status: 200 }))
  await Promise.all(Array.from({ length: 100 }, () => service.apns.send(decision)))
  const bearers = new Set(service.production.received.map(({ headers }) => headers['authorization']))
  expect([service.production.received.length, bearers.size]).toEqual([100, 1])
})

test('a build for development is reached at the sandbox', async () => {
  await using service = await open(() => ({ status: 200 }))
  await service.apns.send({ ...decision, detail: { environment: 'SANDBOX' } })
  expect([service.production.received.length, service.sandbox.received.length]).toEqual([0, 1])
})

test('a withdrawal is silent, and has the same collapse id', async () => {
  await using service = await open(() => ({ status: 200 }))
  await service.apns.send({ ...decision, withdraws: true, badge: 0 })
  const [got] = service.production.received
  expect(got?.headers).toMatchObject({
    'apns-push-type': 'background',
    'apns-priority': '5',
    'apns-collapse-id': 'c1',
  })
  expect(JSON.parse(got!.body.toString())).toEqual({
    aps: { 'content-available': 1, badge: 0 },
    conversationId: 'c1',
    messageId: 'm1',
    collapseKey: 'c1',
    withdraws: true,
  })
})

test.each([
  [410, 'Unregistered', 'DeadTokenError'],
  [400, 'BadDeviceToken', 'DeadTokenError'],
  [400, 'DeviceTokenNotForTopic', 'DeadTokenError'],
  [413, 'PayloadTooLarge', 'RefusedPushError'],
  [400, 'BadCollapseId', 'RefusedPushError'],
  [403, 'InvalidProviderToken', 'UnavailableError'],
  [429, 'TooManyRequests', 'UnavailableError'],
  [503, 'Shutdown', 'UnavailableError'],
])('%i %s is a %s, which does not name the token', async (status, reason, name) => {
  await using service = await open(() => ({ status, body: JSON.stringify({ reason, timestamp: 1 }) }))
  const error = await service.apns.send(decision).catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ name })
  expect(String(error)).not.toContain(TOKEN)
})

test('a token of the key that Apple calls expired is made anew, and the push goes', async () => {
  let now = Date.now()
  let answers = 0
  await using service = await open(
    () => (answers++ === 0 ? { status: 403, body: '{"reason":"ExpiredProviderToken"}' } : { status: 200 }),
    { now: () => (now += 1_000) },
  )
  await service.apns.send(decision)
  const bearers = new Set(service.production.received.map(({ headers }) => headers['authorization']))
  expect([service.production.received.length, bearers.size]).toEqual([2, 2])
})

test('a long body is cut to what Apple takes', async () => {
  await using service = await open(() => ({ status: 200 }))
  await service.apns.send({ ...decision, body: '𝄞'.repeat(10_000) })
  const [got] = service.production.received
  expect(got!.body.length).toBeLessThanOrEqual(4_096)
  const { aps } = JSON.parse(got!.body.toString()) as { aps: { alert: { body: string } } }
  expect(aps.alert.body).toMatch(/^𝄞{500,}…$/u)
})

test('after Apple ended the connection the next push opens another', async () => {
  await using service = await open(() => ({ status: 200 }))
  for (let time = 1; time <= 3; time++) {
    await service.apns.send(decision)
    service.production.hangUp()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(service.production.received).toHaveLength(3)
})

test('Apple that does not answer counts as down', async () => {
  const service = await open(() => ({ status: 200 }))
  await service.production[Symbol.asyncDispose]()
  await expect(service.apns.send(decision)).rejects.toMatchObject({ name: 'UnavailableError' })
  await service[Symbol.asyncDispose]()
})
