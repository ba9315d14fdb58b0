import type { ExecutionResult } from 'graphql'
import { Pool, type Dispatcher } from 'undici'
import { ClientLeft } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { ReadAnswer } from './exact-answers.ts'
import { makeBreaker } from './breaker.ts'
import { makeDeadlines } from './deadlines.ts'
import { ACCEPT_ENCODING, readHttpAnswer, tooLong, type HttpAnswer } from './http-answer.ts'
import type { Cancellation } from './cancellation.ts'

/** How long an idle connection is kept; less than the 5 s after which Node's servers close it. */
const KEEP_ALIVE_MS = 4_000

/** The first HTTP status of a fault in the server rather than in the request. */
const SERVER_ERROR = 500

/** Failures after which an idempotent request may be sent again. */
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'])

export interface HttpClient {
  /**
   * `body` is a GraphQL request as JSON; `read` parses the answer. An idempotent request is sent once more if its
   * connection failed, with new headers, because a signature may be valid only once.
   */
  post(
    body: string,
    idempotent: boolean,
    headers: () => Readonly<Record<string, string>>,
    cancellation: Cancellation,
    read: ReadAnswer,
  ): Promise<ExecutionResult>
  close(): Promise<void>
}

/** Keep-alive connections to one subgraph. */
export function openHttpClient(name: string, url: string, limits: Limits): HttpClient {
  const { origin, pathname, search } = new URL(url)
  const path = pathname + search
  const pool = new Pool(origin, {
    connections: limits.maxSubgraphConnections,
    connectTimeout: limits.subgraphTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: limits.maxSubgraphResponseBytes,
    // One deadline covers the whole fetch; undici's timeouts would add a timer per connection.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const deadlines = makeDeadlines(limits.subgraphTimeoutMs)
  const breaker = makeBreaker(name, limits)

  /**
   * Uses `dispatch`, which avoids the stream, the header object and the signal that `pool.request` creates for each
   * request.
   */
  const once = (body: string, headers: Readonly<Record<string, string>>, cancellation: Cancellation) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      if (cancellation.cancelled) return reject(new ClientLeft('The client left.'))
      const chunks: Buffer[] = []
      let status = 0
      let encoding: string | undefined
      let abort: ((reason: Error) => void) | undefined
      const cancel = (reason: Error) => {
        settle()
        reject(reason)
        abort?.(reason)
      }
      const expire = () => cancel(new Error(`No answer within ${limits.subgraphTimeoutMs} ms.`))
      const leave = () => cancel(new ClientLeft('The client left.'))
      const begun = performance.now()
      let settled = false
      const settle = () => {
        settled = true
        deadlines.end(deadline)
        cancellation.delete(leave)
      }
      const handler: Dispatcher.DispatchHandler = {
        // A connection is free. Nothing has been sent yet.
        onConnect(abortRequest) {
          if (settled) abortRequest(new ClientLeft('The request was cancelled.'))
          else if (performance.now() - begun > limits.subgraphQueueMs) abortRequest(new QueuedTooLong(limits))
          else abort = abortRequest
        },
        onHeaders(code, headers) {
          status = code
          encoding = encodingOf(headers)
          return true
        },
        onData(chunk) {
          chunks.push(chunk)
          return true
        },
        onComplete() {
          settle()
          resolve({ status, encoding, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) })
        },
        onError(error) {
          settle()
          reject(error)
        },
      }
      cancellation.add(leave)
      const deadline = deadlines.begin(expire)
      pool.dispatch(
        {
          path,
          method: 'POST',
          headers: {
            accept: 'application/graphql-response+json, application/json;q=0.9',
            'accept-encoding': ACCEPT_ENCODING,
            'content-type': 'application/json',
            ...headers,
          },
          body,
        },
        handler,
      )
    })

  const again = (error: unknown) => {
    const { code } = error as { code?: unknown }
    return typeof code === 'string' && CONNECTION_ERRORS.has(code)
  }

  const ask = async (
    body: string,
    idempotent: boolean,
    headers: () => Readonly<Record<string, string>>,
    cancellation: Cancellation,
  ): Promise<HttpAnswer> => {
    try {
      return await once(body, headers(), cancellation)
    } catch (error) {
      if (!idempotent || cancellation.cancelled || !again(error)) throw error
      return await once(body, headers(), cancellation)
    }
  }

  return {
    async post(body, idempotent, headers, cancellation, read) {
      breaker.check()
      let answer: HttpAnswer
      try {
        answer = await ask(body, idempotent, headers, cancellation)
      } catch (error) {
        // A fetch that nobody waited for says nothing about the subgraph.
        if (error instanceof ClientLeft || error instanceof QueuedTooLong) breaker.abandoned()
        else if (isTooLong(error)) breaker.succeeded()
        else breaker.failed()
        throw isTooLong(error) ? tooLong(name, limits.maxSubgraphResponseBytes, error) : error
      }
      try {
        const reading = readHttpAnswer(name, answer, limits.maxSubgraphResponseBytes, read)
        const result = reading instanceof Promise ? await reading : reading
        breaker.succeeded()
        return result
      } catch (error) {
        // Below 500 the request may be at fault: one client with such requests must not block the subgraph for all
        // others.
        if (answer.status >= SERVER_ERROR) breaker.failed()
        else breaker.succeeded()
        throw error
      }
    },
    async close() {
      deadlines.close()
      // `close()` would wait for idle keep-alive connections of a subgraph that may hang.
      await pool.destroy()
    },
  }
}

/** The request was never sent, because all connections were busy for too long. */
class QueuedTooLong extends Error {
  constructor({ subgraphQueueMs, maxSubgraphConnections }: Limits) {
    super(`None of ${maxSubgraphConnections} connections was free within ${subgraphQueueMs} ms.`)
  }
}

const isTooLong = (error: unknown) => (error as { code?: unknown }).code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'

const CONTENT_ENCODING = 'content-encoding'

/**
 * `headers` alternates names and values. Only names of the right length are decoded, because this runs for each
 * answer.
 */
function encodingOf(headers: readonly Buffer[]): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.length !== CONTENT_ENCODING.length) continue
    if (headers[i]?.toString('latin1').toLowerCase() === CONTENT_ENCODING) return headers[i + 1]?.toString('latin1')
  }
  return undefined
}
