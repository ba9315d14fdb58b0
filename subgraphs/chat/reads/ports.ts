import type DataLoader from 'dataloader'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { ReaderCounts, ReaderPlace, ReadersAsked } from './readers.ts'
import type { UnreadRow } from './unread.ts'

/** What the resolvers of this topic get. */
export interface ReadsPorts {
  readonly identity: Identity
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly log: Log
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly unread: DataLoader<string, UnreadRow | null>
  /** By conversation: whether the viewer may list its participants. Null if the viewer may not see the conversation. */
  readonly mayList: DataLoader<string, boolean | null>
  /** By message, without a check. Null while the viewer does not show what was read. */
  readonly readerCounts: DataLoader<string, ReaderCounts | null>
  /** Without a check. */
  readonly readers: DataLoader<ReadersAsked, ReaderPlace[], string>
}
