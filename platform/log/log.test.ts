import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { UnavailableError } from '../unavailable.ts'
import { openLineFile } from './line-file.ts'
import { silentLog } from './log.ts'
import { openLog, type LogOptions } from './pino.ts'

const openTestLog = (options: Partial<LogOptions> = {}) => {
  const lines: string[] = []
  const log = openLog({ level: 'debug', write: (line) => lines.push(line), ...options })
  return {
    log,
    text: () => lines.join(''),
    entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

test('a line is JSON with a level, a time, the sentence and the facts', () => {
  const { log, text, entries } = openTestLog({ base: { role: 'chat' } })
  log.info('A thing happened', { conversationId: 'c1', count: 3 })
  expect(text().endsWith('\n')).toBe(true)
  expect(entries()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      message: 'A thing happened',
      role: 'chat',
      conversationId: 'c1',
      count: 3,
    },
  ])
})

test('only lines of the level and above come out', () => {
  const { log, entries } = openTestLog({ level: 'warn' })
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level)
  expect(entries().map(({ message }) => message)).toEqual(['warn', 'error'])
  const silent = openTestLog({ level: 'silent' })
  silent.log.error('nothing')
  silentLog.with({}).error('nothing')
  expect(silent.text()).toBe('')
})

test('facts of `with` are in each line, later ones win, and no name is written twice', () => {
  const { log, text, entries } = openTestLog()
  log.with({ a: 1, b: 1 }).with({ b: 2 }).info('x', { b: 3, message: 'm', level: 'l', time: 't' })
  expect(entries()[0]).toMatchObject({ a: 1, b: 3, message: 'x', message_: 'm', level_: 'l', time_: 't' })
  expect(text().match(/"(b|message|level|time)":/g)).toHaveLength(4)
})

describe('secrets', () => {
  const SECRET = 'hunter2hunter2'
  const names = [
    ...['authorization', 'Authorization', 'cookie', 'set-cookie', 'signature', 'X-Signature', 'X-Gateway-Signature'],
    ...['hmacKey', 'serverHMACKey', 'server_hmac_key', 'code', 'otp', 'otpCode', 'token', 'pushToken', 'refresh_token'],
    ...[
      'password',
      'secret',
      'gatewaySecret',
      'GATEWAY_SECRET',
      'SESSION_KEYS',
      'sealedKey',
      'auth',
      'apiKey',
      'privateKey',
      'credentials',
    ],
  ]

  test.each(names)('what is called %s never comes out, at any depth', (name) => {
    const { log, text } = openTestLog()
    const nested = { request: { headers: [{ [name]: SECRET }] }, deeper: { a: { b: { c: { [name]: [SECRET] } } } } }
    log.info('x', { [name]: SECRET, nested })
    log.with({ [name]: SECRET, nested }).error('y', { error: new Error('z', { cause: { [name]: SECRET } }) })
    expect(text()).toContain('redacted')
    expect(text()).not.toContain(SECRET)
  })

  test('they are masked in texts too: URLs, headers, queries, in messages, facts and errors with their causes', () => {
    const { log, text } = openTestLog()
    const texts = [
      `connecting to postgres://parley:${SECRET}@db:5432/parley failed`,
      `redis://:${SECRET}@cache:6379`,
      `amqp://u:p%40${SECRET}@mq and mongodb+srv://a:${SECRET}@h1,h2/db`,
      `Authorization: Bearer ${SECRET}`,
      `{"authorization":"Basic ${SECRET}"}`,
      `the token was "Bearer ${SECRET}"`,
      `GET /x?a=1&access_token=${SECRET}&b=2`,
    ]
    for (const secretText of texts) {
      const cause = new Error(secretText)
      log.error(secretText, { secretText, list: [secretText], error: new Error(secretText, { cause }) })
      log.error('x', { error: new AggregateError([cause], secretText), url: new URL(`http://u:${SECRET}@h/`) })
    }
    expect(text()).not.toContain(SECRET)
    expect(text()).toContain('postgres://parley:***@db:5432/parley')
    expect(text()).toContain('b=2')
  })

  test('bytes and what drivers hang on their errors never come out', () => {
    const { log, text, entries } = openTestLog()
    const error = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      command: { args: [SECRET] },
      config: SECRET,
    })
    log.error('x', { error, bytes: Buffer.from(SECRET), list: [new Uint8Array(3)] })
    expect(text()).not.toContain(SECRET)
    expect(text()).not.toContain(Buffer.from(SECRET).toString('base64'))
    expect(text()).not.toContain(JSON.stringify([...Buffer.from(SECRET)]).slice(1, -1))
    expect(entries()[0]).toMatchObject({ bytes: '[14 bytes]', list: ['[3 bytes]'] })
  })

  test('a one-time password is not taken for the code of an error', () => {
    const { log, text } = openTestLog()
    log.error('x', { error: Object.assign(new Error('a'), { code: '493817' }) })
    log.error('x', { error: Object.assign(new Error('a'), { code: 493_817 }) })
    expect(text()).not.toContain('493817')
  })

  test('what merely resembles them is shown', () => {
    const { log, entries } = openTestLog()
    log.info('The session revocations-listener of basic authentication ended', {
      sessionId: 's1',
      hasToken: true,
      token: null,
      nonce: 'n',
      url: 'http://h:80/a?b=c',
    })
    expect(entries()[0]).toMatchObject({
      message: 'The session revocations-listener of basic authentication ended',
      sessionId: 's1',
      hasToken: true,
      token: null,
      nonce: 'n',
      url: 'http://h:80/a?b=c',
    })
  })
})

