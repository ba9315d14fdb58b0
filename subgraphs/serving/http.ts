import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { type BodyLimits, makeReadBody } from './body.ts'
import { badRequest, isRecord, parseRequest, requestIdOf, type Admit } from './request.ts'
import type { GraphRequest, Executor } from './executor.ts'

export const GRAPHQL_PATH = '/graphql'

/** `POST /graphql`; everything else goes to `otherwise`. */
export function makeHttpListener(
  executor: Executor,
  admit: Admit,
  otherwise: RequestListener,
  onError: (error: unknown) => void,
  bodies?: Partial<BodyLimits>,
): RequestListener {
  const readBody = makeReadBody(bodies)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST')
      return send(response, 405, { errors: [badRequest('The method must be POST.')] })
    }
    const body = await readBody(request)
    if (body === null) return
    if (!Buffer.isBuffer(body)) {
      response.setHeader('connection', 'close')
      if (body.status === 503) response.setHeader('retry-after', '1')
      return send(response, body.status, { errors: [badRequest(body.message)] })
    }
    const requestId = requestIdOf(request.headers)
    const verified = admit(request.headers, body, requestId)
    if (verified instanceof GraphQLError) return send(response, 401, { errors: [verified] })
    const parsed = parseBody(body)
    if (!parsed)
      return send(response, 400, {
        errors: [badRequest('The body must be a GraphQL request: a JSON object with a query.')],
      })

    const gone = new AbortController()
    // Fires after a complete answer too: then it cancels work that no client waits for.
    response.once('close', () => gone.abort())
    send(response, 200, await executor.execute({ request: parsed, ...verified, requestId, signal: gone.signal }))
  }

  return (request, response) => {
    if (pathOf(request) !== GRAPHQL_PATH) return otherwise(request, response)
    answer(request, response).catch((error: unknown) => {
      onError(error)
      response.destroy()
    })
  }
}

export const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? ''

function parseBody(body: Buffer): GraphRequest | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isRecord(value) ? parseRequest(value) : null
  } catch {
    // Not JSON: the caller answers with an error.
    return null
  }
}

function send(response: ServerResponse, status: number, result: ExecutionResult): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(result))
}
