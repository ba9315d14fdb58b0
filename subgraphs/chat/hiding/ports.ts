import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'

/** What the resolvers of this topic get. */
export interface HidingPorts extends ChangePorts {
  /** What was read of messages and conversations before the messages are hidden. */
  readonly conversations: Pick<DataLoader<string, unknown>, 'clear'>
  readonly unread: Pick<DataLoader<string, unknown>, 'clear'>
  readonly messages: Pick<DataLoader<string, unknown>, 'clearAll'>
  readonly replies: Pick<DataLoader<never, unknown>, 'clearAll'>
  readonly pins: Pick<DataLoader<never, unknown>, 'clearAll'>
}
