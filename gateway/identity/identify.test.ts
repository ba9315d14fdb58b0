import { createHmac, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { silentLog } from '../../platform/log/log.ts'
import { openMemoryNonces, openRedisNonces } from '../../platform/nonces/index.ts'
import type { DurableNonceGuard, NonceGuard } from '../../platform/nonces/nonces.ts'
import { makePostgresNonces } from '../../platform/nonces/postgres.ts'
import { openMemoryRate } from '../../platform/rate/memory.ts'
import { openMemorySessions, openRedisSessions } from '../../platform/sessions/index.ts'
import type { Session, SessionCache } from '../../platform/sessions/sessions.ts'
import { openPool } from '../../platform/sql/pool.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { fakeClock } from '../../test/support/clock.ts'
import { createDatabase, type TestDatabase } from '../../test/support/database.ts'
import { eventually } from '../../test/support/eventually.ts'
import { describeWith, requireUrl } from '../../test/support/services.ts'
import { insertSession, revokeSession, signedHeaders } from '../../test/support/sessions.ts'
import { sessionKeys } from '../../test/support/session-keys.ts'
import { startTcpProxy } from '../../test/support/tcp-proxy.ts'
import type { IncomingRequest } from '../core/types.ts'
import { type Code, Refusal, refusedWhileAway } from '../errors.ts'
import { BYTES_PER_TOKEN, makeLimit, type Rates } from '../policy/rate.ts'
import { makeVerifyAdmin } from './admin-jwt.ts'
import { type Identified, type IdentifyDeps, makeIdentify } from './identify.ts'
import { makeTakeNonce } from './nonces.ts'
import { makeFindSession } from './sessions.ts'

const MINUTE = 60_000
const secret = 'an admin secret that is long enough'
const body = '{"query":"{ me { id } }"}'

interface Ports {
  readonly cache?: SessionCache
  readonly nonces?: NonceGuard
  readonly standIn?: DurableNonceGuard
  readonly sql?: Sql
  readonly rates?: Partial<Rates>
}

const wide = { burst: 10_000, perSecond: 10_000 }

describeWith('postgres', 'who comes in', () => {
  let db: TestDatabase
  const clock = fakeClock(Date.now())
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(() => db[Symbol.asyncDispose]())

  /** The product's identity over a real database; what else is not given is in memory. */
  function open(ports: Ports = {}, pathPrefix = '') {
    const taken: string[] = []
    const queries: string[] = []
    const guard = ports.nonces ?? openMemoryNonces({ clock, bornMs: 0 })
    const cache = ports.cache ?? openMemorySessions({ clock })
    const limiter = openMemoryRate({ clock })
    const sql: Sql = ports.sql ?? {
      query: (text, values) => {
        queries.push(text)
        return db.database.query(text, values)
      },
    }
    const deps: IdentifyDeps = {
      findSession: makeFindSession({ cache, keys: sessionKeys, sql, clock, log: silentLog }),
      takeNonce: makeTakeNonce({
        guard: {
          take: (session, nonce, ttlSeconds) => {
            taken.push(nonce)
            return guard.take(session, nonce, ttlSeconds)
          },
          ...(guard.takeIf && {
            takeIf: (unchanged, session, nonce, ttlSeconds) => {
              taken.push(nonce)
              return guard.takeIf!(unchanged, session, nonce, ttlSeconds) // it was there
            },
          }),
          bornMs: () => guard.bornMs(),
          [Symbol.asyncDispose]: async () => {},
        },
        ...(ports.standIn && { standIn: ports.standIn }),
        clock,
        log: silentLog,
      }),
      verifyAdmin: makeVerifyAdmin({ secret }, clock),
      clock,
      limit: makeLimit(
        { limiter, clock, log: silentLog },
        { anonymous: wide, signed: wide, lookups: wide, ...ports.rates },
      ),
    }
    const identify = makeIdentify(deps, { pathPrefix })
    return {
      cache,
      taken,
      queries,
      /** The identity, or the code of the refusal. */
      ask: async (request: IncomingRequest): Promise<Identified | Code> => {
        try {
          return await identify(request, '192.0.2.1')
        } catch (error) {
          if (error instanceof Refusal) return error.extensions.code
          throw error
        }
      },
    }
  }

  interface Sent {
    readonly session: Session
    readonly method?: string
    readonly target?: string
    readonly text?: string
    readonly now?: number
    readonly nonce?: string
  }

  /** What a client sends, over HTTP or as connection_init. */
  async function signed({ session, method = 'POST', target = '/graphql', text = body, now, nonce }: Sent) {
    const headers = await signedHeaders(session, {
      method,
      target,
      body: method === 'POST' ? text : '',
      now: now ?? clock.now(),
      ...(nonce !== undefined && { nonce }),
    })
    return requestWith(headers, { method, target, ...(method === 'POST' && { body: Buffer.from(text) }) })
  }

  const requestWith = (
    headers: Record<string, string>,
    { method = 'POST', ...rest }: { readonly method?: string; readonly target?: string; readonly body?: Buffer } = {},
  ): IncomingRequest => {
    const common = {
      method,
      target: '/graphql',
      body: Buffer.alloc(0),
      rawHeaders: [],
      remoteAddress: '192.0.2.1',
      requestId: 'r',
    }
    if (method === 'WS') return { ...common, transport: 'websocket', headers: {}, connectionParams: headers, ...rest }
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    return { ...common, transport: 'http', headers: lower, ...rest }
  }

  /** The same request with one header changed or, by null, left out. */
  function change(request: IncomingRequest, name: string, value: string | null): IncomingRequest {
    const field = request.method === 'WS' ? 'connectionParams' : 'headers'
    const headers = { ...request[field] } as Record<string, unknown>
    const key = Object.keys(headers).find((known) => known.toLowerCase() === name) ?? name
    if (value === null) delete headers[key]
    else headers[key] = value
    return { ...request, [field]: headers }
  }

  const user = ({ sessionId, userId, deviceId }: Session) => ({ kind: 'user', userId, deviceId, sessionId })
  const month = 30 * 24 * 60 * MINUTE
  const newSession = (leftMs = month) => insertSession(db.database, clock.now() + leftMs)

  describe.each(['POST', 'GET', 'WS'])('by %s', (method) => {
    test('a rightly signed request is its user, until the session is over', async () => {
      const { ask } = open()
      const session = await newSession()
      expect(await ask(await signed({ session, method }))).toEqual({
        identity: user(session),
        expiresAtMs: session.expiresAtMs,
      })
    })

    test('a request without credentials is anonymous, and admitted', async () => {
      expect(await open().ask(requestWith({}, { method }))).toEqual({
        identity: { kind: 'anonymous' },
        expiresAtMs: null,
      })
    })

    test.each(['authorization', 'x-timestamp', 'x-nonce', 'x-signature'])(
      'credentials without %s are malformed, not nobody’s',
      async (name) => {
        const { ask, taken } = open()
        const request = await signed({ session: await newSession(), method })
        expect(await ask(change(request, name, null))).toBe('MALFORMED_CREDENTIALS')
        expect(taken).toEqual([])
        expect(await ask(request)).toMatchObject({ identity: { kind: 'user' } })
      },
    )

    test('what was signed cannot be changed', async () => {
      const { ask, taken } = open()
      const [session, another] = [await newSession(), await newSession()]
      const request = await signed({ session, method })
      const stolen = `Session ${another.sessionId}`
      for (const forged of [
        change(request, 'x-nonce', randomUUID()),
        change(request, 'x-timestamp', String(clock.now() + 1)),
        change(request, 'x-signature', '0'.repeat(64)),
        change(request, 'authorization', stolen),
        { ...request, target: '/graphql?x=1' },
        { ...request, target: '/graphql?' },
        { ...request, target: '/other' },
        ...(method === 'WS'
          ? []
          : [
              { ...request, method: 'PUT' },
              { ...request, body: Buffer.from(`${body} `) },
            ]),
      ])
        expect(await ask(forged)).toBe('SIGNATURE_INVALID')
      expect(taken).toEqual([])
      expect(await ask(request)).toMatchObject({ identity: user(session) })
    })

    test('a clock may be five minutes off, both ways, and not a millisecond more', async () => {
      const { ask, taken } = open()
      const session = await newSession()
      const at = async (offMs: number) => ask(await signed({ session, method, now: clock.now() + offMs }))
      expect(await at(5 * MINUTE)).toMatchObject({ identity: user(session) })
      expect(await at(-5 * MINUTE)).toMatchObject({ identity: user(session) })
      expect(await at(5 * MINUTE + 1)).toBe('TIMESTAMP_STALE')
      expect(await at(-5 * MINUTE - 1)).toBe('TIMESTAMP_STALE')
      expect(taken).toHaveLength(2)
    })

    test('a request is good once; another session may use the same nonce', async () => {
      const { ask } = open()
      const [session, another] = [await newSession(), await newSession()]
      const nonce = randomUUID()
      const request = await signed({ session, method, nonce })
      expect(await ask(request)).toMatchObject({ identity: user(session) })
      expect(await ask(request)).toBe('NONCE_REPLAYED')
      expect(await ask(await signed({ session, method, nonce, text: '{}' }))).toBe('NONCE_REPLAYED')
      expect(await ask(await signed({ session: another, method, nonce }))).toMatchObject({ identity: user(another) })
    })

    test('a session that is unknown, ended or over is refused, each with its code', async () => {
      const { ask, taken, cache } = open()
      const [alive, ended, expired] = [await newSession(), await newSession(), await newSession(0)]
      await revokeSession(db.database, ended.sessionId)
      const ghost = { ...alive, sessionId: randomUUID() }
      const askFor = async (session: Session) => ask(await signed({ session, method }))
      expect(await askFor(alive)).toMatchObject({ identity: user(alive) })
      expect(await askFor(ghost)).toBe('SESSION_UNKNOWN')
      expect(await askFor(ended)).toBe('SESSION_REVOKED')
      expect(await askFor(expired)).toBe('SESSION_EXPIRED')
      await cache.revoke([alive.sessionId])
      expect(await askFor(alive)).toBe('SESSION_REVOKED')
      expect(taken).toHaveLength(1)
    })

    test('an admin’s token is the admin, without timestamp and nonce', async () => {
      const { ask } = open()
      const token = jwt({ sub: 'root', roles: ['admin'], exp: clock.now() / 1000 + 60 })
      expect(await ask(requestWith({ Authorization: `Bearer ${token}` }, { method }))).toMatchObject({
        identity: { kind: 'admin', adminId: 'root', roles: ['admin'] },
      })
      expect(await ask(requestWith({ Authorization: `Bearer ${token}x` }, { method }))).toBe('TOKEN_INVALID')
    })
  })

  test.each([
    ['authorization', 'Session'],
    ['authorization', 'Session not-a-uuid'],
    ['authorization', `Session ${randomUUID().toUpperCase()}A`],
    ['authorization', `Session ${randomUUID()} ${randomUUID()}`],
    ['authorization', 'Basic dXNlcjpwYXNz'],
    ['authorization', ''],
    ['authorization', `Bearer ${'a'.repeat(4_096)}`],
    ['authorization', 'Bearer a.b'],
    ['x-timestamp', ''],
    ['x-timestamp', '-1'],
    ['x-timestamp', '1e12'],
    ['x-timestamp', '017000000000000'],
    ['x-timestamp', '1700000000000, 1700000000000'],
    ['x-nonce', 'short'],
    ['x-nonce', 'n'.repeat(129)],
    ['x-nonce', 'with space in it'],
    ['x-nonce', 'nonce\nnonce'],
    ['x-signature', 'zz'],
    ['x-signature', '0'.repeat(63)],
    ['x-signature', '0'.repeat(65)],
  ])('%s: %j is malformed', async (name, value) => {
    const { ask, taken, queries } = open()
    const request = await signed({ session: await newSession() })
    expect(await ask(change(request, name, value))).toBe('MALFORMED_CREDENTIALS')
    expect([taken, queries]).toEqual([[], []])
    expect(await ask(request)).toMatchObject({ identity: { kind: 'user' } })
  })

  test('a session and a token at once are refused', async () => {
    const { ask } = open()
    const request = await signed({ session: await newSession() })
    const token = jwt({ sub: 'root', exp: clock.now() / 1000 + 60 })
    expect(await ask(change(request, 'authorization', `Bearer ${token}`))).toBe('MALFORMED_CREDENTIALS')
  })

  test('a repeated header is refused, because a proxy may have read the other one', async () => {
    const { ask } = open()
    const request = await signed({ session: await newSession() })
    const raw = Object.entries(request.headers).flatMap(([name, value]) => [name, String(value)])
    for (const name of ['Authorization', 'x-nonce'])
      expect(await ask({ ...request, rawHeaders: [...raw, name, 'x'] })).toBe('MALFORMED_CREDENTIALS')
    expect(await ask({ ...request, rawHeaders: raw })).toMatchObject({ identity: { kind: 'user' } })
  })

  test('connection_init takes the names as they are written, in any case, once, as texts', async () => {
    const { ask } = open()
    const session = await newSession()
    const request = await signed({ session, method: 'WS' })
    const params = request.connectionParams as Record<string, string>
    expect(Object.keys(params)).toEqual(['Authorization', 'X-Timestamp', 'X-Nonce', 'X-Signature'])
    const refused: Record<string, unknown>[] = [
      { ...params, authorization: params['Authorization'] },
      { ...params, 'X-Timestamp': Number(params['X-Timestamp']) },
      { ...params, 'X-Nonce': [params['X-Nonce']] },
    ]
    for (const connectionParams of refused)
      expect(await ask({ ...request, connectionParams })).toBe('MALFORMED_CREDENTIALS')
    const headers = { authorization: params['Authorization']! }
    expect(await ask({ ...request, headers })).toBe('MALFORMED_CREDENTIALS')
    expect(await ask({ ...request, headers, connectionParams: {} })).toBe('MALFORMED_CREDENTIALS')
    const lower = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]))
    expect(await ask({ ...request, connectionParams: lower })).toMatchObject({ identity: user(session) })
  })

  test('a signature for a socket is none for a request, nor the other way round', async () => {
    const { ask } = open()
    const session = await newSession()
    const forSocket = await signed({ session, method: 'WS' })
    const asRequest = requestWith(forSocket.connectionParams as Record<string, string>, { method: 'GET' })
    expect(await ask(asRequest)).toBe('SIGNATURE_INVALID')
    expect(await ask(forSocket)).toMatchObject({ identity: user(session) })
  })

  test('where a proxy cuts a prefix off the path, the whole path is what is signed', async () => {
    const session = await newSession()
    const { ask } = open({}, '/api')
    const cut = async (target: string) => ask({ ...(await signed({ session, target })), target: '/graphql' })
    expect(await cut('/api/graphql')).toMatchObject({ identity: user(session) })
    expect(await cut('/graphql')).toBe('SIGNATURE_INVALID')
  })

  test('of a hundred requests with one nonce at once, one comes in', async () => {
    const session = await newSession()
    await using standIn = makePostgresNonces(db.database)
    for (const nonces of [openMemoryNonces({ clock }), standIn]) {
      const { ask } = open({ nonces })
      const request = await signed({ session })
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(request)))
      expect(answers.filter((answer) => answer === 'NONCE_REPLAYED')).toHaveLength(99)
    }
  })

  describe('a guard that was born anew', () => {
    /** PostgreSQL, counting what it is asked. */
    function durable(): DurableNonceGuard & { readonly asked: string[] } {
      const guard = makePostgresNonces(db.database)
      const asked: string[] = []
      return {
        ...guard,
        asked,
        take: (...taken) => (asked.push('take'), guard.take(...taken)),
        holdsAny: () => (asked.push('holdsAny'), guard.holdsAny()),
      }
    }
    beforeEach(() => db.database.query('/* test.empty */ delete from nonces.used'))

    test('refuses what is older than itself, and says so as a stale timestamp', async () => {
      const session = await newSession()
      const before = await signed({ session })
      clock.advance(1)
      const { ask } = open({ nonces: openMemoryNonces({ clock }) })
      expect(await ask(before)).toBe('TIMESTAMP_STALE')
      expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    })

    test('knows what the one before took by a clock that goes ahead, and asks PostgreSQL for nothing else', async () => {
      const session = await newSession()
      const recorded: IncomingRequest[] = []
      {
        await using standIn = durable()
        const { ask } = open({ nonces: openMemoryNonces({ clock }), standIn })
        for (const ahead of [0, 500, 501, 5 * MINUTE]) {
          const request = await signed({ session, now: clock.now() + ahead })
          expect(await ask(request)).toMatchObject({ identity: user(session) })
          recorded.push(request)
        }
        expect(standIn.asked).toEqual(['holdsAny', 'take', 'take'])
      }
      clock.advance(501)
      await using standIn = durable()
      const { ask } = open({ nonces: openMemoryNonces({ clock }), standIn })
      const answers: unknown[] = []
      for (const request of recorded) answers.push(await ask(request))
      expect(answers).toEqual(['TIMESTAMP_STALE', 'TIMESTAMP_STALE', 'NONCE_REPLAYED', 'NONCE_REPLAYED'])
      // Five minutes later the past cannot come back, and only clocks that go ahead cost anything.
      clock.advance(5 * MINUTE + 1)
      standIn.asked.length = 0
      for (let i = 0; i < 5; i++)
        expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      expect(standIn.asked).toEqual([])
    })
  })

  test('a session is read from PostgreSQL once, then from the cache', async () => {
    const session = await newSession()
    const { ask, queries } = open()
    for (let i = 0; i < 3; i++) expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    expect(queries).toHaveLength(1)
  })

  test('a session revoked between the look at PostgreSQL and the cache is not put back', async () => {
    const session = await newSession()
    const cache = openMemorySessions({ clock })
    const sql: Sql = {
      async query<Row extends object>(text: string, values?: readonly unknown[]) {
        const rows = await db.database.query<Row>(text, values)
        await revokeSession(db.database, session.sessionId)
        await cache.revoke([session.sessionId])
        return rows
      },
    }
    const { ask } = open({ cache, sql })
    // It was alive when this request was looked up; the next one finds the tombstone.
    expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    expect(await ask(await signed({ session }))).toBe('SESSION_REVOKED')
    expect(await cache.get(session.sessionId)).toBe('revoked')
  })

  test('made-up sessions soon ask PostgreSQL nothing more, while cached ones come in from the same address', async () => {
    const session = await newSession()
    const { ask, queries } = open({ rates: { lookups: { burst: 5, perSecond: 0.001 } } })
    expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    const codes: unknown[] = []
    for (let i = 0; i < 20; i++)
      codes.push(await ask(await signed({ session: { ...session, sessionId: randomUUID() } })))
    expect(codes).toEqual([...Array(4).fill('SESSION_UNKNOWN'), ...Array(16).fill('RATE_LIMITED')])
    expect(queries).toHaveLength(5)
    expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
  })

  test('who is over his rate keeps his nonce, and the same request comes in later', async () => {
    const session = await newSession()
    const { ask, taken } = open({ rates: { signed: { burst: 1, perSecond: 1 } } })
    expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    const request = await signed({ session })
    expect(await ask(request)).toBe('RATE_LIMITED')
    expect(taken).toHaveLength(1)
    clock.advance(1_000)
    expect(await ask(request)).toMatchObject({ identity: user(session) })
  })

  test('nobody is limited by address, a user by name', async () => {
    const rates = { anonymous: { burst: 2, perSecond: 1 }, signed: { burst: 3, perSecond: 1 } }
    const { ask } = open({ rates })
    const session = await newSession()
    const nobody = () => ask(requestWith({}))
    expect([await nobody(), await nobody(), await nobody()].filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(
      1,
    )
    for (let i = 0; i < 3; i++) expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
    expect(await ask(await signed({ session }))).toBe('RATE_LIMITED')
  })

  test('a request without credentials pays for its size, in its body or in its target', async () => {
    const { ask } = open({ rates: { anonymous: { burst: 10, perSecond: 0.001 } } })
    const long = 'x'.repeat(4 * BYTES_PER_TOKEN)
    expect(await ask(requestWith({}, { body: Buffer.from(long) }))).toMatchObject({ identity: { kind: 'anonymous' } })
    expect(await ask(requestWith({}, { target: `/graphql?query=${long}` }))).toMatchObject({
      identity: { kind: 'anonymous' },
    })
    expect(await ask(requestWith({}))).toBe('RATE_LIMITED')
  })

  describeWith('redis', 'over Redis', () => {
    const prefix = `test:${randomUUID()}:`

    /** A gateway of its own on the same Redis. */
    async function gateway() {
      const options = { url: requireUrl('redis'), prefix, log: silentLog, clock }
      const cache = await openRedisSessions({ ...options, keys: sessionKeys })
      const nonces = await openRedisNonces(options)
      const world = open({ cache, nonces })
      return {
        ...world,
        async [Symbol.asyncDispose]() {
          await Promise.all([cache, nonces].map((port) => port[Symbol.asyncDispose]()))
        },
      }
    }

    /** The commands about keys of these gateways that clients send to Redis meanwhile, without those that scripts run. */
    async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
      const redis = new Redis(requireUrl('redis'))
      const monitor = await redis.monitor()
      const seen: string[][] = []
      monitor.on('monitor', (_at: string, args: string[], source: string) => {
        if (source !== 'lua') seen.push(args)
      })
      try {
        await work()
        const last = randomUUID()
        await redis.echo(last)
        await eventually(() => seen.some((args) => args[1] === last))
        return seen
          .filter((args) => args.some((arg) => arg.startsWith(prefix)))
          .map(([name]) => `${name}`.toLowerCase())
      } finally {
        monitor.disconnect()
        redis.disconnect()
      }
    }

    test('a request of a known session is one round trip: its session, its nonce and its time in the cache', async () => {
      await using one = await gateway()
      const session = await newSession()
      expect(await one.ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      const requests = await Promise.all(Array.from({ length: 5 }, () => signed({ session })))
      const commands = await commandsOf(async () => {
        for (const request of requests) expect(await one.ask(request)).toMatchObject({ identity: user(session) })
      })
      expect(commands).toEqual(requests.map(() => expect.stringMatching(/^eval/)))
      const redis = new Redis(requireUrl('redis'))
      const key = `${prefix}session:${session.sessionId}`
      await redis.pexpire(key, 1_000)
      await one.ask(await signed({ session }))
      expect(await redis.pttl(key)).toBeGreaterThan(10_000)
      redis.disconnect()
      // Nor was PostgreSQL asked again.
      expect(one.queries).toHaveLength(1)
    })

    test('a session that another process ends is refused at once, and takes no nonce', async () => {
      await using one = await gateway()
      await using two = await gateway()
      const [session, replaced] = [await newSession(), await newSession()]
      for (const each of [session, replaced])
        for (let turn = 0; turn < 2; turn++) await one.ask(await signed({ session: each }))
      await revokeSession(db.database, session.sessionId)
      await two.cache.revoke([session.sessionId])
      await two.cache.revoke([replaced.sessionId], 'replaced')
      expect(await one.ask(await signed({ session }))).toBe('SESSION_REVOKED')
      expect(await one.ask(await signed({ session }))).toBe('SESSION_REVOKED')
      expect(await one.ask(await signed({ session: replaced }))).toBe('SESSION_REPLACED')
      expect(await one.ask(change(await signed({ session }), 'x-nonce', randomUUID()))).toBe('SESSION_REVOKED')
    })

    test('of one request at the same moment at two gateways that know the session exactly one is accepted', async () => {
      await using one = await gateway()
      await using two = await gateway()
      const session = await newSession()
      for (const each of [one, two]) for (let turn = 0; turn < 2; turn++) await each.ask(await signed({ session }))
      for (let turn = 0; turn < 20; turn++) {
        const request = await signed({ session })
        const answers = await Promise.all([one, two, one, two].map((each) => each.ask(request)))
        expect(answers.filter((answer) => answer === 'NONCE_REPLAYED')).toHaveLength(3)
      }
    })

    test('an entry that changed or is gone is read again, and the request is accepted once', async () => {
      await using one = await gateway()
      await using two = await gateway()
      const session = await newSession()
      for (const each of [one, two, one]) await each.ask(await signed({ session }))
      const redis = new Redis(requireUrl('redis'))
      const key = `${prefix}session:${session.sessionId}`
      for (const disturb of [
        () => two.cache.put(session, clock.now() - 1),
        () => redis.del(key),
        () => redis.set(key, 'nonsense'),
      ]) {
        await disturb()
        const request = await signed({ session })
        expect(await one.ask(request)).toMatchObject({ identity: user(session) })
        expect(await one.ask(request)).toBe('NONCE_REPLAYED')
      }
      redis.disconnect()
    })

    test('a wrong signature and a stale time are refused as before, and take no nonce', async () => {
      await using one = await gateway()
      const session = await newSession()
      for (let turn = 0; turn < 2; turn++) await one.ask(await signed({ session }))
      const before = one.taken.length
      expect(await one.ask(change(await signed({ session }), 'x-nonce', randomUUID()))).toBe('SIGNATURE_INVALID')
      expect(await one.ask(await signed({ session, now: clock.now() - 6 * MINUTE }))).toBe('TIMESTAMP_STALE')
      expect(one.taken).toHaveLength(before)
    })
  })

  describeWith('redis', 'when Redis goes', () => {
    /** After which a process does not know any more by itself what it took. */
    const FORGOTTEN_BY_ITSELF_MS = 5_000
    const prefix = `test:${randomUUID()}:`

    async function throughProxy() {
      const proxy = await startTcpProxy(requireUrl('redis'))
      const options = { url: proxy.url, prefix, log: silentLog, commandTimeoutMs: 500, heartbeatMs: 100 }
      const cache = await openRedisSessions({ ...options, keys: sessionKeys, clock })
      const nonces = await openRedisNonces({ ...options, clock })
      const standIn = makePostgresNonces(db.database)
      const world = open({ cache, nonces, standIn })
      return {
        ...world,
        proxy,
        /** Until Redis answers both again. */
        back: () =>
          eventually(async () => (await cache.get(randomUUID())) === null && nonces.take(randomUUID(), 'n', 1)),
        async [Symbol.asyncDispose]() {
          await Promise.all([cache, nonces, standIn].map((port) => port[Symbol.asyncDispose]()))
          await proxy[Symbol.asyncDispose]()
        },
      }
    }

    test('sessions and nonces are kept in PostgreSQL, and all refusals stay the same', async () => {
      await using world = await throughProxy()
      const { ask, proxy } = world
      const [session, ended] = [await newSession(), await newSession()]
      expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      expect(await ask(await signed({ session: ended }))).toMatchObject({ identity: user(ended) })
      await revokeSession(db.database, ended.sessionId)
      proxy.cut()
      const request = await signed({ session })
      expect(await ask(request)).toMatchObject({ identity: user(session) })
      expect(await ask(request)).toBe('NONCE_REPLAYED')
      expect(await ask(await signed({ session: ended }))).toBe('SESSION_REVOKED')
      expect(await ask(await signed({ session: { ...session, sessionId: randomUUID() } }))).toBe('SESSION_UNKNOWN')
      expect(await ask(change(request, 'x-nonce', randomUUID()))).toBe('SIGNATURE_INVALID')
    })

    test('what PostgreSQL took meanwhile is not good again when Redis is back', async () => {
      await using world = await throughProxy()
      const { ask, proxy, back } = world
      const session = await newSession()
      proxy.cut()
      const [first, second] = [await signed({ session }), await signed({ session })]
      expect(await ask(first)).toMatchObject({ identity: user(session) })
      proxy.restore()
      await back()
      clock.advance(FORGOTTEN_BY_ITSELF_MS)
      expect(await ask(first)).toBe('NONCE_REPLAYED')
      expect(await ask(second)).toMatchObject({ identity: user(session) })
      expect(await ask(second)).toBe('NONCE_REPLAYED')
    })

    test('a session that was cached before is read again after, once: nobody may have told the cache of its end', async () => {
      await using world = await throughProxy()
      const { ask, proxy, back, queries } = world
      const [session, ended] = [await newSession(), await newSession()]
      for (const each of [session, ended, session, ended])
        expect(await ask(await signed({ session: each }))).toMatchObject({ identity: user(each) })
      const lookups = () => queries.filter((text) => text.includes('findSession')).length
      expect(lookups()).toBe(2)
      proxy.hold()
      expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      await revokeSession(db.database, ended.sessionId)
      proxy.restore()
      await back()
      const before = lookups()
      clock.advance(1)
      expect(await ask(await signed({ session: ended }))).toBe('SESSION_REVOKED')
      for (let n = 0; n < 3; n++)
        expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      expect(lookups()).toBe(before + 2)
    })

    test('while it is away nothing is good that it may have taken, but for what was under way', async () => {
      // What other tests left in PostgreSQL would be a reason to ask there before the outage too.
      await db.database.query('/* test.empty */ delete from nonces.used')
      await using world = await throughProxy()
      const { ask, proxy } = world
      const session = await newSession()
      const taken = await signed({ session })
      expect(await ask(taken)).toMatchObject({ identity: user(session) })
      clock.advance(2_001)
      const underWay = await signed({ session })
      clock.advance(2_000)
      proxy.cut()
      expect(await ask(taken)).toBe('TIMESTAMP_STALE')
      expect(await ask(underWay)).toMatchObject({ identity: user(session) })
      expect(await ask(underWay)).toBe('NONCE_REPLAYED')
      clock.advance(FORGOTTEN_BY_ITSELF_MS)
      expect(await ask(underWay)).toBe('NONCE_REPLAYED')
    })

    test.each([0, 400])(
      'what it took the moment before is not good while it is away (clock %i ms ahead)',
      async (aheadMs) => {
        await using world = await throughProxy()
        const { ask, proxy } = world
        const session = await newSession()
        const taken = await signed({ session, now: clock.now() + aheadMs })
        expect(await ask(taken)).toMatchObject({ identity: user(session) })
        proxy.cut()
        clock.advance(1_999)
        expect(await ask(taken)).toBe('NONCE_REPLAYED')
      },
    )

    test.each([0, 400])('nor when it came back empty before anybody noticed (clock %i ms ahead)', async (aheadMs) => {
      await using world = await throughProxy()
      const session = await newSession()
      const taken = await signed({ session, now: clock.now() + aheadMs })
      expect(await world.ask(taken)).toMatchObject({ identity: user(session) })
      const redis = new Redis(requireUrl('redis'))
      const keys = await redis.keys(`${prefix}nonce*`)
      expect(await redis.del(...keys)).toBeGreaterThan(1)
      redis.disconnect()
      expect(await world.ask(taken)).toMatch(/^(TIMESTAMP_STALE|NONCE_REPLAYED)$/)
    })

    test('with PostgreSQL away too nobody comes in, known or not, and each is told to try again; then all is as before', async () => {
      await using redis = await startTcpProxy(requireUrl('redis'))
      await using postgres = await startTcpProxy(db.url)
      await using pool = await openPool(postgres.url, { max: 2, log: silentLog })
      const options = { url: redis.url, prefix, log: silentLog, commandTimeoutMs: 500, heartbeatMs: 100 }
      await using cache = await openRedisSessions({ ...options, keys: sessionKeys, clock })
      await using nonces = await openRedisNonces({ ...options, clock })
      await using standIn = makePostgresNonces(pool)
      const { ask } = open({ cache, nonces, standIn, sql: pool })
      const [session, ended] = [await newSession(), await newSession()]
      for (const one of [session, ended]) expect(await ask(await signed({ session: one }))).toHaveProperty('identity')
      await revokeSession(db.database, ended.sessionId)
      redis.cut()
      postgres.cut()
      for (const one of [session, ended, { ...session, sessionId: randomUUID() }]) {
        const answer = await ask(await signed({ session: one })).catch(refusedWhileAway)
        expect(answer).toMatchObject({ extensions: { code: 'UNAVAILABLE' } })
      }
      redis.restore()
      postgres.restore()
      await eventually(async () =>
        expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) }),
      )
      expect(await ask(await signed({ session: ended }))).toBe('SESSION_REVOKED')
    })

    test('a Redis that hangs is as good as gone', async () => {
      await using world = await throughProxy()
      const { ask, proxy } = world
      const session = await newSession()
      expect(await ask(await signed({ session }))).toMatchObject({ identity: user(session) })
      proxy.hold()
      const request = await signed({ session })
      expect(await ask(request)).toMatchObject({ identity: user(session) })
      expect(await ask(request)).toBe('NONCE_REPLAYED')
    })
  })
})

/** An HS256 token by hand. */
function jwt(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
