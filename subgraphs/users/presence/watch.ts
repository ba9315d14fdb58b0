import { parseId } from '../../parse.ts'
import { hidden, type PresenceRow } from './presence.ts'

/**
 * What one subscription is still to be told: the latest of each user. So a client that reads slowly gets fewer and
 * larger events, and what waits for it stays as small as its list of users.
 */
export class Watch implements AsyncIterableIterator<PresenceRow[]> {
  readonly viewerId: string
  /** Each user once; a text that is no id of anybody is left out, and stays as it was told first. */
  readonly userIds: readonly string[]
  /** What the client was told last, or is about to be told. Null before the first event. */
  told: Map<string, PresenceRow> | null = null
  /** Something changed while the first event was made. */
  stale = false
  readonly #order: readonly string[]
  readonly #onClose: (watch: Watch) => void
  #first: PresenceRow[] | null = null
  #changed = new Map<string, PresenceRow>()
  #taker: ((result: IteratorResult<PresenceRow[]>) => void) | null = null
  #closed = false

  /** `order` may repeat users: the first event has them as the client named them. */
  constructor(viewerId: string, order: readonly string[], onClose: (watch: Watch) => void) {
    this.viewerId = viewerId
    this.#order = order
    this.userIds = [...new Set(order.filter((id) => parseId(id) !== null))]
    this.#onClose = onClose
  }

  get closed(): boolean {
    return this.#closed
  }

  /** The first event: all users. */
  open(rows: ReadonlyMap<string, PresenceRow>): void {
    const told = new Map(this.userIds.map((userId) => [userId, rows.get(userId) ?? hidden(userId)]))
    this.told = told
    this.#first = this.#order.map((userId) => told.get(userId) ?? hidden(userId))
    this.#hand()
  }

  tell(row: PresenceRow): void {
    if (this.#closed || !this.told) return
    this.told.set(row.userId, row)
    this.#changed.set(row.userId, row)
    this.#hand()
  }

  /** What was told meanwhile goes in one event. */
  #hand(): void {
    const taker = this.#taker
    if (!taker) return
    this.#taker = null
    // Changes of one moment come one after the other.
    queueMicrotask(() => taker({ done: false, value: this.#take() }))
  }

  #take(): PresenceRow[] {
    const first = this.#first
    this.#first = null
    if (first) return first
    const rows = [...this.#changed.values()]
    this.#changed = new Map()
    return rows
  }

  next(): Promise<IteratorResult<PresenceRow[]>> {
    if (this.#closed) return Promise.resolve({ done: true, value: undefined })
    if (this.#first || this.#changed.size > 0) return Promise.resolve({ done: false, value: this.#take() })
    return new Promise((resolve) => (this.#taker = resolve))
  }

  return(): Promise<IteratorResult<PresenceRow[]>> {
    if (!this.#closed) {
      this.#closed = true
      this.#taker?.({ done: true, value: undefined })
      this.#taker = null
      this.#onClose(this)
    }
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator]() {
    return this
  }
}
