import type { ExecutionResult } from 'graphql'
import { refusalOf } from '../errors.ts'
import { readErrors } from './answers.ts'
import type { GraphRequest, LocalStream, LocalSubgraph } from '../types.ts'
import type { Attempt, AttemptItem, Sink } from './attempt.ts'
import { asEvent } from './read-event.ts'

/** A subscription to a subgraph in this process. `left` is called once, when nothing of it is open any more. */
export function openLocalAttempt(
  subgraph: LocalSubgraph,
  request: GraphRequest,
  headers: Readonly<Record<string, string>>,
  sink: Sink,
  left: () => void,
): Attempt {
  const gone = new AbortController()
  let stream: LocalStream | undefined
  let over = false

  const finish = () => {
    if (over) return
    over = true
    left()
  }

  /** Pulls until the end, and gives what comes; the end itself is returned. */
  const pull = async (): Promise<AttemptItem> => {
    try {
      const opened = await subgraph.subscribe(request, headers, gone.signal)
      if (!(Symbol.asyncIterator in opened)) return { kind: 'refused', errors: readErrors(opened.errors) }
      stream = opened
      // It was left while it opened.
      if (over) void give(opened)
      while (!over) {
        const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult, undefined>
        if (over) break
        if (done) return { kind: 'ended' }
        const room = sink({ kind: 'event', event: asEvent(value) })
        if (room) await room
      }
      return { kind: 'ended' }
    } catch (error) {
      return refusalOf(error)
        ? { kind: 'refused', errors: [error] }
        : { kind: 'lost', cause: error, established: stream !== undefined, where: 'in-process' }
    }
  }

  const give = async (opened: LocalStream) => {
    try {
      await opened.return?.()
    } catch {
      // Nobody listens to this stream any more, so nobody misses its error.
    }
  }

  void pull().then((last) => {
    if (over) return
    finish()
    void sink(last)
  })

  return {
    progress: (cursor) => stream?.progress?.(cursor),
    stop() {
      if (over) return
      finish()
      gone.abort()
      if (stream) void give(stream)
    },
  }
}
