import type { ExecutionResult } from 'graphql'

/**
 * A subgraph's event: its JSON text from a socket, or in-process the object, which is never changed. Two events of one
 * fetch with the same text are the same for the client: the second one is not parsed again.
 */
export type SubgraphEvent = string | ExecutionResult

/** One subscription to one subgraph, in-process or over its socket, without retries. */
export interface Attempt {
  /** Tells the subgraph that everything up to this cursor was delivered. */
  progress(cursor: string): void
  /** Ends the subscription; its sink gets nothing more. */
  stop(): void
}

/**
 * Receives the items of an attempt in order, the first one in a later tick than that of `subscribe`. Never throws. The
 * returned promise resolves when the sink can take the next item.
 */
export type Sink = (item: AttemptItem) => Promise<void> | undefined

export type AttemptItem =
  | { readonly kind: 'event'; readonly event: SubgraphEvent }
  /** The subgraph has completed. This and the following kinds are always the last item. */
  | { readonly kind: 'ended' }
  /** The subgraph refused: a retry would not help. */
  | { readonly kind: 'refused'; readonly errors: readonly unknown[] }
  /** The connection broke. */
  | Lost

export interface Lost {
  readonly kind: 'lost'
  readonly cause: unknown
  /** Whether the subgraph had ever been reached. */
  readonly established: boolean
  /** In-process only code can fail: a retry makes sense only for a field that resumes exactly. */
  readonly where: 'in-process' | 'network'
}
