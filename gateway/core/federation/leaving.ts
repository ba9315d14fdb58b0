import { setMaxListeners } from 'node:events'

/** Whether a client is still there. Costs little where nobody asks: a signal is made when somebody wants one. */
export interface Leaving {
  readonly left: boolean
  readonly signal: AbortSignal
  /** Called once, when the client leaves; not when it has left already. */
  add(listener: () => void): void
  delete(listener: () => void): void
}

export function makeLeaving(): Leaving & { leave(): void } {
  const listeners = new Set<() => void>()
  let left = false
  let controller: AbortController | undefined
  return {
    get left() {
      return left
    },
    get signal() {
      if (!controller) {
        controller = new AbortController()
        if (left) controller.abort()
      }
      return controller.signal
    },
    add: (listener) => void listeners.add(listener),
    delete: (listener) => void listeners.delete(listener),
    leave() {
      if (left) return
      left = true
      controller?.abort()
      for (const listener of listeners) listener()
      listeners.clear()
    },
  }
}

/** The same of a signal that is there already. */
export function leavingOf(signal: AbortSignal): Leaving {
  // As many as there are fetches under way for it: Node would take eleven for a leak.
  setMaxListeners(0, signal)
  return {
    get left() {
      return signal.aborted
    },
    signal,
    add: (listener) => signal.addEventListener('abort', listener, { once: true }),
    delete: (listener) => signal.removeEventListener('abort', listener),
  }
}
