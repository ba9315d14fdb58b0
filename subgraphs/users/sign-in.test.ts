import { openMemoryBus } from '../../platform/bus/index.ts'
import { silentLog } from '../../platform/log/log.ts'
import { openMemorySessions } from '../../platform/sessions/memory.ts'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { openPeople, type Device, type People } from '../../test/support/people.ts'
import { anonymous, askSubgraph, succeed, type Answer } from '../../test/support/subgraph.ts'
import { CODES_PER_ADDRESS, CODES_PER_DAY, DAY, MAX_SESSIONS, MINUTE, WRONG_PER_DAY } from './limits.ts'
import { makeUsers } from './index.ts'

const VERIFY = `mutation ($input: VerifyOtpInput!) {
  verifyOtp(input: $input) { failure triesLeft session { id hmacKey expiresAt user { id displayName address } } }
}`
const REQUEST = 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { expiresAt } }'

let db: TestDatabase
let people: People
let device: Device
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database)
})
// One for each test: a device may ask for a few passwords only.
beforeEach(async () => {
  device = await people.registerDevice()
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

/** An address that no other test uses. */
let addresses = 0
const newAddress = () => `person${++addresses}@example.org`
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const verify = (address: string, code: string, more: object = { displayName: 'Ada' }): Promise<Answer> =>
  people.ask(anonymous, VERIFY, { input: { ...device, address, code, ...more } })
const outcome = async (answer: Promise<Answer>) => {
  const { failure, triesLeft, session } = (await succeed(answer)).verifyOtp
  return { failure, triesLeft, in: session !== null }
}
const WRONG = (triesLeft: number) => ({ failure: 'WRONG', triesLeft, in: false })
const EXPIRED = { failure: 'EXPIRED', triesLeft: 0, in: false }
const IN = { failure: null, triesLeft: 0, in: true }

describe('a device', () => {
  const REGISTER =
    'mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { deviceSecret device { id name platform } } }'
  const register = (input: object) => people.ask(anonymous, REGISTER, { input })

  test('gets a secret of 32 bytes, of which the database keeps a hash alone', async () => {
    const { registerDevice } = await succeed(
      register({ name: '  Ada’s phone ', platform: 'ANDROID', pushToken: 'token' }),
    )
    expect(registerDevice.device).toMatchObject({ name: 'Ada’s phone', platform: 'ANDROID' })
    expect(Buffer.from(registerDevice.deviceSecret, 'base64url')).toHaveLength(32)
    const { rows } = await db.database.query('select device::text as row from users.device where id = $1::uuid', [
      registerDevice.device.id,
    ])
    expect(rows[0]?.['row']).toContain('token')
    expect(rows[0]?.['row']).not.toContain(registerDevice.deviceSecret)
    expect(rows[0]?.['row']).not.toContain(Buffer.from(registerDevice.deviceSecret, 'base64url').toString('hex'))
  })

  test.each([
    ['a name that is blank', { name: ' \t ' }],
    ['a name that is too long', { name: 'x'.repeat(101) }],
    ['a name with a control character', { name: 'a\u0000b' }],
    ['a name that turns the text after it', { name: 'a\u202eb' }],
    ['a push token that is too long', { pushToken: 'x'.repeat(4_097) }],
    ['a push token that is empty', { pushToken: '' }],
    ['a push token with a control character', { pushToken: 'a\u0000b' }],
  ])('is refused with %s, and taken without', async (_, fault) => {
    const good = { name: 'x'.repeat(100), platform: 'WEB', pushToken: 'x'.repeat(4_096) }
    expect((await register(good)).codes).toEqual([])
    expect((await register({ ...good, ...fault })).codes).toEqual(['BAD_USER_INPUT'])
  })
})

describe('a one-time password', () => {
  test('signs a new person in, and the same person the next time', async () => {
    const address = newAddress()
    const first = await succeed(verify(address, await people.code(device, address), { displayName: ' Ada ' }))
    expect(first.verifyOtp.session.user).toMatchObject({ displayName: 'Ada', address: null })
    expect(Buffer.from(first.verifyOtp.session.hmacKey, 'base64url')).toHaveLength(32)
    expect(Date.parse(first.verifyOtp.session.expiresAt)).toBe(people.clock.at + 90 * DAY)

    const again = await succeed(verify(address, await people.code(device, address), { displayName: 'x'.repeat(101) }))
    expect(again.verifyOtp.session.user).toEqual(first.verifyOtp.session.user)
    expect(again.verifyOtp.session.id).not.toBe(first.verifyOtp.session.id)
    expect(again.verifyOtp.session.hmacKey).not.toBe(first.verifyOtp.session.hmacKey)
  })

  test('is six digits, and the database keeps it salted', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    expect(code).toMatch(/^[0-9]{6}$/)
    const { rows } = await db.database.query('select otp::text as row from users.otp where address = $1::text', [
      address,
    ])
    expect(rows[0]?.['row']).toContain(address)
    expect(rows[0]?.['row']).not.toContain(code)
    expect(rows[0]?.['row']).not.toContain(Buffer.from(code).toString('hex'))
  })

  test('finds its person however the address is written', async () => {
    const { userId } = await people.signIn('Grace@Example.org')
    expect(await people.signIn(' grace@example.ORG ')).toMatchObject({ userId })
  })

  test('that is wrong costs one of three tries; after the third even the right one is too late', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(2))
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(1))
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(0))
    expect(await outcome(verify(address, code))).toEqual(EXPIRED)
    expect(await outcome(verify(address, await people.code(device, address)))).toEqual(IN)
  })

  test('that is right is taken at the last try', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    await outcome(verify(address, other(code)))
    await outcome(verify(address, other(code)))
    expect(await outcome(verify(address, code))).toEqual(IN)
  })

  test('is good for ten minutes', async () => {
    const [early, late] = [newAddress(), newAddress()]
    const [earlyCode, lateCode] = [await people.code(device, early), await people.code(device, late)]
    people.clock.at += 10 * MINUTE - 1
    expect(await outcome(verify(early, earlyCode))).toEqual(IN)
    people.clock.at += 1
    expect(await outcome(verify(late, lateCode))).toEqual(EXPIRED)
  })

  test('is good once', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    expect(await outcome(verify(address, code))).toEqual(IN)
    expect(await outcome(verify(address, code))).toEqual(EXPIRED)
  })

  test('is replaced by the next one', async () => {
    const address = newAddress()
    const first = await people.code(device, address)
    let second = await people.code(device, address)
    while (second === first) second = await people.code(device, address)
    expect(await outcome(verify(address, first))).toEqual(WRONG(2))
    expect(await outcome(verify(address, second))).toEqual(IN)
  })

  test('that was never requested is expired', async () => {
    expect(await outcome(verify(newAddress(), '000000'))).toEqual(EXPIRED)
  })

  test('used by many at once makes one person and one session', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(verify(address, code))))
    expect(outcomes.filter((each) => each.in)).toHaveLength(1)
    expect(outcomes.filter((each) => each.failure === 'EXPIRED')).toHaveLength(7)
    const { rows } = await db.database.query(
      `select count(*)::int as sessions from users.session
       join users.account on account.id = session.user_id where address = $1::text`,
      [address],
    )
    expect(rows).toEqual([{ sessions: 1 }])
  })

  test('guessed by many at once stands three tries in all', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(verify(address, other(code)))))
    expect(
      outcomes
        .filter((each) => each.failure === 'WRONG')
        .map((each) => each.triesLeft)
        .sort(),
    ).toEqual([0, 1, 2])
  })

  test('of a new person wants a name, and stays good until there is one', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    for (const more of [{}, { displayName: null }, { displayName: ' ' }, { displayName: 'x'.repeat(101) }]) {
      expect((await verify(address, code, more)).codes).toEqual(['BAD_USER_INPUT'])
    }
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(2))
    expect(await outcome(verify(address, code))).toEqual(IN)
  })

  test('tells nobody without it whether an address is known', async () => {
    const [known, unknown] = [newAddress(), newAddress()]
    await people.signIn(known)
    const answers = []
    for (const address of [known, unknown]) {
      const code = await people.code(device, address)
      answers.push((await verify(address, other(code), {})).data)
    }
    expect(answers[0]).toEqual(answers[1])
  })

  test.each(['12345', '1234567', '12345a', '１２３４５６', ' 123456', "1' or '1'='1", ''])(
    'of the form %j is refused without costing a try',
    async (form) => {
      const address = newAddress()
      const code = await people.code(device, address)
      expect((await verify(address, form)).codes).toEqual(['BAD_USER_INPUT'])
      expect(await outcome(verify(address, other(code)))).toEqual(WRONG(2))
    },
  )
})

