import { decodeProtectedHeader, decodeJwt } from 'jose'
import { kidOfSecret, makeSecretSigner } from '../../../platform/admin-tokens/signer.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openMemoryRate } from '../../../platform/rate/memory.ts'
import { openRedisRate } from '../../../platform/rate/redis.ts'
import type { RateLimiter } from '../../../platform/rate/rate.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/database.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openPeople, type People } from '../../../test/support/people.ts'
import { describeWith, requireUrl } from '../../../test/support/services.ts'
import { admin as root, anonymous, type Answer, succeed } from '../../../test/support/subgraph.ts'
import { parseAdminEmail } from './input.ts'
import { ADMIN_FAMILY_MS, ADMIN_REFRESH_MS, ADMIN_TOKEN_MS } from './limits.ts'
import { addAdmin, dropAdmin, resetPassword } from './manage.ts'
import { checkPassword, hashPassword } from './password.ts'

const SECRET = 'the secret of the admins of this test 0123456789'
const PASSWORD = 'correct horse battery staple'
const SIGN_IN = `mutation ($email: String!, $password: String!) { adminSignIn(input: { email: $email, password: $password }) {
  failure tokens { accessToken expiresAt refreshToken refreshExpiresAt scopes }
} }`
const REFRESH = `mutation ($token: String!) { adminRefresh(input: { refreshToken: $token }) {
  tokens { accessToken refreshToken refreshExpiresAt scopes }
} }`
const SIGN_OUT = 'mutation ($token: String!) { adminSignOut(input: { refreshToken: $token }) { signedOut } }'

let db: TestDatabase
let people: People
beforeAll(async () => {
  db = await createDatabase()
  people = openPeople(db.database, { adminSigner: makeSecretSigner(SECRET, { ttlMs: ADMIN_TOKEN_MS }) })
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
})

let admins = 0
const newAdmin = async (scopes = ['admin']): Promise<string> => {
  const email = `root${++admins}@example.org`
  await addAdmin(db.database, parseAdminEmail(email), PASSWORD, scopes)
  return email
}
const trySignIn = (email: string, password = PASSWORD, network?: string) =>
  people.ask(anonymous, SIGN_IN, { email, password }, network)
const signIn = async (email: string) => (await succeed(trySignIn(email))).adminSignIn.tokens
const refresh = (token: string) => people.ask(anonymous, REFRESH, { token })
const kindsSince = async (id: string): Promise<string[]> => {
  const { rows } = await db.database.query<{ kind: string }>(
    'select kind from users.security_event where actor_id = $1::text order by id',
    [id],
  )
  return rows.map(({ kind }) => kind)
}

/** Runs acts that need the admin's row: they begin while it is locked, and go on at the same moment. */
async function atOnce(email: string, acts: readonly (() => Promise<unknown>)[]): Promise<(Answer | undefined)[]> {
  const started = await db.database.transaction(async (sql) => {
    await sql.query('select from users.admin where email = $1::text for update', [email])
    const running = Promise.all(acts.map((act) => act()))
    await eventually(async () => {
      const { rowCount } = await db.database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rowCount === acts.length
    })
    return { running }
  })
  return (await started.running) as (Answer | undefined)[]
}

test('an admin signs in with a password, and gets a short-lived token with the scopes', async () => {
  const email = await newAdmin(['admin', 'support:read'])
  const tokens = await signIn(email.toUpperCase())
  expect(tokens.scopes).toEqual(['admin', 'support:read'])
  expect(decodeProtectedHeader(tokens.accessToken)).toEqual({ alg: 'HS256', kid: kidOfSecret(SECRET), typ: 'JWT' })
  const { sub, roles, iat = 0, exp = 0 } = decodeJwt(tokens.accessToken)
  expect(roles).toEqual(['admin', 'support:read'])
  expect((exp - iat) * 1_000).toBe(ADMIN_TOKEN_MS)
  expect(await kindsSince(sub!)).toEqual(['ADMIN_SIGNED_IN'])
  const { rows } = await db.database.query('select * from users.admin_refresh')
  expect(JSON.stringify(rows)).not.toContain(tokens.refreshToken)
})

test('an unknown address and a wrong password get the same answer, and both cost a hash', async () => {
  const email = await newAdmin()
  const timed = async (address: string) => {
    const startMs = performance.now()
    const answer = await trySignIn(address, 'wrong password')
    return { answer, ms: performance.now() - startMs }
  }
  const [wrong, unknown] = [await timed(email), await timed('nobody@example.org')]
  expect(wrong.answer).toEqual(unknown.answer)
  expect(wrong.answer.data.adminSignIn).toEqual({ failure: 'WRONG', tokens: null })
  // A hash takes far longer than everything else; the machine may be busy with other tests.
  expect(unknown.ms).toBeGreaterThan(20)
  expect(unknown.ms / wrong.ms).toBeGreaterThan(0.2)
  expect(await checkPassword(null, '')).toMatchObject({ right: false })
})

