import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Database } from '../../platform/sql/sql.ts'
import type { OneByOne } from './one-by-one.ts'
import type { GroupLookup } from './groups/rules.ts'

/** The services that a change of a group uses. */
export interface ChangePorts {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append' | 'appendMany'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** Maximum members of a group, and maximum of the users who are invited or ask to join. */
  readonly maxMembers: number
  /** The key is the group's id. */
  readonly oneByOne: OneByOne
}

/** What resolvers that look up and change groups get. */
export interface GroupPorts extends GroupLookup, ChangePorts {
  /** The network of the client; null if the gateway does not know it. */
  readonly clientNetwork: string | null
}
