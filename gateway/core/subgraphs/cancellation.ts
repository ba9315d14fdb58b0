import { setMaxListeners } from 'node:events'

/** Whether a client has left, as a cheap AbortSignal: the signal itself is created on first use. */
export interface Cancellation {
  readonly cancelled: boolean
  readonly signal: AbortSignal
  /** Calls the listener once when the client leaves; never if it has left before. */
  add(listener: () => void): void
  delete(listener: () => void): void
}

/**
 * A class, like everything per request that has a getter: V8 makes a hidden class for each object literal with a
 * getter, which lives until the next full collection and keeps the request in memory.
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

/** A cancellation from an existing signal. */
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
  // Each running fetch adds a listener, and Node reports more than ten as a leak.
  setMaxListeners(0, signal)
  return new SignalCancellation(signal)
}
