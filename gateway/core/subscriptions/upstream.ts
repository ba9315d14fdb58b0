import { codedError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest, Log } from '../types.ts'
import type { Attempt, AttemptItem } from './attempt.ts'
import { openUpstreamSocket, type UpstreamSocket } from './upstream-socket.ts'

export interface Upstream {
  /** `signed` go into the message's extensions, `forwarded` choose the socket and are its connection_init. */
  subscribe(
    request: GraphRequest,
    signed: Readonly<Record<string, string>>,
    forwarded: Readonly<Record<string, string>>,
  ): Attempt
  stats(): { sockets: number; subscriptions: number }
  close(): void
}

/**
 * All subscriptions to one remote subgraph: on one socket, or one for each set of forwarded headers. A socket opens with
 * its first subscription and closes soon after its last.
 */
export function makeUpstream(name: string, url: string, limits: Limits, log: Log): Upstream {
  const sockets = new Map<string, UpstreamSocket>()

  const socketFor = (forwarded: Readonly<Record<string, string>>): UpstreamSocket => {
    const key = JSON.stringify(Object.entries(forwarded).sort())
    let socket = sockets.get(key)
    if (!socket) {
      if (sockets.size >= limits.maxUpstreamSockets) {
        throw codedError('TOO_MANY_STREAMS', `Too many sockets to the subgraph "${name}" are open.`, { status: 503 })
      }
      const opened = openUpstreamSocket(url, forwarded, limits, () => {
        if (sockets.get(key) === opened) sockets.delete(key)
      })
      sockets.set(key, opened)
      socket = opened
    }
    return socket
  }

  return {
    subscribe({ query, operationName, variables }, signed, forwarded) {
      const payload = {
        query,
        ...(operationName !== undefined && { operationName }),
        ...(variables && { variables }),
        extensions: { headers: signed },
      }
      return queued(socketFor(forwarded), payload, limits.maxWaitingUpstreamEvents, () =>
        log.warn('A subgraph sends events faster than they can be executed.', { subgraph: name }),
      )
    },
    stats: () => ({
      sockets: sockets.size,
      subscriptions: [...sockets.values()].reduce((sum, socket) => sum + socket.subscriptions(), 0),
    }),
    close() {
      for (const socket of sockets.values()) socket.close()
    },
  }
}

/** Turns what a socket pushes into what a stream pulls, with a bounded queue in between. */
function queued(socket: UpstreamSocket, payload: object, maxWaiting: number, onOverflow: () => void): Attempt {
  const waiting: AttemptItem[] = []
  let release: ((item: AttemptItem) => void) | undefined
  /** What comes after `waiting`, once known; nothing is queued any more then. */
  let last: AttemptItem | undefined

  const push = (item: AttemptItem) => {
    if (last) return
    if (item.kind !== 'event') last = item
    if (release) {
      const give = release
      release = undefined
      give(item)
    } else if (item.kind === 'event') {
      waiting.push(item)
    }
    if (waiting.length > maxWaiting) {
      onOverflow()
      last = { kind: 'lost', cause: new Error('Too many events were waiting.'), established: true, where: 'network' }
      subscription.stop()
    }
  }

  const subscription = socket.subscribe(payload, push)
  return {
    next() {
      const item = waiting.shift() ?? last
      return item ? Promise.resolve(item) : new Promise((resolve) => (release = resolve))
    },
    progress: (cursor) => subscription.progress(cursor),
    stop() {
      subscription.stop()
      waiting.length = 0
      last = { kind: 'ended' }
      release?.(last)
      release = undefined
    },
  }
}
