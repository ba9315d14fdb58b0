import type { IncomingMessage, ServerResponse } from 'node:http'
import { OperationTypeNode } from 'graphql'
import { codedError, refusalOf } from '../errors.ts'
import { makeDeadlines } from '../subgraphs/deadlines.ts'
import { makeCancellation, type Cancellation } from '../subgraphs/cancellation.ts'
import { makeScope } from '../subgraphs/scope.ts'
import { statusFor } from '../operations/status.ts'
import { writeJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import { safely } from '../safely.ts'
import type { IncomingRequest } from '../types.ts'
import { readBody, type BodyFault } from './body.ts'
import { deniedBody } from './clients.ts'
import type { TransportDependencies } from './dependencies.ts'
import { multipart } from './multipart.ts'
import { acceptedType, isVouchedFor, jsonType, PREFLIGHTED } from './negotiation.ts'
import { parseRequest, searchOf, withoutEmpty, withoutValues } from './request.ts'
import { ConnectionUsage } from './client-usage.ts'
import { sse } from './sse.ts'
import { makeHttpStreams, type HttpStreams, type StreamFormat } from './streaming.ts'

export interface Http {
  handle(request: IncomingMessage, response: ServerResponse): void
  readonly streams: HttpStreams
}

/** Answers POST and GET requests; opens a stream for a client that accepts one. */
export function makeHttp(deps: TransportDependencies): Http {
  const streams = makeHttpStreams(deps)
  const bodyChecks = makeDeadlines(deps.limits.slowBodyMs)

  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    cancellation: Cancellation,
  ): Promise<void> => {
    // Passes all headers to one `writeHead`: Node takes a slower path after `setHeader`.
    const reply = (status: number, headers: Readonly<Record<string, string>>, body: string) =>
      answer(deps, request, response, status, { 'x-request-id': requestId, ...headers }, body)
    const fail = (
      errors: readonly unknown[],
      status = statusOf(errors),
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const body = writeJson({ errors: errors.map((error) => deps.formatError(error, requestId)) })
      reply(status, { 'content-type': jsonType(request), ...headers }, body)
    }

    /** For an error in the operation of a well-formed request. */
    const refuse = (errors: readonly unknown[]) => fail(errors, statusFor(statusOf(errors), request.headers.accept))

    if (!allowOrigin(deps, request, response)) {
      return fail([deps.origins.refusal(request)])
    }
    if (request.method === 'OPTIONS') return reply(204, {}, '')
    if (request.method !== 'GET' && request.method !== 'POST') {
      return fail([codedError('BAD_REQUEST', 'Send a POST, or a GET for a query.')], 405, {
        allow: 'GET, POST, OPTIONS',
      })
    }
    if (request.method === 'GET' && !isVouchedFor(request)) {
      const message = `A GET must have a header that a page of another site cannot send, such as ${PREFLIGHTED}: true.`
      return fail([codedError('BAD_REQUEST', message)])
    }
    if (!deps.accepting()) {
      const error = codedError('SHUTTING_DOWN', 'The gateway is restarting: try again.')
      return fail([error], 503, { connection: 'close', 'retry-after': '1' })
    }

    const address = deps.addressOf(request)
    const body = await readBody(request, deps.usage, address, bodyChecks)
    if (body === null) return
    if (typeof body === 'string') {
      const { error, status, headers } = faultOf(body, deps.limits)
      return fail([error], status, { connection: 'close', ...headers })
    }

    const format = acceptedStream(request)
    const incoming: IncomingRequest = {
      transport: format?.transport ?? 'http',
      method: request.method,
      target: request.url ?? '/',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      remoteAddress: request.socket.remoteAddress ?? '',
      requestId,
    }
    const admitted = await deps.clients.admit(incoming, cancellation)
    if (cancellation.cancelled) return
    if (!('context' in admitted)) {
      const headers = { 'content-type': jsonType(request), ...admitted.headers }
      return reply(admitted.status, headers, deniedBody(admitted, deps.formatError, requestId))
    }
    const scope = makeScope(admitted.context, requestId, deps.forwarded(request.headers), cancellation)

    const parsed = parseRequest(request, body, deps.limits)
    if ('refusal' in parsed) return refuse([parsed.refusal])
    if ('error' in parsed) return fail([parsed.error])
    const asked = parsed.request && deps.read(parsed.request, scope.context, () => parsed.variablesAgain())
    if (asked && 'errors' in asked) return refuse(asked.errors)
    if (asked?.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      if (!format) {
        const message =
          'A subscription needs graphql-ws, or accept: text/event-stream or multipart/mixed;subscriptionSpec=1.0.'
        return refuse([codedError('SUBSCRIPTION_OVER_HTTP', message)])
      }
      const tooMany = (whose: string, status: number) =>
        fail([codedError('TOO_MANY_STREAMS', `Too many streams${whose} are open: try again later.`)], status, {
          'retry-after': '5',
        })
      if (streams.size() >= deps.limits.maxHttpStreams) return tooMany('', 503)
      const usage = new ConnectionUsage(deps.usage, address)
      response.once('close', () => usage.end())
      if (!usage.connect()) return tooMany(' of your address', 429)
      if (!usage.belongsTo(deps.userOf(scope.context))) return tooMany(' of yours', 429)
      response.setHeader('x-request-id', requestId)
      return streams.open(format, response, asked, scope, usage, (errors) => fail(errors))
    }

    const { accept } = request.headers
    if (asked && format && onlyStreams(request)) {
      if (request.method === 'GET' && asked.operation.operation !== OperationTypeNode.QUERY) {
        return fail([codedError('BAD_REQUEST', 'A GET cannot carry a mutation: send it by POST.')], 405, {
          allow: 'POST',
        })
      }
      const { status, headers, result } = await deps.operations.execute(asked, scope, format.transport)
      // A refusal is answered as a plain response.
      if (status !== undefined && result.data === undefined)
        return reply(status, { 'content-type': jsonType(request), ...headers }, writeJson(result))
      response.setHeader('x-request-id', requestId)
      return streams.single(format, response, result)
    }
    if (asked && request.method === 'POST') {
      const type = acceptedType(accept)
      if (type === undefined) {
        const message =
          'The answer could only be application/json or application/graphql-response+json: accept one of them.'
        return fail([codedError('BAD_REQUEST', message)], 406)
      }
      const { status, headers, result } = await deps.operations.execute(asked, scope, 'http')
      return reply(statusFor(status, accept), { 'content-type': type, ...headers }, writeJson(result))
    }
    const search = withoutEmpty(searchOf(request))
    const answered = await deps.apollo.answer(
      {
        method: request.method,
        headers: headersOf(request),
        search: asked ? withoutValues(search) : search,
        body: parsed.json,
      },
      scope,
      asked,
      accept,
    )
    reply(answered.status, answered.headers, answered.body)
  }

  const handleOrFail = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    cancellation: Cancellation,
  ): Promise<void> => {
    const done = deps.activity.begin()
    try {
      await handle(request, response, requestId, cancellation)
    } catch (error) {
      deps.log.error('A request failed unexpectedly.', { error })
      if (response.headersSent) return void response.destroy()
      const body = writeJson({ errors: [deps.formatError(error, requestId)] })
      answer(deps, request, response, 500, { 'x-request-id': requestId, 'content-type': jsonType(request) }, body)
    } finally {
      done()
    }
  }

  // A client left while the gateway was writing to it; `close` handles everything that matters.
  const failed = (error: Error) => deps.log.debug('A response failed.', { error })

  return {
    streams,
    handle(request, response) {
      const began = performance.now()
      const requestId = deps.requestId(request.headers)
      const cancellation = makeCancellation()
      const closed = () => {
        // After the last byte there is nothing left to cancel.
        if (!response.writableFinished) cancellation.cancel()
        deps.metrics.count('gateway_requests_total', { status: String(response.statusCode) })
        deps.metrics.observe('gateway_request_seconds', (performance.now() - began) / 1000)
      }
      response.once('close', () => safely(deps.log, 'the end of a request', closed))
      response.on('error', failed)
      void handleOrFail(request, response, requestId, cancellation)
    },
  }
}

