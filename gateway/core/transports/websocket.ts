import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { openConnection } from './connection.ts'
import type { Door } from './door.ts'
import { CloseCode } from './messages.ts'

const PROTOCOL = 'graphql-transport-ws'

export interface WebSockets {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly size: () => number
  /** Closes all with this code; resolves when the last is gone. */
  closeAll(code: number, reason: string): Promise<void>
}

/** graphql-transport-ws: the upgrade and the limits; a connection is `openConnection`'s. */
export function makeWebSockets(door: Door): WebSockets {
  const { limits } = door
  const connections = new Set<{ close(code: number, reason: string): void }>()
  const waiting = new Set<() => void>()
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.maxMessageBytes,
    // Costs memory per socket and processor time per frame; small JSON events gain little.
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  })

  return {
    handleUpgrade(request, socket, head) {
      if (!door.accepting()) return refuse(socket, '503 Service Unavailable')
      if (!door.originAllowed(request)) return refuse(socket, '403 Forbidden')
      if (connections.size >= limits.maxSockets) return refuse(socket, '503 Service Unavailable')
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (webSocket.protocol !== PROTOCOL) {
          const cut = setTimeout(() => webSocket.terminate(), limits.closeWaitMs)
          webSocket.on('error', () => webSocket.terminate())
          webSocket.on('close', () => clearTimeout(cut))
          return webSocket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
        }
        const connection = openConnection(webSocket, request, door, () => {
          connections.delete(connection)
          if (connections.size === 0) for (const resolve of waiting) resolve()
        })
        connections.add(connection)
      })
    },
    size: () => connections.size,
    async closeAll(code, reason) {
      for (const connection of [...connections]) connection.close(code, reason)
      if (connections.size === 0) return
      await new Promise<void>((resolve) => waiting.add(resolve))
    },
  }
}

/** An answer to an upgrade that is none; the listener is for peers who are gone before it. */
export function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
