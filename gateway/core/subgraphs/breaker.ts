import type { Limits } from '../limits.ts'

export interface Breaker {
  /** Throws while the breaker is open. After the pause one fetch may try; the others fail until it has ended. */
  check(): void
  succeeded(): void
  failed(): void
  /** The fetch ended without a result that says anything about the subgraph. */
  abandoned(): void
}

type State =
  | { readonly phase: 'closed'; failures: number }
  | { readonly phase: 'open'; readonly until: number }
  | { readonly phase: 'trying' }

/**
 * A circuit breaker. A subgraph that hangs or is down must not hold every client for the whole timeout, and must not
 * get the load of all of them when it comes back. An answer with errors counts as an answer.
 */
export function makeBreaker(
  name: string,
  { subgraphFailures, subgraphPauseMs }: Pick<Limits, 'subgraphFailures' | 'subgraphPauseMs'>,
  now: () => number = () => performance.now(),
): Breaker {
  let state: State = { phase: 'closed', failures: 0 }
  const open = () => {
    state = { phase: 'open', until: now() + subgraphPauseMs }
  }
  return {
    check() {
      if (state.phase === 'closed') return
      if (state.phase === 'trying' || now() < state.until) {
        throw new Error(
          `The subgraph "${name}" failed ${subgraphFailures} times in a row: it gets no requests for a moment.`,
        )
      }
      state = { phase: 'trying' }
    },
    succeeded() {
      if (state.phase === 'closed') state.failures = 0
      else state = { phase: 'closed', failures: 0 }
    },
    failed() {
      if (state.phase === 'trying') open()
      else if (state.phase === 'closed' && ++state.failures >= subgraphFailures) open()
    },
    abandoned() {
      // The next fetch may try.
      if (state.phase === 'trying') state = { phase: 'open', until: now() }
    },
  }
}
