import { serverAudits } from 'graphql-http'
import { startGraph } from '../support/federated-graph.ts'
import { startCore } from '../support/gateway-core.ts'

/**
 * What we do on purpose otherwise than the audits' SHOULDs: errors before execution have status 400 under
 * `application/json` too (Apollo Server's way, which its clients know), and a GET without a header that a form cannot set
 * is refused (cross-site request forgery).
 */
const OTHERWISE = new Set(['572B', 'FDE2', '7B9B', '5A70', 'D6D5', '6A70'])

test('the audits of graphql-http for GraphQL over HTTP', async () => {
  await using graph = await startGraph()
  await using core = await startCore(graph, { introspection: true })
  const results = await Promise.all(serverAudits({ url: core.url, fetchFn: fetch }).map((audit) => audit.fn()))
  const missed = results.flatMap((result) =>
    result.status === 'ok' ? [] : [`${result.id} ${result.status}: ${result.name}: ${result.reason}`],
  )
  expect(missed.filter((miss) => !OTHERWISE.has(miss.slice(0, 4)))).toEqual([])
  expect(results.length).toBeGreaterThan(60)
})
