import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { EventLog } from '../../platform/eventlog/eventlog.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Identity } from '../../platform/signature/identity.ts'
import type { Database } from '../../platform/sql/sql.ts'

/** What a topic gets that changes how a user keeps a conversation, and tells of it by an event. */
export interface ChangePorts {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** Maximum characters of a text. */
  readonly maxText: number
}
