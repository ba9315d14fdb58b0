import type { Clock } from '../../platform/clock/clock.ts'

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  advance(ms: number): void
}

export function fakeClock(startMs: number = Date.UTC(2030, 0, 1)): FakeClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms
    },
  }
}
