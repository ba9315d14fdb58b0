export interface Gate {
  /** Runs `work`, or rejects once the gate is closed. */
  enter<T>(work: () => Promise<T>): Promise<T>
  /** Lets nobody in any more and resolves when those inside are done; calling it again waits for the same. */
  close(): Promise<void>
}

/** Lets a store be closed while it is busy: what was begun ends well, what comes later is refused. */
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
