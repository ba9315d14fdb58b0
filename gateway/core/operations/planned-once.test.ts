import { Session } from 'node:inspector/promises'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { startCore } from '../../../test/support/gateway-core.ts'

/** Counts the calls of functions of the core, by name, as V8 counts them. */
async function countCalls(names: readonly string[], work: () => Promise<unknown>): Promise<Record<string, number>> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await session.post('Profiler.takePreciseCoverage')
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const functions = result.filter(({ url }) => url.includes('gateway/core')).flatMap((script) => script.functions)
    return Object.fromEntries(
      names.map((name) => [
        name,
        functions
          .filter(({ functionName }) => functionName === name)
          .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0),
      ]),
    )
  } finally {
    session.disconnect()
  }
}

test.each([
  ['a plain operation', 'query A { product(id: "p1") { id } }', {}],
  [
    'one with conditions',
    'query B($w: Boolean!) { product(id: "p1") { id @include(if: $w) name @skip(if: $w) } }',
    { w: true },
  ],
])(
  '%s is read for planning once and its variables are compiled once, however often it comes',
  async (_, query, variables) => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const counts = await countCalls(['documentToPlan', 'compileVariables'], async () => {
      for (let time = 0; time < 3; time++) expect((await core.post({ query, variables })).status).toBe(200)
    })
    expect(counts).toEqual({ documentToPlan: 1, compileVariables: 1 })
  },
)
