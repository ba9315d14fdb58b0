import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeWebhookOtp } from './webhook.ts'

const secret = 'q8Jx2mZ0vT4kR7nB1cY6wL9dH3sF5gPa'

async function receiver(...statuses: number[]) {
  const calls: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      calls.push({ headers: request.headers, body })
      const status = statuses[Math.min(calls.length, statuses.length) - 1] ?? 500
      response.writeHead(status, { location: `${url}/elsewhere` }).end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/otp`
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
  return { url, calls, close }
}

const message = { to: 'ada@example.org', code: '123456', expiresAt: new Date('2026-01-02T03:04:05Z') }

test('a code is posted with a signature over the time and the body', async () => {
  const { url, calls, close } = await receiver(204)
  try {
    await makeWebhookOtp({ url, secret, clock: { now: () => 1_700_000_000_000 } }).send(message)
    expect(calls).toHaveLength(1)
    const [call] = calls
    expect(JSON.parse(call!.body)).toEqual({
      to: message.to,
      code: message.code,
      expiresAt: '2026-01-02T03:04:05.000Z',
    })
    expect(call!.headers['x-parley-signature']).toBe(
      createHmac('sha256', secret).update(`1700000000000\n${call!.body}`).digest('hex'),
    )
  } finally {
    await close()
  }
})

test('a refusal by the carrier rejects, and its error does not hold the code', async () => {
  const { url, calls, close } = await receiver(400)
  try {
    const sender = makeWebhookOtp({ url, secret, clock: { now: () => 0 } })
    await expect(sender.send(message)).rejects.toThrow('The OTP webhook answered 400.')
    expect(calls).toHaveLength(1)
  } finally {
    await close()
  }
})

test('a carrier that is down for a moment gets the same delivery again, signed anew', async () => {
  const { url, calls, close } = await receiver(503, 429, 204)
  let now = 0
  try {
    await makeWebhookOtp({ url, secret, clock: { now: () => ++now } }).send(message)
    expect(calls).toHaveLength(3)
    expect(new Set(calls.map(({ headers }) => headers['x-parley-delivery'])).size).toBe(1)
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1)
    expect(new Set(calls.map(({ headers }) => headers['x-parley-signature'])).size).toBe(3)
  } finally {
    await close()
  }
})

test('a carrier that stays down is tried three times', async () => {
  const { url, calls, close } = await receiver(503)
  try {
    const sender = makeWebhookOtp({ url, secret, clock: { now: () => 0 } })
    await expect(sender.send(message)).rejects.toThrow('The OTP webhook answered 503, after 3 attempts.')
    expect(calls).toHaveLength(3)
  } finally {
    await close()
  }
})

test('a redirect is not followed: a code goes to the configured URL alone', async () => {
  const { url, calls, close } = await receiver(307)
  try {
    const sender = makeWebhookOtp({ url, secret, clock: { now: () => 0 } })
    await expect(sender.send(message)).rejects.toThrow('The OTP webhook answered 307.')
    expect(calls).toHaveLength(1)
  } finally {
    await close()
  }
})
