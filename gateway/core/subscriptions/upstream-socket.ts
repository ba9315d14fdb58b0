import type { ExecutionResult, GraphQLFormattedError } from 'graphql'
import { WebSocket, type RawData } from 'ws'
import { parseExactly, writeJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import type { AttemptItem } from './attempt.ts'

/** An idle socket is kept this long for the next subscription, so that a page that is reloaded does not reconnect it. */
const LINGER_MS = 1_000

/** Cursors in one ping, some 200 characters each: a subgraph bounds its messages. */
const MAX_CURSORS_PER_PING = 1_000

/** How a `next` message begins wherever it was made by JSON.stringify in the order of the protocol's own description. */
const NEXT_START = '{"id":"'
const NEXT_MIDDLE = '","type":"next","payload":'

/** Close codes with which a subgraph says that coming back would not help: bad request, unauthorized, wrong protocol. */
const FINAL_CODES = new Set([4400, 4401, 4403, 4406])

export interface UpstreamSocket {
  /** Returns the id under which the rest speaks of it. */
  subscribe(payload: object, listener: UpstreamListener): string
  /** Told to the subgraph in the payload of a ping, all together every so often: `{ progress: { <id>: <cursor> } }`. */
  progress(id: string, cursor: string): void
  stop(id: string): void
  readonly subscriptions: () => number
  /** Whether the subgraph has acknowledged the connection. */
  readonly acknowledged: () => boolean
  close(): void
}

/** Hears nothing before the tick after that in which it subscribed. */
export interface UpstreamListener {
  push(item: AttemptItem): void
}

interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: unknown
}

/**
 * One connection of the graphql-transport-ws protocol to a subgraph, for any number of subscriptions. It connects once:
 * when it breaks, every listener hears `lost`, `closed` is called, and whoever still wants events opens another.
 *
 * Not the client of the `graphql-ws` package: that one keeps listeners in arrays which it searches when a subscription
 * ends (quadratic for the tens of thousands that share a socket here), subscribes again with the old variables, and
 * does not give out the ids that progress is told by.
 */
