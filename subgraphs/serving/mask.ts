import { GraphQLError } from 'graphql'
import type { Clock } from '../../platform/clock/clock.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import type { Log } from '../../platform/log/log.ts'
import { isUnavailable, RETRY_AFTER_MS } from '../../platform/unavailable.ts'
import { codes } from '../errors.ts'

/** Codes of requests that were never executed. Their messages only describe the request. */
const REQUEST_CODES = new Set([
  'DOCUMENT_TOO_DEEP',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'GATEWAY_REQUIRED',
  'BAD_REQUEST',
])

export type Mask = (error: unknown, requestId: string) => GraphQLError

const UNAVAILABLE: keyof typeof codes = 'UNAVAILABLE'

/**
 * Decides what a client sees of an error. Public errors stay unchanged. An unavailable store or service is
 * UNAVAILABLE, in every room, with the time to retry. Anything else is INTERNAL_SERVER_ERROR with the request id; the
 * log has the rest.
 */
export function makeMask(log: Log, clock: Clock): Mask {
  const reportOutage = makeOutageLog(log, clock, 'A service that resolvers need is down.')
  return (error, requestId) => {
    const located = error instanceof GraphQLError ? error : undefined
    const at = located?.path ? { path: located.path } : {}
    const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code
    if (typeof code === 'string' && (Object.hasOwn(codes, code) || REQUEST_CODES.has(code))) {
      const { message, extensions } = error as { message: string; extensions: Record<string, unknown> }
      const hint = code === UNAVAILABLE ? { retryAfterMs: RETRY_AFTER_MS } : {}
      return new GraphQLError(message, { ...at, extensions: { ...hint, ...extensions } })
    }
    // Without a path no resolver has run: graphql-js reports a variable that does not fit its type. But a scalar of
    // ours may have thrown, and its text is hidden.
    if (located && !located.path) {
      const theirs = !located.originalError || located.originalError instanceof GraphQLError
      const message = theirs ? located.message : 'A variable does not fit its type.'
      return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
    }
    const original = located?.originalError ?? error
    if (isUnavailable(original)) {
      reportOutage(original)
      const message = 'A required service is down: try again after `retryAfterMs`.'
      const extensions = { code: UNAVAILABLE, retryAfterMs: RETRY_AFTER_MS, requestId }
      return new GraphQLError(message, { ...at, extensions })
    }
    log.error('A resolver failed.', {
      requestId,
      path: located?.path?.join('.'),
      error: original,
    })
    return new GraphQLError('Something failed inside; the log has more under the request id.', {
      ...at,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    })
  }
}
