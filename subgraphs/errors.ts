/** Every code that a subgraph answers with, and what it means to a client. The docs' table is printed from this. */
export const codes = {
  BAD_USER_INPUT: 'A value is not what the field takes; the message says which and what would do.',
  UNAUTHENTICATED: 'Nobody is signed in, and this needs somebody.',
  FORBIDDEN: 'The viewer may see this, but not do that.',
  NOT_FOUND: 'It does not exist, or you may not see it.',
  CONFLICT: 'It is not what the request thought it to be: read it again and decide anew.',
  RATE_LIMITED: 'Too many of these: try again after `retryAfterMs`.',
  CURSOR_MALFORMED: 'The cursor was not made by this server.',
  CURSOR_TOO_OLD:
    'The log no longer reaches back to the cursor: fetch the conversations anew and subscribe without it.',
  SLOW_CONSUMER: 'Events came faster than they were taken: subscribe again from the last cursor.',
  UNAVAILABLE: 'A service that this needs is away: try again after `retryAfterMs`.',
} as const

export type Code = keyof typeof codes

/**
 * An error that its reader may see: everything else leaves as INTERNAL_SERVER_ERROR. graphql-js takes `extensions` over
 * from any error, so domain code needs no graphql import.
 */
export class PublicError extends Error {
  override name = 'PublicError'
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: Code }

  constructor(code: Code, message: string, facts: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options)
    this.extensions = { ...facts, code }
  }
}

export const notFound = (kind: string, id: string) =>
  new PublicError('NOT_FOUND', `There is no ${kind} ${id} that you can see.`, { kind })

export const badInput = (argument: string, message: string) => new PublicError('BAD_USER_INPUT', message, { argument })
