import type DataLoader from 'dataloader'
import type { ChangePorts } from '../change-ports.ts'
import type { ConversationRow } from '../conversations/store.ts'
import type { MessageRow } from '../messages/history.ts'
import type { PinnedRow, PinsAsked } from './store.ts'

/** What the resolvers of this topic get. */
export interface PinsPorts extends ChangePorts {
  /** The rows of a page, one more than its limit if there are more. None if the viewer may not see the conversation. */
  readonly pins: DataLoader<PinsAsked, readonly PinnedRow[], string>
  /** Null if the viewer may not see the conversation. */
  readonly conversations: DataLoader<string, ConversationRow | null>
  /** Without a check: only for ids from a row that the viewer may see. */
  readonly knownMessages: DataLoader<string, MessageRow | null>
}
