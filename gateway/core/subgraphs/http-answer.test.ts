import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { DEFAULT_LIMITS } from '../limits.ts'
import { openHttpClient } from './http-client.ts'
import { makeCancellation } from './cancellation.ts'

/** A client of a server that answers so, and takes it for down after one failure. */
async function setUp(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const limits = { ...DEFAULT_LIMITS, subgraphFailures: 1, maxSubgraphResponseBytes: 10_000 }
  const client = openHttpClient('chat', `http://127.0.0.1:${port}/graphql`, limits)
  return {
    ask: () => client.post('{}', true, () => ({}), makeCancellation(), JSON.parse),
    async [Symbol.asyncDispose]() {
      await client.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const TOO_LONG = 'The subgraph "chat" answered with more than 10000 bytes.'
const long = JSON.stringify({ data: { text: 'x'.repeat(20_000) } })

test('an answer over the limit is refused, and the subgraph is asked again: it lies in what was asked', async () => {
  await using server = await setUp((_, response) => response.end(long))
  for (let i = 0; i < 2; i++) await expect(server.ask()).rejects.toThrow(TOO_LONG)
})

test('an answer that is over the limit once it is unpacked is refused likewise', async () => {
  const packed = gzipSync(long)
  expect(packed.length).toBeLessThan(200)
  await using server = await setUp((_, response) => response.setHeader('content-encoding', 'gzip').end(packed))
  for (let i = 0; i < 2; i++) await expect(server.ask()).rejects.toThrow(TOO_LONG)
})

test('subgraphs are told which encodings are understood', async () => {
  const told: unknown[] = []
  await using server = await setUp((request, response) => {
    told.push(request.headers['accept-encoding'])
    response.end('{"data":{}}')
  })
  expect(await server.ask()).toEqual({ data: {} })
  expect(told).toEqual(['gzip, deflate, br'])
})

test('a page with 500 says that the subgraph is not well, one with 404 does not', async () => {
  let status = 404
  await using server = await setUp((_, response) => response.writeHead(status).end('<html>'))
  await expect(server.ask()).rejects.toThrow('The subgraph "chat" answered HTTP 404 without JSON.')
  status = 500
  await expect(server.ask()).rejects.toThrow('The subgraph "chat" answered HTTP 500 without JSON.')
  await expect(server.ask()).rejects.toThrow('it gets no requests for a moment')
})
