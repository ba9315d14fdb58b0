import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { emptied, startCore, type CoreServer } from '../../../test/support/gateway-core.ts'

const QUERY = 'subscription { reviewAdded(product: "p1") { id author { name } } }'
const SOCKETS = 10
/** What a heap may have more after 10,000 subscriptions than after 2,000: 8,000 that left 500 bytes each would be more. */
const SPARE_BYTES = 4_000_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function heapUsed(): Promise<number> {
  // What finalizers and pending callbacks hold is let go between collections.
  for (let round = 0; round < 5; round++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

function pong(socket: WebSocket): Promise<unknown> {
  const answered = new Promise((resolve) => socket.once('pong', resolve))
  socket.ping()
  return answered
}

/** So many subscriptions come, on sockets side by side, and leave before, while or after they get an event. */
async function cycle(core: CoreServer, addReview: (id: string) => void, each: number) {
  const one = async (at: number) => {
    const socket = new WebSocket(core.wsUrl, 'graphql-transport-ws')
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-name': `u${at}` } }))
    await new Promise((resolve) => socket.once('message', resolve))
    for (let n = 0; n < each; n++) {
      socket.send(JSON.stringify({ id: `${n}`, type: 'subscribe', payload: { query: QUERY } }))
      if (n % 3 === 1) await new Promise((resolve) => setImmediate(resolve))
      if (n % 50 === at) addReview(`r${n}`)
      socket.send(JSON.stringify({ id: `${n}`, type: 'complete' }))
      if (n % 50 === 0) await pong(socket)
    }
    socket.terminate()
  }
  await Promise.all(Array.from({ length: SOCKETS }, (_, at) => one(at)))
  await emptied(core)
}

test('10,000 subscriptions come and go: heap, handles and streams are where they were', async () => {
  await using graph = await startGraph()
  // Each socket sends 1,600 frames at once, which no honest client does.
  await using core = await startCore(graph, { limits: { maxFramesAtOnce: 10_000 } })
  const handles = () => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length
  const add = (id: string) => graph.addReview(id)
  await cycle(core, add, 200)
  await eventually(() => graph.openStreams() === 0)
  graph.asked.length = 0
  graph.subscribed.length = 0
  const before = { heap: await heapUsed(), handles: handles() }
  await cycle(core, add, 800)
  await eventually(() => graph.openStreams() === 0)
  graph.asked.length = 0
  graph.subscribed.length = 0
  expect((await heapUsed()) - before.heap).toBeLessThan(SPARE_BYTES)
  await eventually(() => expect(handles()).toBeLessThanOrEqual(before.handles + 1))
}, 120_000)
