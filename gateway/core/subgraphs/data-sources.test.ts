import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { startCore } from '../../../test/support/gateway-core.ts'

test('the time of an in-process subgraph is over when its signal fires, and one that answered in time hears nothing', async () => {
  await using graph = await startGraph()
  const signals: Record<string, AbortSignal> = {}
  await using core = await startCore(graph, {
    limits: { subgraphTimeoutMs: 200 },
    subgraphs(name) {
      const source = graph.source(name)
      if (source.kind !== 'local') return source
      return {
        ...source,
        execute(request, headers, signal) {
          signals[name] = signal
          return name === 'stock' ? new Promise(() => {}) : source.execute(request, headers, signal)
        },
      }
    },
  })
  const { body } = await core.post({ query: '{ product(id: "p1") { name amount } }' })
  expect(body).toMatchObject({
    data: { product: { name: 'name of p1', amount: null } },
    errors: [{ path: ['product'], extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }],
  })
  await eventually(() => expect(signals['stock']?.aborted).toBe(true))
  expect(signals['catalog']?.aborted).toBe(false)
})
