/** Wall-clock time, in Unix ms. Passed as an argument everywhere, so that tests can set it. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
