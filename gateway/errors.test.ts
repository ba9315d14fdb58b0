import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLog, type Log } from '../platform/log/log.ts'
import { eventually } from '../test/support/eventually.ts'
import { startGraph } from '../test/support/federated-graph.ts'
import { startCore } from '../test/support/gateway-core.ts'
import { makeMask } from './errors.ts'

test('a client that leaves is no error in the log; a subgraph that breaks off is one', async () => {
  const asked: (() => void)[] = []
  const hanging = createServer((request) => void asked.push(() => request.socket.destroy()))
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/graphql`
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    debug: (message) => void lines.push(`debug ${message}`),
    error: (message) => void lines.push(`error ${message}`),
  }
  await using graph = await startGraph()
  await using core = await startCore(graph, {
    subgraphs: (name) => (name === 'people' ? { kind: 'remote', url, wsUrl: url } : graph.source(name)),
    formatError: makeMask(log),
  })
  const query = { query: '{ person(id: "ann") { name } }' }
  const gone = new AbortController()
  const left = fetch(core.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(query),
    signal: gone.signal,
  })
  await eventually(() => asked.length === 1)
  gone.abort()
  await expect(left).rejects.toThrow()
  await eventually(() => expect(lines).toEqual(['debug A client left before its answer.']))

  const stays = core.post(query)
  // A query whose connection broke is asked once more.
  await eventually(() => asked.length === 2)
  asked[1]?.()
  await eventually(() => asked.length === 3)
  asked[2]?.()
  // With when to try again.
  expect((await stays).body.errors).toMatchObject([
    { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', retryAfterMs: 1_000 } },
  ])
  expect(lines.slice(1)).toEqual(['error An operation failed.'])
  hanging.closeAllConnections()
  await new Promise((resolve) => hanging.close(resolve))
})
