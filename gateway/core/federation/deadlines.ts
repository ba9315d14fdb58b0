/** What must be done within a time that is the same for all: one timer, whatever their number. */
export interface Deadlines {
  /** Calls `expire` after the time, unless `end` is called first with the same function. */
  begin(expire: () => void): void
  end(expire: () => void): void
  close(): void
}

export function makeDeadlines(ms: number): Deadlines {
  /** In the order in which they are due. */
  const running = new Map<() => void, number>()
  let timer: NodeJS.Timeout | undefined

  const arm = () => {
    const [due] = running.values()
    timer = due === undefined ? undefined : setTimeout(sweep, Math.max(1, due - performance.now()))
  }
  const sweep = () => {
    const now = performance.now()
    for (const [expire, due] of running) {
      // Timers may fire a little early.
      if (due > now + 1) break
      running.delete(expire)
      expire()
    }
    arm()
  }
  return {
    begin(expire) {
      running.set(expire, performance.now() + ms)
      if (!timer) arm()
    },
    end: (expire) => void running.delete(expire),
    close() {
      clearTimeout(timer)
      timer = undefined
      running.clear()
    },
  }
}
