/** Maximum pause before the first retry of an event. It doubles, up to MAX_PAUSE_MS; half of each pause is jitter. */
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 2_000

/** An event that an outage keeps from being completed. */
export interface Stalled {
  /** Time of its first failure, by `performance.now()`. */
  readonly since: number
  readonly failures: number
  /** Retries the event. After another failure it is given to `Retries.take` again. */
  again(failures: number): void
}

/**
 * The events of one execution that wait for an outage to end. A timer retries only the oldest, so that the others do
 * not load a subgraph that is down; once any event of the execution completes, all are retried at once.
 */
export class Retries {
  readonly #deadlineMs: number
  #stalled: Stalled[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
  }

  /** False if the event must not be retried, because its deadline has passed. */
  take(one: Stalled): boolean {
    const leftMs = one.since + this.#deadlineMs - performance.now()
    if (this.#closed || leftMs <= 0) return false
    this.#stalled.push(one)
    this.#stalled.sort((a, b) => a.since - b.since)
    this.#arm()
    return true
  }

  #arm(): void {
    const [oldest] = this.#stalled
    if (this.#timer || !oldest) return
    const leftMs = oldest.since + this.#deadlineMs - performance.now()
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** oldest.failures) * (0.5 + Math.random() / 2)
    this.#timer = setTimeout(() => this.#tryOldest(), Math.max(0, Math.min(leftMs, pauseMs))).unref()
  }

  #tryOldest(): void {
    this.#timer = undefined
    const oldest = this.#stalled.shift()
    oldest?.again(oldest.failures + 1)
    this.#arm()
  }

  /** An event was completed: the outage may be over. */
  succeeded(): void {
    if (this.#stalled.length === 0) return
    this.#disarm()
    for (const one of this.#stalled.splice(0)) one.again(one.failures + 1)
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Drops the stalled events, because nobody waits for them any more. */
  close(): void {
    this.#closed = true
    this.#stalled = []
    this.#disarm()
  }
}
