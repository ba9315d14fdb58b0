/**
 * Merges many concurrent calls into few: each caller gets the result of a call of `work` that began after its own
 * call. Callers who come during a call share the next one.
 */
export function shareNext<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | null = null
  return () => {
    if (!next) {
      next = running.then(() => {
        next = null
        return work()
      })
      // Each caller gets the error.
      running = next.catch(() => {})
    }
    return next
  }
}
