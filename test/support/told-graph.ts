import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { WebSocketServer, type WebSocket } from 'ws'
import type { SubgraphSource } from '../../gateway/core/index.ts'

/** Subgraphs of any schemas that say what a test tells them to, byte by byte, and keep what they were asked. */
export interface ToldGraph extends AsyncDisposable {
  readonly supergraphSdl: string
  source(name: string): SubgraphSource
  /** What a subgraph answers from now on, as the text of its answer. */
  tell(name: string, answer: string): void
  /** Sends the text of an event to all subscriptions that are open; `message` makes the message that holds it. */
  publish(payload: string, message?: (id: string, payload: string) => string): void
  subscriptions(): number
  /** The bodies and `subscribe` messages that came to a subgraph, as text. */
  asked(name: string): readonly string[]
}

const nextMessage = (id: string, payload: string) => `{"id":"${id}","type":"next","payload":${payload}}`

export async function startToldGraph(typeDefs: Readonly<Record<string, string>>): Promise<ToldGraph> {
  const answers = new Map<string, string>()
  const asked = new Map<string, string[]>()
  const open = new Map<string, WebSocket>()
  const ports = new Map<string, number>()
  const servers = Object.keys(typeDefs).map((name) => {
    const texts: string[] = []
    asked.set(name, texts)
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        texts.push(Buffer.concat(chunks).toString())
        response.setHeader('content-type', 'application/json')
        response.end(answers.get(name) ?? '{"errors":[{"message":"Nothing was told."}]}')
      })
    })
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' })
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        const text = (data as Buffer).toString()
        const { type, id = '' } = JSON.parse(text) as { type: string; id?: string }
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
        if (type === 'complete') open.delete(id)
        if (type !== 'subscribe') return
        texts.push(text)
        open.set(id, socket)
      })
      socket.on('close', () => {
        for (const [id, one] of open) if (one === socket) open.delete(id)
      })
    })
    return { name, server, sockets }
  })
  for (const { name, server } of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ports.set(name, (server.address() as AddressInfo).port)
  }
  const { supergraphSdl, errors } = composeServices(
    Object.entries(typeDefs).map(([name, text]) => ({ name, url: `http://${name}`, typeDefs: parse(text) })),
  )
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'))
  return {
    supergraphSdl,
    source(name) {
      const at = `127.0.0.1:${ports.get(name)}/`
      return { kind: 'remote', url: `http://${at}`, wsUrl: `ws://${at}` }
    },
    tell: (name, answer) => void answers.set(name, answer),
    publish(payload, message = nextMessage) {
      for (const [id, socket] of open) socket.send(message(id, payload))
    },
    subscriptions: () => open.size,
    asked: (name) => asked.get(name) ?? [],
    async [Symbol.asyncDispose]() {
      for (const { server, sockets } of servers) {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}
