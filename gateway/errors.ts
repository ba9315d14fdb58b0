import type { GraphQLFormattedError } from 'graphql'
import { codes as coreCodes, isByLeaving } from './core/index.ts'
import type { Log } from '../platform/log/log.ts'
import { isUnavailable, RETRY_AFTER_MS } from '../platform/unavailable.ts'

/**
 * The error codes of identity and policy, each with its HTTP status and its meaning for a client. The docs' table is
 * printed from this. The core's own codes are in `core/errors.ts`; the codes of subgraphs are an option of `makeMask`.
 */
export const codes = {
  MALFORMED_CREDENTIALS: [
    401,
    'Credentials are incomplete, repeated, of two kinds at once or in a wrong format; the message says which.',
  ],
  SESSION_UNKNOWN: [401, 'There is no such session: sign in again.'],
  SESSION_REVOKED: [401, 'The session was ended: sign in again.'],
  SESSION_REPLACED: [
    401,
    'A newer sign-in of the user took the place of the session, because of the number of sessions that are allowed: sign in again.',
  ],
  SESSION_EXPIRED: [401, 'The session has expired: sign in again.'],
  TIMESTAMP_STALE: [
    401,
    'X-Timestamp is more than five minutes off, or from before a restart of the server; `serverTimeMs` is the server time: correct the clock and sign again.',
  ],
  SIGNATURE_INVALID: [401, 'The signature does not match the request, the session or its key.'],
  NONCE_REPLAYED: [401, 'The nonce was used before in this session: sign again with a fresh one.'],
  TOKEN_INVALID: [401, 'The token is not a valid admin token of this server.'],
  TOKEN_EXPIRED: [401, 'The token has expired: get a new one.'],
  UNAUTHENTICATED: [401, 'A field of the operation needs a signed-in user.'],
  FORBIDDEN: [403, 'A field of the operation needs a permission that you do not have.'],
  MUTATION_OVER_SOCKET: [400, 'Messages on a socket are not signed: send mutations over HTTP.'],
  DOCUMENT_TOO_DEEP: [400, 'Fields are nested too deeply: split the request.'],
  DOCUMENT_TOO_COMPLEX: [400, 'The operation is too large; the message names the limit.'],
  RATE_LIMITED: [
    429,
    'Too many requests, or too large ones (one token per request, and one more per 1,000 objects, 20 pages, and 100 items given to a mutation): try again after `retryAfterMs`.',
  ],
  UNAVAILABLE: [503, 'A required service is down: try again after `retryAfterMs`.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>

export type Code = keyof typeof codes

/**
 * An error whose text a client may see. The core reads the status and headers from `http`, and removes `http` from the
 * answer.
 */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly extensions: Readonly<Record<string, unknown>> & {
    readonly code: Code
    readonly http: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  }

  constructor(
    code: Code,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
    headers?: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.extensions = { ...facts, code, http: { status: codes[code][0], ...(headers && { headers }) } }
  }
}

/**
 * Turns an error of an unavailable store into a refusal that tells clients to retry; returns any other error
 * unchanged.
 */
export function refusedWhileAway(error: unknown): unknown {
  if (!isUnavailable(error)) return error
  const headers = { 'retry-after': String(Math.ceil(RETRY_AFTER_MS / 1_000)) }
  const message = 'A required service is down: try again after `retryAfterMs`.'
  return new Refusal('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS }, headers, { cause: error })
}

export const MASKED = 'Something failed inside; the log has more under the request id.'

/** Clients may know that a subgraph failed, but not how. */
const FAILED_SUBGRAPH = 'A part of the system did not answer: try again after `retryAfterMs`.'

/** Codes of faults inside the system: their text is only logged. */
const INTERNAL = new Set(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'GATEWAY_REQUIRED'])

/** Codes of errors to which graphql-js adds suggestions ("Did you mean …?"). */
const SUGGESTING = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])

export interface MaskOptions {
  readonly suggestions?: boolean
  /** The codes that subgraphs answer with. */
  readonly subgraphCodes?: Iterable<string>
}

/**
 * Formats each error on its way to a client. Errors with a listed code (the core's, ours, the subgraphs') keep their
 * text. An error without a code, or with another one, such as a library's, becomes INTERNAL_SERVER_ERROR with the
 * request id; the log has the rest.
 */
export function makeMask(log: Log, { suggestions = false, subgraphCodes = [] }: MaskOptions = {}) {
  const listed = new Set([...Object.keys(codes), ...Object.keys(coreCodes), ...subgraphCodes])
  return (
    formatted: GraphQLFormattedError,
    error: unknown,
    { requestId }: { readonly requestId: string },
  ): GraphQLFormattedError => {
    const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code
    if (typeof code === 'string' && listed.has(code) && !INTERNAL.has(code)) {
      const { http: _, ...extensions } = formatted.extensions ?? {}
      // A client that may not see the schema must not get hints about it.
      const leaks = !suggestions && SUGGESTING.has(code)
      const message = leaks ? formatted.message.replace(/ Did you mean .*[?…]$/s, '') : formatted.message
      const hint = code === 'UNAVAILABLE' ? { retryAfterMs: RETRY_AFTER_MS } : {}
      return { ...formatted, message, extensions: { ...hint, ...extensions } }
    }
    const subgraphFailed = code === 'DOWNSTREAM_SERVICE_ERROR'
    if (isByLeaving(error)) log.debug('A client left before its answer.', { requestId })
    else log.error('An operation failed.', { requestId, path: formatted.path?.join('.'), error })
    return {
      message: subgraphFailed ? FAILED_SUBGRAPH : MASKED,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions: subgraphFailed
        ? { code, retryAfterMs: RETRY_AFTER_MS, requestId }
        : { code: 'INTERNAL_SERVER_ERROR', requestId },
    }
  }
}
