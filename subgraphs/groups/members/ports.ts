import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { GroupLookup } from '../groups/rules.ts'

/** The services that a change of a group's members uses. */
export interface MembershipPorts {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

/** What the resolvers of this topic get. */
export interface MembersPorts extends GroupLookup, MembershipPorts {}
