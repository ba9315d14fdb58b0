import type { IncomingMessage, ServerResponse } from 'node:http'
import { GraphQLError, OperationTypeNode } from 'graphql'
import { codedError, refusalOf } from '../errors.ts'
import { makeLeaving, type Leaving } from '../federation/leaving.ts'
import { makeScope } from '../federation/scope.ts'
import { parseExactly, writeJson } from '../json.ts'
import { safely } from '../safely.ts'
import type { Limits } from '../limits.ts'
import type { GraphRequest, IncomingRequest } from '../types.ts'
import { readBody } from './body.ts'
import { deniedBody } from './clients.ts'
import type { Door } from './door.ts'
import { parseJson } from './json.ts'
import { graphRequest, isRecord } from './messages.ts'
import { multipart } from './multipart.ts'
import { isVouchedFor, jsonType, PREFLIGHTED, takesErrorsWith200 } from './negotiation.ts'
import { sse } from './sse.ts'
import { makeHttpStreams, type HttpStreams, type Wire } from './streaming.ts'

export interface Http {
  handle(request: IncomingMessage, response: ServerResponse): void
  readonly streams: HttpStreams
}

/** POST and GET of a GraphQL request; who accepts a stream gets one. */
export function makeHttp(door: Door): Http {
  const streams = makeHttpStreams(door)

  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    leaving: Leaving,
  ): Promise<void> => {
    // In one go with the others: Node takes a slower way once a header was set by itself.
    const reply = (status: number, headers: Readonly<Record<string, string>>, body: string) =>
      answer(response, status, { 'x-request-id': requestId, ...headers }, body)
    const fail = (
      errors: readonly unknown[],
      status = statusOf(errors),
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const body = writeJson({ errors: errors.map((error) => door.formatError(error, requestId)) })
      reply(status, { 'content-type': jsonType(request), ...headers }, body)
    }

    /** For what is wrong with an operation, of a request that is well-formed. */
    const refuse = (errors: readonly unknown[]) => {
      const status = statusOf(errors)
      fail(errors, status === 400 && takesErrorsWith200(request.headers.accept) ? 200 : status)
    }

    if (!allowOrigin(door, request, response)) {
      return fail([door.origins.refusal(request)])
    }
    if (request.method === 'OPTIONS') return reply(204, {}, '')
    if (request.method !== 'GET' && request.method !== 'POST') {
      return fail([codedError('BAD_REQUEST', 'Send a POST, or a GET for a query.')], 405, {
        allow: 'GET, POST, OPTIONS',
      })
    }
    if (request.method === 'GET' && !isVouchedFor(request)) {
      const message = `A GET needs a header that a page of another site cannot send, such as ${PREFLIGHTED}: true.`
      return fail([codedError('BAD_REQUEST', message)])
    }
    if (!door.accepting()) {
      const error = codedError('SHUTTING_DOWN', 'The gateway is restarting: try again.')
      return fail([error], 503, { connection: 'close', 'retry-after': '1' })
    }

    const body = await readBody(request, door.limits.maxBodyBytes)
    if (body === null) return
    if (body === 'too large') {
      const message = `A body has at most ${door.limits.maxBodyBytes} bytes.`
      return fail([codedError('PAYLOAD_TOO_LARGE', message)], 413, { connection: 'close' })
    }

    const wire = acceptedWire(request)
    const incoming: IncomingRequest = {
      transport: wire?.transport ?? 'http',
      method: request.method,
      target: request.url ?? '/',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      remoteAddress: request.socket.remoteAddress ?? '',
      requestId,
    }
    const admitted = await door.clients.admit(incoming, leaving)
    if (leaving.left) return
    if (!('context' in admitted)) {
      const headers = { 'content-type': jsonType(request), ...admitted.headers }
      return reply(admitted.status, headers, deniedBody(admitted, door.formatError, requestId))
    }
    const scope = makeScope(admitted.context, requestId, door.forwarded(request.headers), leaving)

    const parsed = parseBody(request, body, door.limits)
    if ('refusal' in parsed) return refuse([parsed.refusal])
    if ('error' in parsed) return fail([parsed.error])
    const read = parsed.request && door.documents.read(parsed.request.query, parsed.request.operationName)
    if (read && 'errors' in read) return refuse(read.errors)
    const asked = read && {
      ...read,
      request: door.exactVariables.ofRequest(door.schema().api, read.operation, parsed.request, () =>
        parsed.variablesAgain(),
      ),
    }
    if (asked?.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      if (!wire) {
        const message =
          'A subscription needs graphql-ws, or accept: text/event-stream or multipart/mixed;subscriptionSpec=1.0.'
        return refuse([codedError('SUBSCRIPTION_OVER_HTTP', message)])
      }
      if (streams.size() >= door.limits.maxHttpStreams) {
        return fail([codedError('TOO_MANY_STREAMS', 'Too many streams are open: try again later.')], 503, {
          'retry-after': '5',
        })
      }
      response.setHeader('x-request-id', requestId)
      return streams.open(wire, response, asked.request, scope, (errors) => fail(errors))
    }

    if (asked && wire && onlyStreams(request)) {
      if (request.method === 'GET' && asked.operation.operation !== OperationTypeNode.QUERY) {
        return fail([codedError('BAD_REQUEST', 'A GET is for queries only.')], 405, { allow: 'POST' })
      }
      const result = await door.operations.once(asked.request, scope, wire.transport)
      response.setHeader('x-request-id', requestId)
      return streams.single(wire, response, result)
    }
    const result = await door.operations.overHttp(
      {
        method: request.method,
        headers: headersOf(request),
        search: withoutEmpty(searchOf(request)),
        body: parsed.json,
      },
      scope,
      request.method === 'POST' && asked ? { ...asked, accept: request.headers.accept } : undefined,
      asked?.request === parsed.request ? undefined : asked?.request.variables,
    )
    reply(result.status, result.headers, result.body)
  }

  const handleOrFail = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    leaving: Leaving,
  ): Promise<void> => {
    const done = door.activity.begin()
    try {
      await handle(request, response, requestId, leaving)
    } catch (error) {
      door.log.error('A request failed unexpectedly.', { error })
      if (response.headersSent) return void response.destroy()
      const body = writeJson({ errors: [door.formatError(error, requestId)] })
      answer(response, 500, { 'x-request-id': requestId, 'content-type': jsonType(request) }, body)
    } finally {
      done()
    }
  }

  // A client that leaves while it is written to; `close` tells all that matters.
  const failed = (error: Error) => door.log.debug('A response failed.', { error })

  return {
    streams,
    handle(request, response) {
      const began = performance.now()
      const requestId = door.requestId(request.headers)
      const leaving = makeLeaving()
      const closed = () => {
        // After the last byte nobody is left to be told.
        if (!response.writableFinished) leaving.leave()
        door.metrics.count('gateway_requests_total', { status: String(response.statusCode) })
        door.metrics.observe('gateway_request_seconds', (performance.now() - began) / 1000)
      }
      response.once('close', () => safely(door.log, 'the end of a request', closed))
      response.on('error', failed)
      void handleOrFail(request, response, requestId, leaving)
    },
  }
}

