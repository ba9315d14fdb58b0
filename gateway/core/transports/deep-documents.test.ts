import { startGraph, type Graph } from '../../../test/support/federated-graph.ts'
import { startCore, type CoreServer } from '../../../test/support/gateway-core.ts'

/** Where parsers, validators and planners run out of stack, each at another depth. */
const DEPTHS = [65, 700, 1_600, 2_400, 3_300]
const deep = (levels: number) => `{ ${'...{'.repeat(levels)}__typename${'}'.repeat(levels)} }`
/** As deep, by fragments whose own nesting is allowed. */
const spread = (levels: number) =>
  `{ ...F0 } ${Array.from({ length: levels / 50 }, (_, i) => `fragment F${i} on Query { ${'...{'.repeat(50)}...F${i + 1}${'}'.repeat(50)} }`).join(' ')} fragment F${levels / 50} on Query { __typename }`
const documents = [...DEPTHS.map(deep), ...[100, 1_600, 3_000].map(spread)]

const refused = [{ extensions: { code: 'DOCUMENT_TOO_DEEP' } }]

describe('a document that is nested too deeply is refused with its code, however deep', () => {
  let graph: Graph
  let core: CoreServer
  const logged: string[] = []
  beforeAll(async () => {
    graph = await startGraph()
    const say = (message: string) => void logged.push(message)
    core = await startCore(graph, { log: { debug() {}, info() {}, warn: say, error: say } })
  })
  afterAll(async () => {
    expect(logged).toEqual([])
    await core[Symbol.asyncDispose]()
    await graph[Symbol.asyncDispose]()
  })

  test.each([
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
    'multipart/mixed;subscriptionSpec=1.0',
  ])('in a POST that accepts %s', async (accept) => {
    for (const query of documents) {
      const { status, body } = await core.post({ query }, { accept })
      expect(body).toMatchObject({ errors: refused })
      expect(status).toBe(accept === 'application/json' ? 200 : 400)
    }
  })

  test('in a GET', async () => {
    for (const query of documents.filter(({ length }) => length < 8_000)) {
      const url = `${core.url}?${new URLSearchParams({ query }).toString()}`
      const response = await fetch(url, { headers: { 'apollo-require-preflight': 'true' } })
      expect(await response.json()).toMatchObject({ errors: refused })
    }
  })

  test('on a socket, and as a subscription', async () => {
    const client = core.client()
    for (const query of [...documents, ...documents.map((query) => `subscription ${query}`)]) {
      const answer = new Promise((resolve, reject) => {
        client.subscribe(
          { query },
          { next: reject, error: resolve, complete: () => reject(new Error('It completed.')) },
        )
      })
      expect(await answer).toMatchObject(refused)
    }
  })

  test('while one within the limit is answered, by the planner too', async () => {
    const levels = 60
    const query = `{ products { ${'... on Product {'.repeat(levels)} name reviews { id } ${'}'.repeat(levels)} } }`
    expect((await core.post({ query })).body).toMatchObject({ data: { products: [{ name: 'name of p1' }, {}] } })
  })
})

test('an invalid document is told of in a few short errors, on a socket and over HTTP', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph)
  const values = Array.from({ length: 4_900 }, (_, i) => i).join(',')
  const query = `{ product(id: [${values}]) { id } ${Array.from({ length: 2_000 }, (_, i) => `f${i}`).join(' ')} }`
  const { status, body } = await core.post({ query })
  expect(status).toBe(400)
  const errors = body.errors as { message: string }[]
  expect(errors.length).toBeLessThanOrEqual(11)
  expect(JSON.stringify(body).length).toBeLessThan(5_000)
  const overSocket = new Promise((resolve) => {
    core.client().subscribe({ query }, { next: resolve, error: resolve, complete: () => resolve(null) })
  })
  expect(await overSocket).toEqual(errors)
})
