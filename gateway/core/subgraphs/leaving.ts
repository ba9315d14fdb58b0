import { setMaxListeners } from 'node:events'

/** Whether a client is still there. Costs little where nobody asks: a signal is made when somebody wants one. */
export interface Leaving {
  readonly left: boolean
  readonly signal: AbortSignal
  /** Called once, when the client leaves; not when it has left already. */
  add(listener: () => void): void
  delete(listener: () => void): void
}

/**
 * A class, as everything with a getter that is made for each request: of an object literal with one the engine makes a
 * hidden class each, which lives until the next full collection and keeps the request alive till then.
 */
class ClientLeaving implements Leaving {
  left = false
  #controller: AbortController | null = null
  readonly #listeners = new Set<() => void>()

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.left) this.#controller.abort()
    }
    return this.#controller.signal
  }

  add(listener: () => void): void {
    this.#listeners.add(listener)
  }

  delete(listener: () => void): void {
    this.#listeners.delete(listener)
  }

  leave(): void {
    if (this.left) return
    this.left = true
    this.#controller?.abort()
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }
}

export function makeLeaving(): Leaving & { leave(): void } {
  return new ClientLeaving()
}

/** The same of a signal that is there already. */
class SignalLeaving implements Leaving {
  readonly signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  get left(): boolean {
    return this.signal.aborted
  }

  add(listener: () => void): void {
    this.signal.addEventListener('abort', listener, { once: true })
  }

  delete(listener: () => void): void {
    this.signal.removeEventListener('abort', listener)
  }
}

export function leavingOf(signal: AbortSignal): Leaving {
  // As many as there are fetches under way for it: Node would take eleven for a leak.
  setMaxListeners(0, signal)
  return new SignalLeaving(signal)
}
