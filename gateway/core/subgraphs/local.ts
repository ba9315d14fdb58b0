import type { ExecutionResult } from 'graphql'
import { refusalOf } from '../errors.ts'
import { readErrors } from './answers.ts'
import type { GraphRequest, LocalStream, LocalSubgraph } from '../types.ts'
import type { Attempt, AttemptItem, Sink } from './attempt.ts'
import { asEvent } from './read-event.ts'

/** A subscription to a subgraph in this process. `ended` is called once, when it has ended. */
export function openLocalAttempt(
  subgraph: LocalSubgraph,
  request: GraphRequest,
  headers: Readonly<Record<string, string>>,
  sink: Sink,
  ended: () => void,
): Attempt {
  const gone = new AbortController()
  let stream: LocalStream | undefined
  let over = false

  const finish = () => {
    if (over) return
    over = true
    ended()
  }

  const brokenBy = (error: unknown): AttemptItem =>
    refusalOf(error)
      ? { kind: 'refused', errors: [error] }
      : { kind: 'lost', cause: error, established: stream !== undefined, where: 'in-process' }

  const poured = (opened: LocalStream & Required<Pick<LocalStream, 'pour'>>): Promise<AttemptItem> =>
    new Promise((resolve) => {
      opened.pour(
        (event) => (over ? undefined : sink({ kind: 'event', event: asEvent(event) })),
        (error) => resolve(error === undefined ? { kind: 'ended' } : brokenBy(error)),
      )
    })

  const isPouring = (opened: LocalStream): opened is LocalStream & Required<Pick<LocalStream, 'pour'>> =>
    opened.pour !== undefined

  /** Passes on events until the end, and returns the last item. */
  const pull = async (): Promise<AttemptItem> => {
    try {
      const opened = await subgraph.subscribe(request, headers, gone.signal)
      if (!(Symbol.asyncIterator in opened)) return { kind: 'refused', errors: readErrors(opened.errors) }
      stream = opened
      // It was stopped while it opened.
      if (over) void close(opened)
      else if (isPouring(opened)) return await poured(opened)
      while (!over) {
        const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult, undefined>
        if (over) break
        if (done) return { kind: 'ended' }
        const room = sink({ kind: 'event', event: asEvent(value) })
        if (room) await room
      }
      return { kind: 'ended' }
    } catch (error) {
      return brokenBy(error)
    }
  }

  const close = async (opened: LocalStream) => {
    try {
      await opened.return?.()
    } catch {
      // Nobody listens to this stream any more, so its error is dropped.
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
      if (stream) void close(stream)
    },
  }
}
