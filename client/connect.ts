/**
 * The SDK: `connect({ url, session })` queries, mutates and subscribes with typed documents, signs what it sends, and
 * takes streams up again where they broke. Runs in browsers and on Node; imports nothing of ours.
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
  /** Of the gateway: `https://chat.example.org/graphql`. */
  readonly url: string
  /** Unset: nobody is signed in. */
  readonly session?: Session
  /** An admin's token, in place of a session. */
  readonly token?: string
  /** The default is the same with `ws` for `http`. */
  readonly wsUrl?: string
  /** The default is the platform's, on Node before 22 the one of the package `ws`. */
  readonly webSocket?: unknown
}

export interface SubscribeOptions<Data> {
  readonly resume?: Resume<Data>
  /**
   * Hears of an event of which nothing is left because a field that may not be null is refused to this reader for good.
   * The stream leaves it out and goes on; an outage never does this.
   */
  readonly onSkipped?: (error: GraphError) => void
}

/** Disposing it ends its streams and closes its socket. */
export interface App extends AsyncDisposable {
  /** Rejects with a `GraphError` when the answer has errors. */
  query<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
  mutate<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
  /**
   * Events in order; after a break the stream goes on from the last cursor. Ends with a `GraphError` when the server
   * refuses it, with `ConnectionClosed` when the session is over.
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

/** Between pings, by which a connection that is half open is noticed. */
const PING_MS = 12_000
/** How long the answer to one may take. */
const PONG_MS = 5_000

/**
 * The longest that a server may tell us to stay away: what is said to a hundred thousand at a thousand a second, and some.
 * Beyond it, it counts as this.
 */
const MAX_HINT_MS = 5 * 60_000

/** A gateway that drains gives each client a moment of its own to come back at, so that they do not come all at once. */
function hintMs(event: unknown): number | undefined {
  const { reason } = (event ?? {}) as { reason?: unknown }
  const said = typeof reason === 'string' ? /\bconnect again in (\d+) ms\b/.exec(reason)?.[1] : undefined
  return said === undefined ? undefined : Math.min(Number(said), MAX_HINT_MS)
}

/** What graphql-ws gives, as an error, for a socket that it was told to terminate: ours did not answer its ping. */
const TERMINATED = 4499

/** A break is, and so is 1013, a rate included; an error of our own is not, nor a refusal (4403). */
function isWorthRetrying(event: unknown): boolean {
  const { code } = (event ?? {}) as { code?: unknown }
  return event instanceof Error ? code === TERMINATED : code !== 4403
}

/** Node has one of its own from 22 on. */
async function findWebSocket(): Promise<unknown> {
  const { WebSocket } = globalThis as { WebSocket?: unknown }
  return WebSocket ?? (await import('ws')).WebSocket
}

export function connect({ url, session, token, wsUrl = url.replace(/^http/, 'ws'), webSocket }: ConnectOptions): App {
  /** What the server's clock is ahead of ours, learned when it refused a timestamp. */
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

  /** True when the server refused our time and said its own. */
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

  /** Set while the client waits to connect again. */
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
    /** Of the last close, for the next attempt alone. */
    let hint: number | undefined
    let pong: ReturnType<typeof setTimeout> | undefined
    const opened = createClient({
      url: wsUrl,
      webSocketImpl: webSocket ?? (await findWebSocket()),
      // Called for every connection, so that each has a timestamp and a nonce of its own.
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
        // Typed documents have objects as variables; their type does not say so.
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
