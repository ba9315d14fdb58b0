import type { Limits } from '../limits.ts'

export interface Breaker {
  /** Throws while the subgraph is left in peace. After that one fetch may try; the others wait for how it ends. */
  check(): void
  succeeded(): void
  failed(): void
  /** It ended, and says nothing. */
  abandoned(): void
}

type State =
  | { readonly phase: 'closed'; failures: number }
  | { readonly phase: 'open'; readonly until: number }
  | { readonly phase: 'trying' }

/**
 * Stops a subgraph that hangs or is away from holding every client for the whole timeout, and from being met by all of them
 * when it comes back. An answer with errors is an answer.
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
          `The subgraph "${name}" failed ${subgraphFailures} times in a row: it is not asked for a moment.`,
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
      // The next one may try.
      if (state.phase === 'trying') state = { phase: 'open', until: now() }
    },
  }
}
