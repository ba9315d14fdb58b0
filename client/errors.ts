/** An error as the server sent it. */
export interface GraphErrorItem {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** The server answered with errors. `code` is that of the first error. */
export class GraphError extends Error {
  override name = 'GraphError'
  readonly code: string | undefined
  readonly errors: readonly GraphErrorItem[]
  /** The data beside the errors. */
  readonly data: unknown

  constructor(errors: readonly GraphErrorItem[] = [], data: unknown = null) {
    super(errors.map(({ message }) => message).join('\n') || 'The server gave neither data nor errors.')
    const code = errors[0]?.extensions?.['code']
    this.code = typeof code === 'string' ? code : undefined
    this.errors = errors
    this.data = data
  }
}

/** The socket was closed for good: `reason` is the code of the refusal, such as SESSION_REVOKED. */
export class ConnectionClosed extends Error {
  override name = 'ConnectionClosed'
  readonly closeCode: number
  readonly reason: string

  constructor(closeCode: number, reason: string) {
    super(`The server closed the connection: ${closeCode} ${reason}`)
    this.closeCode = closeCode
    this.reason = reason
  }
}

/**
 * The server gave no answer of GraphQL: the network or the server is away, or the answer took too long. Nobody knows
 * whether a mutation was done.
 */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** What was thrown, as an error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
