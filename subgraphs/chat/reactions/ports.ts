import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { MessageRow } from '../messages/history.ts'
import type { ReactionRow, ReactorPlace, ReactorsAsked } from './store.ts'

/** What the resolvers of this topic get. */
export interface ReactionsPorts extends ChangePorts {
  /** By message. None for a message that the viewer may not see. */
  readonly reactions: DataLoader<string, ReactionRow[]>
  /** None for a message that the viewer may not see. */
  readonly reactors: DataLoader<ReactorsAsked, readonly ReactorPlace[], string>
  /** By conversation: whether the viewer may list its participants. Null if the viewer may not see the conversation. */
  readonly mayList: DataLoader<string, boolean | null>
  /** Null if the viewer may not see the message. */
  readonly messages: DataLoader<string, MessageRow | null>
}
