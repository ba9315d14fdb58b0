import { pause } from './retry.ts'

export interface OutageTimes {
  /** How long after the last sign of an outage nodes may need to come back: they connect anew every two seconds at most. */
  readonly settleMs: number
  /** How long pushes wait for that in all. Beyond it: pushes as if everybody were offline, since messages must not be late. */
  readonly graceMs: number
}

/**
 * When presence, the bus or a store was away last. Meanwhile nobody can be found and no node answers, though the streams
 * stand, so that "has no stream" says nothing: whoever would get a push then is looked for once more when it is over.
 */
export interface Outage {
  /** A call failed. */
  failed(): void
  /** The connection is back: others may need a moment longer. */
  back(): void
  /** Whether it was away after `since`, by `performance.now()`, or shortly before. */
  touched(since: number): boolean
  /** Resolves when nothing failed for `settleMs`, and after `graceMs` of an outage at the latest. */
  over(signal: AbortSignal): Promise<void>
}

export function makeOutage({ settleMs, graceMs }: OutageTimes): Outage {
  let beganAt = -Infinity
  let lastAt = -Infinity
  return {
    failed() {
      const now = performance.now()
      if (now - lastAt >= settleMs) beganAt = now
      lastAt = now
    },
    back() {
      beganAt = lastAt = performance.now()
    },
    touched: (since) => lastAt + settleMs > since,
    async over(signal) {
      for (;;) {
        const leftMs = Math.min(lastAt + settleMs, beganAt + graceMs) - performance.now()
        if (leftMs <= 0 || signal.aborted) return
        await pause(leftMs + 1, signal)
      }
    },
  }
}
