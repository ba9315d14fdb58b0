import { request as httpRequest } from 'node:http'
import { GraphQLError } from 'graphql'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, startCore, type CoreServer } from '../../../test/support/gateway-core.ts'
import type { IncomingRequest } from '../index.ts'

const SHORT = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const event = (id: string) => ({ data: { reviewAdded: { id, author: { name: 'name of ann' } } } })

test('a query is answered from several subgraphs, in compact JSON, with a request id', async () => {
  await using graph = await startGraph(['stock'])
  await using core = await startCore(graph)
  const response = await fetch(core.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'abc-12345' },
    body: JSON.stringify({ query: '{ products { name shipping reviews { author { name } } } }' }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('x-request-id')).toBe('abc-12345')
  expect(await response.text()).toBe(
    '{"data":{"products":[' +
      ['p1', 'p2']
        .map((id) => `{"name":"name of ${id}","shipping":20,"reviews":[{"author":{"name":"name of ann"}}]}`)
        .join(',') +
      ']}}',
  )
  await emptied(core)
})

test.each([
  ['a body that is no JSON', '{"query":', 400, 'BAD_REQUEST'],
  ['a body that is no object', '[{"query":"{ products { id } }"}]', 400, 'BAD_REQUEST'],
  ['no query', {}, 400, 'BAD_REQUEST'],
  ['variables that are no object', { query: '{ products { id } }', variables: 'x' }, 400, 'BAD_REQUEST'],
  ['a syntax error', { query: '{ products { id }' }, 400, 'GRAPHQL_PARSE_FAILED'],
  ['too many tokens', { query: `{ ${'products { id } '.repeat(3_000)} }` }, 400, 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['introspection', { query: '{ __schema { types { name } } }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a wrong variable',
    { query: 'query ($id: ID!) { product(id: $id) { id } }', variables: { id: {} } },
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an unknown operation',
    { query: 'query A { products { id } }', operationName: 'B' },
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a subscription', { query: SHORT }, 400, 'SUBSCRIPTION_OVER_HTTP'],
])('%s has a status and a code', async (_, body, status, code) => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const refused = await core.post(body)
  expect(refused).toMatchObject({ status, body: { errors: [{ extensions: { code } }] } })
  expect(JSON.stringify(refused.body)).not.toMatch(/stack|node_modules| at /)
  expect(await core.post({ query: '{ products { id } }' })).toMatchObject({ status: 200 })
})

test('who asks is found before anything is parsed, from the raw bytes, and refused with its status', async () => {
  await using graph = await startGraph()
  const seen: IncomingRequest[] = []
  await using core = await startCore(graph, {
    authenticate: async (incoming) => {
      seen.push(incoming)
      const extensions = { code: 'TOO_FAST', http: { status: 429, headers: { 'retry-after': '7' } } }
      if (incoming.headers['x-name'] === 'fast') throw new GraphQLError('Slow down.', { extensions })
      if (incoming.headers['x-name'] === 'bug') throw new Error('select * from secrets')
      return { name: 'ann' }
    },
  })
  const text = '{ "query" : "{ products { id } }" , "variables":{} }'
  expect(await core.post(text)).toMatchObject({ status: 200 })
  expect(seen[0]).toMatchObject({ transport: 'http', method: 'POST', target: '/graphql', remoteAddress: '127.0.0.1' })
  expect(seen[0]?.body.toString()).toBe(text)
  expect(seen[0]?.rawHeaders).toContain('content-type')

  const limited = await core.post('not even JSON', { 'x-name': 'fast' })
  expect(limited).toMatchObject({
    status: 429,
    body: { errors: [{ message: 'Slow down.', extensions: { code: 'TOO_FAST' } }] },
  })
  expect(limited.headers.get('retry-after')).toBe('7')
  const failed = await core.post({ query: '{ products { id } }' }, { 'x-name': 'bug' })
  expect(failed).toMatchObject({ status: 500, body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } })
  expect(JSON.stringify(failed.body)).not.toContain('secrets')
})

test.each(['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
  'a GET with accept: %s may name each parameter once, and variables that are null are none',
  async (accept) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const headers = { accept, 'apollo-require-preflight': 'true' }
    const get = async (search: string) => {
      const response = await fetch(`${core.url}?${search}`, { headers })
      return { status: response.status, text: await response.text() }
    }
    const query = `query=${encodeURIComponent('query A { products { id } } query B { __typename }')}`
    for (const twice of [
      `${query}&operationName=A&operationName=B`,
      `${query}&operationName=A&${query}`,
      `${query}&operationName=A&variables={}&variables={}`,
      `${query}&operationName=A&extensions={}&extensions={}`,
    ]) {
      const { status, text } = await get(twice)
      expect([status, text]).toEqual([400, expect.stringMatching(/must be in the URL once.*BAD_REQUEST/)])
    }
    const { status, text } = await get(`${query}&operationName=B&variables=null&extensions=null`)
    expect([status, text]).toEqual([200, expect.stringContaining('{"data":{"__typename":"Query"}}')])
  },
)

test('JSON that is nested too deeply is refused, in a body and in a GET, and what is nested less is taken', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
  const query = '{ products { id } }'
  for (const levels of [50, 100, 5_000]) {
    const status = levels === 50 ? 200 : 400
    for (const name of ['variables', 'extensions']) {
      const posted = await core.post(`{"query":"${query}","${name}":${nested(levels)}}`)
      const search = new URLSearchParams({ query, [name]: nested(Math.min(levels, 1_000)) }).toString()
      const got = await fetch(`${core.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } })
      expect([posted.status, got.status]).toEqual([status, status])
      if (status === 200) continue
      for (const body of [posted.body, await got.json()]) {
        const message = expect.stringContaining('nested more than 64 levels deep')
        expect(body).toMatchObject({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] })
      }
    }
  }
})

test('a body over the limit gets 413, whether it says its length or not', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { limits: { maxBodyBytes: 1_000 } })
  const query = '{ products { id } }'
  expect(await core.post({ query, extensions: { x: 'x'.repeat(900) } })).toMatchObject({ status: 200 })
  const long = { query, extensions: { x: 'x'.repeat(1_000) } }
  const tooLarge = { status: 413, body: { errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } }
  expect(await core.post(long)).toMatchObject(tooLarge)
  const status = await new Promise((resolve, reject) => {
    const chunked = httpRequest(core.url, { method: 'POST', headers: { 'content-type': 'application/json' } })
    chunked.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject)
    chunked.write(JSON.stringify(long).slice(0, 500))
    chunked.end(JSON.stringify(long).slice(500))
  })
  expect(status).toBe(413)
  await emptied(core)
})

test('a request that a form could send without the browser asking first is refused', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const form = await core.post({ query: '{ products { id } }' }, { 'content-type': 'text/plain' })
  expect(form).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] } })
  const get = `${core.url}?query=${encodeURIComponent('{ products { id } }')}`
  // Not by `fetch`, which says in which mode it was made.
  const bare = await new Promise((resolve) => httpRequest(get, ({ statusCode }) => resolve(statusCode)).end())
  expect(bare).toBe(400)
  expect((await fetch(get, { headers: { 'apollo-require-preflight': 'true' } })).status).toBe(200)
  const mutation = `${core.url}?query=${encodeURIComponent('mutation { rename(id: "1", name: "x") { id } }')}`
  expect((await fetch(mutation, { headers: { 'apollo-require-preflight': 'true' } })).status).toBe(405)
  expect((await fetch(mutation, { headers: { accept: 'text/event-stream' } })).status).toBe(405)
})

test('pages of welcome origins are answered with CORS headers, others are refused', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { originAllowed: (origin) => origin === 'https://app.example' })
  const body = { query: '{ products { id } }' }
  const welcome = await core.post(body, { origin: 'https://app.example' })
  expect(welcome.status).toBe(200)
  expect(welcome.headers.get('access-control-allow-origin')).toBe('https://app.example')
  const refused = await core.post(body, { origin: 'https://evil.example' })
  expect(refused).toMatchObject({ status: 403, body: { errors: [{ extensions: { code: 'ORIGIN_NOT_ALLOWED' } }] } })
  const preflight = await fetch(core.url, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-headers': 'x-signature' },
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('x-signature')
})

test('a page under a name that points to this machine is a stranger’s, under its address or localhost it is ours', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { originAllowed: (origin) => origin === 'https://chat.example' })
  const { port } = new URL(core.url)
  const body = JSON.stringify({ query: '{ products { id } }' })
  // Not by `fetch`, which writes the host itself. The connection is the same each time: this is what a rebound name does.
  const from = (origin: string, host: string) =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', origin, host }
      httpRequest(core.url, { method: 'POST', headers }, ({ statusCode }) => resolve(statusCode)).end(body)
    })
  for (const own of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '192.0.2.7'])
    expect([own, await from(`http://${own}`, own)]).toEqual([own, 200])
  for (const name of [
    `evil.example:${port}`,
    'evil.example',
    `localhost.evil.example:${port}`,
    '127.0.0.1.evil.example',
  ])
    expect([name, await from(`http://${name}`, name)]).toEqual([name, 403])
  expect(await from('https://chat.example', 'chat.example')).toBe(200)
  expect(await from(`http://127.0.0.1:${port}`, 'evil.example')).toBe(403)
})

test('no answer is kept by a cache in between, whatever it is', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(core.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const query = JSON.stringify({ query: '{ products { id } }' })
  const answers = [
    await post(query),
    await post(query), // the second time on the short way
    await post('{'),
    await post(JSON.stringify({ query: '{ nothing }' })),
    await post(query, { origin: 'https://evil.example' }),
    await post(query, { accept: 'text/event-stream' }),
    await post(query, { accept: 'multipart/mixed;subscriptionSpec=1.0' }),
    await fetch(`${core.url}?query={__typename}`, { headers: { 'apollo-require-preflight': 'true' } }),
  ]
  for (const answer of answers) {
    expect(answer.headers.get('cache-control')).toMatch(/^no-store/)
    await answer.text()
  }
})

test('a refused page reads which origin it is and what allows it; the log says so too, and cannot be flooded', async () => {
  await using graph = await startGraph()
  const logged: unknown[] = []
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (message: string, facts: unknown) => void logged.push([message, facts]),
  }
  await using core = await startCore(graph, { originHint: 'SETTING lists those that may.', log })
  const ask = (origin: string) => core.post({ query: '{ products { id } }' }, { origin })
  const message = 'Pages of https://evil.example may not use this gateway. SETTING lists those that may.'
  for (let again = 0; again < 3; again++) {
    expect(await ask('https://evil.example')).toMatchObject({ status: 403, body: { errors: [{ message }] } })
  }
  const { host } = new URL(core.url)
  const line = 'Refused a page, because its origin is not allowed. SETTING lists those that may.'
  expect(logged).toEqual([[line, { origin: 'https://evil.example', host }]])
  for (let at = 0; at < 50; at++) await ask(`https://${at}.example`)
  expect(logged.length).toBeLessThanOrEqual(20) // ten a minute, and the clock may pass one
  const long = await ask(`https://${'a'.repeat(1_000)}.example`)
  expect((long.body as { errors: { message: string }[] }).errors[0]!.message.length).toBeLessThan(400)
})

test.each(['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0', undefined])(
  'a query that is named by its hash alone has a code of its own, where a client accepts %s',
  async (accept) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    const headers = { 'content-type': 'application/json', 'x-apollo-operation-name': 'A', ...(accept && { accept }) }
    const expected = {
      errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    }
    for (const query of [undefined, '', null]) {
      const body = JSON.stringify({ query, operationName: 'A', variables: {}, extensions })
      expect(await (await fetch(core.url, { method: 'POST', headers, body })).json()).toMatchObject(expected)
    }
    const search = `?operationName=A&extensions=${encodeURIComponent(JSON.stringify(extensions))}`
    expect(await (await fetch(core.url + search, { headers })).json()).toMatchObject(expected)
    // With the query beside its hash it is a query like any other.
    const whole = await core.post({ query: 'query A { products { id } }', extensions })
    expect(whole).toMatchObject({ status: 200, body: { data: { products: expect.anything() } } })
  },
)

test('the policy refuses queries and mutations before they are executed', async () => {
  await using graph = await startGraph()
  const { checkOperation } = {
    checkOperation: ({ operation, context }: { operation: { operation: string }; context: { name: string } }) =>
      operation.operation === 'mutation' && context.name !== 'ann'
        ? [new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN', http: { status: 403 } } })]
        : [],
  }
  await using core = await startCore(graph, { checkOperation })
  const mutation = { query: 'mutation { rename(id: "p1", name: "x") { name } }' }
  expect(await core.post(mutation, { 'x-name': 'bob' })).toMatchObject({
    status: 403,
    body: { errors: [{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }] },
  })
  expect(graph.asked).toEqual([])
  expect(await core.post(mutation, { 'x-name': 'ann' })).toMatchObject({ body: { data: { rename: { name: 'x' } } } })
})

test('each error passes the last word, with its original and the request id', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, {
    formatError: ({ path }, error, { requestId }) => ({
      message: 'masked',
      ...(path && { path }),
      extensions: { code: (error as GraphQLError).extensions['code'], requestId },
    }),
  })
  const { body } = await core.post({ query: '{ broken }' }, { 'x-request-id': 'abc-12345' })
  expect(body).toEqual({
    data: { broken: null },
    errors: [
      { message: 'masked', path: ['broken'], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', requestId: 'abc-12345' } },
    ],
  })
  const invalid = await core.post({ query: '{ nothing }' }, { 'x-request-id': 'abc-12345' })
  expect(invalid.body.errors).toEqual([
    { message: 'masked', extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'abc-12345' } },
  ])
})

