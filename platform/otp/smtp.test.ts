import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { firstOf } from './otp.ts'
import { makeSmtpOtp } from './smtp.ts'

const message = { to: 'ada@example.org', code: '123456', expiresAt: new Date('2026-01-02T03:04:05Z') }

/** A mail server as RFC 5321 wants it, without TLS. `refuse` answers RCPT with a refusal that quotes the client. */
async function openMailServer({ refuse = false } = {}) {
  const lines: string[] = []
  const mails: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let inData = false
    let buffer = ''
    const say = (text: string) => socket.write(`${text}\r\n`)
    say('220 mail.test ESMTP')
    socket.setEncoding('utf8').on('data', (part: string) => {
      buffer += part
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + (inData ? 5 : 2))
        if (inData) {
          inData = false
          mails.push(line)
          say('250 kept')
          continue
        }
        lines.push(line)
        const verb = line.split(' ')[0]?.toUpperCase()
        if (verb === 'EHLO') say('250 mail.test')
        else if (verb === 'DATA') {
          inData = true
          say('354 go on')
        } else if (verb === 'RCPT' && refuse) say('550 123456 is not wanted here')
        else if (verb === 'QUIT') socket.end('221 bye\r\n')
        else say('250 ok')
      }
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    lines,
    mails,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a code is mailed to its address, from the configured sender, and only in the body', async () => {
  await using server = await openMailServer()
  await using otp = makeSmtpOtp({ url: `smtp://127.0.0.1:${server.port}`, from: 'Parley <chat@example.org>' })
  await otp.send(message)
  expect(server.lines).toEqual(
    expect.arrayContaining([expect.stringMatching(/^MAIL FROM:<chat@example.org>/), 'RCPT TO:<ada@example.org>']),
  )
  const [mail = ''] = server.mails
  const [head = '', body = ''] = mail.split('\r\n\r\n')
  expect(head).toContain('Subject: Your code to sign in')
  expect(head).not.toContain(message.code)
  expect(body).toContain('123456 is your code to sign in.')
  expect(body).toContain('valid until 03:04 UTC')
})

test('a refusal rejects, and its error holds neither the code nor the server’s text', async () => {
  await using server = await openMailServer({ refuse: true })
  await using otp = makeSmtpOtp({ url: `smtp://127.0.0.1:${server.port}`, from: 'chat@example.org' })
  const error = await otp.send(message).catch((reason: unknown) => reason as Error)
  expect(error).toBeInstanceOf(Error)
  expect((error as Error).message).toMatch(/^The mail server did not accept a one-time password \(\w+, 550\)\.$/)
  expect(String((error as Error).cause)).not.toContain('123456')
})

test('a server that is down rejects', async () => {
  const { port } = await (async () => {
    await using server = await openMailServer()
    return { port: server.port }
  })()
  await using otp = makeSmtpOtp({ url: `smtp://127.0.0.1:${port}`, from: 'chat@example.org' })
  await expect(otp.send(message)).rejects.toThrow('The mail server did not accept')
})

test('mail carries no telephone number, and the next carrier does', async () => {
  await using otp = makeSmtpOtp({ url: 'smtp://127.0.0.1:1', from: 'chat@example.org' })
  const sent: string[] = []
  const texts = {
    carries: (to: string) => to.startsWith('+'),
    send: async ({ to }: { to: string }) => void sent.push(to),
  }
  const both = firstOf([otp, texts])
  expect(['+41790000000', 'ada@example.org', 'nobody'].map((to) => both.carries?.(to))).toEqual([true, true, false])
  await both.send({ ...message, to: '+41790000000' })
  expect(sent).toEqual(['+41790000000'])
  expect(firstOf([otp]).carries?.('+41790000000')).toBe(false)
  await expect(firstOf([otp]).send({ ...message, to: '+41790000000' })).rejects.toThrow('No configured carrier')
})
