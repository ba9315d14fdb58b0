import { RETRY_AFTER_MS } from '../../../platform/unavailable.ts'
import { PublicError } from '../../errors.ts'

/** Sends of one conversation that wait in this process. Beyond it a send is refused at once: memory stays flat. */
const MAX_WAITING = 1_000
/**
 * How long a send waits for its turn. The gateway gives a request up after 10 s, of which it may have waited 3 s for a
 * connection: so its client hears why, and who gets a turn late still has time for the work.
 */
const MAX_WAIT_MS = 5_000

export interface TurnLimits {
  readonly maxWaiting?: number
  readonly maxWaitMs?: number
}

/** Runs `work` when all earlier work of the same key is done. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

interface Waiting {
  begin(): void
}

/**
 * One at a time for each key, first come, first served. Whoever waits for a conversation's lock in the database holds a
 * connection meanwhile; sends that wait here hold none, so that one busy conversation does not take the whole pool. The
 * lock in the database stays the truth: other processes send too. At a limit the send is refused with UNAVAILABLE; nothing
 * of it has happened then, and its `clientMessageId` makes the next try safe in any case.
 */
export function makeTurns({ maxWaiting = MAX_WAITING, maxWaitMs = MAX_WAIT_MS }: TurnLimits = {}): InTurn {
  /** Who waits, by key. A key is here as long as somebody works under it. */
  const queues = new Map<string, Set<Waiting>>()

  const next = (key: string, queue: Set<Waiting>) => {
    const [first] = queue
    if (!first) return queues.delete(key)
    queue.delete(first)
    return first.begin()
  }

  const turn = (queue: Set<Waiting>): Promise<void> => {
    if (queue.size >= maxWaiting) return Promise.reject(busy())
    return new Promise((resolve, reject) => {
      const waiting = {
        begin() {
          clearTimeout(late)
          resolve()
        },
      }
      const late = setTimeout(() => {
        queue.delete(waiting)
        reject(busy())
      }, maxWaitMs)
      queue.add(waiting)
    })
  }

  return async (key, work) => {
    const before = queues.get(key)
    const queue = before ?? new Set()
    if (before) await turn(before)
    else queues.set(key, queue)
    try {
      return await work()
    } finally {
      next(key, queue)
    }
  }
}

const busy = () =>
  new PublicError('UNAVAILABLE', 'Too many messages are being sent into this conversation: send it again.', {
    retryAfterMs: RETRY_AFTER_MS,
  })
