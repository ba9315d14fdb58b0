import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'

/** What the resolvers of this topic get. */
export interface ClearingPorts extends ChangePorts {
  /** What was read of conversations before they are cleared. */
  readonly conversations: Pick<DataLoader<string, unknown>, 'clear'>
  readonly preferences: Pick<DataLoader<string, unknown>, 'clear'>
  readonly drafts: Pick<DataLoader<string, unknown>, 'clear'>
  readonly unread: Pick<DataLoader<string, unknown>, 'clear'>
}