describe('an address', () => {
  test.each([
    ['Grace.Hopper+Navy@Example.ORG', 'grace.hopper+navy@example.org'],
    ['  ada@example.org ', 'ada@example.org'],
    ['+441632960001', '+441632960001'],
  ])('%j is written to as %j', async (given, written) => {
    await succeed(people.ask(anonymous, REQUEST, { input: { ...device, address: given } }))
    expect(people.sent.get(written)).toHaveLength(1)
  })

  test.each([
    'ada',
    '@example.org',
    'ada@',
    'a b@example.org',
    'ada@exa mple.org',
    'ada@example..org',
    'ädä@example.org',
    '441632960001',
    '+0123456789',
    '+123456',
    '+1234567890123456',
    "ada@example.org' or 1=1 --",
    'ada@example.org\u0000',
    '',
    'ada@example.org\r\nBcc: eve@example.org',
    '$ne',
    '{"$gt":""}',
  ])('%j is refused', async (address) => {
    expect((await people.ask(anonymous, REQUEST, { input: { ...device, address } })).codes).toEqual(['BAD_USER_INPUT'])
  })

  test('that is longer than mail can carry is refused', async () => {
    for (const address of [`${'a'.repeat(65)}@example.org`, `ada@${'a.'.repeat(130)}org`]) {
      expect((await people.ask(anonymous, REQUEST, { input: { ...device, address } })).codes).toEqual([
        'BAD_USER_INPUT',
      ])
    }
  })

  test('as an operator or a list is no string at all', async () => {
    for (const address of [{ $ne: null }, ['ada@example.org', 'eve@example.org'], true]) {
      const answer = await people.ask(anonymous, REQUEST, { input: { ...device, address } })
      expect(answer).toMatchObject({ data: null, codes: ['INVALID_REQUEST'] })
    }
  })
})

