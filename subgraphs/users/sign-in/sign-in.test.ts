import { openEventLog } from '../../../platform/eventlog/log.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import { silentLog } from '../../../platform/log/log.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { openRedisRate } from '../../../platform/rate/index.ts'
import { openMemorySessions } from '../../../platform/sessions/memory.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { noParkedEvents, openPeople, type Device, type People } from '../../../test/support/people.ts'
import { describeWith, requireUrl } from '../../../test/support/services.ts'
import { sessionKeys } from '../../../test/support/session-keys.ts'
import { anonymous, askSubgraph, succeed, type Answer } from '../../../test/support/subgraph.ts'
import { remainingOf, mostOf } from './allowance.ts'
import {
  CODES_PER_ADDRESS,
  DAY,
  DEFAULT_OTP_RATES,
  HOUR,
  LONG_DIGITS,
  MAX_SESSIONS,
  MINUTE,
  SHORT_DIGITS,
  TRIES_PER_CODE,
  WRONG_BY_KNOWN,
  WRONG_BY_STRANGERS,
} from '../limits.ts'
import { makeUsers } from '../index.ts'

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
const other = (code: string) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0')
const verify = (address: string, code: string, more: object = { displayName: 'Ada' }): Promise<Answer> =>
  people.ask(anonymous, VERIFY, { input: { ...device, address, code, ...more } })
