import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { FriendsPorts } from '../friends/ports.ts'

/** What the resolvers of this topic get. */
export interface PeoplePorts extends FriendsPorts {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** How long a changed username stays, before it can be changed again. */
  readonly usernameChangeMs: number
  /** How long nobody else gets a username that was given up. */
  readonly usernameHoldMs: number
}
