import { GraphQLError } from 'graphql'
import type { Clock } from '../../platform/clock/clock.ts'
import { makeAwayLog } from '../../platform/log/away.ts'
import type { Log } from '../../platform/log/log.ts'
import { isUnavailable, RETRY_AFTER_MS } from '../../platform/unavailable.ts'
import { codes } from '../errors.ts'

/** Codes of a request that never ran: GraphQL's own, whose messages speak of the request alone. */
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
 * What may leave leaves as it is. A store or a service that is away is UNAVAILABLE, in every room, with when to try again.
 * Everything else is INTERNAL_SERVER_ERROR with the request id, and the log has the rest.
 */
export function makeMask(log: Log, clock: Clock): Mask {
  const away = makeAwayLog(log, clock, 'A service that resolvers need is away.')
  return (error, requestId) => {
    const located = error instanceof GraphQLError ? error : undefined
    const at = located?.path ? { path: located.path } : {}
    const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code
    if (typeof code === 'string' && (Object.hasOwn(codes, code) || REQUEST_CODES.has(code))) {
      const { message, extensions } = error as { message: string; extensions: Record<string, unknown> }
      const hint = code === UNAVAILABLE ? { retryAfterMs: RETRY_AFTER_MS } : {}
      return new GraphQLError(message, { ...at, extensions: { ...hint, ...extensions } })
    }
    // Without a path nothing ran yet: graphql-js speaks of a variable that does not fit. What a scalar threw may be ours.
    if (located && !located.path) {
      const theirs = !located.originalError || located.originalError instanceof GraphQLError
      const message = theirs ? located.message : 'A variable does not fit its type.'
      return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
    }
    const original = located?.originalError ?? error
    if (isUnavailable(original)) {
      away(original)
      const message = 'A service that this needs is away: try again after `retryAfterMs`.'
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
