import { codedError, codes } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest, Log } from '../types.ts'
import type { Attempt, AttemptItem, Sink } from './attempt.ts'
import { openUpstreamSocket, type UpstreamSocket } from './upstream-socket.ts'

export interface Upstream {
  /**
   * `signed` are sent in the message's extensions. `forwarded` select the socket, and are sent in its upgrade request,
   * where proxies and servers check authentication, and in its connection_init.
   */
  subscribe(
    request: GraphRequest,
    signed: Readonly<Record<string, string>>,
    forwarded: Readonly<Record<string, string>>,
    sink: Sink,
  ): Attempt
  /**
   * Calls `listener` once, when the subgraph acknowledges a connection again; never while one is open. One probe
   * serves all who wait. Returns a function that stops waiting.
   */
  whenBack(forwarded: Readonly<Record<string, string>>, listener: () => void): () => void
  stats(): { sockets: number; subscriptions: number }
  close(): void
}

/** Interval between connection attempts to a subgraph that is down, however many streams wait; half of it is jitter. */
const PROBE_MS = 400

/** The streams that wait for the subgraph to come back, per set of forwarded headers. */
interface Awaited {
  readonly forwarded: Readonly<Record<string, string>>
  readonly listeners: Set<() => void>
  timer: NodeJS.Timeout | undefined
}

/**
 * All subscriptions to one remote subgraph, on one socket per set of forwarded headers. A socket opens with its first
 * subscription and closes soon after its last.
 */
export function makeUpstream(name: string, url: string, limits: Limits, log: Log): Upstream {
  const sockets = new Map<string, UpstreamSocket>()
  const awaited = new Map<string, Awaited>()

  const keyOf = (forwarded: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(forwarded).sort())

  const tryLater = (key: string) => {
    const awaiting = awaited.get(key)
    if (!awaiting || awaiting.timer) return
    const probe = () => {
      awaiting.timer = undefined
      // A subscription has opened the socket meanwhile.
      if (sockets.has(key)) return
      if (sockets.size < limits.maxUpstreamSockets) socketFor(awaiting.forwarded)
      else tryLater(key)
    }
    awaiting.timer = setTimeout(probe, PROBE_MS * (0.5 + Math.random() / 2)).unref()
  }

  const back = (key: string) => {
    const awaiting = awaited.get(key)
    if (!awaiting) return
    forget(key)
    for (const listener of awaiting.listeners) listener()
  }

  const forget = (key: string) => {
    clearTimeout(awaited.get(key)?.timer)
    awaited.delete(key)
  }

  const socketFor = (forwarded: Readonly<Record<string, string>>): UpstreamSocket => {
    const key = keyOf(forwarded)
    let socket = sockets.get(key)
    if (!socket) {
      if (sockets.size >= limits.maxUpstreamSockets) {
        throw codedError('TOO_MANY_STREAMS', `Too many sockets to the subgraph "${name}" are open.`, { status: 503 })
      }
      const closed = () => {
        if (sockets.get(key) === opened) sockets.delete(key)
        tryLater(key)
      }
      const opened = openUpstreamSocket(name, url, forwarded, limits, closed, () => back(key))
      sockets.set(key, opened)
      socket = opened
    }
    return socket
  }

  const reports: Reports = {
    overflowed: () => log.warn('A subgraph sends events faster than they can be executed.', { subgraph: name }),
    broke: (error) => log.error('A message of a subgraph could not be handled.', { subgraph: name, error }),
  }

  return {
    subscribe({ query, operationName, variables }, signed, forwarded, sink) {
      const payload = {
        query,
        ...(operationName !== undefined && { operationName }),
        ...(variables && { variables }),
        extensions: { headers: signed },
      }
      return new Bounded(socketFor(forwarded), payload, sink, limits.maxWaitingUpstreamEvents, reports)
    },
    whenBack(forwarded, listener) {
      const key = keyOf(forwarded)
      const socket = sockets.get(key)
      if (socket?.acknowledged()) return () => {}
      const awaiting = awaited.get(key) ?? { forwarded, listeners: new Set(), timer: undefined }
      awaited.set(key, awaiting)
      awaiting.listeners.add(listener)
      if (!socket) tryLater(key)
      return () => {
        awaiting.listeners.delete(listener)
        if (awaiting.listeners.size === 0 && awaited.get(key) === awaiting) forget(key)
      }
    },
    stats: () => ({
      sockets: sockets.size,
      subscriptions: [...sockets.values()].reduce((sum, socket) => sum + socket.subscriptions(), 0),
    }),
    close() {
      for (const key of [...awaited.keys()]) forget(key)
      for (const socket of sockets.values()) socket.close()
    },
  }
}

/** Events that are logged. */
interface Reports {
  overflowed(): void
  broke(error: unknown): void
}

/**
 * One subscription on a socket, with a bounded queue of items that its sink cannot take yet: the socket is shared and
 * cannot wait. A class, because there are tens of thousands of instances, and they share the methods of a prototype.
 */
class Bounded implements Attempt {
  readonly #socket: UpstreamSocket
  readonly #id: string
  readonly #sink: Sink
  readonly #maxWaiting: number
  readonly #reports: Reports
  /** Null while the sink takes items at once. */
  #waiting: AttemptItem[] | null = null
  #over = false

  constructor(socket: UpstreamSocket, payload: object, sink: Sink, maxWaiting: number, reports: Reports) {
    this.#socket = socket
    this.#sink = sink
    this.#maxWaiting = maxWaiting
    this.#reports = reports
    this.#id = socket.subscribe(payload, this)
  }

  /** Called by the socket. */
  push(item: AttemptItem): void {
    if (this.#over) return
    if (!this.#waiting) return this.#give(item)
    this.#waiting.push(item)
    if (item.kind !== 'event' || this.#waiting.length <= this.#maxWaiting) return
    this.#reports.overflowed()
    this.#socket.stop(this.#id)
    const cause = new Error('Too many events were waiting.')
    this.#waiting.push({ kind: 'lost', cause, established: true, where: 'network' })
  }

  #give(item: AttemptItem): void {
    if (item.kind !== 'event') this.#over = true
    const room = this.#try(item)
    if (!room || this.#over) return
    this.#waiting ??= []
    void room.then(() => this.#resume())
  }

  /** An exception while this stream's message is handled ends this stream only: the socket is shared. */
  #try(item: AttemptItem): Promise<void> | undefined {
    try {
      return this.#sink(item)
    } catch (error) {
      this.#reports.broke(error)
      if (this.#over) return undefined
      this.#socket.stop(this.#id)
      this.#give({ kind: 'refused', errors: [codedError('INTERNAL_SERVER_ERROR', codes.INTERNAL_SERVER_ERROR)] })
      return undefined
    }
  }

  #resume(): void {
    const waiting = this.#waiting
    if (!waiting || this.#over) return
    this.#waiting = null
    for (let at = 0; at < waiting.length; at++) {
      this.#give(waiting[at] as AttemptItem)
      if (this.#over) return
      // The sink is full again. Items that came meanwhile are later than these.
      if (this.#waiting) return void (this.#waiting = [...waiting.slice(at + 1), ...(this.#waiting as AttemptItem[])])
    }
  }

  progress(cursor: string): void {
    this.#socket.progress(this.#id, cursor)
  }

  stop(): void {
    this.#over = true
    this.#waiting = null
    this.#socket.stop(this.#id)
  }
}
