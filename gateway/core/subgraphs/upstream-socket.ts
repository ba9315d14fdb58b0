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

/** An idle socket is kept this long for the next subscription, so that a page that is reloaded does not reconnect it. */
const LINGER_MS = 1_000

/** Cursors in one ping, some 200 characters each: a subgraph bounds its messages. */
const MAX_CURSORS_PER_PING = 1_000

/**
 * How much longer than `maxSubgraphResponseBytes` a message may be for its own stream alone to get an error. Beyond it the
 * message is not taken at all, so that nobody knows whose it was: the socket breaks, and all subscribe again.
 */
const LONG_MESSAGE_FACTOR = 2

/** Bytes in which the head of a `next` message is, however long the rest. */
const HEAD_BYTES = 100

/** Close codes with which a subgraph says that coming back would not help: bad request, unauthorized, wrong protocol. */
const FINAL_CODES = new Set([4400, 4401, 4403, 4406])

/** The same of a server or proxy that looks at the upgrade request: close codes by HTTP status. */
const FINAL_STATUSES: Readonly<Record<number, number>> = { 401: 4401, 403: 4403 }

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

/**
 * One connection of the graphql-transport-ws protocol to a subgraph, for any number of subscriptions. It connects once:
 * when it breaks, every listener hears `lost`, `closed` is called, and whoever still wants events opens another.
 *
 * What is wrong with a message costs the stream that it names and no other. One that could be about any stream breaks the
 * connection where there are several: then all subscribe again, and nobody waits for ever for what was lost in it.
 *
 * Not the client of the `graphql-ws` package: that one keeps listeners in arrays which it searches when a subscription
 * ends (quadratic for the tens of thousands that share a socket here), subscribes again with the old variables, and
 * does not give out the ids that progress is told by.
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

  /** Nothing is about a subscription that the subgraph was not told of yet. */
  const listenerOf = (id: string) => (unsent?.has(id) ? undefined : listeners.get(id))

  /** A stream that was left may still be spoken of for a while. An id that was never given may stand for any. */
  const handleStray = (id: string) => {
    const given = /^[1-9]\d{0,15}$/.test(id) && Number(id) < nextId
    if (!given) handleWrong(null, `a message about a stream "${id.slice(0, MAX_SHOWN)}", which it was not asked for`)
  }

  /** Tells the subgraph as well, which may take the stream for open. */
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
    // What is cut out of the text is read by whoever wants it first: a payload that is no JSON is its stream's alone.
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
