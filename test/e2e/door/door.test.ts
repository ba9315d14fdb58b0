import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Bus } from '../../../platform/bus/bus.ts'
import { openMemoryBus } from '../../../platform/bus/index.ts'
import { REVOKED_CHANNEL, type Session } from '../../../platform/sessions/sessions.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { describeWith } from '../../support/services.ts'
import { insertSession, revokeSession } from '../../support/sessions.ts'
import { ADMIN_SECRET, openWorld, type World, type WorldOptions } from './world.ts'

/** An HS256 token of an admin. */
function adminToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256' })}.${part({ sub: 'root', roles: ['admin'], ...claims })}`
  return `${text}.${createHmac('sha256', ADMIN_SECRET).update(text).digest('base64url')}`
}

/** What became of one subscription. */
function follow(client: Client, query: string) {
  const seen: { events: unknown[]; end: unknown } = { events: [], end: undefined }
  const stop = client.subscribe(
    { query },
    {
      next: (event) => seen.events.push(event.data),
      error: (error) => (seen.end = error),
      complete: () => (seen.end ??= 'complete'),
    },
  )
  return { seen, stop }
}

const codeOf = (answer: { body: { errors?: { extensions: { code: string } }[] } }) =>
  answer.body.errors?.[0]?.extensions.code

