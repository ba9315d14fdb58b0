import type { Clock } from '../../../platform/clock/clock.ts'
import type { Position } from '../../../platform/eventlog/position.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { ParkedEventOutcome } from '../generated/resolvers.ts'

/** A parked event, without what it says. */
export interface ParkedEventRow {
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly reason: string
  readonly at: Date
  readonly parkedAt: Date
}

export interface WantedParked {
  readonly kind: string | null
  readonly reason: string | null
  readonly after: Position | null
  readonly limit: number
}

/** Replays or drops one event, if `note` succeeds in the same transaction. */
type Act = (
  id: string,
  note: (sql: Sql, event: { readonly id: string; readonly kind: string }) => Promise<void>,
) => Promise<ParkedEventOutcome>

/** What delivery set aside: the role hands in delivery's own functions, because its tables are its own. */
export interface ParkedEvents {
  find(wanted: WantedParked): Promise<ParkedEventRow[]>
  readonly replay: Act
  readonly drop: Act
}

/** What the resolvers of this topic get. */
export interface ParkedPorts {
  readonly identity: Identity
  readonly clientNetwork: string | null
  readonly clock: Clock
  readonly parkedEvents: ParkedEvents
}
