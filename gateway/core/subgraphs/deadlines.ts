/** What must be done within a time that is the same for all: one timer, whatever their number. */
export interface Deadlines {
  /** Calls `expire` after the time, unless what is returned was ended before. */
  begin(expire: () => void): Deadline
  /** Does nothing where it expired or ended already. */
  end(deadline: Deadline): void
  close(): void
}

export interface Deadline {
  readonly due: number
  /** Null once it is over. */
  expire: (() => void) | null
  /** The one that is due before it, and after. */
  earlier: Deadline | null
  later: Deadline | null
}

/**
 * They stand in a list, in the order in which they are due. Not in a Map: an old table of a Map points at the one that
 * replaced it, so that once one was promoted to the old generation each keeps what was under way when the next was made
 * alive until a full collection.
 */
export function makeDeadlines(ms: number): Deadlines {
  let first: Deadline | null = null
  let last: Deadline | null = null
  let timer: NodeJS.Timeout | undefined

  const arm = () => {
    timer = first ? setTimeout(sweep, Math.max(1, first.due - performance.now())) : undefined
  }
  const end = (deadline: Deadline) => {
    if (!deadline.expire) return
    const { earlier, later } = deadline
    if (earlier) earlier.later = later
    else first = later
    if (later) later.earlier = earlier
    else last = earlier
    // What is over keeps nothing alive, wherever it is held itself.
    deadline.expire = deadline.earlier = deadline.later = null
  }
  const sweep = () => {
    const now = performance.now()
    // Timers may fire a little early.
    while (first && first.due <= now + 1) {
      const { expire } = first
      end(first)
      expire?.()
    }
    arm()
  }
  return {
    begin(expire) {
      const deadline: Deadline = { due: performance.now() + ms, expire, earlier: last, later: null }
      if (last) last.later = deadline
      else first = deadline
      last = deadline
      if (!timer) arm()
      return deadline
    },
    end,
    close() {
      clearTimeout(timer)
      timer = undefined
      while (first) end(first)
    },
  }
}
