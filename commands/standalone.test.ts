import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { assetPath } from '../platform/assets.ts'
import { eventually } from '../test/support/eventually.ts'
import { startGraph, type Graph } from '../test/support/federated-graph.ts'
import { follow } from '../test/support/gateway-core.ts'
import { startStandalone, UsageError } from './standalone.ts'

const folder = mkdtempSync(join(tmpdir(), 'standalone-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const file = join(folder, `${Math.random()}.graphql`)
  writeFileSync(file, text)
  return file
}

const NAMES = ['catalog', 'people', 'reviews', 'stock'] as const

/** Where the subgraphs are, said by the environment, since a test does not know their ports beforehand. */
function environment(graph: Graph): Record<string, string> {
  return Object.fromEntries(
    NAMES.map((name) => {
      const source = graph.source(name)
      return [`SUBGRAPH_${name.toUpperCase()}_URL`, source.kind === 'remote' ? source.url : '']
    }),
  )
}

async function post(url: string, query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

test('any supergraph is served, with forwarded headers, over HTTP and graphql-ws', async () => {
  await using graph = await startGraph(NAMES)
  const arguments_ = [
    '--supergraph',
    fileOf(graph.supergraphSdl),
    '--port',
    '0',
    '--forward',
    'X-One',
    '--forward',
    'x-two',
  ]
  await using gateway = await startStandalone(arguments_, environment(graph))
  const headers = { 'x-one': '1', 'X-Two': '2', 'x-three': '3' }
  expect(await post(gateway.url, '{ product(id: "p1") { name shipping } }', headers)).toEqual({
    data: { product: { name: 'name of p1', shipping: 20 } },
  })
  for (const { headers: got } of graph.asked) {
    expect(got).toMatchObject({ 'x-one': '1', 'x-two': '2' })
    expect(got).not.toHaveProperty('x-three')
  }
  expect(await post(gateway.url, '{ __schema { queryType { name } } }')).toEqual({
    data: { __schema: { queryType: { name: 'Query' } } },
  })
  const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket })
  const stream = follow(client, 'subscription { reviewAdded(product: "p1") { id author { name } } }')
  await eventually(() => graph.openStreams() === 1)
  graph.addReview('r1')
  await eventually(() =>
    expect(stream.events).toEqual([{ data: { reviewAdded: { id: 'r1', author: { name: 'name of ann' } } } }]),
  )
  expect(new URL(gateway.url).hostname).toBe('127.0.0.1')
  expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200)
  expect((await fetch(new URL('/other', gateway.url))).status).toBe(404)
  await client.dispose()
})

test.each([
  ['--supergraph is missing', () => ['--port', '0']],
  ['--port is missing', () => ['--supergraph', 'x']],
  ['--port must be a number', () => ['--supergraph', 'x', '--port', 'http']],
  ['Unknown option', () => ['--supergraf', 'x']],
  ['cannot be read', () => ['--supergraph', join(folder, 'none.graphql'), '--port', '0']],
  ['cannot be loaded as a supergraph', () => ['--supergraph', fileOf('type Query { x: String }'), '--port', '0']],
  ['must name a valid header', () => ['--supergraph', 'x', '--port', '0', '--forward', 'a b']],
])('one clear line: %s', async (line, args) => {
  const started = startStandalone(args(), {})
  await expect(started).rejects.toThrow(UsageError)
  await expect(started).rejects.toThrow(line)
  await started.catch(({ message }: Error) => expect(message).not.toContain('\n'))
})

test('one clear line: a taken port, an address that is none', async () => {
  await using graph = await startGraph(NAMES)
  const supergraph = fileOf(graph.supergraphSdl)
  await using first = await startStandalone(['--supergraph', supergraph, '--port', '0'], environment(graph))
  const { port } = new URL(first.url)
  await expect(startStandalone(['--supergraph', supergraph, '--port', port], environment(graph))).rejects.toThrow(
    `Port ${port} is taken`,
  )
  const env = { ...environment(graph), SUBGRAPH_STOCK_WS_URL: 'nowhere' }
  await expect(startStandalone(['--supergraph', supergraph, '--port', '0'], env)).rejects.toThrow(
    'SUBGRAPH_STOCK_WS_URL',
  )
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s drains: sockets are told to come back, and it ends with 0',
  async (signal) => {
    await using graph = await startGraph(NAMES)
    const program = assetPath('dist/commands/standalone-gateway.js')
    const child = spawn(process.execPath, [program, '--supergraph', fileOf(graph.supergraphSdl), '--port', '0'], {
      env: { ...process.env, ...environment(graph) },
    })
    try {
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const url = await eventually(() => {
        const found = /at (http:\S+)\n/.exec(output)?.[1]
        if (!found) throw new Error(`It did not start: ${output}`)
        return found
      }, 20_000)
      const codes: number[] = []
      const client = createClient({
        url: url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        on: { closed: (event) => codes.push((event as { code: number }).code) },
      })
      follow(client, 'subscription { reviewAdded(product: "p1") { id } }')
      await eventually(() => graph.openStreams() === 1)
      const exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
      child.kill(signal)
      expect(await exit).toBe(0)
      await eventually(() => expect(codes).toEqual([1012]))
    } finally {
      child.kill('SIGKILL')
    }
  },
)
