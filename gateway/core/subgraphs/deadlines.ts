import { LinkedList, type Linked } from '../values/linked-list.ts'

/** Deadlines with one common duration, which share one timer. */
export interface Deadlines {
  /** Calls `expire` after the duration, unless the deadline was ended before. */
  begin(expire: () => void): Deadline
  /** Does nothing if the deadline has expired or ended. */
  end(deadline: Deadline): void
  close(): void
}

export interface Deadline extends Linked<Deadline> {
  readonly due: number
  /** Null once it has expired or ended. */
  expire: (() => void) | null
}

export function makeDeadlines(ms: number): Deadlines {
  /** In the order in which they are due. */
  const deadlines = new LinkedList<Deadline>()
  let timer: NodeJS.Timeout | undefined

  const arm = () => {
    const { first } = deadlines
    timer = first ? setTimeout(sweep, Math.max(1, first.due - performance.now())) : undefined
  }
  const end = (deadline: Deadline) => {
    if (!deadline.expire) return
    // An ended deadline must not keep anything in memory, even if it is still referenced.
    deadline.expire = null
    deadlines.remove(deadline)
  }
  const sweep = () => {
    const now = performance.now()
    // Timers may fire a little early.
    while (deadlines.first && deadlines.first.due <= now + 1) {
      const { first } = deadlines
      const { expire } = first
      end(first)
      expire?.()
    }
    arm()
  }
  return {
    begin(expire) {
      const deadline: Deadline = { due: performance.now() + ms, expire, earlier: null, later: null }
      deadlines.add(deadline)
      if (!timer) arm()
      return deadline
    },
    end,
    close() {
      clearTimeout(timer)
      timer = undefined
      deadlines.forEach(end)
    },
  }
}