export function openUpstreamSocket(
  url: string,
  params: Readonly<Record<string, string>>,
  limits: Limits,
  closed: () => void,
  acknowledged: () => void,
): UpstreamSocket {
  const listeners = new Map<string, UpstreamListener>()
  /** Subscribe messages until the subgraph has acknowledged the connection; null from then on. */
  let unsent: Map<string, string> | null = new Map()
  const progress = new Map<string, string>()
  let progressTimer: NodeJS.Timeout | undefined
  let linger: NodeJS.Timeout | undefined
  let nextId = 1
  let over = false
  let heard = true

  const socket = new WebSocket(url, 'graphql-transport-ws', {
    handshakeTimeout: limits.subgraphTimeoutMs,
    maxPayload: limits.maxSubgraphResponseBytes,
    perMessageDeflate: false,
  })
  const ackTimer = setTimeout(
    () => end(new Error('The subgraph did not acknowledge the connection.')),
    limits.subgraphTimeoutMs,
  )
  const pinger = setInterval(() => {
    if (!heard) return end(new Error('The subgraph did not answer a ping.'))
    heard = false
    if (!unsent) socket.send('{"type":"ping"}')
  }, limits.pingIntervalMs)
  // Timers alone do not keep a process alive that wants to go.
  pinger.unref()

  function end(cause: unknown, code?: number) {
    if (over) return
    over = true
    clearTimeout(ackTimer)
    clearTimeout(linger)
    clearTimeout(progressTimer)
    clearInterval(pinger)
    closed()
    const item: AttemptItem =
      code !== undefined && FINAL_CODES.has(code)
        ? { kind: 'refused', errors: [cause] }
        : { kind: 'lost', cause, established: unsent === null, where: 'network' }
    const all = [...listeners.values()]
    listeners.clear()
    for (const listener of all) listener.push(item)
    if (socket.readyState === WebSocket.OPEN) socket.close(1000)
    else socket.terminate()
  }

  const drop = (id: string) => {
    if (!listeners.delete(id)) return
    progress.delete(id)
    if (unsent) unsent.delete(id)
    if (listeners.size === 0) lingerOn()
  }

  const lingerOn = () => {
    clearTimeout(linger)
    linger = setTimeout(() => end(new Error('Idle.')), LINGER_MS)
    linger.unref()
  }

  /** Takes a `next` message as servers write it apart without reading its payload. */
  const handleNext = (text: string): boolean => {
    if (!text.startsWith(NEXT_START)) return false
    const end = text.indexOf('"', NEXT_START.length)
    if (!text.startsWith(NEXT_MIDDLE, end)) return false
    const event = text.slice(end + NEXT_MIDDLE.length, -1)
    listeners.get(text.slice(NEXT_START.length, end))?.push({ kind: 'event', event })
    return true
  }

  const handle = ({ type, id = '', payload }: Message) => {
    const listener = listeners.get(id)
    switch (type) {
      case 'connection_ack':
        clearTimeout(ackTimer)
        for (const message of unsent?.values() ?? []) socket.send(message)
        unsent = null
        if (listeners.size === 0) lingerOn()
        return acknowledged()
      case 'ping':
        return socket.send('{"type":"pong"}')
      case 'next':
        return listener?.push({ kind: 'event', event: payload as ExecutionResult })
      case 'error':
        drop(id)
        return listener?.push({ kind: 'refused', errors: payload as GraphQLFormattedError[] })
      case 'complete':
        drop(id)
        return listener?.push({ kind: 'ended' })
    }
  }

  socket.on('open', () => {
    const payload = Object.keys(params).length > 0 ? { payload: params } : {}
    socket.send(JSON.stringify({ type: 'connection_init', ...payload }))
  })
  socket.on('message', (data: RawData) => {
    heard = true
    if (over) return
    try {
      const text = (data as Buffer).toString()
      if (!handleNext(text)) handle(parseExactly(text) as Message)
    } catch (cause) {
      end(new Error('The subgraph sent a message that is not of the protocol.', { cause }))
    }
  })
  socket.on('error', (error) => end(error))
  socket.on('close', (code, reason) =>
    end(new Error(`The subgraph closed the socket: ${code} ${reason.toString()}`), code),
  )

  const sendProgress = () => {
    progressTimer = undefined
    if (progress.size === 0 || unsent || over) return
    const cursors = [...progress]
    progress.clear()
    for (let at = 0; at < cursors.length; at += MAX_CURSORS_PER_PING) {
      const some = Object.fromEntries(cursors.slice(at, at + MAX_CURSORS_PER_PING))
      socket.send(JSON.stringify({ type: 'ping', payload: { progress: some } }))
    }
  }

  return {
    subscribe(payload, listener) {
      const id = String(nextId++)
      clearTimeout(linger)
      const message = writeJson({ id, type: 'subscribe', payload })
      if (over) {
        const cause = new Error('The socket is closed.')
        const lost: AttemptItem = { kind: 'lost', cause, established: unsent === null, where: 'network' }
        queueMicrotask(() => listener.push(lost))
        return id
      }
      listeners.set(id, listener)
      if (unsent) unsent.set(id, message)
      else socket.send(message)
      return id
    },
    progress(id, cursor) {
      if (!listeners.has(id)) return
      progress.set(id, cursor)
      progressTimer ??= setTimeout(sendProgress, limits.progressIntervalMs).unref()
    },
    stop(id) {
      if (!listeners.has(id)) return
      if (!unsent && socket.readyState === WebSocket.OPEN) socket.send(`{"id":"${id}","type":"complete"}`)
      drop(id)
    },
    subscriptions: () => listeners.size,
    acknowledged: () => unsent === null && !over,
    close: () => end(new Error('The gateway is closing.')),
  }
}