const outcome = async (answer: Promise<Answer>) => {
  const { failure, triesLeft, session } = (await succeed(answer)).verifyOtp
  return { failure, triesLeft, in: session !== null }
}
const WRONG = (triesLeft: number) => ({ failure: 'WRONG', triesLeft, in: false })
const EXPIRED = { failure: 'EXPIRED', triesLeft: 0, in: false }
const IN = { failure: null, triesLeft: 0, in: true }
/** The event log and the jobs of the room read in their own time, whoever asks. */
const withoutJobs = (statements: readonly string[]) =>
  statements.filter(
    (name) =>
      name === 'events.lock' ||
      !/^events\.|^users\.(findUnannounced|findKeysToSeal|findOpenErasures|countLateErasures|buryNodes)$/.test(name),
  )

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
    const { rows } = await db.database.query(
      'select otp_code::text as row from users.otp_code where address = $1::text',
      [address],
    )
    expect(rows[0]?.['row']).toContain(address)
    expect(rows[0]?.['row']).not.toContain(code)
    expect(rows[0]?.['row']).not.toContain(Buffer.from(code).toString('hex'))
  })

  test('finds its person however the address is written', async () => {
    const { userId } = await people.signIn('Grace@Example.org')
    expect(await people.signIn(' grace@example.ORG ')).toMatchObject({ userId })
  })

  test('that is wrong costs one of five tries; after the fifth even the right one is too late', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    for (const left of [4, 3, 2, 1, 0]) expect(await outcome(verify(address, other(code)))).toEqual(WRONG(left))
    expect(await outcome(verify(address, code))).toEqual(EXPIRED)
    expect(await outcome(verify(address, await people.code(device, address)))).toEqual(IN)
  })

  test('that is right is taken at the last try', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    for (let wrong = 1; wrong < TRIES_PER_CODE; wrong++) await outcome(verify(address, other(code)))
    expect(await outcome(verify(address, code))).toEqual(IN)
  })

  test('is good for five minutes', async () => {
    const [early, late] = [newAddress(), newAddress()]
    const [earlyCode, lateCode] = [await people.code(device, early), await people.code(device, late)]
    people.clock.at += 5 * MINUTE - 1
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

  test('is good on the device that asked for it, and on no other', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    const stranger = await people.registerDevice()
    expect(await outcome(verify(address, code, { ...stranger, displayName: 'Eve' }))).toEqual(EXPIRED)
    // Not even where that one asked for its own: nobody's request replaces another's password.
    const own = await people.code(stranger, address)
    if (own !== code)
      expect(await outcome(verify(address, code, { ...stranger, displayName: 'Eve' }))).toEqual(WRONG(4))
    expect(await outcome(verify(address, code))).toEqual(IN)
  })

  test('that waits for its owner cannot be told from none by a stranger: same answer, same statements', async () => {
    const [waiting, silent] = [newAddress(), newAddress()]
    await people.code(device, waiting)
    const stranger = await people.registerDevice()
    const seen: { answer: unknown; statements: string[] }[] = []
    for (const address of [waiting, silent]) {
      const statements: string[] = []
      await using other = openPeople(listening(db.database, statements))
      const input = { ...stranger, address, code: '000000', displayName: 'Eve' }
      const { data } = await other.ask(anonymous, VERIFY, { input })
      seen.push({ answer: data, statements: withoutJobs(statements) })
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]?.statements.length).toBeGreaterThan(1)
  })

  test('of an account and of none is refused to a wrong code alike: same answer, same statements', async () => {
    const [known, unknown] = [newAddress(), newAddress()]
    await verify(known, await people.code(device, known))
    const stranger = await people.registerDevice()
    const seen: { answer: unknown; statements: string[] }[] = []
    for (const address of [known, unknown]) {
      const wrong = (await people.code(stranger, address)) === '000000' ? '111111' : '000000'
      const statements: string[] = []
      await using other = openPeople(listening(db.database, statements))
      other.clock.at = people.clock.at
      const { data } = await other.ask(anonymous, VERIFY, { input: { ...stranger, address, code: wrong } })
      seen.push({ answer: data, statements: withoutJobs(statements) })
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]?.statements).toContain('events.lock')
  })

  test('is replaced by the next one', async () => {
    const address = newAddress()
    const first = await people.code(device, address)
    let second = await people.code(device, address)
    while (second === first) second = await people.code(device, address)
    expect(await outcome(verify(address, first))).toEqual(WRONG(4))
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

  test('allows five tries in all, also of concurrent guesses', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcome(verify(address, other(code)))))
    expect(
      outcomes
        .filter((each) => each.failure === 'WRONG')
        .map((each) => each.triesLeft)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4])
  })

  test('of a new person wants a name, and stays good until there is one', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    for (const more of [{}, { displayName: null }, { displayName: ' ' }, { displayName: 'x'.repeat(101) }]) {
      expect((await verify(address, code, more)).codes).toEqual(['BAD_USER_INPUT'])
    }
    expect(await outcome(verify(address, other(code)))).toEqual(WRONG(4))
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
      expect(await outcome(verify(address, other(code)))).toEqual(WRONG(4))
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
  test('an address is sent a few passwords in a row, then has to wait as long as it is told, each time longer', async () => {
    const address = newAddress()
    const ask = async () => people.ask(anonymous, REQUEST, { input: { ...(await people.registerDevice()), address } })
    for (let sent = 0; sent < CODES_PER_ADDRESS.free; sent++) expect((await ask()).codes).toEqual([])
    const waits: number[] = []
    for (let round = 0; round < 3; round++) {
      const refused = await ask()
      expect(refused.codes).toEqual(['RATE_LIMITED'])
      expect(people.sent.get(address)).toHaveLength(CODES_PER_ADDRESS.free + round)
      waits.push(Number(refused.errors[0]?.extensions['retryAfterMs']))
      people.clock.at += waits.at(-1) ?? 0
      expect((await ask()).codes).toEqual([])
    }
    expect(waits).toEqual([2 * MINUTE, 4 * MINUTE, 8 * MINUTE])
  })

  test('a device cannot have passwords sent to ever more people', async () => {
    const flooder = await people.registerDevice()
    const ask = (from: Device) => people.ask(anonymous, REQUEST, { input: { ...from, address: newAddress() } })
    const answers: string[] = []
    for (let count = 0; count < 12; count++) answers.push(...(await ask(flooder)).codes)
    expect(answers).toEqual(['RATE_LIMITED', 'RATE_LIMITED'])
    expect((await ask(await people.registerDevice())).codes).toEqual([])
  })

  test('wrong tries of six digits count over all passwords and devices; then strangers get eight for a day', async () => {
    const address = newAddress()
    const guess = async () => {
      const fresh = await people.registerDevice()
      const code = await people.code(fresh, address)
      return { digits: code.length, ...(await outcome(verify(address, other(code), { ...fresh, displayName: 'Eve' }))) }
    }
    for (const left of [4, 3, 2, 1, 0]) expect(await guess()).toEqual({ digits: 6, ...WRONG(left) })
    // Wrong ones of eight neither close the address nor make it longer than a day.
    people.clock.at += 2 * MINUTE
    expect(await guess()).toEqual({ digits: 8, ...WRONG(4) })
    people.clock.at += 4 * MINUTE
    const code = await people.code(device, address)
    expect(code).toMatch(/^[0-9]{8}$/)
    expect(await outcome(verify(address, code.slice(0, 6)))).toEqual(WRONG(4))
    expect(await outcome(verify(address, code))).toEqual(IN)
    people.clock.at += DAY - 6 * MINUTE
    expect(await people.code(await people.registerDevice(), address)).toMatch(/^[0-9]{6}$/)
  })

  test('a live password of six digits is not taken any more once the tries of its address are used up; a new one is', async () => {
    const address = newAddress()
    const code = await people.code(device, address)
    for (const left of [[4, 3], [2, 1], [0]]) {
      const fresh = await people.registerDevice()
      const guessed = other(await people.code(fresh, address))
      for (const each of left)
        expect(await outcome(verify(address, guessed, { ...fresh, displayName: 'Eve' }))).toEqual(WRONG(each))
    }
    expect(await outcome(verify(address, code))).toEqual(EXPIRED)
    people.clock.at += 2 * MINUTE
    expect(await outcome(verify(address, await people.code(device, address)))).toEqual(IN)
  })

  test('an owner with a new device gets in within a bounded wait while a stranger asks and guesses all day', async () => {
    const address = newAddress()
    const owners = await people.registerDevice()
    expect(
      await outcome(verify(address, await people.code(owners, address), { ...owners, displayName: 'Ada' })),
    ).toEqual(IN)
    people.clock.at += DAY
    const stranger = async () => {
      const fresh = await people.registerDevice()
      const { codes } = await people.ask(anonymous, REQUEST, { input: { ...fresh, address } }, '198.51.100.1')
      if (codes.length > 0) return
      const wrong = other(people.sent.get(address)?.at(-1) ?? '')
      for (let tries = 0; tries < 3; tries++) await outcome(verify(address, wrong, { ...fresh, displayName: 'Eve' }))
    }
    const ownerWaitsMs: number[] = []
    for (const hours of [1, 9, 10]) {
      for (const end = people.clock.at + hours * HOUR; people.clock.at < end; people.clock.at += 10 * MINUTE)
        await stranger()
      const [fresh, from] = [await people.registerDevice(), people.clock.at]
      const input = { ...fresh, address }
      for (;;) {
        // The stranger is always first.
        await stranger()
        if ((await people.ask(anonymous, REQUEST, { input }, '192.0.2.1')).codes.length === 0) break
        people.clock.at += 10 * MINUTE
      }
      expect(await outcome(verify(address, people.sent.get(address)?.at(-1) ?? '', fresh))).toEqual(IN)
      ownerWaitsMs.push(people.clock.at - from)
    }
    // Each further new device of a day finds more that was sent.
    expect(ownerWaitsMs[0]).toBeLessThanOrEqual(130 * MINUTE)
    expect(Math.max(...ownerWaitsMs)).toBeLessThanOrEqual(5 * HOUR)
    // A device that was signed in before waits for nothing, and keeps six digits.
    const code = await people.code(owners, address)
    expect(code).toMatch(/^[0-9]{6}$/)
    expect(await outcome(verify(address, code, owners))).toEqual(IN)
  }, 120_000)

  test('strangers and known devices together have odds under 1 in 100,000 a day', () => {
    const long = 2 * (mostOf(CODES_PER_ADDRESS) + 1) * TRIES_PER_CODE // one may be left from the day before
    const odds = (WRONG_BY_STRANGERS + WRONG_BY_KNOWN) / 10 ** SHORT_DIGITS + long / 10 ** LONG_DIGITS
    expect(odds).toBeLessThan(1 / 100_000)
  })

  test.each([CODES_PER_ADDRESS])(
    'who takes all that %j gives at the earliest moment never has more than its sum in any 24 hours',
    (allowance) => {
      const start = Date.UTC(2030, 0, 1)
      const taken: number[] = []
      for (let at = start; at < start + 4 * DAY;) {
        const { left, waitMs } = remainingOf(allowance, taken.map((time) => new Date(time)).reverse(), new Date(at))
        if (left > 0) taken.push(at)
        else at += waitMs
      }
      const inOneDay = taken.map((from) => taken.filter((at) => at >= from && at < from + DAY).length)
      expect(Math.max(...inOneDay)).toBe(mostOf(allowance))
      expect(taken.length).toBeGreaterThan(3 * allowance.free)
    },
  )

  test('24 hours of a distributed guesser, one stolen device among his: under 1 in 100,000, and the owner gets in all day', async () => {
    const address = newAddress()
    const [owners, stolen] = [await people.registerDevice(), await people.registerDevice()]
    for (const own of [owners, stolen]) {
      const input = { ...own, address, code: await people.code(own, address), displayName: 'Ada' }
      await succeed(people.ask(anonymous, VERIFY, { input }))
    }
    const guesses: { at: number; odds: number }[] = []
    const guess = async (from: Device) => {
      const known = people.sent.get(address)?.length ?? 0
      const requested = await people.ask(anonymous, REQUEST, { input: { ...from, address } })
      if (requested.codes.length > 0) expect(people.sent.get(address)).toHaveLength(known)
      const right = people.sent.get(address)?.at(-1) ?? ''
      for (;;) {
        const input = { ...from, address, code: other(right), displayName: 'Eve' }
        const { failure, triesLeft } = (await succeed(people.ask(anonymous, VERIFY, { input }))).verifyOtp
        if (failure === 'WRONG') guesses.push({ at: people.clock.at, odds: 10 ** -right.length })
        if (triesLeft === 0) return
      }
    }
    let ownersSignIns = 0
    // Two days in steps of ten minutes, each with a device and a network that were never seen.
    for (const [begin, end] = [people.clock.at, people.clock.at + 2 * DAY]; people.clock.at < end;) {
      await guess(await people.registerDevice())
      // What a thief of a device does to its owner is bounded too, but not harmless: he comes on the second day.
      if (people.clock.at >= begin + DAY) await guess(stolen)
      else if ((people.clock.at - begin) % (4 * HOUR) === 0) {
        expect(await outcome(verify(address, await people.code(owners, address), owners))).toEqual(IN)
        ownersSignIns++
      }
      people.clock.at += 10 * MINUTE
    }
    expect(ownersSignIns).toBe(6)
    const oddsOfDay = guesses.map(({ at: from }) =>
      guesses.filter(({ at }) => at >= from && at < from + DAY).reduce((sum, { odds }) => sum + odds, 0),
    )
    const most = Math.max(...oddsOfDay)
    expect(most).toBeGreaterThan(7 / 1_000_000) // he did all he could
    expect(most).toBeLessThan(1 / 100_000)
    expect(people.sent.get(address)?.length).toBeLessThan(100)
  }, 120_000)

  test('without the limiter passwords are sent up to the limit of their address, which is kept in SQL', async () => {
    await using bus = openMemoryBus()
    await using cache = openMemorySessions({ ttlSeconds: 3_600, clock: people.clock })
    const away = () => Promise.reject(new Error('the limiter is away'))
    let sent = 0
    await using users = makeUsers({
      database: db.database,
      eventLog: await openEventLog(db.database),
      parkedEvents: noParkedEvents,
      sessions: cache,
      sessionKeys,
      bus,
      rate: { take: away, [Symbol.asyncDispose]: async () => {} },
      presence: { find: async () => [], onReset: () => ({ [Symbol.dispose]() {} }) },
      otp: { send: async () => void sent++ },
      clock: people.clock,
      log: silentLog,
    })
    const ask = askSubgraph(users)
    const address = newAddress()
    const codes: string[] = []
    const { free } = CODES_PER_ADDRESS
    for (let count = 0; count <= free; count++) {
      codes.push(...(await ask(anonymous, REQUEST, { input: { ...device, address } })).codes)
    }
    expect(sent).toBe(free)
    expect(codes).toEqual(['RATE_LIMITED'])
  })

  test('a carrier that is away is said, and the next request goes through', async () => {
    await using bus = openMemoryBus()
    await using cache = openMemorySessions({ ttlSeconds: 3_600, clock: people.clock })
    let broken = true
    await using users = makeUsers({
      database: db.database,
      eventLog: await openEventLog(db.database),
      parkedEvents: noParkedEvents,
      sessions: cache,
      sessionKeys,
      bus,
      rate: { take: async () => ({ allowed: true }), [Symbol.asyncDispose]: async () => {} },
      presence: { find: async () => [], onReset: () => ({ [Symbol.dispose]() {} }) },
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
      people.clock.at += 4 * HOUR
      await people.signIn(address)
    }
    expect(await people.sessions.get(first.sessionId)).toBeNull()
    people.clock.at += 4 * HOUR
    const last = await people.signIn(address)
    expect(await people.sessions.get(first.sessionId)).toBe('replaced')
    expect(await people.sessions.get(last.sessionId)).toBeNull()
  })
})

