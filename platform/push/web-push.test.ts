import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes } from 'node:crypto'
import { jwtVerify } from 'jose'
import { Agent } from 'undici'
import { type Reply, startPushService } from '../../test/support/push-services.ts'
import { systemClock } from '../clock/clock.ts'
import { isPublicAddress } from './public-hosts.ts'
import type { PushDecision } from './push.ts'
import { makeWebPush, vapidPublicKey } from './web-push.ts'

const vapid = createECDH('prime256v1')
vapid.generateKeys()
const privateKey = vapid.getPrivateKey('base64url')

/** A browser's subscription. */
const browser = createECDH('prime256v1')
browser.generateKeys()
const auth = randomBytes(16)

const decision = (port: number): PushDecision => ({
  event: '1-700-3',
  userId: 'u1',
  deviceId: 'd1',
  token: `https://push.example.org:${port}/send/s3cret`,
  service: 'WEB_PUSH',
  detail: { p256dh: browser.getPublicKey('base64url'), auth: auth.toString('base64url') },
  title: 'Alice',
  body: 'Meet me at eight',
  data: { conversationId: '0190b0b0-0000-7000-8000-000000000001', messageId: 'm1' },
  collapseKey: '0190b0b0-0000-7000-8000-000000000001',
  badge: 7,
  reason: 'offline',
})

const expand = (salt: Buffer, secret: Buffer, info: Buffer, length: number) => {
  const key = createHmac('sha256', salt).update(secret).digest()
  return createHmac('sha256', key)
    .update(Buffer.concat([info, Buffer.from([1])]))
    .digest()
    .subarray(0, length)
}

/** What a browser does with the body: RFC 8188 and RFC 8291, one record. */
function decrypt(body: Buffer): unknown {
  const salt = body.subarray(0, 16)
  const keyLength = body[20]!
  const server = body.subarray(21, 21 + keyLength)
  const record = body.subarray(21 + keyLength)
  const shared = browser.computeSecret(server)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), server])
  const secret = expand(auth, shared, info, 32)
  const key = expand(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = expand(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(record.subarray(-16))
  const text = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  return JSON.parse(text.subarray(0, text.lastIndexOf(2)).toString())
}

async function open(reply: () => Reply) {
  const service = await startPushService('h2', reply)
  const dispatcher = new Agent({
    connect: {
      ca: service.certificate,
      lookup: (_host, options, done) =>
        options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
    },
  })
  const sender = makeWebPush({ privateKey, subject: 'mailto:chat@example.org', clock: systemClock, dispatcher })
  return {
    service,
    send: (changes: Partial<PushDecision> = {}) => sender.send({ ...decision(service.port), ...changes }),
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy()
      await service[Symbol.asyncDispose]()
    },
  }
}

test('a browser can decrypt the push, and the push service knows who sent it', async () => {
  await using web = await open(() => ({ status: 201 }))
  await web.send()
  const got = web.service.received[0]!
  expect(got).toMatchObject({
    method: 'POST',
    path: '/send/s3cret',
    headers: {
      'content-encoding': 'aes128gcm',
      ttl: '86400',
      urgency: 'high',
      topic: '0190b0b0000070008000000000000001',
    },
  })
  expect(decrypt(got.body)).toEqual({
    title: 'Alice',
    body: 'Meet me at eight',
    data: { conversationId: '0190b0b0-0000-7000-8000-000000000001', messageId: 'm1' },
    collapseKey: '0190b0b0-0000-7000-8000-000000000001',
    badge: 7,
  })
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(got.headers['authorization']!)!
  expect(key).toBe(vapidPublicKey(privateKey))
  const point = Buffer.from(key!, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const { payload } = await jwtVerify(token!, createPublicKey({ key: jwk, format: 'jwk' }))
  expect(payload).toMatchObject({
    aud: `https://push.example.org:${web.service.port}`,
    sub: 'mailto:chat@example.org',
  })
  expect(payload.exp).toBeLessThan(Date.now() / 1_000 + 24 * 60 * 60 + 1)
})

test('a withdrawal says what to take away, and shows nothing', async () => {
  await using web = await open(() => ({ status: 201 }))
  await web.send({ withdraws: true, badge: 0 })
  const content = decrypt(web.service.received[0]!.body)
  expect(content).toMatchObject({ withdraws: true, collapseKey: '0190b0b0-0000-7000-8000-000000000001', badge: 0 })
  expect(content).not.toHaveProperty('title')
})

test('a long body is cut to what push services take', async () => {
  await using web = await open(() => ({ status: 201 }))
  await web.send({ body: '𝄞'.repeat(10_000) })
  const got = web.service.received[0]!
  expect(got.body.length).toBeLessThanOrEqual(4_096)
  expect(decrypt(got.body)).toMatchObject({ body: expect.stringMatching(/^𝄞{500,}…$/u) as string })
})

test.each([
  [404, 'DeadTokenError'],
  [410, 'DeadTokenError'],
  [400, 'RefusedPushError'],
  [413, 'RefusedPushError'],
  [301, 'RefusedPushError'],
  [429, 'UnavailableError'],
  [500, 'UnavailableError'],
])('%i is a %s, which does not name the endpoint', async (status, name) => {
  await using web = await open(() => ({
    status,
    body: 'about s3cret',
    headers: { location: 'https://other.example.org/' },
  }))
  const error = await web.send().catch((caught: unknown) => caught as Error)
  expect(error).toMatchObject({ name })
  expect(String(error)).not.toContain('s3cret')
})

test('a push service that asks for a pause is waited for, a quarter of an hour at most', async () => {
  const answers = ['7', new Date(Date.now() + 60_000).toUTCString(), '999999', 'soon']
  await using web = await open(() => ({ status: 429, headers: { 'retry-after': answers.shift()! } }))
  const errors = []
  for (let time = 1; time <= 4; time++) errors.push(await web.send().catch((caught: unknown) => caught))
  expect(errors).toMatchObject([
    { afterMs: 7_000 },
    { afterMs: expect.any(Number) as number },
    { afterMs: 15 * 60_000 },
    { name: 'UnavailableError' },
  ])
  const { afterMs } = errors[1] as { afterMs: number }
  expect(Math.abs(afterMs - 60_000)).toBeLessThan(10_000)
})

test('a name of the server’s own network is not connected to', async () => {
  await using service = await startPushService('h2', () => ({ status: 201 }))
  await using sender = makeWebPush({ privateKey, subject: 'mailto:chat@example.org', clock: systemClock })
  const sending = sender.send({ ...decision(service.port), token: `https://localhost:${service.port}/send` })
  await expect(sending).rejects.toThrow('The push provider answered not at all (EPRIVATE).')
})

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00:ec2::254', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['2001:db8::1', false],
])('%s is an address of the public Internet: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})