test('an error has its stack, its code, its cause and theirs', () => {
  const { log, entries } = openTestLog()
  const root = Object.assign(new Error('root'), { code: 'ECONNREFUSED' })
  log.error('x', { error: new TypeError('outer', { cause: new AggregateError([root], 'many') }) })
  expect(entries()[0]?.['error']).toMatchObject({
    name: 'TypeError',
    message: 'outer',
    stack: expect.stringContaining('log.test.ts'),
    cause: { message: 'many', errors: [{ message: 'root', code: 'ECONNREFUSED' }] },
  })
  log.error('x', {
    error: Object.assign(new Error('sql'), { code: '23505' }),
    other: Object.assign(new Error('amqp'), { code: 406 }),
  })
  expect(entries()[1]).toMatchObject({ error: { code: '23505' }, other: { code: 406 } })
})

test('an error of another realm is one too', () => {
  const { log, entries } = openTestLog()
  log.error('x', { error: runInNewContext('new RangeError("elsewhere")') })
  expect(entries()[0]?.['error']).toMatchObject({ name: 'RangeError', message: 'elsewhere', stack: expect.any(String) })
})

test('whatever is passed in, it does not throw, and the line stays small', () => {
  const { log, text, entries } = openTestLog()
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const loop = new Error('loop')
  loop.cause = loop
  const throwing = {
    get bad(): never {
      throw new Error('getter')
    },
  }
  log.info('x', {
    ...{ cycle, loop, throwing, big: 10n, nan: Number.NaN, fn: () => 1, sym: Symbol('s'), undef: undefined },
    ...{
      map: new Map([[1, 2]]),
      set: new Set([1]),
      date: new Date(0),
      json: {
        toJSON: () => {
          throw new Error('no')
        },
      },
    },
    ...{ huge: 'x'.repeat(1_000_000), long: Array(100_000).fill(1), proto: Object.create(null) as object },
  })
  log.info('x', throwing)
  log.info('y'.repeat(1_000_000))
  expect(text().length).toBeLessThan(100_000)
  expect(entries()[0]).toMatchObject({
    throwing: '[unreadable]',
    big: '10',
    map: '[Map of 1]',
    date: '1970-01-01T00:00:00.000Z',
  })
  expect(entries()[1]).toMatchObject({ facts: '[unreadable]' })
})

describe('a file of lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-lines-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const onMoved = jest.fn()
  const entriesOf = (path: string) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { n: number })

  test('is for its owner alone, also when it was there before, and goes on where it ended', () => {
    const path = join(folder, 'a.jsonl')
    openLineFile(path, onMoved).append({ n: 1 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    openLineFile(path, onMoved).append({ n: 2, text: 'a\nb' })
    expect(entriesOf(path)).toEqual([{ n: 1 }, { n: 2, text: 'a\nb' }])
    const open = join(folder, 'open.jsonl')
    writeFileSync(open, '', { mode: 0o644 })
    openLineFile(open, onMoved).append({ n: 1 })
    expect(statSync(open).mode & 0o777).toBe(0o600)
  })

  test('keeps the newest lines, never grows beyond twice of them, and says where the older ones are', () => {
    const path = join(folder, 'b.jsonl')
    writeFileSync(path, Array.from({ length: 2_000 }, (_, i) => `{"n":${i + 1}}\n`).join(''))
    const file = openLineFile(path, onMoved)
    file.append({ n: 2_001 })
    expect(entriesOf(path).map(({ n }) => n)).toEqual(Array.from({ length: 1_001 }, (_, i) => 1_001 + i))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(onMoved.mock.calls).toEqual([[{ lines: 1_000, to: `${path}.old` }]])
    expect(entriesOf(`${path}.old`).map(({ n }) => n)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    expect(statSync(`${path}.old`).mode & 0o777).toBe(0o600)
    for (let n = 2_002; n <= 3_001; n++) file.append({ n })
    expect(entriesOf(path)).toHaveLength(1_001)
    expect(entriesOf(path).at(-1)).toEqual({ n: 3_001 })
  })
})

test('an outage is logged without a stack, and so are its causes; a fault of the code keeps its stack', () => {
  const lines: string[] = []
  const log = openLog({ level: 'info', write: (line) => lines.push(line) })
  const refusal = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  log.warn('Away', { error: new UnavailableError('The bus is down.', { cause: refusal }) })
  log.warn('Away', { error: refusal })
  log.error('Broken', { error: new TypeError('x is not a function') })

  const [away, refused, broken] = lines.map((line) => JSON.parse(line) as { error: Record<string, unknown> })
  expect(away!.error).toMatchObject({ name: 'UnavailableError', message: 'The bus is down.' })
  expect(JSON.stringify([away, refused])).not.toContain('    at ')
  expect(refused!.error).toEqual({ name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:1', code: 'ECONNREFUSED' })
  expect(broken!.error['stack']).toContain('    at ')
})
