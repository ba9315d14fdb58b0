import { randomBytes, randomUUID } from 'node:crypto'
import { makeFindSession } from '../gateway/identity/sessions.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { silentLog } from '../platform/log/log.ts'
import { makeSessionKeys, openRedisSessions, type SessionKeys } from '../platform/sessions/index.ts'
import { resealKeys } from '../subgraphs/users/sessions/reseal.ts'
import { createDatabase, type TestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { openPeople } from './support/people.ts'
import { keysOf, removeKeys, withRedis } from './support/redis-keys.ts'
import { describeWith, requireUrl } from './support/services.ts'
import { insertSession } from './support/sessions.ts'
import { anonymous, succeed } from './support/subgraph.ts'

const VERIFY = 'mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { session { id hmacKey } } }'

describeWith('redis', 'the keys of sessions at rest', () => {
  let db: TestDatabase
  const root = `test:${randomUUID()}:`
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(async () => {
    await db[Symbol.asyncDispose]()
    await withRedis(requireUrl('redis'), (redis) => removeKeys(redis, root))
  })

  const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
  const openCache = (prefix: string, keys: SessionKeys) =>
    openRedisSessions({ url: requireUrl('redis'), prefix, log: silentLog, clock: systemClock, keys })

  /** A session as its client has it. */
  async function signIn(sessionKeys: SessionKeys): Promise<{ readonly id: string; readonly key: Buffer }> {
    await using people = openPeople(db.database, { sessionKeys })
    const device = await people.registerDevice()
    const address = `${randomUUID()}@example.org`
    const input = { ...device, address, code: await people.code(device, address), displayName: 'Ada' }
    const { session } = (await succeed(people.ask(anonymous, VERIFY, { input }))).verifyOtp
    return { id: session.id, key: Buffer.from(session.hmacKey, 'base64url') }
  }

  /** The session as a gateway with this ring finds it, or the code of its refusal. */
  async function find(id: string, keys: SessionKeys, prefix = `${root}${randomUUID()}:`) {
    await using cache = await openCache(prefix, keys)
    const findSession = makeFindSession({ cache, keys, sql: db.database, clock: systemClock, log: silentLog })
    // Awaited, because the cache is closed when this function returns.
    return await findSession(id, async () => {}).then(
      ({ hmacKey }) => hmacKey,
      (error: { extensions?: { code?: unknown } }) => error.extensions?.code ?? error,
    )
  }

  test('a dump of PostgreSQL and Redis signs nothing', async () => {
    const keys = makeSessionKeys(entry('one'))
    const prefix = `${root}${randomUUID()}:`
    const { id, key } = await signIn(keys)
    expect(await find(id, keys, prefix)).toEqual(key)

    const { rows } = await db.database.query<{ text: string }>('select session::text as text from users.session')
    const cached = await withRedis(requireUrl('redis'), async (redis) =>
      Promise.all((await keysOf(redis, prefix)).map((name) => redis.get(name))),
    )
    expect(cached).toHaveLength(1)
    const dump = [...rows.map(({ text }) => text), ...cached].join('\n')
    expect(dump).toContain(id)
    for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const)
      expect(dump).not.toContain(key.toString(encoding))
    // Whoever has the dump and runs a gateway on it with keys of their own opens nothing.
    const thief = makeSessionKeys(entry('one'))
    expect(await find(id, thief, prefix)).toBe('SESSION_UNKNOWN')
    await using cache = await openCache(prefix, thief)
    expect(await cache.get(id)).toBeNull()
    expect(await find(id, keys, prefix)).toEqual(key)
  })

  test('a row that is copied to another session opens nothing there', async () => {
    const keys = makeSessionKeys(entry('one'))
    const [one, two] = [await signIn(keys), await signIn(keys)]
    await db.database.query(
      `update users.session set sealed_key = (select sealed_key from users.session where id = $1::uuid) where id = $2::uuid`,
      [one.id, two.id],
    )
    expect(await find(two.id, keys)).toBe('SESSION_UNKNOWN')
    expect(await find(one.id, keys)).toEqual(one.key)
  })

  test('after a rotation every session goes on, and soon needs the new key alone', async () => {
    const [older, newer] = [entry('older'), entry('newer')]
    const before = makeSessionKeys(older)
    const sessions = [await signIn(before), await signIn(before)]
    const ring = makeSessionKeys(`${newer},${older}`)
    for (const { id, key } of sessions) expect(await find(id, ring)).toEqual(key)
    {
      await using _room = openPeople(db.database, { sessionKeys: ring })
      await eventually(async () => {
        const { rows } = await db.database.query(`select from users.session where key_id = 'older'`)
        expect(rows).toEqual([])
      })
    }
    for (const { id, key } of sessions) {
      expect(await find(id, makeSessionKeys(newer))).toEqual(key)
      expect(await find(id, before)).toBe('SESSION_UNKNOWN')
    }
  })

  test('keys from before keys were encrypted are good until they are encrypted, and after', async () => {
    const keys = makeSessionKeys(entry('first'))
    const old = await insertSession(db.database, Date.now() + 3_600_000)
    expect(await find(old.sessionId, keys)).toEqual(old.hmacKey)
    while ((await resealKeys(db.database, keys)) > 0);
    const { rows } = await db.database.query('select hmac_key, key_id from users.session where id = $1::uuid', [
      old.sessionId,
    ])
    expect(rows).toEqual([{ hmac_key: null, key_id: 'first' }])
    expect(await find(old.sessionId, keys)).toEqual(old.hmacKey)
  })
})
