/**
 * The SDK: `connect({ url, session })` queries, mutates and subscribes with typed documents, signs its requests, and
 * resumes broken streams. Runs in browsers and on Node; imports nothing else of this repository.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import type { GraphError } from './errors.ts'
import { makeRequests } from './requests.ts'
import { type Session, signRequest } from './sign.ts'
import { makeSocket } from './socket.ts'
import { type ConnectionState, makeWatched, type Watched } from './state.ts'
import { openStream, type Resume } from './stream.ts'

export { ConnectionClosed, GraphError, Unreachable } from './errors.ts'
export { importSessionKey, type Session, type SessionKey } from './sign.ts'
export type { ConnectionState, Watched } from './state.ts'
export type { Resume } from './stream.ts'

export interface ConnectOptions {
  /** The gateway's URL, such as `https://chat.example.org/graphql`. */
  readonly url: string
  /** Unset: the client is anonymous. */
  readonly session?: Session
  /** An admin's token, in place of a session. */
  readonly token?: string
  /** The default is `url` with `ws` in place of `http`. */
  readonly wsUrl?: string
  /** The default is the platform's own, or that of the package `ws` on Node before 22. */
  readonly webSocket?: unknown
  /** How long the answer to a query or mutation may take, in ms. Default: 30 seconds. */
  readonly timeoutMs?: number
}

export interface SubscribeOptions<Data> {
  readonly resume?: Resume<Data>
  /**
   * Called for an event that this client gets no data of, because a non-null field is refused to it for good. The
   * stream skips the event and continues; an outage never causes this.
   */
  readonly onSkipped?: (error: GraphError) => void
}

export interface AskOptions {
  /** Aborting it gives up waiting, with the signal's reason; a mutation may be done all the same. */
  readonly signal?: AbortSignal
}

/** Disposing of it ends its streams and closes its socket. */
export interface App extends AsyncDisposable {
  /**
   * Rejects with a `GraphError` when the answer has errors, and with `Unreachable` when there was none. A request that was
   * refused for its rate before it began is repeated by itself if the wait is short.
   */
  query<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
    options?: AskOptions,
  ): Promise<Data>
  /** As `query`. After `Unreachable` nobody knows whether it was done: send it again only if that is safe. */
  mutate<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
    options?: AskOptions,
  ): Promise<Data>
  /**
   * Gives events in order. After a break the stream resumes from the last cursor. Throws a `GraphError` if the server
   * refuses it, and `ConnectionClosed` if the session has ended.
   */
  subscribe<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: NoInfer<Variables>,
    options?: SubscribeOptions<Data>,
  ): AsyncIterableIterator<Data, undefined>
  /** What the connection of the streams is doing. */
  readonly connection: Watched<ConnectionState>
  /** Connects now if it waits to connect again. In a browser the SDK calls it itself when the network is back. */
  wake(): void
}

export function connect({
  url,
  session,
  token,
  wsUrl = url.replace(/^http/, 'ws'),
  webSocket,
  timeoutMs = 30_000,
}: ConnectOptions): App {
  const streams = new Set<AsyncIterableIterator<unknown, undefined>>()
  const connection = makeWatched<ConnectionState>({ phase: 'idle' })

  const credentials = async (method: string, at: string, aheadMs: number, body?: string) => {
    if (token !== undefined) return { Authorization: `Bearer ${token}` }
    if (!session) return {}
    const { pathname, search } = new URL(at)
    const now = Date.now() + aheadMs
    return signRequest({ session, method, target: pathname + search, ...(body !== undefined && { body }), now })
  }

  const { ask, aheadMs, learnTime } = makeRequests({
    url,
    timeoutMs,
    credentials: (body, ahead) => credentials('POST', url, ahead, body),
  })
  const socket = makeSocket({
    url: wsUrl,
    webSocket,
    credentials: () => credentials('WS', wsUrl, aheadMs()),
    onState: connection.set,
    isNeeded: () => streams.size > 0,
  })
  let stopListening: (() => void) | undefined

  return {
    query: ask,
    mutate: ask,
    connection,
    wake: socket.wake,
    subscribe(document, variables, { resume = {}, onSkipped } = {}) {
      stopListening ??= onPage(NETWORK_BACK, socket.wake)
      const stream = openStream({
        client: socket.client,
        query: print(document),
        // Variables of typed documents are objects, but their type does not say so.
        variables: variables as Readonly<Record<string, unknown>>,
        resume,
        ...(onSkipped && { onSkipped }),
        correctClock: learnTime,
        onEnd: () => streams.delete(stream),
      })
      streams.add(stream)
      return stream
    },
    async [Symbol.asyncDispose]() {
      stopListening?.()
      stopListening = undefined
      for (const stream of [...streams]) await stream.return?.()
      await socket[Symbol.asyncDispose]()
    },
  }
}

/** What browsers say when the network is back, or the user looks at the page again; Node says neither. */
export const NETWORK_BACK = ['online', 'focus', 'pageshow']

/** Listens to events of a page, until the returned function is called; elsewhere it does nothing. */
export function onPage(types: readonly string[], act: () => void): () => void {
  const { addEventListener, removeEventListener } = globalThis as Partial<
    Record<'addEventListener' | 'removeEventListener', (type: string, listener: () => void) => void>
  >
  if (!addEventListener || !removeEventListener) return () => undefined
  for (const type of types) addEventListener(type, act)
  return () => {
    for (const type of types) removeEventListener(type, act)
  }
}
