import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { startCore } from '../../../test/support/gateway-core.ts'

test('introspection may be asked in fragments, also for what the planner does not know of', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { introspection: true })
  const asked = [
    'query A { __type(name: "Product") { ...F } } fragment F on __Type { isOneOf }',
    'query A { products { id } ...G } fragment G on Query { __type(name: "Product") { ...F } } fragment F on __Type { isOneOf }',
  ]
  for (const query of asked) {
    for (let i = 0; i < 2; i++) {
      const { status, body } = await core.post({ query })
      expect(body).toMatchObject({ data: { __type: { isOneOf: null } } })
      expect(status).toBe(200)
    }
  }
  const { body } = await core.post({ query: getIntrospectionQuery({ oneOf: true }) })
  expect(body.errors).toBeUndefined()
  expect(buildClientSchema(body.data as IntrospectionQuery).getType('Product')).toBeDefined()
})
