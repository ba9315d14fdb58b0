import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { MessageRow } from '../messages/history.ts'
import type { ConversationRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface ConversationsPorts {
  readonly identity: Identity
  readonly database: Sql
  readonly clock: Clock
  /** Null for what the viewer may not see. */
  readonly conversations: DataLoader<string, ConversationRow | null>
  /** Without a check: for ids out of a row that the viewer may see. */
  readonly knownMessages: DataLoader<string, MessageRow | null>
}

/** What a conversation's resolvers get: whoever needs more than the id asks the loader, which checks. */
export interface ConversationRef {
  readonly id: string
}
