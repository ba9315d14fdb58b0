import type { ExecutionResult } from 'graphql'
import { Pool } from 'undici'
import type { Limits } from '../limits.ts'

/** Between the end of one fetch and the next on a kept connection; below the 5 s at which Node's servers hang up. */
const KEEP_ALIVE_MS = 4_000

/** Failures in which the subgraph surely did not finish a request, or in which a query may be asked again anyway. */
const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'])

export interface HttpClient {
  /** `body` is a GraphQL request as JSON. An idempotent one is asked once more when its connection failed. */
  post(
    body: string,
    idempotent: boolean,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<ExecutionResult>
  close(): Promise<void>
}

/** Keep-alive connections to one subgraph. */
export function openHttpClient(name: string, url: string, limits: Limits): HttpClient {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections: limits.maxSubgraphConnections,
    connectTimeout: limits.subgraphTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: limits.maxSubgraphResponseBytes,
  })

  const once = async (body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const { statusCode, body: answer } = await pool.request({
      path: pathname + search,
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        ...headers,
      },
      body,
      signal,
    })
    return resultOf(name, statusCode, await answer.text())
  }

  return {
    async post(body, idempotent, headers, signal) {
      const either = new AbortController()
      const leave = () => either.abort(new Error('The client left.'))
      const timeout = setTimeout(() => {
        either.abort(new Error(`No answer within ${limits.subgraphTimeoutMs} ms.`))
      }, limits.subgraphTimeoutMs)
      signal.addEventListener('abort', leave)
      if (signal.aborted) leave()
      try {
        return await once(body, headers, either.signal).catch((error: unknown) => {
          const code = (error as { code?: unknown }).code
          const again = idempotent && typeof code === 'string' && CONNECTION_ERRORS.has(code)
          if (!again || either.signal.aborted) throw error
          return once(body, headers, either.signal)
        })
      } finally {
        clearTimeout(timeout)
        signal.removeEventListener('abort', leave)
      }
    },
    // Not `close()`: it waits for idle keep-alive connections of a subgraph that may hang.
    close: () => pool.destroy(),
  }
}

function resultOf(name: string, status: number, text: string): ExecutionResult {
  let result: unknown
  try {
    result = JSON.parse(text)
  } catch (cause) {
    throw new Error(`The subgraph "${name}" answered HTTP ${status} without JSON.`, { cause })
  }
  if (typeof result === 'object' && result !== null && ('data' in result || 'errors' in result)) {
    return result as ExecutionResult
  }
  throw new Error(`The subgraph "${name}" answered HTTP ${status} without a GraphQL result.`)
}
