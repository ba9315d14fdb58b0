import type DataLoader from 'dataloader'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Identity } from '../../../platform/signature/identity.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { MessageRow } from '../messages/history.ts'
import type { ParticipantRow, ParticipantsAsked } from './participants.ts'
import type { ConversationRow } from './store.ts'

/** What the resolvers of this topic get. */
export interface ConversationsPorts {
  readonly identity: Identity
  readonly database: Sql
  readonly clock: Clock
  /** Null if the viewer may not see the conversation. */
  readonly conversations: DataLoader<string, ConversationRow | null>
  /** Without a check. */
  readonly participants: DataLoader<ParticipantsAsked, ParticipantRow[], string>
  /** Whether the viewer may list the participants. Null if the viewer may not see the conversation. */
  readonly mayList: DataLoader<string, boolean | null>
  /** Without a check: only for ids from a row that the viewer may see. */
  readonly knownMessages: DataLoader<string, MessageRow | null>
}

/**
 * A conversation as its resolvers get it. A resolver that needs more than the id uses the loader, which checks access.
 */
export interface ConversationRef {
  readonly id: string
}