describe('the device of a sign-in', () => {
  test('needs its own secret, for a request and for a try', async () => {
    const address = newAddress()
    const stranger = await people.registerDevice()
    const code = await people.code(device, address)
    const forged = [
      { deviceId: device.deviceId, deviceSecret: stranger.deviceSecret },
      { deviceId: device.deviceId, deviceSecret: '' },
      { deviceId: '00000000-0000-7000-8000-000000000000', deviceSecret: device.deviceSecret },
      { deviceId: "' or 1=1 --", deviceSecret: device.deviceSecret },
    ]
    for (const claim of forged) {
      expect((await people.ask(anonymous, REQUEST, { input: { ...claim, address } })).codes).toEqual([
        'UNAUTHENTICATED',
      ])
      expect((await verify(address, code, { ...claim, displayName: 'Eve' })).codes).toEqual(['UNAUTHENTICATED'])
    }
    expect(people.sent.get(address)).toHaveLength(1)
    expect(await outcome(verify(address, code))).toEqual(IN)
  })
})

describe('limits', () => {
  test('an address is sent a few passwords in a row, then has to wait as long as it is told', async () => {
    const address = newAddress()
    const ask = async () => people.ask(anonymous, REQUEST, { input: { ...(await people.registerDevice()), address } })
    for (let sent = 0; sent < CODES_PER_ADDRESS.burst; sent++) expect((await ask()).codes).toEqual([])
    const refused = await ask()
    expect(refused.codes).toEqual(['RATE_LIMITED'])
    expect(people.sent.get(address)).toHaveLength(CODES_PER_ADDRESS.burst)
    people.clock.at += Number(refused.errors[0]?.extensions['retryAfterMs'])
    expect((await ask()).codes).toEqual([])
  })

  test('a device cannot have passwords sent to ever more people', async () => {
    const flooder = await people.registerDevice()
    const ask = (from: Device) => people.ask(anonymous, REQUEST, { input: { ...from, address: newAddress() } })
    const answers: string[] = []
    for (let count = 0; count < 12; count++) answers.push(...(await ask(flooder)).codes)
    expect(answers).toEqual(['RATE_LIMITED', 'RATE_LIMITED'])
    expect((await ask(await people.registerDevice())).codes).toEqual([])
  })

  test('wrong tries count over replaced passwords: the tenth within a day is not taken, and a day later it is', async () => {
    const address = newAddress()
    let wrong = 0
    while (wrong < WRONG_PER_DAY) {
      const code = await people.code(device, address)
      for (let tries = 0; tries < 3; tries++, wrong++) await outcome(verify(address, other(code)))
      people.clock.at += 5 * MINUTE
    }
    const refused = await people.ask(anonymous, REQUEST, { input: { ...device, address } })
    expect(refused.codes).toEqual(['RATE_LIMITED'])
    people.clock.at += Number(refused.errors[0]?.extensions['retryAfterMs'])
    expect(await outcome(verify(address, await people.code(device, address)))).toEqual(IN)
  })

  test('a live password is not taken any more once the day’s wrong tries are used up', async () => {
    const address = newAddress()
    const wrongTries = async (count: number) => {
      const code = await people.code(device, address)
      for (let tries = 0; tries < count; tries++) await outcome(verify(address, other(code)))
      people.clock.at += 3 * MINUTE
    }
    await wrongTries(3)
    await wrongTries(3)
    await wrongTries(2)
    const code = await people.code(device, address)
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(0))
    expect(await outcome(verify(address, code))).toEqual(EXPIRED)
  })

  test('a guesser with ever new devices has odds under 1 in 100,000 per account in any 24 hours', async () => {
    const address = newAddress()
    await people.signIn(address)
    const guessedAt: number[] = []
    let codes = 0
    // Three days, a look every 20 minutes with a device of its own; each looks for a password and tries while it may.
    for (const end = people.clock.at + 3 * DAY; people.clock.at < end; people.clock.at += 20 * MINUTE) {
      const fresh = await people.registerDevice()
      const sent = people.sent.get(address)?.length ?? 0
      const requested = await people.ask(anonymous, REQUEST, { input: { ...fresh, address } })
      if (requested.codes.length === 0) codes++
      else expect(people.sent.get(address)).toHaveLength(sent)
      const right = people.sent.get(address)?.at(-1) ?? ''
      for (;;) {
        const input = { ...fresh, address, code: other(right), displayName: 'Eve' }
        const { failure, triesLeft } = (await succeed(people.ask(anonymous, VERIFY, { input }))).verifyOtp
        if (failure === 'WRONG') guessedAt.push(people.clock.at)
        if (triesLeft === 0) break
      }
    }
    const inOneDay = guessedAt.map((start) => guessedAt.filter((at) => at >= start && at < start + DAY).length)
    const most = Math.max(...inOneDay)
    expect(guessedAt.length).toBeGreaterThan(2 * WRONG_PER_DAY) // it did guess, day after day
    expect(most / 1_000_000).toBeLessThan(1 / 100_000)
    expect(codes).toBeLessThan(4 * CODES_PER_DAY)
  })

  test('passwords are sent without the limiter, up to the total of the day, which stands in SQL', async () => {
    await using bus = openMemoryBus()
    await using cache = openMemorySessions({ ttlSeconds: 3_600, clock: people.clock })
    const away = () => Promise.reject(new Error('the limiter is away'))
    let sent = 0
    await using users = makeUsers({
      database: db.database,
      sessions: cache,
      bus,
      rate: { take: away, [Symbol.asyncDispose]: async () => {} },
      otp: { send: async () => void sent++ },
      clock: people.clock,
      log: silentLog,
    })
    const ask = askSubgraph(users)
    const address = newAddress()
    const codes: string[] = []
    for (let count = 0; count <= CODES_PER_DAY; count++) {
      codes.push(...(await ask(anonymous, REQUEST, { input: { ...device, address } })).codes)
    }
    expect(sent).toBe(CODES_PER_DAY)
    expect(codes).toEqual(['RATE_LIMITED'])
  })

  test('a carrier that is away is said, and the next request goes through', async () => {
    await using bus = openMemoryBus()
    await using cache = openMemorySessions({ ttlSeconds: 3_600, clock: people.clock })
    let broken = true
    await using users = makeUsers({
      database: db.database,
      sessions: cache,
      bus,
      rate: { take: async () => ({ allowed: true }), [Symbol.asyncDispose]: async () => {} },
      otp: { send: async ({ code }) => (broken ? Promise.reject(new Error(`not sent: ${code}`)) : undefined) },
      clock: people.clock,
      log: silentLog,
    })
    const ask = askSubgraph(users)
    const input = { ...device, address: newAddress() }
    const refused = await ask(anonymous, REQUEST, { input })
    expect(refused.codes).toEqual(['UNAVAILABLE'])
    expect(refused.errors[0]?.message).not.toMatch(/[0-9]{6}/)
    broken = false
    expect((await ask(anonymous, REQUEST, { input })).codes).toEqual([])
  })

  test('a person has so many sessions at most: one more ends the oldest', async () => {
    const address = newAddress()
    const first = await people.signIn(address)
    for (let count = 1; count < MAX_SESSIONS; count++) {
      people.clock.at += 90 * MINUTE
      await people.signIn(address)
    }
    expect(await people.sessions.get(first.sessionId)).toBeNull()
    people.clock.at += 90 * MINUTE
    const last = await people.signIn(address)
    expect(await people.sessions.get(first.sessionId)).toBe('revoked')
    expect(await people.sessions.get(last.sessionId)).toBeNull()
  })
})
