import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DEFAULT_LIMITS } from '../limits.ts'
import { openHttpClient } from './http-client.ts'
import { makeCancellation } from './cancellation.ts'

test('a request that waited too long for a connection is never sent, so that sent requests have time for their answers', async () => {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    setTimeout(() => response.end('{"data":{}}'), 200)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  // One failure would keep all others away from the subgraph for a while.
  const limits = { ...DEFAULT_LIMITS, maxSubgraphConnections: 1, subgraphQueueMs: 100, subgraphFailures: 1 }
  const client = openHttpClient('chat', `http://127.0.0.1:${port}/graphql`, limits)
  const ask = () => client.post('{}', true, () => ({}), makeCancellation(), JSON.parse)
  try {
    const [first, ...others] = await Promise.allSettled([ask(), ask(), ask(), ask()])
    expect(first).toMatchObject({ status: 'fulfilled' })
    for (const other of others) {
      expect(other).toMatchObject({ reason: { message: 'None of 1 connections was free within 100 ms.' } })
    }
    expect(asked).toBe(1)
    expect(await ask()).toEqual({ data: {} })
  } finally {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
