import { createECDH, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPushService } from '../test/support/push-services.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { readConfig } from '../platform/config/config.ts'
import type { PushDecision } from '../platform/push/index.ts'
import { openPush } from './push-senders.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-push-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const vapid = createECDH('prime256v1')
vapid.generateKeys()

const decision = (service: PushDecision['service']): PushDecision => ({
  event: '1-700-3',
  userId: 'u1',
  deviceId: `of ${service}`,
  token: 't0ken',
  service: service ?? null,
  title: 'Alice',
  body: 'Hello',
  data: {},
  reason: 'offline',
})
const open = (environment: Record<string, string>) => openPush(readConfig(environment), systemClock)

test('without variables pushes are sent by nobody', async () => {
  await using push = open({})
  for (const service of ['FCM', 'APNS', 'WEB_PUSH', null] as const) await push.send(decision(service))
})

test('what no configured service takes is posted to the webhook', async () => {
  await using service = await startPushService('http', () => ({ status: 204 }))
  await using push = open({
    PUSH_WEBHOOK_URL: `http://127.0.0.1:${service.port}`,
    PUSH_WEBHOOK_SECRET: 'q8Jx2mZ0vT4kR7nB1cY6wL9dH3sF5gPa',
    VAPID_PUBLIC_KEY: vapid.getPublicKey('base64url'),
    VAPID_PRIVATE_KEY: vapid.getPrivateKey('base64url'),
    VAPID_SUBJECT: 'mailto:chat@example.org',
    APNS_KEY_FILE: file('key.p8', String(ecKey)),
    APNS_KEY_ID: 'KEY',
    APNS_TEAM_ID: 'TEAM',
    APNS_TOPIC: 'org.example.chat',
  })
  for (const name of ['FCM', null] as const) await push.send(decision(name))
  // It has no keys: it was handed to the sender for browsers, which connects to nobody.
  await expect(push.send(decision('WEB_PUSH'))).rejects.toThrow('The Web Push subscription has no keys.')
  expect(service.received.map(({ body }) => (JSON.parse(body.toString()) as { deviceId: string }).deviceId)).toEqual([
    'of FCM',
    'of null',
  ])
})

test('a key that cannot be used stops the start, and the line does not show it', () => {
  const other = createECDH('prime256v1')
  other.generateKeys()
  const apns = { APNS_KEY_ID: 'KEY', APNS_TEAM_ID: 'TEAM', APNS_TOPIC: 'org.example.chat' }
  const secret = 'hunter2'
  const wrong: [Record<string, string>, string][] = [
    [
      {
        VAPID_PUBLIC_KEY: other.getPublicKey('base64url'),
        VAPID_PRIVATE_KEY: vapid.getPrivateKey('base64url'),
        VAPID_SUBJECT: 'mailto:chat@example.org',
      },
      'VAPID_PUBLIC_KEY is not the public half of VAPID_PRIVATE_KEY',
    ],
    [{ FCM_KEY_FILE: join(folder, 'none.json') }, 'FCM_KEY_FILE cannot be used: ENOENT'],
    [{ FCM_KEY_FILE: file('fcm.json', secret) }, 'FCM_KEY_FILE cannot be used: it is no key file of a service account'],
    [{ ...apns, APNS_KEY_FILE: file('no.p8', secret) }, 'APNS_KEY_FILE cannot be used: it is no .p8 key'],
  ]
  for (const [environment, line] of wrong) {
    let message = ''
    try {
      open(environment)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toContain(line)
    expect(message).not.toContain(secret)
  }
})
