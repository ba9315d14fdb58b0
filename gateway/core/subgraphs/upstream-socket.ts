import { WebSocket, type RawData } from 'ws'
import { codedError } from '../errors.ts'
import { writeJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import type { AttemptItem } from './attempt.ts'
import { asEvent } from './read-event.ts'
import {
  nextIdOf,
  nextPayloadOf,
  MAX_SHOWN,
  readFrame,
  type StreamFrame,
  type UpstreamFrame,
} from './upstream-frames.ts'

/** An idle socket is kept this long for the next subscription, so that a page reload does not reconnect it. */
const LINGER_MS = 1_000

/** Maximum cursors in one ping, some 200 characters each, because a subgraph limits the size of messages. */
const MAX_CURSORS_PER_PING = 1_000

/**
 * A message up to this factor longer than `maxSubgraphResponseBytes` is an error of its own stream only. A longer
 * message is not received at all, so its stream is unknown: the socket breaks, and all streams subscribe again.
 */
const LONG_MESSAGE_FACTOR = 2

/** The head of a `next` message is within this number of bytes. */
const HEAD_BYTES = 100

/** Close codes after which a reconnect would not help: bad request, unauthorized, forbidden, wrong protocol. */
const FINAL_CODES = new Set([4400, 4401, 4403, 4406])

/** The corresponding HTTP statuses of a server or proxy that refuses the upgrade. */
const FINAL_STATUSES: Readonly<Record<number, number>> = { 401: 4401, 403: 4403 }

export interface UpstreamSocket {
  /** Returns the subscription's id on this socket. */
  subscribe(payload: object, listener: UpstreamListener): string
  /**
   * Sends the cursor to the subgraph in a ping, with those of other streams, at intervals: `{ progress: { <id>:
   * <cursor> } }`.
   */
  progress(id: string, cursor: string): void
  stop(id: string): void
  readonly subscriptions: () => number
  /** Whether the subgraph has acknowledged the connection. */
  readonly acknowledged: () => boolean
  close(): void
}

/** Gets no item in the tick in which it subscribed. */
export interface UpstreamListener {
  push(item: AttemptItem): void
}

/**
 * One graphql-transport-ws connection to a subgraph, for any number of subscriptions. It connects once: when it
 * breaks, every listener gets `lost`, and `closed` is called. Callers that still want events open another socket.
 *
 * An invalid message ends only the stream that it names. If several streams are open and it names none, the connection
 * is closed: all streams subscribe again, and none waits for ever for an event that was lost in the message.
 *
 * The client of the `graphql-ws` package is not used. It keeps listeners in arrays that it searches when a
 * subscription ends (quadratic for the tens of thousands that share a socket here), resubscribes with the old
 * variables, and hides the ids that progress pings need.
 */
export function openUpstreamSocket(
  name: string,
  url: string,
  forwarded: Readonly<Record<string, string>>,
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
    headers: forwarded,
    handshakeTimeout: limits.subgraphTimeoutMs,
    maxPayload: limits.maxSubgraphResponseBytes * LONG_MESSAGE_FACTOR,
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
  // Timers alone must not keep a process alive.
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

  /** A message cannot be about a subscription that was not sent to the subgraph yet. */
  const listenerOf = (id: string) => (unsent?.has(id) ? undefined : listeners.get(id))

  /**
   * A message about a stopped stream is normal for a while. A message with an id that was never used could be meant
   * for any stream.
   */
  const handleStray = (id: string) => {
    const given = /^[1-9]\d{0,15}$/.test(id) && Number(id) < nextId
    if (!given) handleWrong(null, `a message about a stream "${id.slice(0, MAX_SHOWN)}", an id that was never used`)
  }

  /** Also sends `complete`, because the subgraph may still have the stream open. */
  const stop = (id: string) => {
    if (!unsent && socket.readyState === WebSocket.OPEN) socket.send(`{"id":"${id}","type":"complete"}`)
    drop(id)
  }

  const wrong = (why: string) => codedError('DOWNSTREAM_SERVICE_ERROR', `The subgraph "${name}" sent ${why}.`)

  const handleWrong = (id: string | null, why: string) => {
    const [only, another] = unsent ? [] : listeners.keys()
    const whose = id ?? (another === undefined ? only : undefined)
    if (whose === undefined) return end(wrong(why))
    const listener = listenerOf(whose)
    if (!listener) return handleStray(whose)
    stop(whose)
    listener.push({ kind: 'refused', errors: [wrong(why)] })
  }

  const handle = (frame: UpstreamFrame) => {
    switch (frame.type) {
      case 'connection_ack':
        clearTimeout(ackTimer)
        for (const message of unsent?.values() ?? []) socket.send(message)
        unsent = null
        if (listeners.size === 0) lingerOn()
        return acknowledged()
      case 'ping':
        return socket.send('{"type":"pong"}')
      case 'pong':
      case 'unknown':
        return
      case 'wrong':
        return handleWrong(frame.id, frame.why)
      case 'next':
      case 'error':
      case 'complete':
        return handleStream(frame)
    }
  }

  const handleStream = (frame: StreamFrame) => {
    const listener = listenerOf(frame.id)
    if (!listener) return handleStray(frame.id)
    if (frame.type === 'next') return listener.push({ kind: 'event', event: asEvent(frame.payload) })
    drop(frame.id)
    listener.push(frame.type === 'error' ? { kind: 'refused', errors: frame.errors } : { kind: 'ended' })
  }

  const handleLong = (data: Buffer) => {
    const why = `a message of ${data.length} bytes, more than ${limits.maxSubgraphResponseBytes}`
    const id = nextIdOf(data.toString('latin1', 0, HEAD_BYTES))
    if (id === null) return handleWrong(null, why)
    listenerOf(id)?.push({ kind: 'event', event: { data: null, errors: [wrong(why)] } })
  }

  socket.on('open', () => {
    const payload = Object.keys(forwarded).length > 0 ? { payload: forwarded } : {}
    socket.send(JSON.stringify({ type: 'connection_init', ...payload }))
  })
  socket.on('message', (data: RawData) => {
    heard = true
    if (over) return
    if ((data as Buffer).length > limits.maxSubgraphResponseBytes) return handleLong(data as Buffer)
    const text = (data as Buffer).toString()
    const id = nextIdOf(text)
    // The payload is cut out and parsed on first use: invalid JSON in it is an error of its stream only.
    if (id !== null) {
      const listener = listenerOf(id)
      return listener ? listener.push({ kind: 'event', event: nextPayloadOf(text, id) }) : handleStray(id)
    }
    let frame: UpstreamFrame
    try {
      frame = readFrame(text)
    } catch {
      return handleWrong(null, 'a message that is not JSON')
    }
    handle(frame)
  })
  socket.on('unexpected-response', (_, { statusCode = 0 }) => {
    const cause = new Error(`The subgraph refused the socket: HTTP ${statusCode}`)
    end(cause, FINAL_STATUSES[statusCode])
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
      if (listeners.has(id)) stop(id)
    },
    subscriptions: () => listeners.size,
    acknowledged: () => unsent === null && !over,
    close: () => end(new Error('The gateway is closing.')),
  }
}