/** Sets the CORS headers; false if the origin is not allowed. */
function allowOrigin(deps: TransportDependencies, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  response.setHeader('vary', 'origin')
  if (!deps.originAllowed(request)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after')
  if (request.method !== 'OPTIONS') return true
  response.setHeader('access-control-allow-methods', 'GET, POST')
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? 'content-type',
  )
  response.setHeader('access-control-max-age', '7200')
  return true
}

function acceptedStream({ headers: { accept = '' } }: IncomingMessage): StreamFormat | null {
  if (accept.includes('text/event-stream')) return sse
  return /multipart\/mixed[^,]*subscriptionSpec/i.test(accept) ? multipart : null
}

function onlyStreams({ headers: { accept = '' } }: IncomingMessage): boolean {
  return !/application\/|\*\/\*/.test(accept)
}

function statusOf(errors: readonly unknown[]): number {
  return errors.map((error) => refusalOf(error)?.status).find((status) => status !== undefined) ?? 400
}

function* headersOf({ method, headers }: IncomingMessage): Iterable<[string, string]> {
  // `isVouchedFor` has already accepted the request, and accepts more headers than Apollo Server does.
  if (method === 'GET') yield [PREFLIGHTED, 'true']
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) yield [name, Array.isArray(value) ? value.join(', ') : value]
  }
}

function answer(
  deps: TransportDependencies,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  if (response.headersSent || response.destroyed) return
  // No cache may keep an answer: the gateway decides on each request who may see it.
  response.writeHead(status, { 'cache-control': 'no-store', ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
  mustBeRead(deps, request, response)
}

/** An answer that its client does not read stays in memory: it gets a deadline, and counts for the client's address. */
function mustBeRead(deps: TransportDependencies, request: IncomingMessage, response: ServerResponse): void {
  if (response.writableLength === 0) return
  const usage = new ConnectionUsage(deps.usage, deps.addressOf(request))
  response.once('close', () => usage.end())
  response.setTimeout(deps.limits.answerWaitMs, () => response.destroy())
  if (!usage.waits(response.writableLength)) response.destroy()
}

/** The error for a client whose body was not accepted. */
function faultOf(fault: BodyFault, { maxBodyBytes }: Limits) {
  const retry = { 'retry-after': '1' }
  switch (fault) {
    case 'too large':
      return { error: codedError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`), status: 413 }
    case 'too slow':
      return { error: codedError('REQUEST_TIMEOUT', 'The body came too slowly: send it again.'), status: 408 }
    case 'too many': {
      const message = 'Too many slow requests of your address are under way: try again later.'
      return { error: codedError('TOO_MANY_REQUESTS', message), status: 429, headers: retry }
    }
    case 'too much': {
      const message = 'Too many requests are under way: try again later.'
      return { error: codedError('TOO_MANY_REQUESTS', message), status: 503, headers: retry }
    }
  }
}