describeWith('postgres', 'the door', () => {
  let db: TestDatabase
  beforeAll(async () => void (db = await createDatabase()))
  afterAll(() => db[Symbol.asyncDispose]())

  const open = (options?: WorldOptions) => openWorld(db.database, options)
  const newSession = ({ clock }: World, leftMs = 3_600_000) => insertSession(db.database, clock.now() + leftMs)
  const identityOf = ({ userId, deviceId, sessionId }: Session) => ({ kind: 'user', userId, deviceId, sessionId })
  const asParams = (world: World, session: Session) => () => world.sign(session, 'WS')

  describe.each([
    ['in-process', false],
    ['elsewhere', true],
  ])('with the subgraph %s', (_, remote) => {
    test('nobody, a user and an admin reach the subgraph as who they are', async () => {
      await using world = await open({ remote })
      const session = await newSession(world)
      expect((await world.post({ query: '{ hello }' })).body).toEqual({ data: { hello: 'world' } })
      const { body } = await world.postAs(session, { query: '{ whoami }' })
      expect(JSON.parse(body.data.whoami)).toEqual(identityOf(session))
      const authorization = `Bearer ${adminToken({ exp: world.clock.now() / 1000 + 60 })}`
      const admin = await world.post({ query: '{ whoami everybody }' }, { authorization })
      expect(JSON.parse(admin.body.data.whoami)).toEqual({ kind: 'admin', adminId: 'root', roles: ['admin'] })
      expect(admin.body.data.everybody).toBe('all of them')
    })

    test('headers with which a client claims to be somebody do not reach it', async () => {
      await using world = await open({ remote })
      const claims = {
        'x-gateway-user-id': 'alice',
        'x-gateway-device-id': 'phone',
        'x-gateway-session-id': randomUUID(),
        'x-gateway-admin-id': 'root',
        'x-gateway-admin-roles': 'admin',
      }
      expect((await world.post({ query: '{ hello }' }, claims)).body).toEqual({ data: { hello: 'world' } })
      expect(world.heard.at(-1)?.identity).toEqual({ kind: 'anonymous' })
      const session = await newSession(world)
      await world.postAs(session, { query: '{ whoami }' }, claims)
      expect(world.heard.at(-1)?.identity).toEqual(identityOf(session))
    })

    test('a stream is its user’s, and one request has one id in both logs', async () => {
      await using world = await open({ remote })
      const session = await newSession(world)
      const { seen, stop } = follow(world.client(asParams(world, session)), 'subscription { mine }')
      await eventually(() => world.waiting() === 1)
      expect(world.heard.at(-1)?.identity).toEqual(identityOf(session))
      world.tick(1)
      await eventually(() => seen.events.length === 1)
      expect(seen.events).toEqual([{ mine: '1' }])
      stop()
      await eventually(() => world.streams() === 0)
      await world.postAs(session, { query: '{ whoami }' }, { 'x-request-id': 'request-0001' })
      expect(world.heard.at(-1)?.requestId).toBe('client.request-0001')
    })

    test('an id that a client chose is bounded and says so, and none of ours can be taken for it', async () => {
      await using world = await open({ remote })
      const idOf = async (given?: string) => {
        const { headers } = await world.post(
          { query: '{ hello }' },
          given === undefined ? {} : { 'x-request-id': given },
        )
        expect(world.heard.at(-1)?.requestId).toBe(headers.get('x-request-id'))
        return headers.get('x-request-id')
      }
      expect(await idOf('a'.repeat(64))).toBe(`client.${'a'.repeat(64)}`)
      for (const own of [undefined, 'short', 'a'.repeat(65), 'client.12345678', 'with space in it'])
        expect(await idOf(own)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    })

    test('an error that is public keeps its code and facts; of any other the id is told, and the log has the rest', async () => {
      await using world = await open({ remote })
      const { body } = await world.post({ query: '{ missing broken }' }, { 'x-request-id': 'request-0002' })
      expect(body.data).toEqual({ missing: null, broken: null })
      expect(body.errors).toEqual([
        expect.objectContaining({ message: 'There is none.', extensions: { code: 'NOT_FOUND', kind: 'thing' } }),
        expect.objectContaining({ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'client.request-0002' } }),
      ])
      expect(JSON.stringify(body)).not.toContain('hunter2')
      const lines = world.logged.filter(({ facts }) => facts['requestId'] === 'client.request-0002')
      expect(lines.map(({ facts }) => String(facts['error']))).toContain('Error: password hunter2 does not fit')
    })

    test('an error whose code is of no list is an internal one', async () => {
      await using world = await open({ remote, subgraphCodes: [] })
      const { body } = await world.post({ query: '{ missing }' }, { 'x-request-id': 'request-0003' })
      expect(body.errors).toEqual([
        expect.objectContaining({ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'client.request-0003' } }),
      ])
      expect(JSON.stringify(body)).not.toContain('There is none.')
    })

    test('a subgraph that does not believe the gateway is an internal error to a client', async () => {
      await using world = await open({ remote, subgraphSecret: 'another secret of the same length....' })
      const { body } = await world.post({ query: '{ hello }' })
      expect(body.data ?? { hello: null }).toEqual({ hello: null })
      expect(body.errors[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR' } })
      const { seen } = follow(
        world.client(() => ({})),
        'subscription { ticks }',
      )
      await eventually(() => seen.end !== undefined)
      expect(seen.end).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    })
  })

  describe('refuses', () => {
    let world: World
    let session: Session
    beforeAll(async () => {
      world = await open()
      session = await newSession(world)
    })
    afterAll(() => world[Symbol.asyncDispose]())

    test('over HTTP with 401, a code and a reason, before anything is parsed', async () => {
      const request = { query: '{ not even graphql' }
      const good = await world.postAs(session, request)
      expect([good.status, codeOf(good)]).toEqual([400, 'GRAPHQL_PARSE_FAILED'])
      const headers = await world.sign(session, 'POST', '{}')
      const bad = await world.post(request, headers)
      expect([bad.status, codeOf(bad)]).toEqual([401, 'SIGNATURE_INVALID'])
      expect(bad.body.errors[0].message).toMatch(/X-Signature/)
      expect(bad.body.errors[0].extensions).toEqual({ code: 'SIGNATURE_INVALID' })
    })

    test('credentials in a URL or in a cookie, which are none: they would stand in logs and be sent by pages', async () => {
      const text = JSON.stringify({ query: '{ whoami }' })
      const headers = await world.sign(session, 'POST', text)
      const inUrl = new URLSearchParams({ ...headers, token: headers['authorization'] ?? '' })
      const cookie = Object.entries(headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      const whoami = (answer: Response) => answer.json() as Promise<{ data: { whoami: string } }>
      const send = (url: string, more: Record<string, string> = {}) =>
        fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...more }, body: text })
      const nobody = await whoami(await send(world.url))
      expect(await whoami(await send(`${world.url}?${inUrl.toString()}`))).toEqual(nobody)
      expect(await whoami(await send(world.url, { cookie: cookie.join('; ') }))).toEqual(nobody)
      // They were good, and still are.
      expect(await whoami(await send(world.url, headers))).not.toEqual(nobody)
    })

    test('a stale timestamp, with the time here', async () => {
      const text = JSON.stringify({ query: '{ whoami }' })
      const headers = await world.sign(session, 'POST', text)
      world.clock.advance(5 * 60_000 + 1)
      const late = await world.post({ query: '{ whoami }' }, headers)
      expect([late.status, codeOf(late)]).toEqual([401, 'TIMESTAMP_STALE'])
      expect(late.body.errors[0].extensions.serverTimeMs).toBe(world.clock.now())
      expect((await world.postAs(session, { query: '{ whoami }' })).status).toBe(200)
    })

    test('a replay', async () => {
      const headers = await world.sign(session, 'POST', '{"query":"{ whoami }"}')
      expect((await world.post({ query: '{ whoami }' }, headers)).status).toBe(200)
      const again = await world.post({ query: '{ whoami }' }, headers)
      expect([again.status, codeOf(again)]).toEqual([401, 'NONCE_REPLAYED'])
    })

    test('a socket with 4401 and the code', async () => {
      const params = await world.sign(session, 'WS')
      const good = follow(
        world.client(() => params),
        'subscription { mine }',
      )
      await eventually(() => world.waiting() === 1)
      const replayed = follow(
        world.client(() => params),
        'subscription { mine }',
      )
      await eventually(() => replayed.seen.end !== undefined)
      expect(replayed.seen.end).toMatchObject({ code: 4401, reason: 'NONCE_REPLAYED' })
      expect(good.seen.end).toBeUndefined()
      good.stop()
    })

    test('a stream over HTTP, by the same rules', async () => {
      const query = 'subscription { mine }'
      const nobody = world.sse(query, {})
      await eventually(() => nobody.seen.ended)
      expect(nobody.seen.text + String(nobody.seen.status)).toContain('UNAUTHENTICATED')
      const forged = world.sse(query, await world.sign(session, 'POST', '{}'))
      await eventually(() => forged.seen.ended)
      expect([forged.seen.status, forged.seen.text]).toEqual([401, expect.stringContaining('SIGNATURE_INVALID')])
      const good = world.sse(query, await world.sign(session, 'POST', JSON.stringify({ query })))
      await eventually(() => {
        world.tick(7)
        return good.seen.text.includes('"mine":"7"')
      })
      good.leave()
    })

    test('what a field does not allow, with the status of the reason', async () => {
      const ask = async (query: string, as?: Session) => {
        const answer = as ? await world.postAs(as, { query }) : await world.post({ query })
        return [answer.status, codeOf(answer)]
      }
      expect(await ask('{ hello }')).toEqual([200, undefined])
      expect(await ask('{ hello whoami }')).toEqual([401, 'UNAUTHENTICATED'])
      expect(await ask('{ hello whoami }', session)).toEqual([200, undefined])
      expect(await ask('{ everybody }', session)).toEqual([403, 'FORBIDDEN'])
      expect(await ask('{ forgotten }', session)).toEqual([403, 'FORBIDDEN'])
      expect(await ask('mutation { greet }')).toEqual([200, undefined])
      expect(await ask('mutation { rename }')).toEqual([401, 'UNAUTHENTICATED'])
      expect(await ask('mutation { rename }', session)).toEqual([200, undefined])
      const { length } = world.heard
      await ask('{ hello whoami }')
      expect(world.heard).toHaveLength(length)
    })

    test('a mutation on a socket, whoever sends it; a query is answered there', async () => {
      const authorization = `Bearer ${adminToken({ exp: world.clock.now() / 1000 + 60 })}`
      for (const params of [() => ({}), asParams(world, session), () => ({ Authorization: authorization })]) {
        const client = world.client(params)
        const query = follow(client, '{ hello }')
        await eventually(() => query.seen.end === 'complete')
        expect(query.seen.events).toEqual([{ hello: 'world' }])
        const mutation = follow(client, 'mutation { greet(name: "x") }')
        await eventually(() => mutation.seen.end !== undefined)
        expect(mutation.seen.end).toMatchObject([{ extensions: { code: 'MUTATION_OVER_SOCKET' } }])
      }
    })

    test('too much at once', async () => {
      const deep = await world.post({ query: `${'{ hello '.repeat(17)}${'}'.repeat(17)}` })
      expect([deep.status, codeOf(deep)]).toEqual([400, 'DOCUMENT_TOO_DEEP'])
      const wide = await world.post({ query: `{ ${Array.from({ length: 21 }, (_, n) => `a${n}: hello`).join(' ')} }` })
      expect([wide.status, codeOf(wide)]).toEqual([400, 'DOCUMENT_TOO_COMPLEX'])
    })

    test('to help somebody guess a schema that he may not see', async () => {
      const answer = await world.post({ query: '{ helo }' })
      expect(codeOf(answer)).toBe('GRAPHQL_VALIDATION_FAILED')
      expect(JSON.stringify(answer.body)).not.toMatch(/Did you mean|hello/)
      expect((await world.post({ query: '{ __schema { types { name } } }' })).status).toBe(400)
    })
  })

  test('a page of another origin may use it only where it is on the list', async () => {
    await using world = await open({ allowedOrigins: ['https://chat.example.org'] })
    const connect = async (origin?: string) => {
      const socket = new WebSocket(world.wsUrl, 'graphql-transport-ws', origin === undefined ? {} : { origin })
      const result = await Promise.race([
        once(socket, 'open').then(() => 'open'),
        once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode),
      ])
      socket.on('error', () => {})
      socket.terminate()
      return result
    }
    expect(await connect()).toBe('open')
    expect(await connect('https://chat.example.org')).toBe('open')
    expect(await connect(new URL(world.url).origin)).toBe('open')
    expect(await connect('https://evil.example')).toBe(403)
    expect(await connect('https://chat.example.org.evil.example')).toBe(403)
    expect(await connect('null')).toBe(403)
  })

  test('in development a page of any port of this machine may use it, where it is asked by a name of this machine', async () => {
    for (const loopbackOrigins of [false, true]) {
      await using world = await open({ loopbackOrigins })
      const ask = async (origin: string, host?: string) => {
        const { port } = new URL(world.url)
        const headers = { origin, 'content-type': 'application/json', ...(host && { host }) }
        const request = httpRequest(world.url, { method: 'POST', headers, port })
        request.end(JSON.stringify({ query: '{ hello }' }))
        const [response] = (await once(request, 'response')) as [IncomingMessage]
        response.resume()
        return response.statusCode
      }
      const allowed = loopbackOrigins ? 200 : 403
      expect(await ask('http://localhost:5173')).toBe(allowed)
      expect(await ask('http://127.0.0.1:3000')).toBe(allowed)
      expect(await ask('https://evil.example')).toBe(403)
      // A foreign name that was made to point here brings no page of this machine in.
      expect(await ask('http://localhost:5173', 'evil.example:4000')).toBe(403)
    }
  })

  test('who asks too fast on a socket is told so per operation, and the socket stays', async () => {
    await using world = await open({ rates: { signed: { burst: 3, perSecond: 1 } } })
    const session = await newSession(world)
    const client = world.client(asParams(world, session))
    const kept = follow(client, 'subscription { mine }')
    await eventually(() => world.waiting() === 1)
    const ends: unknown[] = []
    for (let i = 0; i < 3; i++) {
      const query = follow(client, '{ hello }')
      await eventually(() => query.seen.end !== undefined)
      ends.push(query.seen.end)
    }
    // One for the connection, one for the stream, one for the first query.
    expect(ends).toEqual([
      'complete',
      ...Array(2).fill([expect.objectContaining({ message: expect.stringMatching(/again in/) })]),
    ])
    world.clock.advance(1_000)
    const later = follow(client, '{ hello }')
    await eventually(() => later.seen.end === 'complete')
    // The schema is reloaded: the stream is checked again, but its user did not ask again.
    await world.gateway.reload(`${world.supergraphSdl}\n# the same, reloaded`)
    await eventually(() => world.waiting() > 0)
    world.tick(5)
    await eventually(() => kept.seen.events.length === 1)
    expect(kept.seen.end).toBeUndefined()
  })

  test('a document on a socket costs before it is read: also one that does not parse or does not fit the schema', async () => {
    await using world = await open({ rates: { anonymous: { burst: 5, perSecond: 1 } } })
    const client = world.client(() => ({}))
    const kept = follow(client, 'subscription { ticks }')
    await eventually(() => world.waiting() === 1)
    const codes: unknown[] = []
    for (const query of ['{ not graphql', '{ nothing }', 'mutation { greet }', '{ not graphql', '{ hello }']) {
      const asked = follow(client, query)
      await eventually(() => asked.seen.end !== undefined)
      codes.push((asked.seen.end as { extensions: { code: string } }[])[0]?.extensions.code)
    }
    kept.stop()
    // One for the connection and one for the stream that keeps it open.
    expect(codes).toEqual([
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
      'MUTATION_OVER_SOCKET',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ])
  })

  describe('when a session ends', () => {
    test('its sockets and streams close at once, and those of others stay open', async () => {
      await using world = await open()
      const [ended, other] = [await newSession(world), await newSession(world)]
      const query = 'subscription { mine }'
      const socket = follow(world.client(asParams(world, ended)), query)
      const second = follow(world.client(asParams(world, ended)), query)
      const stream = world.sse(query, await world.sign(ended, 'POST', JSON.stringify({ query })))
      const kept = follow(world.client(asParams(world, other)), query)
      await eventually(() => world.gateway.stats().readers === 4 && world.waiting() === 2)
      await world.bus.publish(REVOKED_CHANNEL, JSON.stringify([ended.sessionId]))
      await eventually(() => socket.seen.end !== undefined && second.seen.end !== undefined && stream.seen.ended)
      expect([socket.seen.end, second.seen.end]).toEqual(
        Array(2).fill(expect.objectContaining({ code: 4401, reason: 'SESSION_REVOKED' })),
      )
      expect(stream.seen.text).toContain('SESSION_REVOKED')
      world.tick(1)
      await eventually(() => kept.seen.events.length === 1)
      expect([socket.seen.events, second.seen.events, kept.seen.end]).toEqual([[], [], undefined])
      expect(stream.seen.text).not.toContain('"mine"')
    })

    test('unheard, because the bus was away, the gap makes it known', async () => {
      let gap = () => {}
      const inner = openMemoryBus()
      const bus: Bus = {
        publish: (channel, text) => inner.publish(channel, text),
        listen: (channel, take) => inner.listen(channel, take),
        onGap: (listener) => {
          gap = listener
          return { [Symbol.dispose]() {} }
        },
        [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
      }
      await using world = await open({ bus })
      const [ended, other] = [await newSession(world), await newSession(world)]
      const socket = follow(world.client(asParams(world, ended)), 'subscription { mine }')
      const kept = follow(world.client(asParams(world, other)), 'subscription { mine }')
      await eventually(() => world.waiting() === 2)
      await revokeSession(db.database, ended.sessionId)
      gap()
      await eventually(() => socket.seen.end !== undefined)
      expect(socket.seen.end).toMatchObject({ code: 4401, reason: 'SESSION_REVOKED' })
      expect(kept.seen.end).toBeUndefined()
    })

    test('and nobody said so at all, it is found out', async () => {
      await using world = await open({ recheckMs: 20 })
      const [ended, other] = [await newSession(world), await newSession(world)]
      const socket = follow(world.client(asParams(world, ended)), 'subscription { mine }')
      const kept = follow(world.client(asParams(world, other)), 'subscription { mine }')
      await eventually(() => world.waiting() === 2)
      await revokeSession(db.database, ended.sessionId)
      await eventually(() => socket.seen.end !== undefined)
      expect(socket.seen.end).toMatchObject({ code: 4401, reason: 'SESSION_REVOKED' })
      expect(kept.seen.end).toBeUndefined()
    })

    test('by its time, or the admin’s token does, the connection closes too', async () => {
      await using world = await open({ recheckMs: 20 })
      const session = await newSession(world, 60_000)
      const longer = await newSession(world)
      const socket = follow(world.client(asParams(world, session)), 'subscription { mine }')
      const kept = follow(world.client(asParams(world, longer)), 'subscription { mine }')
      const Authorization = `Bearer ${adminToken({ exp: Math.floor(world.clock.now() / 1000) + 60 })}`
      const admin = follow(
        world.client(() => ({ Authorization })),
        'subscription { mine }',
      )
      await eventually(() => world.waiting() === 3)
      world.clock.advance(61_000)
      await eventually(() => socket.seen.end !== undefined && admin.seen.end !== undefined)
      expect(socket.seen.end).toMatchObject({ code: 4401, reason: 'SESSION_EXPIRED' })
      expect(admin.seen.end).toMatchObject({ code: 4401, reason: 'TOKEN_EXPIRED' })
      expect(kept.seen.end).toBeUndefined()
    })

    test('while it is coming in, it does not', async () => {
      await using world = await open()
      const session = await newSession(world)
      const get = world.sessions.get.bind(world.sessions)
      let release = () => {}
      const held = new Promise<void>((resolve) => (release = resolve))
      let asked = false
      world.sessions.get = async (id) => {
        asked = true
        const found = await get(id)
        await held
        return found
      }
      await world.sessions.put(session, world.clock.now())
      const socket = follow(world.client(asParams(world, session)), 'subscription { mine }')
      await eventually(() => asked)
      await world.bus.publish(REVOKED_CHANNEL, JSON.stringify([session.sessionId]))
      // The second message tells that the first was heard.
      let heard = false
      await using _listener = await world.bus.listen(REVOKED_CHANNEL, () => (heard = true))
      await world.bus.publish(REVOKED_CHANNEL, '[]')
      await eventually(() => heard)
      release()
      await eventually(() => socket.seen.end !== undefined)
      expect(socket.seen.end).toMatchObject({ code: 4401, reason: 'SESSION_REVOKED' })
      expect(world.streams()).toBe(0)
    })
  })

  test('settings that would open it stop the start', async () => {
    await expect(open({ forwardHeaders: ['X-Gateway-User-Id'] })).rejects.toThrow('X-Gateway-User-Id')
    await expect(open({ secret: 'short' })).rejects.toThrow('32 characters')
    await expect(open({ admin: { secret: 'short' } })).rejects.toThrow('32 bytes')
    await expect(open({ trustedProxies: ['everybody'] })).rejects.toThrow('everybody')
    await expect(open({ allowedOrigins: ['*'] })).rejects.toThrow('not "*"')
  })
})
