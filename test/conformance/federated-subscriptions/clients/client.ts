export const transports = ['ws', 'sse', 'multipart'] as const
export type Transport = (typeof transports)[number]

export interface GraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

export interface Result {
  // Cases look into data freely; a wrong path fails the case.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any
  readonly errors?: readonly GraphError[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Why nothing follows. A refusal before the first event is `errors` too. */
export type Ended =
  | { readonly how: 'complete' }
  | { readonly how: 'errors'; readonly errors: readonly GraphError[] }
  | { readonly how: 'closed'; readonly code?: number }

/** One subscription, over whichever transport. */
export interface ClientStream {
  readonly results: readonly Result[]
  /** Null while it runs. */
  readonly ended: () => Ended | null
  /** Says that it wants no more: `complete` on a socket; over HTTP there is only leaving. */
  stop(): void
  /** Breaks the connection without a word. */
  vanish(): void
}

export interface Asked {
  readonly query: string
  readonly operationName?: string
  readonly variables?: Readonly<Record<string, unknown>>
}

export interface Gateway {
  readonly url: string
  readonly wsUrl: string
}
