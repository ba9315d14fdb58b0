import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { ReaderCounts, ReaderPlace, ReadersAsked } from './readers.ts'
import type { UnreadRow } from './unread.ts'

/** What the resolvers of this topic get. */
export interface ReadsPorts extends ChangePorts {
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly unread: DataLoader<string, UnreadRow | null>
  /** By conversation: whether the viewer may list its participants. Null if the viewer may not see the conversation. */
  readonly mayList: DataLoader<string, boolean | null>
  /** By message, without a check. Null while the viewer does not show what was read. */
  readonly readerCounts: DataLoader<string, ReaderCounts | null>
  /** Without a check. */
  readonly readers: DataLoader<ReadersAsked, ReaderPlace[], string>
}
