/** The codes of errors that refuse or end a stream; every subgraph documents them. */
export type InboxCode = 'CURSOR_MALFORMED' | 'CURSOR_TOO_OLD' | 'SLOW_CONSUMER' | 'RATE_LIMITED' | 'UNAVAILABLE'

/** An error for the stream's client. graphql-js copies `extensions` from any error. */
export class InboxError extends Error {
  override name = 'InboxError'
  readonly extensions: { readonly code: InboxCode; readonly retryAfterMs?: number }

  constructor(code: InboxCode, message: string, facts: { readonly retryAfterMs?: number } = {}) {
    super(message)
    this.extensions = { ...facts, code }
  }
}
