import { request, type OutgoingHttpHeaders } from 'node:http'
import { startGraph, type Graph } from '../../support/federated-graph.ts'
import { startCore, type CoreServer } from '../../support/gateway-core.ts'

/**
 * Who may GET. The audits of GraphQL over HTTP want a GET to be answered; a page of another site must not be able to cause
 * one that the browser does not ask about first. Every refusal stands beside a success with the same query.
 */
const QUERY = 'query ($id: ID!) { product(id: $id) { name } }'
const PREFLIGHTED = { 'apollo-require-preflight': 'true' }

let graph: Graph
let core: CoreServer

beforeAll(async () => {
  graph = await startGraph()
  core = await startCore(graph, { originAllowed: (origin) => origin === 'https://app.example' })
})
afterAll(async () => {
  await core[Symbol.asyncDispose]()
  await graph[Symbol.asyncDispose]()
})

/** By hand, since `fetch` adds headers of its own. */
async function get(query: string, headers: OutgoingHttpHeaders): Promise<{ status: number | undefined; body: string }> {
  const url = new URL(core.url)
  url.searchParams.set('query', query)
  url.searchParams.set('variables', '{"id":"p1"}')
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
    sent.on('error', reject).end()
  })
}

test.each<[string, OutgoingHttpHeaders]>([
  ['a header of Apollo that a page must ask for', PREFLIGHTED],
  ['the name of an operation, likewise', { 'x-apollo-operation-name': 'Q' }],
  ['a type that no form can send', { 'content-type': 'application/json' }],
  ['a fetch that the browser made for our own page', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }],
  ['a fetch that may go to its own site only', { 'sec-fetch-mode': 'same-origin' }],
  [
    'a fetch of a page that is welcome',
    { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: 'https://app.example' },
  ],
])('a GET is answered: %s', async (_, headers) => {
  const { status, body } = await get(QUERY, headers)
  expect(JSON.parse(body)).toEqual({ data: { product: { name: 'name of p1' } } })
  expect(status).toBe(200)
})

test.each<[string, OutgoingHttpHeaders]>([
  ['nothing says who made it', {}],
  ['an Accept, which a page may set without asking', { accept: 'application/graphql-response+json' }],
  ['an Accept for JSON', { accept: 'application/json' }],
  ['a link or the address bar', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }],
  ['an image, a script or a fetch that cannot read the answer', { 'sec-fetch-mode': 'no-cors' }],
  ['the type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['the type of plain text with a charset', { 'content-type': 'text/plain; charset=utf-8' }],
  ['the type of a form with files', { 'content-type': 'Multipart/Form-Data; boundary=x' }],
  ['a stream asked for by a page that cannot read it', { accept: 'text/event-stream', 'sec-fetch-mode': 'no-cors' }],
  ['a header of Apollo without a value', { 'apollo-require-preflight': '' }],
])('a GET is refused: %s', async (_, headers) => {
  const { status, body } = await get(QUERY, headers)
  expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  expect(status).toBe(400)
  const { 'content-type': _type, accept: _accept, ...others } = headers
  expect((await get(QUERY, { ...others, ...PREFLIGHTED })).status).toBe(200)
})

test('a GET of a page whose origin is not welcome is refused, whatever it carries', async () => {
  const fetched = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }
  const { status } = await get(QUERY, { ...fetched, ...PREFLIGHTED, origin: 'https://evil.example' })
  expect(status).toBe(403)
  expect((await get(QUERY, { ...fetched, ...PREFLIGHTED, origin: 'https://app.example' })).status).toBe(200)
})

test('a subscription by GET needs the same proof, and a mutation never goes by GET', async () => {
  const subscription = 'subscription { reviewAdded(product: "p1") { id } }'
  const accept = 'text/event-stream'
  expect((await get(subscription, { accept })).status).toBe(400)
  expect(graph.openStreams()).toBe(0)
  const opened = await fetch(`${core.url}?query=${encodeURIComponent(subscription)}`, { headers: { accept } })
  expect(opened.status).toBe(200)
  await opened.body?.cancel()

  const mutation = 'mutation { rename(id: "p1", name: "x") { name } }'
  for (const headers of [PREFLIGHTED, { 'sec-fetch-mode': 'cors' }, { ...PREFLIGHTED, accept }]) {
    expect((await get(mutation, headers)).status).toBe(405)
  }
  expect(await core.post({ query: '{ product(id: "p1") { name } }' })).toMatchObject({
    body: { data: { product: { name: 'name of p1' } } },
  })
})

describe('what is wrong with an operation, by what the client accepts', () => {
  const cases = [
    ['it cannot be parsed', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['it does not fit the schema', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable does not fit', { query: QUERY, variables: { id: null } }, 'BAD_USER_INPUT'],
    ['there is no such operation', { query: QUERY, operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
    ['it is a subscription', { query: 'subscription { reviewAdded(product: "p1") { id } }' }, 'SUBSCRIPTION_OVER_HTTP'],
  ] as const

  test.each(cases)('%s', async (_, body, code) => {
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/json;charset=utf-8, text/html;q=0.5', 200],
      ['application/graphql-response+json', 400],
      ['application/graphql-response+json, application/json;q=0.9', 400],
      ['*/*', 400],
    ] as const) {
      const answer = await core.post(body, { accept })
      expect([accept, answer.status]).toEqual([accept, status])
      expect(answer.body).toMatchObject({ errors: [{ extensions: { code } }] })
      expect(answer.body).not.toHaveProperty('data')
    }
  })

  test('a request that is no GraphQL request is 400 for everybody', async () => {
    for (const body of ['{ "not JSON', {}, { query: '' }, { query: QUERY, variables: [] }]) {
      expect(await core.post(body, { accept: 'application/json' })).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
      })
    }
    expect(await core.post({ query: '{ product(id: "p1") { id } }' }, { accept: 'application/json' })).toMatchObject({
      status: 200,
    })
  })
})
