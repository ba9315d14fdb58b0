import { createHmac } from 'node:crypto'
import { type Reply, startPushService } from '../../test/support/push-services.ts'
import { systemClock } from '../clock/clock.ts'
import type { PushDecision, PushSender } from './push.ts'
import { routePushes } from './route.ts'
import { makeWebhookPush } from './webhook.ts'

const SECRET = 'a secret of thirty-two characters'
const decision: PushDecision = {
  event: '1-700-3',
  userId: 'u1',
  deviceId: 'd1',
  token: 't0ken',
  service: null,
  title: 'Alice',
  body: 'Meet me at eight',
  data: { conversationId: 'c1', messageId: 'm1' },
  collapseKey: 'c1',
  badge: 7,
  reason: 'offline',
}

async function open(reply: () => Reply) {
  const service = await startPushService('http', reply)
  const url = `http://127.0.0.1:${service.port}/push`
  const sender = makeWebhookPush({ url, secret: SECRET, clock: systemClock })
  return { service, sender, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

test('a push is posted with a signature over the time and the body', async () => {
  await using webhook = await open(() => ({ status: 204 }))
  await webhook.sender.send(decision)
  const { path, headers, body } = webhook.service.received[0]!
  expect(path).toBe('/push')
  expect(headers['x-parley-signature']).toBe(
    createHmac('sha256', SECRET).update(`${headers['x-parley-timestamp']}\n${body.toString()}`).digest('hex'),
  )
  expect(JSON.parse(body.toString())).toEqual({
    userId: 'u1',
    deviceId: 'd1',
    service: null,
    token: 't0ken',
    title: 'Alice',
    body: 'Meet me at eight',
    data: { conversationId: 'c1', messageId: 'm1' },
    collapseKey: 'c1',
    badge: 7,
  })
})

test('all tries of a push have one delivery id; its withdrawal, and that of another device, have others', async () => {
  await using webhook = await open(() => ({ status: 204 }))
  for (const changes of [{}, {}, { withdraws: true as const }, { deviceId: 'd2' }])
    await webhook.sender.send({ ...decision, ...changes })
  const ids = webhook.service.received.map(({ headers }) => headers['x-parley-delivery'])
  expect([ids[0] === ids[1], new Set(ids).size]).toEqual([true, 3])
})

test.each([
  [410, 'DeadTokenError'],
  [400, 'RefusedPushError'],
  [404, 'RefusedPushError'],
  [302, 'RefusedPushError'],
  [401, 'UnavailableError'],
  [503, 'UnavailableError'],
])('%i is a %s, which does not name the token', async (status, name) => {
  await using webhook = await open(() => ({ status }))
  const error = await webhook.sender.send(decision).catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ name })
  expect(String(error)).not.toContain('t0ken')
})

test('each push goes to the sender for its service, else to the webhook', async () => {
  const got: string[] = []
  const to = (name: string): PushSender => ({ send: async ({ deviceId }) => void got.push(`${name} ${deviceId}`) })
  const routed = routePushes({ services: { FCM: to('fcm') }, others: to('webhook') })
  await routed.send({ ...decision, deviceId: '1', service: 'FCM' })
  await routed.send({ ...decision, deviceId: '2', service: 'APNS' })
  await routed.send({ ...decision, deviceId: '3', token: null })
  expect(got).toEqual(['fcm 1', 'webhook 2'])
})
