export interface Gate {
  /** Runs `work`, or rejects once the gate is closed. */
  enter<T>(work: () => Promise<T>): Promise<T>
  /** Refuses all further calls, and resolves when the running ones are done. May be called several times. */
  close(): Promise<void>
}

/** Lets a store be closed while it is in use: running calls are finished, later ones are refused. */
export function makeGate(): Gate {
  const inside = new Set<Promise<unknown>>()
  let closed = false
  return {
    async enter(work) {
      if (closed) throw new Error('The message store is closed.')
      const running = work()
      inside.add(running)
      try {
        return await running
      } finally {
        inside.delete(running)
      }
    },
    async close() {
      closed = true
      await Promise.allSettled(inside)
    },
  }
}
