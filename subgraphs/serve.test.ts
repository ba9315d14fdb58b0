import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createClient, type Client } from 'graphql-ws'
import { type ExecutionResult } from 'graphql'
import { WebSocket } from 'ws'
import type { Log } from '../platform/log/log.ts'
import type { Identity } from '../platform/signature/identity.ts'
import { makeSigner } from '../platform/signature/sign.ts'
import { eventually } from '../test/support/eventually.ts'
import { PublicError } from './errors.ts'
import { makeSubgraph, type RequestFacts, type Subgraph, type SubgraphServer } from './serve.ts'

const secret = 'a secret that only this test knows.'
const alice: Identity = { kind: 'user', userId: 'alice', deviceId: 'phone', sessionId: 's-1' }
const start = Date.now()

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query {
    me: String!
    secret: String
    refused: String
    never: String!
    slow: String
    double(of: Int!): Int
  }
  type Mutation {
    rename(to: String!): String
  }
  type Subscription {
    ticks(after: Int): Tick
    broken: Int
    tooOld: Int
  }
  type Tick @key(fields: "n") {
    n: Int
    context: String
  }
`

/** A stream of numbers, pushed by the test. */
function makeTicks() {
  const waiting: ((result: IteratorResult<unknown>) => void)[] = []
  let open = 0
  return {
    waiting,
    push: (n: number) => waiting.splice(0).forEach((resolve) => resolve({ done: false, value: { ticks: { n } } })),
    stream: () => {
      open++
      const iterator = {
        next: () => new Promise<IteratorResult<unknown>>((resolve) => waiting.push(resolve)),
        return: async () => {
          open--
          return { done: true as const, value: undefined }
        },
        [Symbol.asyncIterator]: () => iterator,
      }
      return iterator
    },
    open: () => open,
  }
}

interface Context extends RequestFacts {
  readonly number: number
}

function setup() {
  let now = start
  const logged: { message: string; facts: unknown }[] = []
  const take = (message: string, facts?: unknown) => void logged.push({ message, facts })
  const log: Log = { debug: take, info: take, warn: take, error: take, with: () => log }
  const ticks = makeTicks()
  const progress: string[] = []
  let contexts = 0
  let release = () => {}
  const slow = new Promise<string>((resolve) => (release = () => resolve('at last')))
  let started = 0
  const subgraph = makeSubgraph({
    typeDefs,
    resolvers: {
      Query: {
        me: (_: unknown, _args: unknown, { identity }: Context) =>
          identity.kind === 'user' ? identity.userId : identity.kind,
        secret: () => {
          throw new Error('password hunter2 does not fit')
        },
        refused: () => {
          throw new PublicError('NOT_FOUND', 'There is nothing.', { kind: 'thing' })
        },
        never: () => null,
        slow: () => {
          started++
          return slow
        },
        double: (_: unknown, { of }: { of: number }) => of * 2,
      },
      Mutation: { rename: (_: unknown, { to }: { to: string }) => to },
      Subscription: {
        ticks: {
          subscribe: (_: unknown, _args: unknown, context: Context) => {
            context.onProgress?.((cursor) => progress.push(cursor))
            return ticks.stream()
          },
        },
        broken: {
          subscribe: async function* () {
            yield { broken: 1 }
            throw new Error('password hunter2 does not fit')
          },
        },
        tooOld: {
          subscribe: () => {
            throw new PublicError('CURSOR_TOO_OLD', 'Start anew.')
          },
        },
      },
      Tick: { context: (_: unknown, _args: unknown, { number }: Context) => String(number) },
    },
    makeContext: (facts): Context => ({ ...facts, number: ++contexts }),
    verify: { subgraph: 'room', secrets: [secret], clock: { now: () => now } },
    log,
  })
  return {
    subgraph,
    ticks,
    progress,
    logged,
    release,
    started: () => started,
    moveClock: (ms: number) => (now += ms),
  }
}

type Setup = ReturnType<typeof setup>

const clock = { now: () => start }
const signer = makeSigner({ secret, clock })
const sign = (identity: Identity, body: string, subgraph = 'room', requestId = randomUUID() as string) =>
  signer({ identity, subgraph, clientNetwork: '192.0.2.7', requestId, body })

interface Ask {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
}
type Headers = Record<string, string>

/** One way to reach a subgraph: the same tests run on each. */
interface Way extends AsyncDisposable {
  ask(request: Ask, headers?: Headers): Promise<ExecutionResult>
  /** The events, or the errors of the refusal. */
  open(
    request: Ask,
    headers?: Headers,
  ): Promise<{
    events: ExecutionResult[]
    end: () => unknown
    progress(cursor: string): void
    leave(): void
  }>
}

const signedText = ({ query, operationName, variables }: Ask) => JSON.stringify({ query, operationName, variables })

const ways: Record<string, (subgraph: Subgraph) => Promise<Way>> = {
  async 'in-process'({ local }) {
    const left = new AbortController()
    return {
      ask: (request, headers = sign(alice, signedText(request))) => local.execute(request, headers, left.signal),
      async open(request, headers = sign(alice, signedText(request))) {
        const stream = await local.subscribe(request, headers, left.signal)
        const events: ExecutionResult[] = []
        let end: unknown
        if (!(Symbol.asyncIterator in stream)) return { events, end: () => stream.errors, progress() {}, leave() {} }
        void (async () => {
          try {
            for await (const event of stream) events.push(event)
            end = 'ended'
          } catch (error) {
            end = [error]
          }
        })()
        return {
          events,
          end: () => end,
          progress: (cursor) => stream.progress(cursor),
          leave: () => void stream.return(),
        }
      },
      async [Symbol.asyncDispose]() {
        left.abort()
      },
    }
  },
  async 'over the wire'(subgraph) {
    const server = await subgraph.listen({ host: '127.0.0.1', port: 0, drainMs: 100 })
    let socket: WebSocket | undefined
    const ids: string[] = []
    const client: Client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 1_000,
      retryAttempts: 0,
      generateID: () => {
        ids.push(randomUUID())
        return ids.at(-1)!
      },
      on: { opened: (opened) => (socket = opened as WebSocket) },
    })
    return {
      async ask(request, headers = sign(alice, signedText(request))) {
        const response = await fetch(server.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: signedText(request),
        })
        return (await response.json()) as ExecutionResult
      },
      async open(request, headers = sign(alice, signedText(request))) {
        const events: ExecutionResult[] = []
        let end: unknown
        const leave = client.subscribe(
          { ...request, extensions: { headers } },
          {
            next: (event) => events.push(event as ExecutionResult),
            error: (error) => (end = error),
            complete: () => (end = 'ended'),
          },
        )
        const id = ids.at(-1)!
        return {
          events,
          end: () => end,
          progress: (cursor) => socket!.send(JSON.stringify({ type: 'ping', payload: { progress: { [id]: cursor } } })),
          leave,
        }
      },
      async [Symbol.asyncDispose]() {
        await client.dispose()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}

const codesOf = (result: ExecutionResult) => result.errors?.map((error) => error.extensions['code'])

describe.each(Object.keys(ways))('%s', (name) => {
  let world: Setup
  let way: Way
  beforeEach(async () => {
    world = setup()
    way = await ways[name]!(world.subgraph)
  })
  afterEach(async () => {
    world.release()
    await way[Symbol.asyncDispose]()
  })

  test('a signed request is answered for the identity in its signature', async () => {
    const request = { query: '{ me }' }
    expect(await way.ask(request)).toMatchObject({ data: { me: 'alice' } })
    expect(await way.ask(request, sign({ kind: 'anonymous' }, signedText(request)))).toMatchObject({
      data: { me: 'anonymous' },
    })
  })

  test.each(['{ me }', '{ _service { sdl } }', '{ __typename }', 'mutation { rename(to: "x") }'])(
    'an unsigned %s is refused',
    async (query) => {
      expect(codesOf(await way.ask({ query }))).toBeUndefined()
      const refused = await way.ask({ query }, {})
      expect(refused.data).toBeUndefined()
      expect(codesOf(refused)).toEqual(['GATEWAY_REQUIRED'])
    },
  )

  test('who claims to be somebody without a signature is refused, and so is who changes what was signed', async () => {
    const request = { query: 'query ($n: Int!) { double(of: $n) }', variables: { n: 2 } }
    const headers = sign(alice, signedText(request))
    expect(await way.ask(request, headers)).toMatchObject({ data: { double: 4 } })
    for (const forged of [
      { 'x-gateway-user-id': 'alice', 'x-gateway-device-id': 'phone', 'x-gateway-session-id': 's-1' },
      { ...headers, 'x-gateway-user-id': 'bob' },
      sign(alice, signedText({ ...request, variables: { n: 3 } })),
      makeSigner({ secret: 'another secret of the same length..', clock })({
        identity: alice,
        subgraph: 'room',
        requestId: randomUUID(),
        body: signedText(request),
      }),
    ])
      expect(codesOf(await way.ask(request, forged as Headers))).toEqual(['GATEWAY_REQUIRED'])
  })

  test('a request that was recorded is answered once, and one for another subgraph never', async () => {
    const request = { query: '{ me }' }
    const recorded = sign(alice, signedText(request))
    expect(await way.ask(request, recorded)).toMatchObject({ data: { me: 'alice' } })
    expect(codesOf(await way.ask(request, recorded))).toEqual(['GATEWAY_REQUIRED'])
    expect(codesOf(await way.ask(request, sign(alice, signedText(request), 'other')))).toEqual(['GATEWAY_REQUIRED'])
    expect(await way.ask(request)).toMatchObject({ data: { me: 'alice' } })
    expect(world.logged.map(({ facts }) => (facts as { reason?: string }).reason)).toEqual(['replayed', 'forged'])
  })

  test('a stream that was recorded is opened once', async () => {
    const request = { query: 'subscription { ticks { n } }' }
    const recorded = sign(alice, signedText(request))
    await way.open(request, recorded)
    await eventually(() => world.ticks.open() === 1)
    const again = await way.open(request, recorded)
    await eventually(() => expect(again.end()).toMatchObject([{ extensions: { code: 'GATEWAY_REQUIRED' } }]))
    expect(world.ticks.open()).toBe(1)
  })

  test('a request that is a minute old is answered, an older one refused', async () => {
    world.moveClock(60_000)
    expect(codesOf(await way.ask({ query: '{ me }' }))).toBeUndefined()
    world.moveClock(1)
    expect(codesOf(await way.ask({ query: '{ me }' }))).toEqual(['GATEWAY_REQUIRED'])
    expect(world.logged).toContainEqual(
      expect.objectContaining({ facts: expect.objectContaining({ reason: 'stale' }) }),
    )
  })

  test('a signed request may not introspect where it was not allowed', async () => {
    expect(codesOf(await way.ask({ query: '{ __schema { types { name } } }' }))).toEqual(
      expect.arrayContaining(['GRAPHQL_VALIDATION_FAILED']),
    )
    expect(codesOf(await way.ask({ query: '{ _service { sdl } }' }))).toBeUndefined()
  })

  test('a public error leaves with its code, any other with a request id, and the log has it', async () => {
    const request = { query: '{ refused secret }' }
    const result = await way.ask(request, sign(alice, signedText(request), 'room', 'request-0001'))
    expect(result.data).toEqual({ refused: null, secret: null })
    expect(result.errors?.map((error) => ({ path: error.path, ...error.extensions }))).toEqual([
      { path: ['refused'], code: 'NOT_FOUND', kind: 'thing' },
      { path: ['secret'], code: 'INTERNAL_SERVER_ERROR', requestId: 'request-0001' },
    ])
    expect(JSON.stringify(result)).not.toContain('hunter2')
    expect(world.logged).toContainEqual({
      message: 'A resolver failed.',
      facts: { requestId: 'request-0001', path: 'secret', error: new Error('password hunter2 does not fit') },
    })
  })

  test('a null where none may be is an internal error; a wrong document or variable is the asker’s', async () => {
    expect(codesOf(await way.ask({ query: '{ never }' }))).toEqual(['INTERNAL_SERVER_ERROR'])
    expect(codesOf(await way.ask({ query: '{ nothing }' }))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(codesOf(await way.ask({ query: '{' }))).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect(codesOf(await way.ask({ query: 'query ($n: Int!) { double(of: $n) }', variables: { n: 'x' } }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(codesOf(await way.ask({ query: 'query a { me } query b { me }' }))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await way.ask({ query: 'query a { me } query b { me }', operationName: 'b' }))).toBeUndefined()
    // An empty name is absent, as at the gateway.
    expect(codesOf(await way.ask({ query: 'query a { me }', operationName: '' }))).toBeUndefined()
    expect(codesOf(await way.ask({ query: 'subscription { broken }' }))).toEqual(['BAD_USER_INPUT'])
  })

  test('a document that is nested too deeply is refused with its code, however deep', async () => {
    for (const levels of [300, 1_600, 2_400, 3_300, 20_000]) {
      const query = `{ ${'...{'.repeat(levels)}me${'}'.repeat(levels)} }`
      expect(codesOf(await way.ask({ query }))).toEqual(['DOCUMENT_TOO_DEEP'])
      expect(codesOf(await way.ask({ query: `{ double(of: ${'['.repeat(levels)}1${']'.repeat(levels)}) }` }))).toEqual([
        'DOCUMENT_TOO_DEEP',
      ])
    }
    const fragments = Array.from({ length: 3_000 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`).join(' ')
    const chain = `{ ...F0 } ${fragments} fragment F3000 on Query { me }`
    expect(codesOf(await way.ask({ query: chain }))).toEqual(['DOCUMENT_TOO_DEEP'])
    expect(codesOf(await way.ask({ query: `{ ${'...{'.repeat(200)}me${'}'.repeat(200)} }` }))).toBeUndefined()
  })

  test('a stream gives its events in order, each with a context of its own, and ends at its source when it is left', async () => {
    const stream = await way.open({ query: 'subscription { ticks { n context } }' })
    for (const n of [1, 2]) {
      await eventually(() => world.ticks.waiting.length === 1)
      world.ticks.push(n)
      await eventually(() => stream.events.length === n)
    }
    const ticks = stream.events.map((event) => (event.data as { ticks: { n: number; context: string } }).ticks)
    expect(ticks.map(({ n }) => n)).toEqual([1, 2])
    expect(new Set(ticks.map(({ context }) => context)).size).toBe(2)
    expect(world.ticks.open()).toBe(1)
    stream.leave()
    await eventually(() => world.ticks.open() === 0)
  })

  test('an unsigned stream is refused, and one signed for another document', async () => {
    const request = { query: 'subscription { ticks { n } }' }
    const good = await way.open(request)
    await eventually(() => world.ticks.open() === 1)
    for (const headers of [{}, sign(alice, signedText({ query: 'subscription { broken }' }))]) {
      const refused = await way.open(request, headers)
      await eventually(() => refused.end() !== undefined)
      expect(refused.end()).toMatchObject([{ extensions: { code: 'GATEWAY_REQUIRED' } }])
    }
    expect(world.ticks.open()).toBe(1)
    good.leave()
  })

  test('a stream that cannot open says why; a query is no stream', async () => {
    const tooOld = await way.open({ query: 'subscription { tooOld }' })
    await eventually(() => tooOld.end() !== undefined)
    expect(tooOld.end()).toMatchObject([{ message: 'Start anew.', extensions: { code: 'CURSOR_TOO_OLD' } }])
    const query = await way.open({ query: '{ me }' })
    await eventually(() => query.end() !== undefined)
    expect(query.end()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  test('progress reaches the room that hosts the stream', async () => {
    const stream = await way.open({ query: 'subscription { ticks { n } }' })
    await eventually(() => world.ticks.open() === 1)
    stream.progress('cursor-7')
    await eventually(() => world.progress.length === 1)
    expect(world.progress).toEqual(['cursor-7'])
    stream.leave()
  })
})

describe('the server', () => {
  let world: Setup
  let server: SubgraphServer
  beforeEach(async () => {
    world = setup()
    server = await world.subgraph.listen({
      host: '127.0.0.1',
      port: 0,
      otherwise: (_, response) => void response.end('alive'),
    })
  })
  afterEach(async () => {
    world.release()
    await server[Symbol.asyncDispose]()
  })

  const post = (body: string, headers: Headers = sign(alice, body)) =>
    fetch(server.url, { method: 'POST', headers, body })

  test('the body is verified as the bytes that came, not as what they mean', async () => {
    const body = '{"query":"{ me }"}'
    expect((await post(body)).status).toBe(200)
    const spaced = await post('{"query": "{ me }"}', sign(alice, body))
    expect(spaced.status).toBe(401)
  })

  test('a stranger learns nothing of an operation, nor that his JSON is none', async () => {
    expect((await post('{', {})).status).toBe(401)
    expect((await post('{')).status).toBe(400)
    expect((await post('[]')).status).toBe(400)
    expect((await fetch(server.url)).status).toBe(405)
  })

  test('a body over the limit is refused before it is verified', async () => {
    const body = 'x'.repeat(8 * 1024 * 1024 + 1)
    expect((await post(body)).status).toBe(413)
  })

  test('other paths are answered by the caller', async () => {
    expect(await (await fetch(server.url.replace('/graphql', '/healthz'))).text()).toBe('alive')
  })

  test('a stream that breaks tells its gateway nothing that is not public', async () => {
    const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
    const received: { type: string; payload: unknown }[] = []
    socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())))
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    await eventually(() => received.some(({ type }) => type === 'connection_ack'))
    const request = { query: 'subscription { broken }' }
    const payload = { ...request, extensions: { headers: sign(alice, signedText(request)) } }
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
    await eventually(() => received.some(({ type }) => type === 'error'))
    expect(received.map(({ type }) => type)).toEqual(['connection_ack', 'next', 'error'])
    expect(received[2]?.payload).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(JSON.stringify(received)).not.toContain('hunter2')
    socket.close()
    await once(socket, 'close')
  })

  test('a drain answers what is under way, tells sockets to come back, and takes nothing new', async () => {
    const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws')
    await once(socket, 'open')
    const closed = once(socket, 'close')
    const body = '{"query":"{ slow }"}'
    const answer = post(body)
    await eventually(() => world.started() === 1)
    const disposed = server[Symbol.asyncDispose]()
    expect((await closed)[0]).toBe(1012)
    await expect(fetch(server.url)).rejects.toThrow()
    world.release()
    expect(await (await answer).json()).toEqual({ data: { slow: 'at last' } })
    await disposed
  })
})

test('a misspelt resolver does not pass unseen', () => {
  const make = (resolvers: object) =>
    makeSubgraph({
      typeDefs: 'type Query { me: String }',
      resolvers,
      makeContext: () => ({}),
      verify: { subgraph: 'room', secrets: [secret], clock: { now: () => start } },
      log:
        setup().subgraph && ({ debug() {}, info() {}, warn() {}, error() {}, with: () => null as never } satisfies Log),
    })
  expect(() => make({ Query: { me: () => 'x' } })).not.toThrow()
  expect(() => make({ Query: { mee: () => 'x' } })).toThrow('Query.mee')
  expect(() => make({ Querry: { me: () => 'x' } })).toThrow('Querry')
})