describe('a flood of one-time passwords', () => {
  /** A room with limits and buckets of its own. */
  function openFlood(otpRates: Partial<typeof DEFAULT_OTP_RATES> = {}) {
    const logged: string[] = []
    const counted: string[] = []
    const flooded = openPeople(db.database, {
      otpRates,
      log: { ...silentLog, error: (message) => void logged.push(message), with: () => silentLog },
      metrics: { count: (name, labels = {}) => void counted.push([name, ...Object.values(labels)].join(' ')) },
    })
    // One clock for both: the sweeper of the one deletes what is old by its own.
    flooded.clock.at = people.clock.at
    const send = async (address: string, from: { device?: Device; network?: string } = {}) => {
      const device = from.device ?? (await flooded.registerDevice())
      const { codes } = await flooded.ask(anonymous, REQUEST, { input: { ...device, address } }, from.network)
      return codes[0] ?? 'sent'
    }
    return { flooded, send, logged, counted }
  }
  const sentOf = (answers: readonly string[]) => answers.filter((answer) => answer === 'sent').length

  test('from one address is over after twenty, whatever devices it makes up; other addresses go on', async () => {
    const { flooded, send, counted } = openFlood()
    await using _ = flooded
    const answers: string[] = []
    for (let n = 0; n < 60; n++) answers.push(await send(newAddress(), { network: '192.0.2.1' }))
    expect(sentOf(answers)).toBe(DEFAULT_OTP_RATES.clientPerHour / 3)
    expect(await send(newAddress(), { network: '192.0.2.2' })).toBe('sent')
    expect(counted.filter((line) => line === 'users_otp_refused_total client')).toHaveLength(40)
    expect(counted.filter((line) => line === 'users_otp_sent_total')).toHaveLength(21)
  })

  test.each([
    ['a block of telephone numbers', (n: number) => `+88212345${String(n).padStart(4, '0')}`, '+882124450001'],
    [
      'one mailbox under many dots',
      (n: number) =>
        `${[...`eve${addresses}mallory`].map((letter, at) => ((n >> at) & 1 ? `${letter}.` : letter)).join('')}x@example.org`,
      'ad.am@example.org',
    ],
    ['one mailbox under many tags', (n: number) => `eve${addresses}+${n}@example.org`, 'adam+1@example.org'],
  ])('to %s is over after nine, wherever it comes from; others go on', async (_, nth, another) => {
    const { flooded, send, counted } = openFlood()
    await using _people = flooded
    const answers: string[] = []
    for (let n = 0; n < 15; n++) answers.push(await send(nth(n)))
    expect(sentOf(answers)).toBe((DEFAULT_OTP_RATES.prefixPerHour / 3) * 0.9)
    expect(await send(another)).toBe('sent')
    expect(counted).toContain('users_otp_refused_total prefix')
  })

  test('from everywhere leaves known devices the last tenth of the budget of the hour, and raises one alarm', async () => {
    const { flooded, send, logged, counted } = openFlood({ totalPerHour: 30 })
    await using _ = flooded
    const address = newAddress()
    const device = await flooded.registerDevice()
    const input = { ...device, address, code: await flooded.code(device, address), displayName: 'Ada' }
    await succeed(flooded.ask(anonymous, VERIFY, { input }))
    const answers: string[] = []
    for (let n = 0; n < 40; n++) answers.push(await send(newAddress()))
    expect(sentOf(answers)).toBe(26) // and one before
    expect(logged).toEqual([expect.stringContaining('budget of one-time passwords is used up')])
    expect(counted.filter((line) => line === 'users_otp_refused_total total')).toHaveLength(14)
    expect(await send(address, { device })).toBe('sent')
    flooded.clock.at += 3 * MINUTE
    expect(await send(newAddress())).toBe('sent')
  })

  /** Devices that were signed in before, each to an account of its own; an hour later every budget is whole again. */
  async function knownDevices(flooded: People, count: number, nth: (n: number) => string) {
    const known: { device: Device; address: string }[] = []
    for (let n = 0; n < count; n++) {
      const [device, address] = [await flooded.registerDevice(), nth(n)]
      const input = { ...device, address, code: await flooded.code(device, address), displayName: 'Ada' }
      await succeed(flooded.ask(anonymous, VERIFY, { input }))
      known.push({ device, address })
      flooded.clock.at += 10 * MINUTE
    }
    flooded.clock.at += HOUR
    return known
  }

  test('of known devices to their own addresses counts against network, prefix and total like any other', async () => {
    const cases = [
      ['client', { clientPerHour: 15 }, () => newAddress(), 5],
      ['prefix', { prefixPerHour: 15 }, (n: number) => `+88212355${String(n).padStart(4, '0')}`, 5],
      ['total', { totalPerHour: 5 }, () => newAddress(), 5],
    ] as const
    for (const [limit, rates, nth, allowed] of cases) {
      const { flooded, send, counted } = openFlood(rates)
      await using _ = flooded
      const known = await knownDevices(flooded, 7, nth)
      const answers: string[] = []
      for (const { device, address } of known) answers.push(await send(address, { device, network: '192.0.2.9' }))
      expect([limit, sentOf(answers)]).toEqual([limit, allowed])
      expect(counted).toContain(`users_otp_refused_total ${limit}`)
    }
  })

  test('of known devices that request and verify over and over ends at what their address may have', async () => {
    const { flooded } = openFlood({ clientPerHour: 1_000, prefixPerHour: 1_000 })
    await using _ = flooded
    const address = newAddress()
    const before = () => flooded.sent.get(address)?.length ?? 0
    const owned = await Promise.all(Array.from({ length: 4 }, () => flooded.registerDevice()))
    const signIn = async (device: Device) => {
      const requested = await flooded.ask(anonymous, REQUEST, { input: { ...device, address } })
      if (requested.codes.length > 0) return requested.codes[0]
      const input = { ...device, address, code: flooded.sent.get(address)?.at(-1), displayName: 'Ada' }
      return (await succeed(flooded.ask(anonymous, VERIFY, { input }))).verifyOtp.failure
    }
    for (const device of owned) expect(await signIn(device)).toBeNull()
    flooded.clock.at += DAY
    const sentBefore = before()
    const answers = []
    for (let round = 0; round < 10; round++) for (const device of owned) answers.push(await signIn(device))
    expect(before() - sentBefore).toBe(CODES_PER_ADDRESS.free)
    expect(answers.slice(CODES_PER_ADDRESS.free)).toEqual(Array(35).fill('RATE_LIMITED'))
  })

  test('to addresses that get none anyway uses up nothing of everybody’s', async () => {
    const { flooded, send } = openFlood({ totalPerHour: 10 })
    await using _ = flooded
    const victim = newAddress()
    const answers: string[] = []
    for (let n = 0; n < 30; n++) answers.push(await send(victim))
    expect(sentOf(answers)).toBe(CODES_PER_ADDRESS.free)
    expect(await send(newAddress())).toBe('sent')
  })
})

