import type DataLoader from 'dataloader'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { DraftRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface DraftsPorts {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly drafts: DataLoader<string, DraftRow | null>
}
