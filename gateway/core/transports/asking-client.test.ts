import { WebSocket } from 'ws'
import { eventually } from '../../../test/support/eventually.ts'
import { startGraph } from '../../../test/support/federated-graph.ts'
import { startCore, type Who } from '../../../test/support/gateway-core.ts'
import type { AskingClient, GatewayOptions } from '../index.ts'
import { makeClients } from './clients.ts'

type Authenticate = GatewayOptions<Who>['authenticate']

/** An `authenticate` that never answers. It passes its signal to `started`; each form of function receives it in another way. */
const forms: [string, (started: (signal: AbortSignal) => void) => Authenticate][] = [
  [
    'two parameters',
    (started) =>
      (_, { signal }) => (started(signal), new Promise(() => {})),
  ],
  [
    'rest parameters, whose length is 0',
    (started) =>
      (...given) => (started(given[1].signal), new Promise(() => {})),
  ],
  [
    'a default for the second parameter, whose length is 1',
    (started) =>
      (_, client = {} as AskingClient) => (started(client.signal), new Promise(() => {})),
  ],
]

test.each(forms)(
  'authenticate hears that the client left during it, over HTTP and on a socket: %s',
  async (_, form) => {
    await using graph = await startGraph()
    const signals: AbortSignal[] = []
    await using core = await startCore(graph, { authenticate: form((signal) => signals.push(signal)) })

    const cancellation = new AbortController()
    const request = fetch(core.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: cancellation.signal,
    })
    await eventually(() => signals.length === 1)
    expect(signals[0]?.aborted).toBe(false)
    cancellation.abort()
    await expect(request).rejects.toThrow()
    await eventually(() => signals[0]?.aborted === true)

    const socket = new WebSocket(core.wsUrl, 'graphql-transport-ws')
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send('{"type":"connection_init"}')
    await eventually(() => signals.length === 2)
    expect(signals[1]?.aborted).toBe(false)
    socket.terminate()
    await eventually(() => signals[1]?.aborted === true)
  },
)

test('no signal is made for a function that does not read it', async () => {
  let made = 0
  const client = {
    get signal() {
      made++
      return new AbortController().signal
    },
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const admit = (authenticate: GatewayOptions<unknown>['authenticate']) =>
    makeClients({ authenticate }, log).admit({} as never, client)
  await admit(async () => 'ann')
  await admit(async (...given) => given.length)
  expect(made).toBe(0)
  expect(await admit(async (_, { signal }) => signal.aborted)).toEqual({ context: false })
  expect(made).toBe(1)
})
