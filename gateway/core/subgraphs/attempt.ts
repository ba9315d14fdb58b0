import type { ExecutionResult } from 'graphql'

/**
 * What a subgraph sent: its JSON as it came over a socket, or in-process the object, which is never changed. Two events
 * of one fetch with the same text are the same to the client: the second one is not parsed again.
 */
export type SubgraphEvent = string | ExecutionResult

/** One subscription to one subgraph, in-process or over its socket; it is never tried again by itself. */
export interface Attempt {
  /** The subgraph may take everything up to this cursor as delivered. */
  progress(cursor: string): void
  /** Its sink hears nothing more. */
  stop(): void
}

/**
 * Hears what happens, in order, beginning in a later tick than that in which the attempt was made; never throws. What it
 * returns resolves when it takes more: it is given nothing until then.
 */
export type Sink = (item: AttemptItem) => Promise<void> | undefined

export type AttemptItem =
  | { readonly kind: 'event'; readonly event: SubgraphEvent }
  /** The subgraph has nothing more to say. This and what follows is the last item. */
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
