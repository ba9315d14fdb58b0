import type DataLoader from 'dataloader'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'

/** What the resolvers of this topic get. */
export interface ClearingPorts {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** What was read of conversations before they are cleared. */
  readonly conversations: Pick<DataLoader<string, unknown>, 'clear'>
  readonly preferences: Pick<DataLoader<string, unknown>, 'clear'>
  readonly drafts: Pick<DataLoader<string, unknown>, 'clear'>
  readonly unread: Pick<DataLoader<string, unknown>, 'clear'>
}
