import type { GraphQLFormattedError } from 'graphql'
import { codes as coreCodes, isByLeaving } from './core/index.ts'
import type { Log } from '../platform/log/log.ts'
import { isUnavailable, RETRY_AFTER_MS } from '../platform/unavailable.ts'

/**
 * Every code that identity and policy answer with, its HTTP status and its meaning to a client. The docs' table is
 * printed from this. The core's own codes stand in `core/errors.ts`; those of subgraphs are told to `makeMask`.
 */
export const codes = {
  MALFORMED_CREDENTIALS: [
    401,
    'Credentials are incomplete, repeated, of two kinds at once or not in their format; the message says which.',
  ],
  SESSION_UNKNOWN: [401, 'There is no such session: sign in again.'],
  SESSION_REVOKED: [401, 'The session was ended: sign in again.'],
  SESSION_EXPIRED: [401, 'The session has expired: sign in again.'],
  TIMESTAMP_STALE: [
    401,
    'X-Timestamp is more than five minutes off, or from before a restart here; `serverTimeMs` is the time here: correct by it and sign anew.',
  ],
  SIGNATURE_INVALID: [401, 'The signature does not fit the request, the session or its key.'],
  NONCE_REPLAYED: [401, 'The nonce was used before in this session: sign again with a fresh one.'],
  TOKEN_INVALID: [401, 'The token is not one of an admin of this server.'],
  TOKEN_EXPIRED: [401, 'The token has expired: get a new one.'],
  UNAUTHENTICATED: [401, 'Nobody is signed in, and a field of the operation needs somebody.'],
  FORBIDDEN: [403, 'A field of the operation needs a right that the asker does not have.'],
  MUTATION_OVER_SOCKET: [400, 'What is sent on a socket is not signed: send mutations over HTTP.'],
  DOCUMENT_TOO_DEEP: [400, 'Fields are nested too deeply: ask in several steps.'],
  DOCUMENT_TOO_COMPLEX: [400, 'The operation asks for too much at once; the message says of what.'],
  RATE_LIMITED: [
    429,
    'Too many requests, or too much asked by them (one token per request, and one more per 1,000 objects): try again after `retryAfterMs`.',
  ],
  UNAVAILABLE: [503, 'A service that this needs is away: try again after `retryAfterMs`.'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>

export type Code = keyof typeof codes

/** A refusal that its reader may see. The core takes the status and the headers from `http`, which it does not show. */
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

/** The refusal by which a client comes again, where an error only says that a store is away; else the error itself. */
export function refusedWhileAway(error: unknown): unknown {
  if (!isUnavailable(error)) return error
  const headers = { 'retry-after': String(Math.ceil(RETRY_AFTER_MS / 1_000)) }
  const message = 'A service that this needs is away: try again after `retryAfterMs`.'
  return new Refusal('UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS }, headers, { cause: error })
}

export const MASKED = 'Something failed inside; the log has more under the request id.'

/** A subgraph that did not answer is no secret, but how it failed is. */
const FAILED_SUBGRAPH = 'A part of the system did not answer: try again after `retryAfterMs`.'

/** Codes that say that something broke here rather than what the client did: their text stays in the log. */
const INTERNAL = new Set(['INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'GATEWAY_REQUIRED'])

/** Codes under which graphql-js adds what the asker may have meant. */
const SUGGESTING = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])

export interface MaskOptions {
  readonly suggestions?: boolean
  /** The codes that subgraphs answer with. */
  readonly subgraphCodes?: Iterable<string>
}

/**
 * The last word on each error that leaves. Codes of the lists (the core's, ours, the subgraphs') pass with their text. What
 * has no code, or one of no list, such as a library's, leaves as INTERNAL_SERVER_ERROR with the request id, and the log
 * has the rest.
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
      // Who may not see the schema is not helped to guess it.
      const helps = !suggestions && SUGGESTING.has(code)
      const message = helps ? formatted.message.replace(/ Did you mean .*[?…]$/s, '') : formatted.message
      const hint = code === 'UNAVAILABLE' ? { retryAfterMs: RETRY_AFTER_MS } : {}
      return { ...formatted, message, extensions: { ...hint, ...extensions } }
    }
    const away = code === 'DOWNSTREAM_SERVICE_ERROR'
    if (isByLeaving(error)) log.debug('A client left before its answer.', { requestId })
    else log.error('An operation failed.', { requestId, path: formatted.path?.join('.'), error })
    return {
      message: away ? FAILED_SUBGRAPH : MASKED,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions: away
        ? { code, retryAfterMs: RETRY_AFTER_MS, requestId }
        : { code: 'INTERNAL_SERVER_ERROR', requestId },
    }
  }
}
