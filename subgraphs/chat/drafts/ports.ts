import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { DraftRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface DraftsPorts extends ChangePorts {
  /** By conversation. Null if the viewer may not see the conversation. */
  readonly drafts: DataLoader<string, DraftRow | null>
}
