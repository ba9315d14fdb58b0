import { RETRY_AFTER_MS } from '../../../platform/unavailable.ts'
import { PublicError } from '../../errors.ts'

export interface RoundLimits {
  /** Items that wait in this process; beyond it an item is refused at once, so that memory stays flat. */
  readonly maxWaiting: number
  /** The same for one key, so that one busy conversation does not take the place of all others. */
  readonly maxWaitingOfKey: number
  /**
   * How long an item waits for its round. The gateway gives a request up after 10 s, of which it may have waited 3 s for a
   * connection: so its client hears why, and an item that is taken late still has time for the work.
   */
  readonly maxWaitMs: number
  /** Items of one round: bounds what one statement locks, and how much is done again when it fails. */
  readonly maxItems: number
  /** A round that takes longer is no longer waited for: another one begins beside it. */
  readonly slowMs: number
  /** Rounds at once, of those that wait for nobody, and of those that wait for one key's lock. Each holds a connection. */
  readonly maxRounds: number
  readonly maxWaitingRounds: number
  /**
   * How long a key that somebody else held waits for one of the `maxWaitingRounds` until it is tried again without one:
   * keys that are held for long must not hold up those that are free again.
   */
  readonly heldRetryMs: number
}

const LIMITS: RoundLimits = {
  maxWaiting: 10_000,
  maxWaitingOfKey: 1_000,
  maxWaitMs: 5_000,
  maxItems: 100,
  slowMs: 20,
  maxRounds: 4,
  maxWaitingRounds: 4,
  heldRetryMs: 50,
}

export interface RoundItem {
  /** Items of one key are done in the order in which they came; no two rounds have the same key at once. */
  readonly key: string
  /** No round has two items with the same of these. */
  readonly unique: string
  /** Fires when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/** What one item came to; `busy` is given by a round that must not wait, where somebody else holds the key. */
export type Outcome<Result> = { readonly done: Result } | { readonly failed: unknown } | 'busy'

/** Does all items of one round in one round trip, and gives their outcomes in order. A rejection is the failure of each. */
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
 * Items that meet share a round trip: while one round is at the database, those that come wait, and go together. An idle
 * server takes the first one at once. An item whose key somebody else holds goes back and gets a round that waits for that
 * key alone, so that it holds up nobody else's. At a limit an item is refused with UNAVAILABLE: nothing of it has happened.
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
  const underWay = new Set<string>()
  /** Keys that somebody else held when a round met them, and that wait for a round of their own. */
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

  /** Takes the next items of one round out of those that wait: of these keys only, each key in its order. */
  const take = (mayTake: (key: string) => boolean): Entry<Item, Result>[] => {
    const taken: Entry<Item, Result>[] = []
    const left: Entry<Item, Result>[] = []
    const passed = new Set<string>()
    const uniques = new Set<string>()
    const now = performance.now()
    for (const entry of waiting) {
      const { key, unique, signal } = entry.item
      // One that went back may be late by the whole round that did not do it.
      if (signal?.aborted || entry.until <= now) {
        refuse(entry)
      } else if (taken.length >= maxItems || passed.has(key) || !mayTake(key) || uniques.has(unique)) {
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
      const outcome = outcomes[at] ?? { failed: new Error('A round answered for fewer items than it was given.') }
      if (outcome === 'busy') {
        back.push(entry)
        count(entry.item.key, 1)
        heldElsewhere.add(entry.item.key)
      } else if ('done' in outcome) entry.resolve(outcome.done)
      else entry.reject(outcome.failed)
    }
    // Before those that came meanwhile.
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

  /** Refuses who has waited too long. Those that went back may stand before older ones, so all are looked at. */
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
      // Whoever comes in the same turn of the loop shares the round.
      soon ??= setImmediate(pump)
      if (!late) watch()
    })
  }
}

const busy = () =>
  new PublicError('UNAVAILABLE', 'Too many messages are being sent into this conversation: send it again.', {
    retryAfterMs: RETRY_AFTER_MS,
  })
