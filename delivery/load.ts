import { LRUCache } from 'lru-cache'
import { makeWaker } from './waker.ts'

/**
 * Recipients of one shard that are looked up, decided on and waited for at once. Stops a backlog of a large group (64
 * messages to 50,000 members are three million rows) from filling memory; at the limit the shard goes on event by event.
 */
export const MAX_RECIPIENTS = 100_000

/** Keys of which the number of recipients is remembered. Beyond it the one met longest ago is looked up alone again. */
const MAX_KNOWN = 10_000

/** How much of a shard is under way, counted in recipients. */
export interface Load {
  /**
   * How many from the front may be looked up together, at least one: as many as fit by what was found for their keys
   * before, and one of each key that is new. Null is what has no recipients.
   */
  fitting(keys: readonly (string | null)[]): number
  /** Resolves when these fit beside what is under way, or when nothing is. For one caller at a time. */
  room(keys: readonly (string | null)[]): Promise<void>
  /** So many recipients are under way from now on; call what it gives when they are done; only its first call counts. */
  begin(key: string, recipients: number): () => void
}

export function makeLoad(most: number = MAX_RECIPIENTS): Load {
  const known = new LRUCache<string, number>({ max: MAX_KNOWN })
  const waker = makeWaker()
  let underWay = 0
  const sizeOf = (key: string | null) => (key === null ? 0 : (known.get(key) ?? 1))

  return {
    fitting(keys) {
      const met = new Set<string>()
      let sum = 0
      for (const [count, key] of keys.entries()) {
        sum += sizeOf(key)
        const again = key !== null && !known.has(key) && met.has(key)
        if (count > 0 && (again || sum > most)) return count
        if (key !== null) met.add(key)
      }
      return keys.length
    },
    async room(keys) {
      const wanted = keys.reduce((sum, key) => sum + sizeOf(key), 0)
      while (underWay > 0 && underWay + wanted > most) await waker.wait()
    },
    begin(key, recipients) {
      known.set(key, recipients)
      underWay += recipients
      let over = false
      return () => {
        if (over) return
        over = true
        underWay -= recipients
        waker.wake()
      }
    },
  }
}
