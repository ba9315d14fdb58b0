import type { ExecutionResult } from 'graphql'
import { Pool, type Dispatcher } from 'undici'
import { ClientLeft } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { ReadAnswer } from '../execution/exact-answers.ts'
import { makeBreaker } from './breaker.ts'
import { makeDeadlines } from './deadlines.ts'
import type { Leaving } from './leaving.ts'

/** Between the end of one fetch and the next on a kept connection; below the 5 s at which Node's servers hang up. */
const KEEP_ALIVE_MS = 4_000

/** Failures in which the subgraph surely did not finish a request, or in which a query may be asked again anyway. */
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'])

export interface HttpClient {
  /**
   * `body` is a GraphQL request as JSON, `read` reads what is answered. An idempotent one is asked once more when its
   * connection failed, with headers made anew: what they sign may be good once.
   */
  post(
    body: string,
    idempotent: boolean,
    headers: () => Readonly<Record<string, string>>,
    leaving: Leaving,
    read: ReadAnswer,
  ): Promise<ExecutionResult>
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly text: string
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
    // Ours is for all of a fetch; these would be a timer more for each connection.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const deadlines = makeDeadlines(limits.subgraphTimeoutMs)
  const breaker = makeBreaker(name, limits)

  /** Without the stream, the headers and the signal that `pool.request` makes for each. */
  const once = (body: string, headers: Readonly<Record<string, string>>, leaving: Leaving) =>
    new Promise<Answer>((resolve, reject) => {
      if (leaving.left) return reject(new ClientLeft('The client left.'))
      const chunks: Buffer[] = []
      let status = 0
      let abort: ((reason: Error) => void) | undefined
      const cancel = (reason: Error) => {
        settle()
        reject(reason)
        abort?.(reason)
      }
      const expire = () => cancel(new Error(`No answer within ${limits.subgraphTimeoutMs} ms.`))
      const leave = () => cancel(new ClientLeft('The client left.'))
      let settled = false
      const settle = () => {
        settled = true
        deadlines.end(deadline)
        leaving.delete(leave)
      }
      const handler: Dispatcher.DispatchHandler = {
        onConnect(abortRequest) {
          if (settled) abortRequest(new ClientLeft('Nobody waits any more.'))
          else abort = abortRequest
        },
        onHeaders(code) {
          status = code
          return true
        },
        onData(chunk) {
          chunks.push(chunk)
          return true
        },
        onComplete() {
          settle()
          resolve({ status, text: (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString() })
        },
        onError(error) {
          settle()
          reject(error)
        },
      }
      leaving.add(leave)
      const deadline = deadlines.begin(expire)
      pool.dispatch(
        {
          path,
          method: 'POST',
          headers: {
            accept: 'application/graphql-response+json, application/json;q=0.9',
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

  return {
    async post(body, idempotent, headers, leaving, read) {
      breaker.check()
      try {
        let answer: Answer
        try {
          answer = await once(body, headers(), leaving)
        } catch (error) {
          if (!idempotent || leaving.left || !again(error)) throw error
          answer = await once(body, headers(), leaving)
        }
        const result = resultOf(name, answer, read)
        breaker.succeeded()
        return result
      } catch (error) {
        // One that nobody waited for says nothing about the subgraph.
        if (!(error instanceof ClientLeft)) breaker.failed()
        else breaker.abandoned()
        throw error
      }
    },
    async close() {
      deadlines.close()
      // Not `close()`: it waits for idle keep-alive connections of a subgraph that may hang.
      await pool.destroy()
    },
  }
}

function resultOf(name: string, { status, text }: Answer, read: ReadAnswer): ExecutionResult {
  let result: unknown
  try {
    result = read(text)
  } catch (cause) {
    throw new Error(`The subgraph "${name}" answered HTTP ${status} without JSON.`, { cause })
  }
  if (typeof result === 'object' && result !== null && ('data' in result || 'errors' in result)) {
    return result as ExecutionResult
  }
  throw new Error(`The subgraph "${name}" answered HTTP ${status} without a GraphQL result.`)
}
