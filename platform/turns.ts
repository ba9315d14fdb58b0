import type { Log } from './log/log.ts'

export interface TurnOptions {
  /** The pause between the end of a turn and the start of the next one. */
  readonly everyMs: number
  readonly log: Log
  /** What the log says when a turn fails: once for each outage, because the next turn tries again. */
  readonly failure: string
}

/** Runs `turn` at once, and again and again until it is disposed. Disposing waits for the running turn. */
export function startTurns(
  turn: (signal: AbortSignal) => Promise<void>,
  { everyMs, log, failure }: TurnOptions,
): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  let failing = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const run = async () => {
    try {
      await turn(signal)
      failing = false
    } catch (error) {
      if (!failing && !signal.aborted) log.warn(failure, { error })
      failing = true
    }
    if (!signal.aborted) timer = setTimeout(begin, everyMs).unref()
  }
  const begin = () => {
    running = run()
  }
  begin()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
