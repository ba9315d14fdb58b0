import { createHmac, randomBytes } from 'node:crypto'
import { makeSecretSigner } from '../../../platform/admin-tokens/signer.ts'
import { makeSessionKeys } from '../../../platform/sessions/index.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { openPeople, type People } from '../../../test/support/people.ts'
import { anonymous, succeed } from '../../../test/support/subgraph.ts'
import { HOUR } from '../limits.ts'
import { parseAdminEmail } from './input.ts'
import { addAdmin, setCodes } from './manage.ts'

jest.setTimeout(60_000)

const PASSWORD = 'correct horse battery staple'
const SIGN_IN = `mutation ($input: AdminSignInInput!) { adminSignIn(input: $input) { failure tokens { scopes } } }`
const [oldKey, newKey] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
const keys = makeSessionKeys(`old:${oldKey}`)

let db: TestDatabase
let people: People
const signer = makeSecretSigner('the secret of the admins of this test 0123456789', { ttlMs: 60_000 })
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database, { adminSigner: signer, sessionKeys: keys })
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

/** RFC 6238 written out, as an app has it. */
function codeAt(base32: string, ms: number): string {
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits
    .join('')
    .match(/.{8}/g)!
    .map((byte) => parseInt(byte, 2)) // 160 bits are 20 whole bytes
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)))
  const mac = createHmac('sha1', Buffer.from(bytes)).update(counter).digest()
  const at = mac[19]! & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

let admins = 0
async function newAdmin() {
  const email = parseAdminEmail(`second${++admins}@example.org`)
  await addAdmin(db.database, email, PASSWORD, ['admin'])
  const uri = new URL((await setCodes(db.database, email, keys))!)
  expect(uri.protocol).toBe('otpauth:')
  const secret = uri.searchParams.get('secret')!
  return { email, secret, code: (aheadMs = 0) => codeAt(secret, people.clock.at + aheadMs) }
}
const ask = (email: string, code?: string, password = PASSWORD, at = people) =>
  at.ask(anonymous, SIGN_IN, { input: { email, password, ...(code !== undefined && { code }) } })
const outcome = async (...args: Parameters<typeof ask>) =>
  (await succeed(ask(...args))).adminSignIn.failure ?? 'signed in'

test('an admin with an app needs its code beside the password, and each code works once', async () => {
  const { email, code } = await newAdmin()
  expect(await outcome(email)).toBe('CODE_REQUIRED')
  expect(await outcome(email, code(), 'a wrong password')).toBe('WRONG')
  for (const wrong of ['000000', '12345', 'abcdef', ''])
    if (wrong !== code()) expect(await outcome(email, wrong)).toBe('CODE_WRONG')
  expect(await outcome(email, code())).toBe('signed in')
  expect(await outcome(email, code())).toBe('CODE_WRONG')
  // The code of the period before is older than the one that was taken.
  expect(await outcome(email, code(-30_000))).toBe('CODE_WRONG')
  people.clock.at += 30_000
  expect(await outcome(email, code())).toBe('signed in')
})

test('clocks may differ by a period, and not by more', async () => {
  const { email, code } = await newAdmin()
  expect(await outcome(email, code(-60_000))).toBe('CODE_WRONG')
  expect(await outcome(email, code(60_000))).toBe('CODE_WRONG')
  expect(await outcome(email, code(-30_000))).toBe('signed in')
  expect(await outcome(email, code(30_000))).toBe('signed in')
})

test('of two sign-ins at once with one code, one passes', async () => {
  const { email, code } = await newAdmin()
  const outcomes = await Promise.all([outcome(email, code()), outcome(email, code())])
  expect(outcomes.sort()).toEqual(['CODE_WRONG', 'signed in'])
})

test('codes are limited for whoever has the password', async () => {
  const { email, code } = await newAdmin()
  const wrong = code() === '000000' ? '111111' : '000000'
  for (let count = 0; count < 10; count++) expect(await outcome(email, wrong)).toBe('CODE_WRONG')
  expect((await ask(email, code())).codes).toEqual(['RATE_LIMITED'])
  people.clock.at += HOUR
  expect(await outcome(email, code())).toBe('signed in')
})

test('the secret is encrypted in the table, for its admin alone, and anew under a new first key', async () => {
  const [one, two] = [await newAdmin(), await newAdmin()]
  const stored = async (email: string) => {
    const { rows } = await db.database.query<{ sealed: Buffer; keyId: string }>(
      'select totp_sealed as sealed, totp_key_id as "keyId" from users.admin where email = $1::text',
      [email],
    )
    return rows[0]!
  }
  const before = await stored(one.email)
  expect(before.keyId).toBe('old')
  expect(before.sealed.toString('latin1')).not.toContain(one.secret)
  await using rotated = openPeople(db.database, {
    adminSigner: signer,
    sessionKeys: makeSessionKeys(`new:${newKey},old:${oldKey}`),
  })
  rotated.clock.at = people.clock.at
  expect(await outcome(one.email, one.code(), PASSWORD, rotated)).toBe('signed in')
  expect((await stored(one.email)).keyId).toBe('new')
  rotated.clock.at = people.clock.at += 30_000
  expect(await outcome(one.email, one.code(), PASSWORD, rotated)).toBe('signed in')
  // Somebody who can write to the table gives an admin the secret of another one.
  await db.database.query('update users.admin set totp_sealed = $2::bytea where email = $1::text', [
    two.email,
    before.sealed,
  ])
  expect((await ask(two.email, one.code())).codes).toEqual(['INTERNAL'])
})

test('without codes again, the password is enough', async () => {
  const { email } = await newAdmin()
  expect(await setCodes(db.database, email, null)).toBe('')
  expect(await outcome(email)).toBe('signed in')
  expect(await setCodes(db.database, parseAdminEmail('nobody@example.org'), keys)).toBeNull()
})
