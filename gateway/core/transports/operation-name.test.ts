import { startGraph, type Graph } from '../../../test/support/federated-graph.ts'
import { startCore, type CoreServer } from '../../../test/support/gateway-core.ts'

const REQUEST = { query: '{ products { id } }', operationName: '' }
const SUBSCRIPTION = { query: 'subscription { reviewAdded(product: "p1") { id } }', operationName: '' }
const ANSWER = '{"data":{"products":[{"id":"p1"},{"id":"p2"}]}}'

describe('an operation name that is empty is absent', () => {
  let graph: Graph
  let core: CoreServer
  beforeAll(async () => {
    graph = await startGraph()
    core = await startCore(graph, { introspection: true })
  })
  afterAll(async () => {
    await core[Symbol.asyncDispose]()
    await graph[Symbol.asyncDispose]()
  })

  const post = (accept: string, request: object) =>
    fetch(core.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(request),
    })

  test.each(['application/json', 'application/graphql-response+json', '*/*'])(
    'in a POST that accepts %s',
    async (accept) => {
      // The first is answered by the long way, the second by the compiled one.
      for (let i = 0; i < 2; i++) {
        const response = await post(accept, REQUEST)
        expect([response.status, (await response.text()).trim()]).toEqual([200, ANSWER])
      }
    },
  )

  test('in a GET, with the other parameters empty as well', async () => {
    const search = new URLSearchParams({ ...REQUEST, variables: '', extensions: '' }).toString()
    const response = await fetch(`${core.url}?${search}`, { headers: { 'apollo-require-preflight': 'true' } })
    expect([response.status, (await response.text()).trim()]).toEqual([200, ANSWER])
  })

  test.each(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])('in a stream of %s', async (accept) => {
    expect(await (await post(accept, REQUEST)).text()).toContain(ANSWER)
    const stream = await post(accept, SUBSCRIPTION)
    expect(stream.status).toBe(200)
    await stream.body?.cancel()
  })

  test('on a socket', async () => {
    const answers: unknown[] = []
    for await (const answer of core.client().iterate(REQUEST)) answers.push(answer)
    expect(answers).toEqual([JSON.parse(ANSWER)])
  })

  test('but several operations still want one', async () => {
    const several = { query: 'query A { products { id } } query B { products { id } }', operationName: '' }
    expect(await core.post(several)).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }] },
    })
  })
})
