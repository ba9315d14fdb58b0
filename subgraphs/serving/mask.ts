import { GraphQLError } from 'graphql'
import type { Log } from '../../platform/log/log.ts'
import { codes } from '../errors.ts'

/** Codes of a request that never ran: GraphQL's own, whose messages speak of the request alone. */
const REQUEST_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'GATEWAY_REQUIRED', 'BAD_REQUEST'])

export type Mask = (error: unknown, requestId: string) => GraphQLError

/** What may leave leaves as it is; everything else as INTERNAL_SERVER_ERROR with the request id, and the log has the rest. */
export function makeMask(log: Log): Mask {
  return (error, requestId) => {
    const located = error instanceof GraphQLError ? error : undefined
    const at = located?.path ? { path: located.path } : {}
    const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code
    if (typeof code === 'string' && (Object.hasOwn(codes, code) || REQUEST_CODES.has(code))) {
      const { message, extensions } = error as { message: string; extensions: Record<string, unknown> }
      return new GraphQLError(message, { ...at, extensions })
    }
    // Without a path nothing ran yet: graphql-js speaks of a variable that does not fit. What a scalar threw may be ours.
    if (located && !located.path) {
      const theirs = !located.originalError || located.originalError instanceof GraphQLError
      const message = theirs ? located.message : 'A variable does not fit its type.'
      return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
    }
    log.error('A resolver failed.', {
      requestId,
      path: located?.path?.join('.'),
      error: located?.originalError ?? error,
    })
    return new GraphQLError('Something failed inside; the log has more under the request id.', {
      ...at,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    })
  }
}
