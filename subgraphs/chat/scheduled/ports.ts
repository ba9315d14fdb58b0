import type DataLoader from 'dataloader'
import type { Viewer } from '../../viewer.ts'
import type { ChangePorts } from '../change-ports.ts'
import type { ConversationRow } from '../conversations/store.ts'
import type { NewMessage } from '../messages/input.ts'
import type { Send } from '../messages/send.ts'

/** What the resolvers of this topic get. */
export interface ScheduledPorts extends ChangePorts {
  readonly send: Send
  /** Throws if the viewer may not refer to what the message refers to, and keeps its files for a day. */
  readonly checkReferences: (viewer: Viewer, conversationId: string, message: NewMessage) => Promise<unknown>
  /** Null if the viewer may not see the conversation. */
  readonly conversations: DataLoader<string, ConversationRow | null>
}
