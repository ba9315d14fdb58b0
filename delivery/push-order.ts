import { LRUCache } from 'lru-cache'
import { comparePositions, parsePosition, type Position } from '../platform/eventlog/position.ts'
import type { PushDecision } from '../platform/push/push.ts'
import type { Parked } from './parked.ts'

/**
 * Maximum notifications whose shown event is remembered. Beyond it the one that was not shown for longest is forgotten: a push
 * that comes late would take the place of a later one.
 */
const MAX_SHOWN = 20_000

type Decision = Partial<Pick<PushDecision, 'event'>> & Parked

/** A push among those with the same notification: the same device and collapse key. */
export interface Place {
  /** Whether a later event's push took its place, or was shown already. */
  isSuperseded(): boolean
  /** It was shown. */
  shown(): void
  /** It ended. */
  leave(): void
}

/** Where a push stands: by its event's position, or by its arrival if an earlier version wrote it. */
interface Order {
  readonly position: Position | null
  readonly arrival: number
}

interface Entry {
  readonly order: Order
  superseded: boolean
  overtake(): void
}

/**
 * Lets the latest event of each notification be the one that is shown. The latest is not the one that came last: pushes come
 * late when their devices were waited for, again when a consumer or a connection died, and after minutes when they were parked.
 */
export function makePushOrder() {
  /** The latest one in progress. */
  const latest = new Map<string, Entry>()
  const lastShown = new LRUCache<string, Order>({ max: MAX_SHOWN })
  let arrivals = 0

  return {
    /** `overtake` is called if a later one takes its place while it is in progress. */
    enter(name: string, { event, parks }: Decision, overtake: () => void): Place {
      const position = event === undefined ? null : parsePosition(event)
      // One that was parked is older than what was decided on meanwhile.
      const order = { position, arrival: parks ? 0 : ++arrivals }
      const entry: Entry = { order, superseded: false, overtake }
      const supersede = (older: Entry) => {
        older.superseded = true
        older.overtake()
      }
      const other = latest.get(name)
      if (!other || isLater(order, other.order)) {
        latest.set(name, entry)
        if (other) supersede(other)
      } else if (isLater(other.order, order)) {
        supersede(entry)
      }
      const isOld = () => {
        const before = lastShown.get(name)
        return before !== undefined && isLater(before, order)
      }
      return {
        isSuperseded: () => entry.superseded || isOld(),
        shown() {
          if (!isOld()) lastShown.set(name, order)
        },
        leave() {
          if (latest.get(name) === entry) latest.delete(name)
        },
      }
    },
    /** The notification was taken away: any may be shown again. */
    takenAway(name: string) {
      lastShown.delete(name)
    },
  }
}

/** Neither of two pushes of the same event is later. */
function isLater(one: Order, other: Order): boolean {
  if (one.position && other.position) return comparePositions(one.position, other.position) > 0
  return one.arrival > other.arrival
}