test('a password is stored as a salted hash of scrypt with its cost, and an old cost is replaced', async () => {
  const [one, two] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)])
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
  expect(one).not.toBe(two)
  expect(await checkPassword(one, PASSWORD)).toEqual({ right: true, outdated: false })
  expect(await checkPassword(one, `${PASSWORD} `)).toEqual({ right: false, outdated: false })
  const email = await newAdmin()
  // The hash of the password with the cost that an earlier version used.
  const { scryptSync } = await import('node:crypto')
  const salt = Buffer.alloc(16, 7)
  const old = `$scrypt$ln=10,r=8,p=1$${salt.toString('base64url')}$${scryptSync(PASSWORD, salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64url')}`
  await db.database.query('update users.admin set password_hash = $2::text where email = $1::text', [email, old])
  await signIn(email)
  const { rows } = await db.database.query<{ hash: string }>(
    'select password_hash as hash from users.admin where email = $1::text',
    [email],
  )
  expect(rows[0]?.hash).toContain('ln=15')
  await signIn(email)
})

test('a refresh token gives new tokens once; a second use ends the whole sign-in, and no other', async () => {
  const email = await newAdmin()
  const [first, other] = [await signIn(email), await signIn(email)]
  const second = (await succeed(refresh(first.refreshToken))).adminRefresh.tokens
  expect(second.refreshToken).not.toBe(first.refreshToken)
  const { sub } = decodeJwt(second.accessToken)
  expect((await refresh(first.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
  expect((await refresh(second.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
  expect((await refresh(other.refreshToken)).codes).toEqual([])
  expect(await kindsSince(sub!)).toContain('ADMIN_TOKEN_REUSED')
})

test('of two refreshes at once with one token, one gets tokens, and then the sign-in is over', async () => {
  const { refreshToken } = await signIn(await newAdmin())
  const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)])
  expect(answers.map(({ codes }) => codes).sort()).toEqual([[], ['TOKEN_INVALID']])
  const winner = answers.find(({ codes }) => codes.length === 0)!
  expect((await refresh(winner.data.adminRefresh.tokens.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
})

test('a copied token, signing out, and a reset password end also the tokens that are made at the same moment', async () => {
  const email = await newAdmin()
  const endings: readonly ((first: string, second: string) => Promise<unknown>)[] = [
    (first) => refresh(first),
    (_, second) => people.ask(anonymous, SIGN_OUT, { token: second }),
    () => resetPassword(db.database, parseAdminEmail(email), PASSWORD),
  ]
  for (const end of endings) {
    for (let round = 0; round < 5; round++) {
      const first = (await signIn(email)).refreshToken
      const second = (await succeed(refresh(first))).adminRefresh.tokens.refreshToken
      // Both wait for the lock, so that they go on at the same moment.
      const [refreshed] = await atOnce(email, [() => refresh(second), () => end(first, second)])
      const third = refreshed?.data?.adminRefresh?.tokens.refreshToken ?? second
      expect((await refresh(third)).codes).toEqual(['TOKEN_INVALID'])
    }
  }
})

test('a password that is reset while it signs in gives no tokens that outlive the reset', async () => {
  const email = await newAdmin()
  const [answer] = await atOnce(email, [
    () => trySignIn(email),
    () => resetPassword(db.database, parseAdminEmail(email), `new ${PASSWORD}`),
  ])
  const token = answer?.data?.adminSignIn.tokens?.refreshToken
  if (token) expect((await refresh(token)).codes).toEqual(['TOKEN_INVALID'])
  else expect(answer?.data?.adminSignIn.failure).toBe('WRONG')
})

test('a refresh token ends when it lies unused, and the sign-in after its absolute time', async () => {
  const email = await newAdmin()
  const unused = await signIn(email)
  const startMs = people.clock.at
  let { refreshToken } = await signIn(email)
  people.clock.at += ADMIN_REFRESH_MS
  expect((await refresh(unused.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
  people.clock.at = startMs
  for (;;) {
    people.clock.at += ADMIN_REFRESH_MS - 1
    const answer = await refresh(refreshToken)
    if (answer.codes.length > 0) break
    refreshToken = answer.data.adminRefresh.tokens.refreshToken
  }
  expect(people.clock.at - startMs).toBeGreaterThanOrEqual(ADMIN_FAMILY_MS)
  expect(people.clock.at - startMs).toBeLessThan(ADMIN_FAMILY_MS + ADMIN_REFRESH_MS)
})

test('signing out ends the sign-in, and may be repeated; a reset password and a removed admin end all of them', async () => {
  const email = await newAdmin()
  const { refreshToken } = await signIn(email)
  for (let count = 0; count < 2; count++)
    expect((await succeed(people.ask(anonymous, SIGN_OUT, { token: refreshToken }))).adminSignOut.signedOut).toBe(true)
  expect((await refresh(refreshToken)).codes).toEqual(['TOKEN_INVALID'])

  const reset = await signIn(email)
  await resetPassword(db.database, parseAdminEmail(email), `new ${PASSWORD}`)
  expect((await refresh(reset.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
  expect((await succeed(trySignIn(email))).adminSignIn.failure).toBe('WRONG')

  const another = await newAdmin()
  const removed = await signIn(another)
  await dropAdmin(db.database, parseAdminEmail(another))
  expect((await refresh(removed.refreshToken)).codes).toEqual(['TOKEN_INVALID'])
  expect((await succeed(trySignIn(another))).adminSignIn.failure).toBe('WRONG')
})

test('a refresh has the scopes that the admin has now', async () => {
  const email = await newAdmin(['admin', 'support'])
  const { refreshToken } = await signIn(email)
  await db.database.query(`update users.admin set scopes = '{support}' where email = $1::text`, [email])
  const { tokens } = (await succeed(refresh(refreshToken))).adminRefresh
  expect(tokens.scopes).toEqual(['support'])
  expect(decodeJwt(tokens.accessToken)['roles']).toEqual(['support'])
})

test('guesses are limited for an address and a network together, and the owner elsewhere still signs in', async () => {
  const email = await newAdmin()
  const guess = () => trySignIn(email, 'guess', '203.0.113.7')
  for (let count = 0; count < 5; count++) expect((await guess()).codes).toEqual([])
  const refused = await guess()
  expect(refused.codes).toEqual(['RATE_LIMITED'])
  expect(refused.errors[0]?.extensions['retryAfterMs']).toBeGreaterThan(0)
  // Not even the right password gets through from there, so the limit tells nothing about the guess.
  expect((await trySignIn(email, PASSWORD, '203.0.113.7')).codes).toEqual(['RATE_LIMITED'])
  await signIn(email)
})

test.each([
  ['an object', { email: { $gt: '' }, password: 'x' }],
  ['no address', { email: 'root', password: PASSWORD }],
  ['a telephone number', { email: '+4915112345678', password: PASSWORD }],
  ['a password without end', { email: 'root@example.org', password: 'x'.repeat(1_001) }],
])('%s signs nobody in', async (_, variables) => {
  const { codes } = await people.ask(anonymous, SIGN_IN, variables)
  expect(['BAD_USER_INPUT', 'INVALID_REQUEST']).toContain(codes[0])
})

test('tokens that nobody was given are refused', async () => {
  for (const token of ['', 'x', 'x'.repeat(10_000), (await signIn(await newAdmin())).accessToken])
    expect((await refresh(token)).codes).toEqual(['TOKEN_INVALID'])
})

test('without a key to sign with, admins cannot sign in', async () => {
  await using keyless = openPeople(db.database)
  const email = await newAdmin()
  const answer = await keyless.ask(anonymous, SIGN_IN, { email, password: PASSWORD })
  expect(answer.codes).toEqual(['UNAVAILABLE'])
})

test('the log shows a failed try to admins', async () => {
  await trySignIn('nobody@example.org', 'wrong')
  const LOG =
    'query { securityEvents(filter: { kinds: [ADMIN_SIGN_IN_FAILED] }, first: 1) { edges { node { actorKind } } } }'
  expect((await succeed(people.ask(root, LOG))).securityEvents.edges).toEqual([{ node: { actorKind: 'STRANGER' } }])
})

describeWith('redis', 'on Redis', () => {
  test('two instances share the limits, and without the limiter nobody guesses', async () => {
    const prefix = `admin-${Date.now()}:`
    const open = () => openRedisRate({ url: requireUrl('redis'), prefix, log: silentLog })
    const email = await newAdmin()
    const signer = makeSecretSigner(SECRET, { ttlMs: ADMIN_TOKEN_MS })
    const [one, two] = [await open(), await open()]
    await using first = openPeople(db.database, { adminSigner: signer, rate: one })
    await using second = openPeople(db.database, { adminSigner: signer, rate: two })
    const guess = (at: People) =>
      at.ask(anonymous, SIGN_IN, { email, password: 'guess' }, '203.0.113.9').then(({ codes }) => codes)
    const codes: (readonly string[])[] = []
    for (let count = 0; count < 3; count++) codes.push(await guess(first), await guess(second))
    expect(codes.filter((each) => each.length === 0)).toHaveLength(5)
    const down: RateLimiter = {
      ...openMemoryRate({ clock: people.clock }),
      take: () => Promise.reject(new Error('down')),
    }
    await using third = openPeople(db.database, { adminSigner: signer, rate: down })
    const { data } = await third.ask(anonymous, SIGN_IN, { email, password: PASSWORD })
    expect(data?.adminSignIn ?? null).toBeNull()
  })
})
