import type { ExecutionResult } from 'graphql'

/** One subscription to one subgraph, in-process or over its socket; it is never tried again by itself. */
export interface Attempt {
  /** The next thing that happened, in order; one call at a time, never rejects. After `stop` it is `ended`. */
  next(): Promise<AttemptItem>
  /** The subgraph may take everything up to this cursor as delivered. */
  progress(cursor: string): void
  stop(): void
}

export type AttemptItem =
  | { readonly kind: 'event'; readonly result: ExecutionResult }
  /** The subgraph has nothing more to say. */
  | { readonly kind: 'ended' }
  /** The subgraph said no: asking again would not help. */
  | { readonly kind: 'refused'; readonly errors: readonly unknown[] }
  /** Broken off. */
  | Lost

export interface Lost {
  readonly kind: 'lost'
  readonly cause: unknown
  /** Whether the subgraph had been reached at all. */
  readonly established: boolean
  /** In-process nothing breaks but code: only a field that resumes exactly is worth trying again. */
  readonly where: 'in-process' | 'network'
}
