import { setMaxListeners } from 'node:events'

/** Whether a client has gone, as a cheap AbortSignal: the signal itself is made only when somebody reads it. */
export interface Cancellation {
  readonly cancelled: boolean
  readonly signal: AbortSignal
  /** Called once, when the client leaves; not when it has left already. */
  add(listener: () => void): void
  delete(listener: () => void): void
}

/**
 * A class, as everything with a getter that is made for each request: of an object literal with one the engine makes a
 * hidden class each, which lives until the next full collection and keeps the request alive till then.
 */
class ClientCancellation implements Cancellation {
  cancelled = false
  #controller: AbortController | null = null
  readonly #listeners = new Set<() => void>()

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.cancelled) this.#controller.abort()
    }
    return this.#controller.signal
  }

  add(listener: () => void): void {
    this.#listeners.add(listener)
  }

  delete(listener: () => void): void {
    this.#listeners.delete(listener)
  }

  cancel(): void {
    if (this.cancelled) return
    this.cancelled = true
    this.#controller?.abort()
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }
}

export function makeCancellation(): Cancellation & { cancel(): void } {
  return new ClientCancellation()
}

/** The same of a signal that is there already. */
class SignalCancellation implements Cancellation {
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  get cancelled(): boolean {
    return this.signal.aborted
  }

  add(listener: () => void): void {
    this.signal.addEventListener('abort', listener, { once: true })
  }

  delete(listener: () => void): void {
    this.signal.removeEventListener('abort', listener)
  }
}

export function cancellationOf(signal: AbortSignal): Cancellation {
  // As many as there are fetches under way for it: Node would take eleven for a leak.
  setMaxListeners(0, signal)
  return new SignalCancellation(signal)
}
