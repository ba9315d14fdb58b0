import { RETRY_AFTER_MS } from '../../platform/unavailable.ts'
import { PublicError } from '../errors.ts'

export interface OneByOneLimits {
  /** Maximum waiting changes of this process. A further one is refused at once, so that memory is bounded. */
  readonly maxWaiting: number
  /** How long a change waits for its turn. The gateway gives up a request after 10 s, so the client gets this refusal in time. */
  readonly maxWaitMs: number
}

const LIMITS: OneByOneLimits = { maxWaiting: 5_000, maxWaitMs: 5_000 }

/** Runs the work of one key after all earlier work of it has ended. */
export type OneByOne = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/**
 * Lets the changes of one group happen one after the other in this process, before they take a database connection. So a
 * crowd that joins one group holds one connection, and not all of them while it waits for the group's lock.
 */
export function makeOneByOne(limits: Partial<OneByOneLimits> = {}): OneByOne {
  const { maxWaiting, maxWaitMs } = { ...LIMITS, ...limits }
  const last = new Map<string, Promise<unknown>>()
  let waiting = 0

  return async (key, work) => {
    if (waiting >= maxWaiting) throw busy()
    const until = performance.now() + maxWaitMs
    const before = last.get(key)
    waiting++
    const turn = (async () => {
      // The failure of another change is not ours.
      await before?.catch(() => undefined)
      waiting--
      if (performance.now() > until) throw busy()
      return work()
    })()
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}

const busy = () =>
  new PublicError('UNAVAILABLE', 'Too many changes of this group at once: try again.', {
    retryAfterMs: RETRY_AFTER_MS,
  })
