import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeConsoleOtp } from './console.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-otp-'))
afterAll(() => rmSync(folder, { recursive: true }))
const expiresAt = new Date('2030-01-02T03:04:05.000Z')

test('a code is printed as one line, and appended to the file for programs', async () => {
  const printed: string[] = []
  const file = join(folder, 'otp.jsonl')
  const otp = makeConsoleOtp({ write: (line) => printed.push(line), file })
  await otp.send({ to: 'alice@example.org', code: '123456', expiresAt })
  await otp.send({ to: '+41790000000', code: '654321', expiresAt })
  expect(printed).toEqual([
    'One-time password for alice@example.org: 123456 (until 2030-01-02T03:04:05.000Z)\n',
    'One-time password for +41790000000: 654321 (until 2030-01-02T03:04:05.000Z)\n',
  ])
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { to: 'alice@example.org', code: '123456', expiresAt: expiresAt.toISOString() },
    { to: '+41790000000', code: '654321', expiresAt: expiresAt.toISOString() },
  ])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('an address cannot steer the terminal or fake a second line', async () => {
  const printed: string[] = []
  const otp = makeConsoleOtp({ write: (line) => printed.push(line) })
  await otp.send({ to: 'a\u001b[2J\r\nOne-time password for b: 1', code: '123456', expiresAt })
  expect(printed.join('').split('\n')).toHaveLength(2)
  expect(printed.join('')).toMatch(/^[^\u001b\r]*\n$/)
})

test('without a file nothing is written but the line', async () => {
  const write = process.stdout.write.bind(process.stdout)
  const printed: string[] = []
  process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0
  try {
    await makeConsoleOtp({}).send({ to: 'a', code: '1', expiresAt })
  } finally {
    process.stdout.write = write
  }
  expect(printed).toHaveLength(1)
})

test('a file that cannot be written rejects, so that nobody believes the code was kept', async () => {
  const otp = makeConsoleOtp({ write: () => undefined, file: join(folder, 'missing', 'otp.jsonl') })
  const error = await otp.send({ to: 'a', code: '123456', expiresAt }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'ENOENT' })
  expect(String(error)).not.toContain('123456')
})
