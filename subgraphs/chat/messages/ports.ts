import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { ConversationRow } from '../conversations/store.ts'
import type { MediaPorts } from '../media/ports.ts'
import type { History, MessageRow } from './history.ts'
import type { RepliesAsked, ReplyRow } from './lists.ts'
import type { Send } from './send.ts'

/** What the resolvers of this topic get. */
export interface MessagesPorts {
  readonly identity: Identity
  readonly database: Sql
  readonly clock: Clock
  /** Maximum characters of a text. */
  readonly maxText: number
  readonly send: Send
  readonly signal: AbortSignal | undefined
  readonly history: Pick<History, 'find' | 'range'>
  /** The rows of a page of answers, one more than its limit if there are more. */
  readonly replies: DataLoader<RepliesAsked, readonly ReplyRow[], string>
  /** Without a check: only for ids from a row that the viewer may see. */
  readonly knownMessages: DataLoader<string, MessageRow | null>
  /** Null if the viewer may not see the conversation. */
  readonly conversations: DataLoader<string, ConversationRow | null>
  /** Files of messages that the viewer may see. */
  readonly mediaOfMessages: MediaPorts['mediaOfMessages']
  /** Null if the viewer may not see the message. */
  readonly messages: DataLoader<string, MessageRow | null>
}
