/** What the connection of an app's streams is doing. */
export type ConnectionState =
  /** No stream is open. */
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  /** Broken; the next attempt is at `until` (Unix ms), or at once after `wake()`. */
  | { readonly phase: 'waiting'; readonly until: number }
  /** Refused for good, such as 4401 SESSION_REVOKED. The next stream tries again. */
  | { readonly phase: 'closed'; readonly code: number; readonly reason: string }

/** A value that tells its listeners when it changes. */
export interface Watched<Value> {
  get(): Value
  /** Calls `listener` after each change; the returned function ends that. */
  watch(listener: () => void): () => void
}

export function makeWatched<Value>(first: Value): Watched<Value> & { set(value: Value): void } {
  const listeners = new Set<() => void>()
  let value = first
  return {
    get: () => value,
    set(next) {
      value = next
      // A listener may leave, or another come, while they are told.
      for (const listener of [...listeners]) listener()
    },
    watch(listener) {
      // Each call of `watch` counts by itself, also with the same function.
      const own = () => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
