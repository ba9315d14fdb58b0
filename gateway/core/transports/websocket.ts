import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { safely } from '../safely.ts'
import type { Log } from '../types.ts'
import { Connection } from './connection.ts'
import type { TransportDependencies } from './dependencies.ts'
import { CloseCode } from './messages.ts'
import { SocketWriter } from './socket-writer.ts'
import { ConnectionUsage } from './client-usage.ts'

const PROTOCOL = 'graphql-transport-ws'

export interface WebSockets {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly size: () => number
  /** Closes all sockets with this code; resolves when the last has closed. */
  closeAll(code: number, reason: () => string): Promise<void>
}

/** Handles graphql-transport-ws upgrades and their limits; each socket gets a `Connection`. */
export function makeWebSockets(deps: TransportDependencies): WebSockets {
  const { limits } = deps
  const connections = new Set<Connection>()
  const heartbeat = makeHeartbeat(limits.pingIntervalMs, deps.log)
  const waiting = new Set<() => void>()
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Applies until the connection is acknowledged; see `SocketWriter.acknowledge`.
    maxPayload: Math.min(limits.maxUnreadyMessageBytes, limits.maxMessageBytes),
    // Costs memory per socket and processor time per frame; small JSON events gain little.
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  })

  const closed = (connection: Connection) => {
    connections.delete(connection)
    heartbeat.remove(connection)
    if (connections.size === 0) for (const resolve of waiting) resolve()
  }

  return {
    handleUpgrade(request, socket, head) {
      if (!deps.accepting()) return refuse(socket, '503 Service Unavailable')
      if (!deps.originAllowed(request)) return refuse(socket, '403 Forbidden', deps.origins.refusal(request).message)
      if (connections.size >= limits.maxSockets) return refuse(socket, '503 Service Unavailable')
      const usage = new ConnectionUsage(deps.usage, deps.addressOf(request))
      socket.once('close', () => usage.end())
      if (!usage.connectUnready())
        return refuse(socket, '429 Too Many Requests', 'Too many connections of your address are open.')
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (webSocket.protocol !== PROTOCOL) {
          const cut = setTimeout(() => webSocket.terminate(), limits.closeWaitMs)
          webSocket.on('error', () => webSocket.terminate())
          webSocket.on('close', () => clearTimeout(cut))
          return webSocket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
        }
        const connection = new Connection(webSocket, new SocketWriter(webSocket, socket, usage), request, deps, closed)
        connections.add(connection)
        heartbeat.add(connection)
      })
    },
    size: () => connections.size,
    async closeAll(code, reason) {
      for (const connection of [...connections]) connection.close(code, reason())
      if (connections.size === 0) return
      await new Promise<void>((resolve) => waiting.add(resolve))
    },
  }
}

/**
 * Each interval has this many parts, and pings a share of the sockets in each, because pinging all at once would be a
 * burst of work.
 */
const BEATS = 12

interface Heartbeat {
  add(connection: Connection): void
  remove(connection: Connection): void
}

/** One timer pings each socket once per interval, as long as there are sockets. */
function makeHeartbeat(intervalMs: number, log: Log): Heartbeat {
  const parts = Array.from({ length: BEATS }, () => new Set<Connection>())
  let size = 0
  let beat = 0
  let timer: NodeJS.Timeout | undefined
  return {
    add(connection) {
      // The part that was just pinged, so that a new socket gets a whole interval.
      parts[(beat + BEATS - 1) % BEATS]?.add(connection)
      size++
      timer ??= setInterval(() => {
        for (const one of [...(parts[beat] ?? [])]) safely(log, 'a ping', () => one.ping())
        beat = (beat + 1) % BEATS
      }, intervalMs / BEATS)
    },
    remove(connection) {
      if (!parts.some((part) => part.delete(connection)) || --size > 0) return
      clearInterval(timer)
      timer = undefined
    },
  }
}

/** Refuses an upgrade with a plain HTTP answer. The listener handles peers that are gone before it is sent. */
export function refuse(socket: Duplex, status: string, why = ''): void {
  socket.on('error', () => socket.destroy())
  const length = Buffer.byteLength(why)
  // A client that was refused because of a number may retry; when a place gets free is a guess.
  const retry = /^(429|503)/.test(status) ? 'Retry-After: 5\r\n' : ''
  const headers = `${retry}Connection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${why}`)
}
