import { LRUCache } from 'lru-cache'
import { makeWaker } from './waker.ts'

/**
 * Maximum recipients of one shard that are looked up, decided on and waited for at the same time. It stops a backlog
 * of a large group (64 messages to 50,000 members are three million rows) from filling memory: at the limit the shard
 * continues event by event.
 */
export const MAX_RECIPIENTS = 100_000

/** Maximum keys whose number of recipients is remembered. Beyond it the least recent one is looked up alone again. */
const MAX_KNOWN = 10_000

/** How many recipients of a shard are in progress. */
export interface Load {
  /**
   * How many events from the front may be looked up together, at least one: as many as fit by the known sizes of their
   * keys, and one of each new key. Null stands for an event without recipients.
   */
  fitting(keys: readonly (string | null)[]): number
  /**
   * Resolves when these fit beside the recipients in progress, or when none are in progress. For one caller at a time.
   */
  room(keys: readonly (string | null)[]): Promise<void>
  /**
   * Adds recipients that are in progress from now on. Call the returned function when they are done; it is idempotent.
   */
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
