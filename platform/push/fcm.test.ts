import { generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { type Received, type Reply, startPushService } from '../../test/support/push-services.ts'
import { systemClock } from '../clock/clock.ts'
import { makeFcm, parseFcmAccount } from './fcm.ts'
import type { PushDecision } from './push.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const accountOf = (port: number) => ({
  project_id: 'chat-1',
  client_email: 'push@chat-1.example.org',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  private_key_id: 'k1',
  token_uri: `http://127.0.0.1:${port}/token`,
})

const decision: PushDecision = {
  event: '1-700-3',
  userId: 'u1',
  deviceId: 'd1',
  token: 'fcm:t0ken',
  service: 'FCM',
  title: 'Alice',
  body: 'Meet me at eight',
  data: { conversationId: 'c1', messageId: 'm1' },
  collapseKey: 'c1',
  badge: 7,
  reason: 'offline',
}

async function open(reply: (got: Received) => Reply, clock = systemClock, expiresIn = 3_600) {
  let tokens = 0
  const service = await startPushService('http', (got) =>
    got.path === '/token'
      ? { status: 200, body: JSON.stringify({ access_token: `access-${++tokens}`, expires_in: expiresIn }) }
      : reply(got),
  )
  const fcm = makeFcm({ account: accountOf(service.port), clock, url: `http://127.0.0.1:${service.port}` })
  const sent = () => service.received.filter(({ path }) => path !== '/token')
  return { service, fcm, sent, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

test('a notification is sent with a token that the service account was given', async () => {
  await using firebase = await open(() => ({ status: 200, body: '{"name":"projects/chat-1/messages/1"}' }))
  await firebase.fcm.send(decision)
  const [asked, got] = firebase.service.received
  const form = new URLSearchParams(asked!.body.toString())
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  const { payload, protectedHeader } = await jwtVerify(form.get('assertion')!, publicKey)
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' })
  expect(payload).toMatchObject({
    iss: 'push@chat-1.example.org',
    scope: 'https://www.googleapis.com/auth/firebase.messaging',
    aud: accountOf(firebase.service.port).token_uri,
  })
  expect(got).toMatchObject({
    path: '/v1/projects/chat-1/messages:send',
    headers: { authorization: 'Bearer access-1', 'content-type': 'application/json' },
  })
  expect(JSON.parse(got!.body.toString())).toEqual({
    message: {
      token: 'fcm:t0ken',
      notification: { title: 'Alice', body: 'Meet me at eight' },
      data: { conversationId: 'c1', messageId: 'm1', collapseKey: 'c1', badge: '7' },
      android: {
        ttl: '86400s',
        collapse_key: 'c1',
        priority: 'HIGH',
        notification: { tag: 'c1', notification_count: 7 },
      },
    },
  })
})

test('a withdrawal is a message of data alone', async () => {
  await using firebase = await open(() => ({ status: 200 }))
  await firebase.fcm.send({ ...decision, withdraws: true, badge: 0 })
  expect(JSON.parse(firebase.sent()[0]!.body.toString())).toEqual({
    message: {
      token: 'fcm:t0ken',
      data: { conversationId: 'c1', messageId: 'm1', collapseKey: 'c1', badge: '0', withdraws: 'true' },
      android: { ttl: '86400s', collapse_key: 'c1', priority: 'NORMAL' },
    },
  })
})

test('concurrent pushes share one access token, which is asked for anew before it ends', async () => {
  let now = Date.now()
  await using firebase = await open(() => ({ status: 200 }), { now: () => now })
  await Promise.all(Array.from({ length: 20 }, () => firebase.fcm.send(decision)))
  now += 50 * 60_000
  await firebase.fcm.send(decision)
  now += 6 * 60_000
  await Promise.all(Array.from({ length: 20 }, () => firebase.fcm.send(decision)))
  const used = firebase.sent().map(({ headers }) => headers['authorization'])
  expect(used.filter((token) => token === 'Bearer access-1')).toHaveLength(21)
  expect(used.filter((token) => token === 'Bearer access-2')).toHaveLength(20)
})

test('an access token that Firebase refuses is replaced once', async () => {
  let refused = 0
  await using firebase = await open(({ headers }) =>
    headers['authorization'] === 'Bearer access-1' && ++refused === 1 ? { status: 401 } : { status: 200 },
  )
  await firebase.fcm.send(decision)
  expect(firebase.sent().map(({ headers }) => headers['authorization'])).toEqual(['Bearer access-1', 'Bearer access-2'])
})

const error = (code: string) => ({
  error: { details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: code }] },
})
const badToken = {
  error: {
    details: [
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'message.token' }] },
      { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'INVALID_ARGUMENT' },
    ],
  },
}
test.each([
  [404, error('UNREGISTERED'), 'DeadTokenError'],
  [403, error('SENDER_ID_MISMATCH'), 'DeadTokenError'],
  [400, badToken, 'DeadTokenError'],
  [400, error('INVALID_ARGUMENT'), 'RefusedPushError'],
  [429, error('QUOTA_EXCEEDED'), 'UnavailableError'],
  [503, error('UNAVAILABLE'), 'UnavailableError'],
  [500, 'no JSON', 'UnavailableError'],
  [403, error('THIRD_PARTY_AUTH_ERROR'), 'UnavailableError'],
  [401, {}, 'UnavailableError'],
])('%i %j is a %3$s, which does not name the token', async (status, body, name) => {
  await using firebase = await open(() => ({ status, body: JSON.stringify(body) }))
  const caught = await firebase.fcm.send(decision).catch((thrown: unknown) => thrown as Error)
  expect(caught).toMatchObject({ name })
  expect(String(caught)).not.toContain('t0ken')
})

test('a pause that Firebase asks for is passed on', async () => {
  await using firebase = await open(() => ({ status: 429, headers: { 'retry-after': '30' } }))
  await expect(firebase.fcm.send(decision)).rejects.toMatchObject({ name: 'RetryLaterError', afterMs: 30_000 })
})

test('a token server that is down is asked again by the next push', async () => {
  let down = true
  await using service = await startPushService('http', ({ path }) =>
    path !== '/token'
      ? { status: 200 }
      : down
        ? { status: 503 }
        : { status: 200, body: '{"access_token":"a","expires_in":3600}' },
  )
  const fcm = makeFcm({
    account: accountOf(service.port),
    clock: systemClock,
    url: `http://127.0.0.1:${service.port}`,
  })
  await expect(fcm.send(decision)).rejects.toMatchObject({ name: 'UnavailableError' })
  down = false
  await fcm.send(decision)
})

test.each([
  ['no JSON at all', 'project_id'],
  [JSON.stringify({ project_id: 'chat-1', client_email: 'a@b', private_key: 'x' }), 'private_key, token_uri'],
])('a file that is no key of a service account is refused by what it lacks', (text, named) => {
  let message = ''
  try {
    parseFcmAccount(text)
  } catch (thrown) {
    message = String(thrown)
  }
  expect(message).toContain(named === 'project_id' ? 'it is no key file of a service account' : named)
})
