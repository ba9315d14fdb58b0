import { setMaxListeners } from 'node:events'
import type { Server } from 'node:http'
import { GraphQLError, type GraphQLSchema, parse } from 'graphql'
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '../../platform/log/log.ts'
import { GRAPHQL_PATH, pathOf } from './http.ts'
import type { Mask } from './mask.ts'
import { type Admit, badRequest, isRecord, parseRequest, requestIdOf, signedText } from './request.ts'
import type { EventStream, Executor } from './executor.ts'
import { faultOfUnverified, makeUnverifiedSockets, MAX_UNVERIFIED_WAITING_BYTES } from './unverified-sockets.ts'

/**
 * Bytes of one message of a gateway: a document with its variables, or the progress of many streams. Beyond it: 1009.
 */
const MAX_MESSAGE_BYTES = 1024 * 1024
/** Open sockets with a signed message; a gateway needs a handful. Beyond it: 503. */
const MAX_SOCKETS = 1_000
/** A socket that has not answered one ping when the next is due is cut. */
const PING_INTERVAL_MS = 12_000

const CLOSE_INTERNAL_ERROR = 1011
const CLOSE_SERVICE_RESTART = 1012

/** graphql-ws needs a subscription document here. The real one has already been verified, parsed and executed. */
const OPENED = parse('subscription { opened }')

export interface SocketServer {
  /** Tells every gateway to reconnect, here or to another instance. */
  restart(): void
  /** Cuts all open sockets. */
  cut(): void
}

interface Extra {
  /** Streams by subscribe id, for the progress in pings. */
  readonly streams: Map<string, EventStream>
  /** Fires when the socket is closed. */
  readonly gone: AbortController
  /** Called when a signed message has come. */
  readonly prove: () => void
}

interface Deps {
  readonly executor: Executor
  readonly admit: Admit
  readonly mask: Mask
  readonly schema: GraphQLSchema
  readonly log: Log
}

/** Serves graphql-ws on `/graphql`: every `subscribe` has the gateway's signature in `extensions.headers`. */
export function attachSockets(server: Server, { executor, admit, mask, schema, log }: Deps): SocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols })

  const graphql = makeServer<Record<string, unknown>, Extra>({
    async onSubscribe({ extra }, id, payload) {
      const headers = headersOf(payload.extensions)
      const requestId = requestIdOf(headers)
      const verified = admit(headers, signedText({ ...payload }), requestId)
      if (verified instanceof GraphQLError) return [verified]
      extra.prove()
      const request = parseRequest(payload)
      if (!request) return [badRequest('The payload must be a GraphQL request: an object with a query.')]
      const stream = await executor.subscribe({ request, ...verified, requestId, signal: extra.gone.signal })
      if (!(Symbol.asyncIterator in stream)) return stream.errors ?? []
      extra.streams.set(id, stream)
      return { schema, document: OPENED, contextValue: stream }
    },
    subscribe: ({ contextValue }) => contextValue as EventStream,
    onError: (_context, _id, payload, errors) =>
      errors.map((error) =>
        // Errors that the stream threw. All others have already been masked.
        (error.originalError ? mask(error.originalError, requestIdOf(headersOf(payload.extensions))) : error).toJSON(),
      ),
    onComplete: ({ extra }, id) => void extra.streams.delete(id),
    onPing: ({ extra }, payload) => {
      if (!isRecord(payload) || !isRecord(payload['progress'])) return
      for (const [id, cursor] of Object.entries(payload['progress']))
        if (typeof cursor === 'string') extra.streams.get(id)?.progress(cursor)
    },
  })

  const unverified = makeUnverifiedSockets()

  const open = (socket: WebSocket, isVerified: () => void) => {
    let proven = false
    const prove = () => {
      proven = true
      isVerified()
    }
    const extra: Extra = { streams: new Map(), gone: new AbortController(), prove }
    // All streams of a gateway listen to it, and Node would report more than ten listeners as a leak.
    setMaxListeners(0, extra.gone.signal)
    let heard = true
    const pinger = setInterval(() => {
      if (!heard) return socket.terminate()
      heard = false
      socket.ping()
    }, PING_INTERVAL_MS).unref()
    socket.on('pong', () => (heard = true))
    socket.on('error', (error) => log.warn('A socket of a gateway failed.', { error }))

    const closed = graphql.opened(
      {
        protocol: socket.protocol,
        // Resolves when the kernel has taken the text, so that a slow gateway slows its streams down instead of
        // filling our memory.
        send: (text) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve()
            socket.send(text, (error) => (error ? reject(error) : resolve()))
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          void socket.on('message', (data: RawData) => {
            heard = true
            // A closing socket may still receive messages, which are ignored.
            if (socket.readyState !== socket.OPEN) return
            const text = (data as Buffer).toString()
            const fault = proven ? null : faultOfUnverified(text)
            if (fault !== null) return socket.close(CloseCode.BadRequest, fault)
            if (!proven && socket.bufferedAmount > MAX_UNVERIFIED_WAITING_BYTES) return socket.terminate()
            take(text).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return
              log.error('A message of a gateway could not be handled.', { error })
              socket.close(CLOSE_INTERNAL_ERROR)
            })
          }),
      },
      extra,
    )
    socket.on('close', (code, reason) => {
      clearInterval(pinger)
      extra.gone.abort()
      closed(code, reason.toString()).catch((error: unknown) =>
        log.warn('The streams of a closed socket did not end cleanly.', { error }),
      )
    })
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (pathOf(request) !== GRAPHQL_PATH) return socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n')
    if (sockets.clients.size - unverified.size() >= MAX_SOCKETS)
      return socket.end('HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\r\n')
    const isVerified = unverified.add(request.socket.remoteAddress ?? '', socket)
    return sockets.handleUpgrade(request, socket, head, (opened) => open(opened, isVerified))
  })

  return {
    restart: () => sockets.clients.forEach((socket) => socket.close(CLOSE_SERVICE_RESTART, 'The service restarts.')),
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
  }
}

/** The gateway's signed headers of one subscription. */
const headersOf = (extensions: unknown): Readonly<Record<string, unknown>> =>
  isRecord(extensions) && isRecord(extensions['headers']) ? extensions['headers'] : {}
