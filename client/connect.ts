/**
 * The SDK: `connect({ url, session })` queries, mutates and subscribes with typed documents, signs its requests, and
 * resumes broken streams. Runs in browsers and on Node; imports nothing else of this repository.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { GraphError, type GraphErrorItem } from './errors.ts'
import { type Session, signRequest } from './sign.ts'
import { openStream, type Resume, waitMs } from './stream.ts'

export { ConnectionClosed, GraphError } from './errors.ts'
export type { Session } from './sign.ts'
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
}

export interface SubscribeOptions<Data> {
  readonly resume?: Resume<Data>
  /**
   * Called for an event that this client gets no data of, because a non-null field is refused to it for good. The
   * stream skips the event and continues; an outage never causes this.
   */
  readonly onSkipped?: (error: GraphError) => void
}

/** Disposing of it ends its streams and closes its socket. */
export interface App extends AsyncDisposable {
  /** Rejects with a `GraphError` when the answer has errors. */
  query<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
  mutate<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
  /**
   * Gives events in order. After a break the stream resumes from the last cursor. Throws a `GraphError` if the server
   * refuses it, and `ConnectionClosed` if the session has ended.
   */
  subscribe<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: SubscribeOptions<Data>,
  ): AsyncIterableIterator<Data, undefined>
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly GraphErrorItem[]
}

/** Interval of the pings that detect a half-open connection. */
const PING_MS = 12_000
/** How long the answer to a ping may take. */
const PONG_MS = 5_000

/**
 * Maximum delay that a server may ask for before a reconnect: enough for a hundred thousand clients at a thousand per
 * second. A longer delay is cut to this.
 */
const MAX_HINT_MS = 5 * 60_000

/** A draining gateway tells each client when to reconnect, so that they do not all reconnect at once. */
function hintMs(event: unknown): number | undefined {
  const { reason } = (event ?? {}) as { reason?: unknown }
  const said = typeof reason === 'string' ? /\bconnect again in (\d+) ms\b/.exec(reason)?.[1] : undefined
  return said === undefined ? undefined : Math.min(Number(said), MAX_HINT_MS)
}

/** The code of graphql-ws's error after `terminate()`, which is called if a ping was not answered. */
const TERMINATED = 4499

/**
 * A broken connection is retried, and so is 1013, also for a rate limit. A fault in this client is not, nor a refusal
 * (4403).
 */
function isWorthRetrying(event: unknown): boolean {
  const { code } = (event ?? {}) as { code?: unknown }
  return event instanceof Error ? code === TERMINATED : code !== 4403
}

/** Node has its own WebSocket since version 22. */
async function findWebSocket(): Promise<unknown> {
  const { WebSocket } = globalThis as { WebSocket?: unknown }
  return WebSocket ?? (await import('ws')).WebSocket
}

export function connect({ url, session, token, wsUrl = url.replace(/^http/, 'ws'), webSocket }: ConnectOptions): App {
  /** How far the server's clock is ahead, learned when the server refuses a timestamp. */
  let aheadMs = 0
  const streams = new Set<AsyncIterableIterator<unknown, undefined>>()
  let client: Promise<Client> | undefined

  const credentials = async (method: string, at: string, body?: string): Promise<Record<string, string>> => {
    if (token !== undefined) return { Authorization: `Bearer ${token}` }
    if (!session) return {}
    const { pathname, search } = new URL(at)
    const now = Date.now() + aheadMs
    return signRequest({ session, method, target: pathname + search, ...(body !== undefined && { body }), now })
  }

  const post = async (body: string): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...(await credentials('POST', url, body)),
      },
      body,
    })
    const text = await response.text()
    try {
      return JSON.parse(text) as Answer
    } catch (cause) {
      throw new Error(`${url} answered HTTP ${response.status} without JSON.`, { cause })
    }
  }

  /** True if the server refused our timestamp and told its own time. */
  const learn = ({ errors }: Answer): boolean => {
    const stale = errors?.find(({ extensions }) => extensions?.['code'] === 'TIMESTAMP_STALE')
    const serverTimeMs = stale?.extensions?.['serverTimeMs']
    if (typeof serverTimeMs !== 'number') return false
    aheadMs = serverTimeMs - Date.now()
    return true
  }

  const learnTime = async () => void learn(await post('{"query":"{ __typename }"}'))

  async function ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const body = JSON.stringify({ query: print(document), variables })
    let answer = await post(body)
    if (learn(answer)) answer = await post(body)
    if (answer.errors?.length || answer.data == null) throw new GraphError(answer.errors ?? [], answer.data)
    return answer.data as Data
  }

  /** Set while the client waits to reconnect: ends the wait. */
  let goOn: (() => void) | undefined
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      goOn = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const open = async (): Promise<Client> => {
    /** The delay from the last close, for the next attempt only. */
    let hint: number | undefined
    let pong: ReturnType<typeof setTimeout> | undefined
    const opened = createClient({
      url: wsUrl,
      webSocketImpl: webSocket ?? (await findWebSocket()),
      // Called for each connection, so that each has its own timestamp and nonce.
      connectionParams: () => credentials('WS', wsUrl),
      keepAlive: PING_MS,
      retryAttempts: Infinity,
      shouldRetry: isWorthRetrying,
      retryWait(attempt) {
        const ms = hint ?? waitMs(attempt)
        hint = undefined
        return pause(ms)
      },
      on: {
        ping: (received) => {
          if (!received) pong = setTimeout(() => opened.terminate(), PONG_MS)
        },
        pong: (received) => {
          if (received) clearTimeout(pong)
        },
        closed: (event) => {
          clearTimeout(pong)
          hint = hintMs(event)
        },
      },
    })
    return opened
  }

  return {
    query: ask,
    mutate: ask,
    subscribe(document, variables, { resume = {}, onSkipped } = {}) {
      const stream = openStream({
        client: () => (client ??= open()),
        query: print(document),
        // Variables of typed documents are objects, but their type does not say so.
        variables: variables as Readonly<Record<string, unknown>>,
        resume,
        ...(onSkipped && { onSkipped }),
        correctClock: () => learnTime(),
        onEnd: () => streams.delete(stream),
      })
      streams.add(stream)
      return stream
    },
    async [Symbol.asyncDispose]() {
      for (const stream of [...streams]) await stream.return?.()
      goOn?.()
      await (await client)?.dispose()
    },
  }
}
