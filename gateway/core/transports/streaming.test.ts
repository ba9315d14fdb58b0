import { connect, type Socket } from 'node:net'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, startCore, type CoreServer } from '../../../test/support/gateway-core.ts'

const FEED = 'subscription { feed(after: "c0") { cursor review { id } } }'
const SSE = 'text/event-stream'
const MULTIPART = 'multipart/mixed;subscriptionSpec=1.0'

/** A stream over HTTP whose reader takes bytes only while the test lets it. */
async function read({ url }: CoreServer, accept: string): Promise<Socket & { text(): string }> {
  const { hostname, port, pathname } = new URL(url)
  const body = JSON.stringify({ query: FEED })
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => undefined) // the gateway may cut it
  const head = [
    `POST ${pathname} HTTP/1.1`,
    'host: test',
    `accept: ${accept}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  await eventually(() => text.includes('200 OK'))
  return Object.assign(socket, { text: () => text })
}

describe.each([
  ['SSE', SSE],
  ['multipart', MULTIPART],
])('a stream over %s', (_, accept) => {
  test('tells the subgraph how far its reader was reached: what the kernel has taken', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph)
    const reader = await read(core, accept)
    await eventually(() => graph.openStreams() === 1)
    graph.addReview('r1')
    await eventually(() => expect(graph.progress).toEqual(['c1']))
    graph.addReview('r2')
    await eventually(() => expect(graph.progress).toEqual(['c1', 'c2']))
    expect(reader.text()).toContain('"id":"r2"')
    reader.destroy()
    await emptied(core)
  })

  test('has not reached a reader that takes nothing, and cuts it when a heartbeat is not taken', async () => {
    await using graph = await startGraph()
    await using core = await startCore(graph, { limits: { heartbeatMs: 100, maxWaitingBytes: 1e9 } })
    const reader = await read(core, accept)
    await eventually(() => graph.openStreams() === 1)
    reader.pause()
    // Far more than the buffers of two kernels hold.
    const events = 40
    for (let n = 1; n <= events; n++) graph.addReview(`r${n}-${'x'.repeat(1_000_000)}`)
    await emptied(core)
    expect(graph.progress).not.toContain(`c${events}`)
    reader.destroy()
  })
})
