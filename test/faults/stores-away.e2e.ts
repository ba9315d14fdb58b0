import { randomUUID } from 'node:crypto'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { signRequest } from '../../client/sign.ts'
import { openDirect, signInAt, type Signed } from '../support/app.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { makeFolder, startProgram } from '../support/program.ts'
import { describeWith } from '../support/services.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

jest.setTimeout(120_000)

interface Answer {
  readonly status: number
  readonly retryAfter: string | null
  readonly codes: readonly unknown[]
  readonly hints: readonly unknown[]
}

async function post(url: string, session: Signed['session'], query: string, accept: string): Promise<Answer> {
  const body = JSON.stringify({ query })
  const signed = await signRequest({ session, method: 'POST', target: new URL(url).pathname, body })
  const headers = { 'content-type': 'application/json', accept, ...signed }
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  // Of a stream the first event counts.
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text
  const { errors = [] } = JSON.parse(json) as { errors?: { extensions: Record<string, unknown> }[] }
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    codes: errors.map(({ extensions }) => extensions['code']),
    hints: errors.map(({ extensions }) => extensions['retryAfterMs']),
  }
}

const JSON_TYPE = 'application/graphql-response+json'

describeWith('postgres', 'While PostgreSQL is away', () => {
  test('queries, mutations and streams of every room answer UNAVAILABLE with when to try again', async () => {
    await using folder = await makeFolder()
    await using own = await createDatabase({ max: 1 })
    await using proxy = await startTcpProxy(own.url)
    await using program = await startProgram({
      DATA_DIR: folder.path,
      POSTGRES_URL: proxy.url,
      PORT: '0',
      LOG_LEVEL: 'error',
    })
    const url = program.banner('GraphQL')
    const ada = await signInAt(url, folder.path, 'Ada')
    const bob = await signInAt(url, folder.path, 'Bob')
    const conversationId = await openDirect(ada, bob)
    const operations = {
      'a query of users': '{ me { displayName } }',
      'a query of chat': '{ conversations(first: 1) { edges { node { id } } } }',
      'a query of groups': `{ group(id: "${randomUUID()}") { title } }`,
      'a mutation of users': 'mutation { updateProfile(input: { displayName: "Eve" }) { user { id } } }',
      'a mutation of chat': `mutation {
        sendMessage(input: { conversationId: "${conversationId}", text: "x", clientMessageId: "${randomUUID()}" }) { message { id } }
      }`,
      'a mutation of groups': 'mutation { createGroup(input: { title: "G", memberIds: [] }) { group { id } } }',
    }
    for (const [name, operation] of Object.entries(operations)) {
      expect([name, (await post(url, ada.session, operation, JSON_TYPE)).codes]).toEqual([name, []])
    }

    proxy.cut()
    for (const [name, operation] of Object.entries(operations)) {
      const answer = await post(url, ada.session, operation, JSON_TYPE)
      expect({ name, ...answer }).toMatchObject({ name, codes: ['UNAVAILABLE'], hints: [1_000] })
    }
    const stream = await post(url, ada.session, 'subscription { inbox { cursor } }', 'text/event-stream')
    expect(stream).toMatchObject({ codes: ['UNAVAILABLE'], hints: [1_000] })
    await expect(overSocket(program.banner('WebSocket'), ada)).resolves.toMatchObject([
      { extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } },
    ])
    // Nobody can look up a session that is not in the cache.
    const stranger = { ...ada.session, id: randomUUID() }
    expect(await post(url, stranger, operations['a query of users'], JSON_TYPE)).toEqual({
      status: 503,
      retryAfter: '1',
      codes: ['UNAVAILABLE'],
      hints: [1_000],
    })

    proxy.restore()
    for (const [name, operation] of Object.entries(operations)) {
      await eventually(async () =>
        expect([name, (await post(url, ada.session, operation, JSON_TYPE)).codes]).toEqual([name, []]),
      )
    }
    await Promise.all([ada, bob].map(({ app }) => app[Symbol.asyncDispose]()))
  })
})

/** The errors that a stock client's subscription to the inbox ends with. */
async function overSocket(wsUrl: string, { session }: Signed): Promise<unknown> {
  const connectionParams = () => signRequest({ session, method: 'WS', target: new URL(wsUrl).pathname })
  const client = createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
  try {
    return await new Promise((resolve) => {
      client.subscribe(
        { query: 'subscription { inbox { cursor } }' },
        { next: () => {}, error: resolve, complete: () => resolve(null) },
      )
    })
  } finally {
    await client.dispose()
  }
}