test('a subgraph that is away, slow or senseless is an error with a code and a path', async () => {
  await using graph = await startGraph(['stock'])
  await using core = await startCore(graph)
  const query = { query: '{ product(id: "p1") { name amount } }' }
  expect(await core.post(query)).toMatchObject({ body: { data: { product: { amount: 5 } } } })
  await graph.stop('stock')
  const { status, body } = await core.post(query)
  expect(status).toBe(200)
  expect(body).toEqual({
    data: { product: { name: 'name of p1', amount: null } },
    errors: [
      {
        message: 'The subgraph "stock" did not answer.',
        path: ['product'],
        extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' },
      },
    ],
  })
  await graph.start('stock')
  expect(await core.post(query)).toMatchObject({ body: { data: { product: { amount: 5 } } } })
})

test('when the client leaves, its request is cancelled in the subgraph', async () => {
  await using graph = await startGraph()
  let signal: AbortSignal | undefined
  await using core = await startCore(graph, {
    subgraphs(name) {
      const source = graph.source(name)
      if (name !== 'catalog' || source.kind !== 'local') return source
      return {
        ...source,
        execute: (_request, _headers, given) => {
          signal = given
          return new Promise((_, reject) => given.addEventListener('abort', () => reject(new Error('cancelled'))))
        },
      }
    },
  })
  const cancellation = new AbortController()
  const response = fetch(core.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ products { id } }' }),
    signal: cancellation.signal,
  })
  await eventually(() => signal !== undefined)
  expect(signal?.aborted).toBe(false)
  cancellation.abort()
  await expect(response).rejects.toThrow()
  await eventually(() => signal?.aborted === true)
  await emptied(core)
})

