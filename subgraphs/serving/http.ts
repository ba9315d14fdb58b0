import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { badRequest, isRecord, parseRequest, requestIdOf, type Admit } from './request.ts'
import type { GraphRequest, Runner } from './run.ts'

/** A body: representations of a page of entities, several times over. Beyond it 413, and the connection closes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

export const GRAPHQL_PATH = '/graphql'

/** `POST /graphql`; everything else goes to `otherwise`. */
export function makeHttpListener(
  runner: Runner,
  admit: Admit,
  otherwise: RequestListener,
  onError: (error: unknown) => void,
): RequestListener {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST')
      return send(response, 405, { errors: [badRequest('Operations are posted.')] })
    }
    const body = await readBody(request)
    if (body === null) {
      response.setHeader('connection', 'close')
      return send(response, 413, { errors: [badRequest('The body is too large.')] })
    }
    const requestId = requestIdOf(request.headers)
    const verified = admit(request.headers, body, requestId)
    if (verified instanceof GraphQLError) return send(response, 401, { errors: [verified] })
    const parsed = parseBody(body)
    if (!parsed) return send(response, 400, { errors: [badRequest('The body is not a GraphQL request.')] })

    const gone = new AbortController()
    // Also after a whole answer, when it aborts what nobody waits for.
    response.once('close', () => gone.abort())
    send(response, 200, await runner.execute({ request: parsed, ...verified, requestId, signal: gone.signal }))
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
    // Whatever is wrong with it, it is no JSON, and the answer says so.
    return null
  }
}

/** Null when it is over the limit. Rejects when the client leaves before the end. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, status: number, result: ExecutionResult): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(result))
}
