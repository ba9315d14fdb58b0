/** Wall-clock time, Unix ms. An argument everywhere, so that tests move it. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }
