/** What a stream ends with or is refused with; the codes are among those that every subgraph documents. */
export type InboxCode = 'CURSOR_MALFORMED' | 'CURSOR_TOO_OLD' | 'SLOW_CONSUMER' | 'RATE_LIMITED' | 'UNAVAILABLE'

/** An error for the stream's reader. graphql-js takes `extensions` over from any error. */
export class InboxError extends Error {
  override name = 'InboxError'
  readonly extensions: { readonly code: InboxCode }

  constructor(code: InboxCode, message: string) {
    super(message)
    this.extensions = { code }
  }
}
