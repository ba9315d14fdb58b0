import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { GraphError, type GraphErrorItem, Unreachable } from './errors.ts'

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly GraphErrorItem[]
}

export interface RequestsOptions {
  readonly url: string
  /** Makes the headers of one attempt. `aheadMs` is how far the server's clock is ahead of this machine's. */
  credentials(body: string, aheadMs: number): Promise<Record<string, string>>
  /** How long an answer may take. */
  readonly timeoutMs: number
}

export interface Requests {
  ask<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Data>
  /** How far the server's clock is ahead, in ms: learned when the server refuses a timestamp. */
  aheadMs(): number
  /** Asks the server for its time, after it refused ours. Rejects while it cannot be asked. */
  learnTime(): Promise<void>
}

/**
 * A request that the door refused with 429 was not begun, so that it is safe to send it again. Longer waits than this are
 * the app's to decide about.
 */
const MAX_WAIT_MS = 5_000
/** Whatever the server says, a client does not come back at once. */
const MIN_WAIT_MS = 50
const MAX_REPEATS = 2

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Null for what is no answer of GraphQL: that has data, or a list of errors. */
function parseAnswer(text: string): Answer | null {
  try {
    const value = JSON.parse(text) as { readonly data?: unknown; readonly errors?: unknown } | null
    if (!isObject(value)) return null
    const { data, errors } = value
    const fits = errors === undefined ? isObject(data) : Array.isArray(errors) && errors.every(isError)
    return fits ? (value as Answer) : null
  } catch {
    return null // not even JSON
  }
}

const isObject = <Value>(value: Value): value is Value & object => typeof value === 'object' && value !== null
const isError = (error: unknown): error is GraphErrorItem =>
  isObject(error) && typeof (error as { message?: unknown }).message === 'string'

const firstOf = (answer: Answer, code: string): Readonly<Record<string, unknown>> | undefined =>
  answer.errors?.find(({ extensions }) => extensions?.['code'] === code)?.extensions

export function makeRequests({ url, credentials, timeoutMs }: RequestsOptions): Requests {
  let aheadMs = 0

  const post = async (
    body: string,
    given?: AbortSignal,
  ): Promise<{ readonly status: number; readonly answer: Answer }> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(await credentials(body, aheadMs)),
    }
    let response: Response
    let text: string
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const signal = given ? AbortSignal.any([timeout, given]) : timeout
      response = await fetch(url, { method: 'POST', headers, body, signal })
      text = await response.text()
    } catch (cause) {
      given?.throwIfAborted()
      throw new Unreachable(`${url} could not be reached.`, { cause })
    }
    const answer = parseAnswer(text)
    // Proxies have answers of their own, in HTML or in JSON.
    if (!answer) throw new Unreachable(`${url} answered HTTP ${response.status}, not GraphQL.`)
    return { status: response.status, answer }
  }

  /** True if the server refused our timestamp and told its own time. */
  const learn = (answer: Answer): boolean => {
    const serverTimeMs = firstOf(answer, 'TIMESTAMP_STALE')?.['serverTimeMs']
    if (typeof serverTimeMs !== 'number') return false
    aheadMs = serverTimeMs - Date.now()
    return true
  }

  /** The wait that the door asks for before it begins the request; undefined if it has answered, or asks for too much. */
  const waitOf = (status: number, answer: Answer): number | undefined => {
    if (status !== 429) return undefined
    const ms = firstOf(answer, 'RATE_LIMITED')?.['retryAfterMs']
    return typeof ms === 'number' && ms <= MAX_WAIT_MS ? Math.max(ms, MIN_WAIT_MS) : undefined
  }

  return {
    aheadMs: () => aheadMs,
    async learnTime() {
      const { status, answer } = await post('{"query":"{__typename}"}')
      if (!learn(answer) && status >= 429) throw new GraphError(answer.errors)
    },

    async ask<Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<Data> {
      const body = JSON.stringify({ query: print(document), variables })
      let { status, answer } = await post(body, signal)
      for (let repeats = 0; repeats < MAX_REPEATS; repeats++) {
        const wait = learn(answer) ? 0 : waitOf(status, answer)
        if (wait === undefined) break
        // The random part keeps clients that were refused together from coming back together.
        if (wait > 0) await pause(wait + Math.random() * 100)
        signal?.throwIfAborted()
        ;({ status, answer } = await post(body, signal))
      }
      if (answer.errors?.length || answer.data == null) throw new GraphError(answer.errors, answer.data)
      return answer.data as Data
    },
  }
}
