import type { LogReader } from './shared-reads.ts'

/**
 * Does the work when it is the reader's turn. Null if the reader closed while it waited: it leaves at once if it has a signal,
 * else it is passed over.
 */
export type TakeTurn = <T>(reader: LogReader, work: () => Promise<T>) => Promise<T | null>

interface Waiter {
  readonly reader: LogReader
  settle(hasTurn: boolean): void
}

/**
 * Runs at most `most` works at once, and at most one of each user. The users take turns, so whoever asks again and again waits
 * behind the first request of everybody else. How many wait is bounded by the node's streams and pages.
 */
export function makeTurns(most: number): TakeTurn {
  /** In the order of the users' turns. */
  const waiting = new Map<string, Waiter[]>()
  /** The users whose work runs. */
  const served = new Set<string>()

  const setWaiters = (userId: string, waiters: Waiter[]) => {
    if (waiters.length > 0) waiting.set(userId, waiters)
    else waiting.delete(userId)
  }

  const startNext = () => {
    for (const [userId, waiters] of waiting) {
      if (served.size >= most) return
      if (served.has(userId)) continue
      const [first, ...rest] = withoutClosed(waiters)
      setWaiters(userId, rest)
      if (!first) continue
      served.add(userId)
      first.settle(true)
    }
  }

  /** The user's next one waits behind all others. */
  const endTurn = (userId: string) => {
    served.delete(userId)
    const waiters = waiting.get(userId) ?? []
    waiting.delete(userId)
    setWaiters(userId, waiters)
    startNext()
  }

  const waitForTurn = (reader: LogReader) =>
    new Promise<boolean>((resolve) => {
      const { userId } = reader.viewer
      const leave = () => {
        setWaiters(
          userId,
          (waiting.get(userId) ?? []).filter((other) => other !== waiter),
        )
        resolve(false)
      }
      const waiter: Waiter = {
        reader,
        settle(hasTurn) {
          reader.signal?.removeEventListener('abort', leave)
          resolve(hasTurn)
        },
      }
      reader.signal?.addEventListener('abort', leave, { once: true })
      setWaiters(userId, [...withoutClosed(waiting.get(userId) ?? []), waiter])
      startNext()
    })

  return async (reader, work) => {
    if (reader.closed || !(await waitForTurn(reader))) return null
    try {
      return reader.closed ? null : await work()
    } finally {
      endTurn(reader.viewer.userId)
    }
  }
}

/** Those whose readers are still there. The others are told that they get no turn. */
function withoutClosed(waiters: readonly Waiter[]): Waiter[] {
  return waiters.filter((waiter) => {
    if (waiter.reader.closed) waiter.settle(false)
    return !waiter.reader.closed
  })
}
