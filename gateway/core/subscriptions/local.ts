import type { ExecutionResult } from 'graphql'
import { refusalOf } from '../errors.ts'
import type { GraphRequest, LocalStream, LocalSubgraph } from '../types.ts'
import type { Attempt, AttemptItem } from './attempt.ts'

/** A subscription to a subgraph in this process. `left` is called once, when nothing of it is open any more. */
export function openLocalAttempt(
  subgraph: LocalSubgraph,
  request: GraphRequest,
  headers: Readonly<Record<string, string>>,
  left: () => void,
): Attempt {
  const gone = new AbortController()
  const opening = (async () => subgraph.subscribe(request, headers, gone.signal))()
  // `next` tells; without this, a refusal that comes before it is asked would count as unhandled.
  opening.catch(() => {})
  let stream: LocalStream | undefined
  let over = false
  let release: ((item: AttemptItem) => void) | undefined

  const finish = () => {
    if (over) return
    over = true
    left()
  }

  const pull = async (): Promise<AttemptItem> => {
    try {
      if (!stream) {
        const opened = await opening
        if (!(Symbol.asyncIterator in opened)) return { kind: 'refused', errors: opened.errors ?? [] }
        stream = opened
      }
      const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult, undefined>
      return done ? { kind: 'ended' } : { kind: 'event', result: value }
    } catch (error) {
      return refusalOf(error)
        ? { kind: 'refused', errors: [error] }
        : { kind: 'lost', cause: error, established: stream !== undefined, where: 'in-process' }
    }
  }

  return {
    next() {
      if (over) return Promise.resolve({ kind: 'ended' })
      return new Promise((resolve) => {
        // A stream that ignores both `return` and the signal must not keep us waiting.
        release = resolve
        void pull().then((item) => {
          if (item.kind !== 'event') finish()
          resolve(item)
        })
      })
    },
    progress: (cursor) => stream?.progress?.(cursor),
    stop() {
      if (over) return
      finish()
      gone.abort()
      // It may still be opening: whoever ends first, what was opened is returned.
      opening
        .then((opened) => (Symbol.asyncIterator in opened ? opened.return?.() : undefined))
        .catch(() => {
          // Nobody listens to this stream any more, so nobody misses its error.
        })
      release?.({ kind: 'ended' })
    },
  }
}
