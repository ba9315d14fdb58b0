import { GraphQLError, type GraphQLErrorOptions, type GraphQLFormattedError } from 'graphql'
import type { GatewayOptions, Log } from './types.ts'

/** The error codes of the gateway itself, with their meanings. Codes of subgraphs, `authenticate` and `checkOperation` are passed on unchanged. */
export const codes = {
  BAD_REQUEST: 'The request is not a GraphQL request.',
  BAD_USER_INPUT: 'A variable does not fit its type.',
  CONNECTION_CLOSED: 'The gateway closed this stream.',
  DOCUMENT_TOO_COMPLEX: 'The operation is too large; the message names the limit.',
  DOCUMENT_TOO_DEEP: 'The document is nested too deeply: split the request.',
  DOWNSTREAM_SERVICE_ERROR: 'A subgraph failed or did not answer.',
  GRAPHQL_PARSE_FAILED: 'The document has a syntax error or is too large.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  INTERNAL_SERVER_ERROR: 'Something failed inside; the log has more under the request id.',
  OPERATION_RESOLUTION_FAILURE: 'The document has no operation of that name, or several and the request names none.',
  ORIGIN_NOT_ALLOWED: 'Pages of that origin may not use this gateway.',
  PAYLOAD_TOO_LARGE: 'The body is over the limit.',
  REQUEST_TIMEOUT: 'The body came too slowly: send it again.',
  RESUME:
    'An event could not be completed in time, because a part of the system is down: subscribe again from the last cursor.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'The gateway keeps no queries: send the whole document.',
  SCHEMA_RELOAD: 'The schema changed and the operation is no longer valid.',
  SHUTTING_DOWN: 'The gateway is restarting: connect again.',
  SUBSCRIPTION_NOT_SUPPORTED: 'This form of subscription cannot be planned.',
  SUBSCRIPTION_OVER_HTTP: 'A subscription needs graphql-ws, text/event-stream or multipart/mixed.',
  TOO_MANY_OPERATIONS: 'Too many operations run on this socket, or on all sockets of the user.',
  TOO_MANY_REQUESTS: 'Too many requests are under way, of this address or in all: try again after `retry-after`.',
  TOO_MANY_STREAMS: 'Too many streams are open.',
} as const

export type Code = keyof typeof codes

export function codedError(
  code: Code,
  message: string,
  options: GraphQLErrorOptions & { status?: number; cause?: unknown } = {},
): GraphQLError {
  const { status, cause, ...rest } = options
  const http = status === undefined ? {} : { http: { status } }
  const error = new GraphQLError(message, { ...rest, extensions: { code, ...http } })
  if (cause !== undefined) error.cause = cause
  return error
}

/** The client left. It is no failure of the subgraph or the gateway. */
export class ClientLeft extends Error {
  override name = 'ClientLeft'
}

/** Whether an error, or a cause in it, only says that the client left. A log can leave such errors out. */
export function isByLeaving(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; depth++) {
    if (one instanceof ClientLeft) return true
    one = one.cause ?? (one as { originalError?: unknown }).originalError
  }
  return false
}

/** The code, status and headers of any thrown error that follows GraphQL's custom of `extensions: { code, http }`. */
export function refusalOf(
  error: unknown,
): { code: string; status: number | undefined; headers: Record<string, string> } | null {
  const extensions = (error as { extensions?: Record<string, unknown> } | null)?.extensions
  if (typeof extensions?.['code'] !== 'string') return null
  const http = extensions['http'] as { status?: unknown; headers?: unknown } | undefined
  return {
    code: extensions['code'],
    status: typeof http?.status === 'number' ? http.status : undefined,
    headers: toHeaders(http?.headers),
  }
}

function toHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {}
  const entries = headers instanceof Map ? [...(headers as Map<string, unknown>)] : Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

export type FormatError = (error: unknown, requestId: string) => GraphQLFormattedError

/** Makes the function through which every error passes once on its way to a client. */
export function makeFormatError(format: GatewayOptions<unknown>['formatError'], log: Log): FormatError {
  const last = format ?? maskUncoded(log)
  return (error, requestId) => last(toFormatted(error), error, { requestId })
}

/**
 * Maximum characters of an error's message. graphql-js quotes a wrong value whole, so a whole body could be sent back,
 * and cached.
 */
const MAX_MESSAGE = 1_000

export function shortened(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`
}

function toFormatted(error: unknown): GraphQLFormattedError {
  const { message, locations, path, extensions } = (error ?? {}) as Partial<GraphQLFormattedError>
  // `http` is for the gateway only; careless subgraphs send `stacktrace` and `exception`; clients must not see the
  // subgraph's name.
  const { http: _h, stacktrace: _s, exception: _e, serviceName: _n, ...shown } = extensions ?? {}
  return {
    message: typeof message === 'string' ? shortened(message) : codes.INTERNAL_SERVER_ERROR,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...shown },
  }
}

function maskUncoded(log: Log): NonNullable<GatewayOptions<unknown>['formatError']> {
  return (formatted, error, { requestId }) => {
    if (refusalOf(error)) return formatted
    log.error('An operation failed unexpectedly.', { requestId, error })
    return {
      ...formatted,
      message: codes.INTERNAL_SERVER_ERROR,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    }
  }
}