/** The same database, which also tells the name of each statement. */
function listening(database: Database, statements: string[]): Database {
  const tell = (sql: Sql): Sql => ({
    query: (text, values) => {
      statements.push(/\/\* (\S+) \*\//.exec(text)?.[1] ?? text)
      return sql.query(text, values)
    },
  })
  return {
    ...tell(database),
    transaction: (work, ...rest) => database.transaction((sql) => work(tell(sql)), ...rest),
  } as Database
}

describeWith('redis', 'Of two processes that share Redis and PostgreSQL', () => {
  test('guessers get together what one would give: five tries of a code, and as many codes of an address', async () => {
    const prefix = `otp-${Date.now()}:`
    const open = () => openRedisRate({ url: requireUrl('redis'), prefix, log: silentLog })
    await using first = openPeople(db.database, { rate: await open() })
    await using second = openPeople(db.database, { rate: await open() })
    const address = newAddress()
    const code = await first.code(device, address)
    const guess = (at: People) =>
      outcome(at.ask(anonymous, VERIFY, { input: { ...device, address, code: other(code), displayName: 'Ada' } }))
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => guess(n % 2 === 0 ? first : second)))
    expect(guesses.filter(({ failure }) => failure === 'WRONG')).toHaveLength(TRIES_PER_CODE)
    // The right one is too late at either.
    for (const at of [first, second]) {
      const late = outcome(at.ask(anonymous, VERIFY, { input: { ...device, address, code, displayName: 'Ada' } }))
      expect(await late).toEqual(EXPIRED)
    }
    const alone = openPeople(db.database)
    const ask = (at: People, to: string) => at.ask(anonymous, REQUEST, { input: { ...device, address: to } })
    const [one, two] = [newAddress(), newAddress()]
    const ofOne = await Promise.all(Array.from({ length: 12 }, () => ask(alone, one)))
    const ofTwo = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(n % 2 === 0 ? first : second, two)))
    const sent = (answers: readonly Answer[]) => answers.filter(({ codes }) => codes.length === 0).length
    expect(sent(ofTwo)).toBeLessThanOrEqual(sent(ofOne))
    await alone[Symbol.asyncDispose]()
  })
})
