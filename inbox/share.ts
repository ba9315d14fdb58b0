/**
 * Makes many calls at once into few: each gets the result of a run that began after its call, and those who come while one
 * is under way share the next.
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
      running = next.catch(() => {}) // each caller has the error
    }
    return next
  }
}
