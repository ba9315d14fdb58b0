import { RETRY_AFTER_MS } from '../../../platform/unavailable.ts'
import { PublicError } from '../../errors.ts'

export interface RoundLimits {
  /** Maximum waiting items of this process. A further item is refused at once, so that memory is bounded. */
  readonly maxWaiting: number
  /** Maximum waiting items of one key, so that one busy conversation does not use up `maxWaiting`. */
  readonly maxWaitingOfKey: number
  /**
   * How long an item waits for its round. The gateway gives up a request after 10 s, and may have waited 3 s of them
   * for a connection. So the client gets this refusal in time, and an item that is taken late still has time for its
   * round.
   */
  readonly maxWaitMs: number
  /** Maximum items of one round: bounds how many locks one statement takes, and how much a failed one repeats. */
  readonly maxItems: number
  /** When a round takes longer than this, another one may begin beside it. */
  readonly slowMs: number
  /** Maximum concurrent rounds that do not wait for locks. Each holds a database connection. */
  readonly maxRounds: number
  /** Maximum concurrent rounds that wait for the lock of a key. Each holds a database connection. */
  readonly maxWaitingRounds: number
  /**
   * How often keys whose lock was held, and that wait for one of the `maxWaitingRounds`, are tried again without it. So keys
   * that stay locked for long do not hold up keys that are free again.
   */
  readonly heldRetryMs: number
}

const LIMITS: RoundLimits = {
  // Of the longest messages, about 100 MB.
  maxWaiting: 3_000,
  maxWaitingOfKey: 1_000,
  maxWaitMs: 5_000,
  maxItems: 100,
  slowMs: 20,
  maxRounds: 4,
  maxWaitingRounds: 4,
  heldRetryMs: 50,
}

export interface RoundItem {
  /** Items of one key keep their order: concurrent rounds have different keys. */
  readonly key: string
  /** The items of one round have different values. */
  readonly unique: string
  /** Fires when the client no longer waits for the answer. */
  readonly signal?: AbortSignal
}

/** The outcome of one item. A round that must not wait returns `busy` if another transaction holds the key's lock. */
export type Outcome<Result> = { readonly done: Result } | { readonly failed: unknown } | 'busy'

/**
 * Runs all items of one round in one round trip, and returns their outcomes in order. If it rejects, all items fail.
 */
export type RunRound<Item, Result> = (
  items: readonly Item[],
  options: { readonly mayWait: boolean },
) => Promise<readonly Outcome<Result>[]>

