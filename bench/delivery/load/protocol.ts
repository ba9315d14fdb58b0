import type { ParleyPlace } from './parley.ts'
import type { TinodePlace } from './tinode.ts'

/** What the bench asks of the process that makes the load; each is answered by one `Answer`. */
export type Request =
  | { readonly type: 'open'; readonly server: 'parley'; readonly place: ParleyPlace }
  | { readonly type: 'open'; readonly server: 'tinode'; readonly place: TinodePlace }
  /** So many users with a socket each; answers when all are there. */
  | { readonly type: 'users'; readonly count: number }
  | { readonly type: 'run'; readonly run: Run }

export interface Run {
  /** Pairs of users who write to each other, or one group of the first so many users. */
  readonly rooms: { readonly pairs: number } | { readonly group: number }
  /** Sends that wait for their answer, or sends a second, whatever waits. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number }
  /** For how long, or how many at least; whichever takes longer. */
  readonly seconds: number
  readonly sends: number
}

export type Answer = { readonly outcome?: Outcome } | { readonly error: string }

/** Times in milliseconds, by the clock of the load alone. */
export interface Outcome {
  readonly sends: number
  readonly deliveries: number
  /** From the first send to the last answer. */
  readonly answeredMs: number
  /** From the first send to the last delivery. */
  readonly deliveredMs: number
  /** Of a send until its answer. */
  readonly answer: Quantiles
  /** From a send until it is on a socket, for every socket. */
  readonly delivery: Quantiles
  /** CPU time of the load itself. */
  readonly loadCpuMs: number
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
}
