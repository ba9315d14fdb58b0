import { serverAudits } from 'graphql-http'
import { createDatabase } from '../../support/database.ts'
import { startGraph } from '../../support/federated-graph.ts'
import { startCore } from '../../support/gateway-core.ts'
import { makeFolder, startProgram } from '../../support/program.ts'

/**
 * The audits of graphql-http for GraphQL over HTTP, a test each: every MUST and SHOULD, and every MAY too. The audits that
 * ask by GET are made by Node's `fetch`, which says `Sec-Fetch-Mode` as browsers do: see csrf.test.ts for who may GET.
 */
interface Audited {
  readonly url: string
  close(): Promise<void>
}

async function startBareGateway(): Promise<Audited> {
  const graph = await startGraph()
  const core = await startCore(graph, { introspection: true })
  return {
    url: core.url,
    async close() {
      await core[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

async function startProduct(): Promise<Audited> {
  const database = await createDatabase({ max: 1 })
  const folder = await makeFolder()
  const program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'error',
    // All audits come from one address, at once.
    RATE_ANONYMOUS_BURST: '1000',
  })
  return {
    url: program.banner('GraphQL'),
    async close() {
      await program[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

describe.each([
  ['the gateway alone', startBareGateway],
  ['the product', startProduct],
])('GraphQL over HTTP: %s', (_, start) => {
  let audited: Audited

  beforeAll(async () => {
    audited = await start()
  })
  afterAll(() => audited?.close())

  const audits = serverAudits({ url: () => audited.url, fetchFn: fetch })

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
    const result = await audit.fn()
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
  })

  test('there are as many audits as the package has had, each once', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61)
    expect(new Set(audits.map(({ id }) => id)).size).toBe(audits.length)
  })
})