interface Entry<Item, Result> {
  readonly item: Item
  readonly until: number
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Merges concurrent items into rounds, each of which is one round trip to the database. While a round runs, new items
 * wait, and share the next one; if none runs, an item starts a round at once. If another transaction holds the lock of
 * an item's key, the item is put back, and gets a round that waits for this key alone, so that other keys do not wait.
 * At a limit an item is refused with UNAVAILABLE, before anything was written.
 */
export function makeRounds<Item extends RoundItem, Result>(
  run: RunRound<Item, Result>,
  limits: Partial<RoundLimits> = {},
): (item: Item) => Promise<Result> {
  const { maxWaiting, maxWaitingOfKey, maxWaitMs, maxItems, slowMs, maxRounds, maxWaitingRounds, heldRetryMs } = {
    ...LIMITS,
    ...limits,
  }
  let waiting: Entry<Item, Result>[] = []
  const waitingOfKey = new Map<string, number>()
  /** The keys of the rounds that run. */
  const underWay = new Set<string>()
  /** Keys whose lock another transaction held, and that need a round that waits for it. */
  const heldElsewhere = new Set<string>()
  let rounds = 0
  let slowRounds = 0
  let waitingRounds = 0
  let soon: NodeJS.Immediate | null = null
  let late: NodeJS.Timeout | null = null
  let again: NodeJS.Timeout | null = null

  const count = (key: string, by: number) => {
    const left = (waitingOfKey.get(key) ?? 0) + by
    if (left > 0) waitingOfKey.set(key, left)
    else waitingOfKey.delete(key)
  }

  const refuse = ({ item, reject }: Entry<Item, Result>) => {
    count(item.key, -1)
    reject(busy())
  }

  /**
   * Takes the items of the next round from the waiting ones: only keys that `mayTake`, and each key's items in order.
   */
  const take = (mayTake: (key: string) => boolean): Entry<Item, Result>[] => {
    const taken: Entry<Item, Result>[] = []
    const left: Entry<Item, Result>[] = []
    const passed = new Set<string>()
    const uniques = new Set<string>()
    const now = performance.now()
    for (const entry of waiting) {
      const { key, unique, signal } = entry.item
      // An item that was put back may have become too old during its first round.
      if (signal?.aborted || entry.until <= now) {
        refuse(entry)
      } else if (uniques.has(unique)) {
        // It repeats one that goes now, so the others of its key need not wait behind it.
        left.push(entry)
      } else if (taken.length >= maxItems || passed.has(key) || !mayTake(key)) {
        passed.add(key)
        left.push(entry)
      } else {
        uniques.add(unique)
        taken.push(entry)
        count(key, -1)
      }
    }
    waiting = left
    return taken
  }

  const settle = (entries: readonly Entry<Item, Result>[], outcomes: readonly Outcome<Result>[]) => {
    const back: Entry<Item, Result>[] = []
    for (const [at, entry] of entries.entries()) {
      const outcome = outcomes[at] ?? { failed: new Error('A round returned fewer outcomes than it had items.') }
      if (outcome === 'busy') {
        back.push(entry)
        count(entry.item.key, 1)
        heldElsewhere.add(entry.item.key)
      } else if ('done' in outcome) entry.resolve(outcome.done)
      else entry.reject(outcome.failed)
    }
    // They are older than the items that came meanwhile.
    if (back.length > 0) waiting = [...back, ...waiting]
  }

  const start = async (entries: readonly Entry<Item, Result>[], mayWait: boolean) => {
    const keys = new Set(entries.map(({ item }) => item.key))
    for (const key of keys) underWay.add(key)
    try {
      settle(
        entries,
        await run(
          entries.map(({ item }) => item),
          { mayWait },
        ),
      )
    } catch (error) {
      for (const { reject } of entries) reject(error)
    } finally {
      for (const key of keys) underWay.delete(key)
    }
  }

  const startQuick = (entries: readonly Entry<Item, Result>[]) => {
    rounds++
    let slow = false
    const timer = setTimeout(() => {
      slow = true
      slowRounds++
      pump()
    }, slowMs)
    void start(entries, false).then(() => {
      clearTimeout(timer)
      rounds--
      if (slow) slowRounds--
      pump()
    })
  }

  const startWaiting = (key: string) => {
    const entries = take((other) => other === key)
    if (entries.length === 0) return
    waitingRounds++
    void start(entries, true).then(() => {
      waitingRounds--
      pump()
    })
  }

  const pump = () => {
    if (soon) clearImmediate(soon)
    soon = null
    while (waiting.length > 0 && rounds - slowRounds < 1 && rounds < maxRounds) {
      const entries = take((key) => !underWay.has(key) && !heldElsewhere.has(key))
      if (entries.length === 0) break
      startQuick(entries)
    }
    for (const key of heldElsewhere) {
      if (waitingRounds >= maxWaitingRounds) break
      heldElsewhere.delete(key)
      startWaiting(key)
    }
    if (heldElsewhere.size > 0) again ??= setTimeout(tryAgain, heldRetryMs).unref()
  }

  const tryAgain = () => {
    again = null
    heldElsewhere.clear()
    pump()
  }

  /** Refuses items that have waited too long. The list is not sorted by age, because busy items were put back. */
  const refuseLate = () => {
    late = null
    const now = performance.now()
    const overdue = waiting.filter(({ until }) => until <= now)
    if (overdue.length > 0) waiting = waiting.filter(({ until }) => until > now)
    overdue.forEach(refuse)
    watch()
  }

  const watch = () => {
    if (waiting.length === 0 || late) return
    const first = waiting.reduce((soonest, { until }) => Math.min(soonest, until), Infinity)
    late = setTimeout(refuseLate, Math.max(1, first - performance.now())).unref()
  }

  return (item) => {
    if (waiting.length >= maxWaiting || (waitingOfKey.get(item.key) ?? 0) >= maxWaitingOfKey) {
      return Promise.reject(busy())
    }
    return new Promise((resolve, reject) => {
      waiting.push({ item, until: performance.now() + maxWaitMs, resolve, reject })
      count(item.key, 1)
      // Items of the same turn of the event loop share the round.
      soon ??= setImmediate(pump)
      if (!late) watch()
    })
  }
}

const busy = () =>
  new PublicError('UNAVAILABLE', 'Too many messages are being sent into this conversation: send it again.', {
    retryAfterMs: RETRY_AFTER_MS,
  })
