/** Counts running operations, and tells when all have ended. */
export interface Activity {
  readonly count: () => number
  /** Returns the function that ends the operation. */
  begin(): () => void
  /** Resolves when no operation runs, or after the deadline. */
  idle(deadlineMs: number): Promise<void>
}

export function makeActivity(): Activity {
  let running = 0
  const waiting = new Set<() => void>()
  return {
    count: () => running,
    begin() {
      running++
      let over = false
      return () => {
        if (over) return
        over = true
        if (--running === 0) for (const resolve of waiting) resolve()
      }
    },
    async idle(deadlineMs) {
      if (running === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, deadlineMs)
        function done() {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
      })
    },
  }
}