describe.each([
  ['text/event-stream', 'event: next\ndata: ', '\n\n'],
  [
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json',
    '\r\ncontent-type: application/json\r\n\r\n',
    '\r\n--graphql',
  ],
])('a subscription over %s', (accept, before, after) => {
  const frame = (json: object) => {
    const payload = accept.startsWith('multipart') ? { payload: json } : json
    return before + JSON.stringify(payload) + after
  }

  async function open(core: CoreServer, headers = {}) {
    const cancellation = new AbortController()
    const response = await fetch(core.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body: JSON.stringify({ query: SHORT }),
      signal: cancellation.signal,
    })
    const opened = { response, text: '', over: false, leave: () => cancellation.abort() }
    const read = async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? [])
        opened.text += decoder.decode(chunk as Uint8Array, { stream: true })
    }
    void read()
      .finally(() => (opened.over = true))
      .catch(() => {})
    return opened
  }

  test('events come as they happen, with signs of life in between, until the client leaves', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { heartbeatMs: 30 } })
    const stream = await open(core)
    expect(stream.response.status).toBe(200)
    expect(stream.response.headers.get('content-type')?.split(';')[0]).toBe(accept.split(';')[0])
    await eventually(() => graph.openStreams() === 1)
    const heartbeat = accept.startsWith('multipart') ? `${before}{}${after}` : ':\n\n'
    await eventually(() => stream.text.split(heartbeat).length > 3)
    graph.addReview('r1')
    graph.addReview('r2')
    await eventually(() => expect(stream.text).toContain(frame(event('r2'))))
    expect(stream.text).toContain(frame(event('r1')))
    expect(stream.text.split(heartbeat).join('')).toBe(
      (accept.startsWith('multipart') ? '\r\n--graphql' : '') + frame(event('r1')) + frame(event('r2')),
    )
    stream.leave()
    await eventually(() => graph.openStreams() === 0)
    await emptied(core)
  })

  test('it shares its stream with sockets', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    await open(core, { 'x-name': 'ann' })
    core.client('ann').subscribe({ query: SHORT }, { next() {}, error() {}, complete() {} })
    await eventually(() =>
      expect(core.gateway.stats()).toMatchObject({ readers: 2, streams: 1, httpStreams: 1, sockets: 1 }),
    )
  })

  test('a refusal is a plain response with its status, an error of the subgraph is the end of the stream', async () => {
    await using graph = await startGraph(['reviews'])
    await using core = await startCore(graph)
    const refused = await core.post({ query: 'subscription { nothing }' }, { accept })
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    })
    expect(await core.post({ query: SHORT }, { accept, 'x-name': 'stranger' })).toMatchObject({ status: 401 })
    await graph.stop('reviews')
    const failed = await open(core)
    await eventually(() => failed.over)
    expect(failed.response.status).toBe(200)
    expect(failed.text).toContain('DOWNSTREAM_SERVICE_ERROR')
    expect(failed.text).toMatch(accept.startsWith('multipart') ? /--graphql--\r\n$/ : /event: complete\ndata: \n\n$/)
    await emptied(core)
  })

  test('a revocation ends the response at once', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const revoked = await open(core, { 'x-name': 'ann' })
    const other = await open(core, { 'x-name': 'bob' })
    await eventually(() => graph.openStreams() === 2)
    expect(core.gateway.closeSockets(({ name }) => name === 'ann', 4401, 'SESSION_REVOKED')).toBe(1)
    graph.addReview('r1')
    await eventually(() => revoked.over)
    expect(revoked.text).toContain('"code":"SESSION_REVOKED"')
    expect(revoked.text).not.toContain('r1')
    await eventually(() => expect(other.text).toContain('r1'))
  })

  test('a drain ends it without completing it, so that the client comes back', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const stream = await open(core)
    await eventually(() => graph.openStreams() === 1)
    await core.gateway.drain(1_000)
    await eventually(() => stream.over)
    expect(stream.text).not.toContain('complete')
    await emptied(core)
  })

  test('streams over the limit get 503', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { maxHttpStreams: 1 } })
    const first = await open(core)
    expect(first.response.status).toBe(200)
    expect((await open(core)).response.status).toBe(503)
    first.leave()
    await emptied(core)
    expect((await open(core)).response.status).toBe(200)
  })
})

test('a client that takes streams only gets the result of a query as one', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const response = await fetch(core.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: '{ product(id: "p1") { id } }' }),
  })
  expect(await response.text()).toBe(
    ':\n\nevent: next\ndata: {"data":{"product":{"id":"p1"}}}\n\nevent: complete\ndata: \n\n',
  )
})

test('a browser subscribes by EventSource, that is by GET', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const url = `${core.url}?query=${encodeURIComponent('subscription ($id: ID!) { reviewAdded(product: $id) { id } }')}&variables={"id":"p1"}`
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } })
  expect(response.status).toBe(200)
  await eventually(() => expect(graph.subscribed[0]?.variables).toEqual({ id: 'p1' }))
  await response.body?.cancel()
  await emptied(core)
})
