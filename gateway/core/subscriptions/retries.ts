/** The first pause before an event is tried again is up to this, and doubles; at most MAX_PAUSE_MS. Half of it is jitter. */
const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 2_000

/** An event that an outage keeps from being completed. */
export interface Stalled {
  /** When it failed first, by `performance.now()`. */
  readonly since: number
  readonly failures: number
  /** Tries again; it comes back with one failure more, or is done. */
  again(failures: number): void
}

/**
 * The events of one execution that wait for an outage to end. Only the oldest is tried by the clock, so that those behind
 * it ask nothing of a subgraph that is away; once any event of the execution was completed, all are tried at once.
 */
export class Retries {
  readonly #deadlineMs: number
  #stalled: Stalled[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
  }

  /** False where it is not tried again: its time is over. */
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

  /** Nobody waits for what is stalled. */
  close(): void {
    this.#closed = true
    this.#stalled = []
    this.#disarm()
  }
}