/** Sets the CORS headers; false for an origin that is not welcome. */
function allowOrigin(door: Door, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined) return true
  response.setHeader('vary', 'origin')
  if (!door.originAllowed(request)) return false
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

type Parsed =
  | {
      readonly json: unknown
      readonly request: GraphRequest | undefined
      /** Reads the variables anew, with their numbers as they were sent. */
      variablesAgain(): unknown
    }
  /** It is well-formed, and nothing that can be answered. */
  | { readonly refusal: GraphQLError }
  | { readonly error: unknown }

/**
 * `request` is undefined where Apollo Server is to say what is wrong: no JSON content type (a form could send that
 * without the browser asking first), a missing query.
 */
function parseBody(request: IncomingMessage, body: Buffer, { maxJsonDepth }: Limits): Parsed {
  if (request.method === 'GET') return fromSearch(searchOf(request), maxJsonDepth)
  if (!/^application\/(graphql\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { json: undefined, request: undefined, variablesAgain: () => undefined }
  }
  const text = body.toString()
  let json: unknown
  try {
    json = parseJson(text, 'The body', maxJsonDepth)
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
  if (!isRecord(json)) return { error: codedError('BAD_REQUEST', 'The body is a JSON object.', { status: 400 }) }
  return asRequest(json, () => (parseExactly(text) as GraphRequest).variables)
}

function fromSearch(search: string, maxJsonDepth: number): Parsed {
  const given: Record<string, unknown> = Object.fromEntries(new URLSearchParams(withoutEmpty(search)))
  const { variables } = given
  try {
    for (const name of ['variables', 'extensions']) {
      const text = given[name]
      if (typeof text === 'string' && text !== '') given[name] = parseJson(text, `"${name}"`, maxJsonDepth)
    }
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
  return asRequest(given, () => parseExactly(String(variables)))
}

function asRequest(json: Record<string, unknown>, variablesAgain: () => unknown): Parsed {
  try {
    const request = graphRequest(json)
    if (request instanceof GraphQLError) return { refusal: request }
    // An empty name is no name, as on sockets; Apollo Server would look for an operation of that name.
    const { operationName, ...unnamed } = json
    const named = operationName === '' ? unnamed : json
    // Apollo Server refuses the hash of a query also where the query stands beside it.
    const known = isRecord(json['extensions']) ? { ...named, extensions: request.extensions } : named
    return { json: known, request, variablesAgain }
  } catch (error) {
    return { error: codedError('BAD_REQUEST', (error as Error).message, { status: 400 }) }
  }
}

function acceptedWire({ headers: { accept = '' } }: IncomingMessage): Wire | null {
  if (accept.includes('text/event-stream')) return sse
  return /multipart\/mixed[^,]*subscriptionSpec/i.test(accept) ? multipart : null
}

function onlyStreams({ headers: { accept = '' } }: IncomingMessage): boolean {
  return !/application\/|\*\/\*/.test(accept)
}

function statusOf(errors: readonly unknown[]): number {
  return errors.map((error) => refusalOf(error)?.status).find((status) => status !== undefined) ?? 400
}

function searchOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at)
}

/** An empty parameter is absent: forms and clients that fill in templates send such. */
function withoutEmpty(search: string): string {
  if (!/=(&|$)/.test(search)) return search
  const given = [...new URLSearchParams(search)].filter(([, value]) => value !== '')
  return `?${new URLSearchParams(given).toString()}`
}

function* headersOf({ method, headers }: IncomingMessage): Iterable<[string, string]> {
  // Apollo Server knows fewer proofs than `isVouchedFor`, which was asked already.
  if (method === 'GET') yield [PREFLIGHTED, 'true']
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) yield [name, Array.isArray(value) ? value.join(', ') : value]
  }
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
