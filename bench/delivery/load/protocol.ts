import type { ParleyPlace } from './parley.ts'
import type { TinodePlace } from './tinode.ts'

/** The requests of the bench to the process that makes the load. Each gets one `Answer`. */
export type Request =
  | { readonly type: 'open'; readonly server: 'parley'; readonly place: ParleyPlace }
  | { readonly type: 'open'; readonly server: 'tinode'; readonly place: TinodePlace }
  /** Opens a socket for each of `count` users; the answer comes when all are open. */
  | { readonly type: 'users'; readonly count: number }
  | { readonly type: 'run'; readonly run: Run }

export interface Run {
  /** Either pairs of users who write to each other, or one group of the first `group` users. */
  readonly rooms: { readonly pairs: number } | { readonly group: number }
  /** Either the number of sends that wait for their answer at the same time, or the number of sends per second. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number }
  /** Minimum duration. */
  readonly seconds: number
  /** Minimum number of sends. The run lasts until both are reached. */
  readonly sends: number
}

export type Answer = { readonly outcome?: Outcome } | { readonly error: string }

/** The figures of a run. Times are in milliseconds, and only the load's clock measures them. */
export interface Outcome {
  readonly sends: number
  readonly deliveries: number
  /** From the first send to the last answer. */
  readonly answeredMs: number
  /** From the first send to the last delivery. */
  readonly deliveredMs: number
  /** Time from a send to its answer. */
  readonly answer: Quantiles
  /** Time from a send to its delivery, for every socket that gets it. */
  readonly delivery: Quantiles
  /** CPU time of the process that makes the load. */
  readonly loadCpuMs: number
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
}
