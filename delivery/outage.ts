import { pause } from '../platform/backoff.ts'

export interface OutageTimes {
  /**
   * The time after the last sign of an outage in which nodes may come back: they reconnect at most every two seconds.
   */
  readonly settleMs: number
  /**
   * Maximum wait of pushes for that. Beyond it everybody gets a push as if offline, because messages must not be late.
   */
  readonly graceMs: number
}

/**
 * Remembers when presence, the bus or a store was last down. During an outage no stream is found and no node answers,
 * although streams may be open. So a device that would get a push then is looked up again after the outage.
 */
export interface Outage {
  /** A call failed. */
  failed(): void
  /** The connection is back; other processes may need a moment longer. */
  back(): void
  /** Whether a service was down after `since`, by `performance.now()`, or shortly before. */
  touched(since: number): boolean
  /** Resolves when nothing has failed for `settleMs`, or after `graceMs` of an outage. */
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
