/** A deadline is counted in so many steps, each of them at most once while the process does not run. */
const STEPS = 10

export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Aborts its signal after `ms` in which this process ran. `AbortSignal.timeout` counts by the clock: when a process was stopped
 * and continued, its machine slept, or it had no CPU time, it fires before the answers that have come meanwhile are read. Whoever
 * then tries again does twice what was done.
 */
export function startDeadline(ms: number): Deadline {
  const ending = new AbortController()
  let steps = 0
  const timer = setInterval(() => {
    steps += 1
    if (steps < STEPS) return
    clearInterval(timer)
    ending.abort()
  }, ms / STEPS).unref()
  return { signal: ending.signal, [Symbol.dispose]: () => clearInterval(timer) }
}
