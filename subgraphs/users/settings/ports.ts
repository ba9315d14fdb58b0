import type { Bus } from '../../../platform/bus/bus.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { PeopleLookup } from '../people/rules.ts'

/** What the resolvers of this topic get. */
export interface SettingsPorts extends PeopleLookup {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly log: Log
}
