import type { Sql } from '../../../platform/sql/sql.ts'
import type { ConversationRow } from '../conversations/store.ts'
import { hasHidden, lastShownId } from '../hiding/shown.ts'
import type { MessageBody } from './body.ts'

/** A checked message to send, with everything that the server decides except its sequence number. */
export interface Draft extends MessageBody {
  readonly id: string
  readonly clientMessageId: string
  readonly conversationId: string
  readonly senderId: string
  readonly sentAt: Date
  /** What `hashOf` (body.ts) returned: it tells a retry from a different message with the same `clientMessageId`. */
  readonly contentHash: Buffer
}

/** The outcome of a draft. `conversation` is the sender's view of the conversation after the call. */
export type Appended =
  | {
      readonly outcome: 'SENT'
      readonly sequence: number
      readonly conversation: ConversationRow
      /** When the message disappears; null: it stays. */
      readonly expiresAt: Date | null
    }
  | {
      /** The sender has used the `clientMessageId` before: the fields describe the message of the first send. */
      readonly outcome: 'REPEATED'
      readonly messageId: string
      readonly sequence: number
      readonly sentAt: Date
      /** Whether the first send was into the same conversation and had the same content. */
      readonly same: boolean
      readonly conversation: ConversationRow
    }
  /** The conversation does not exist, or the sender is no participant. */
  | { readonly outcome: 'NOT_FOUND' }
  /** The other user of the direct conversation does not accept the message. */
  | { readonly outcome: 'REFUSED' }
  /** Only the owner and the admins of the group may send. */
  | { readonly outcome: 'FORBIDDEN' }
  /** The sender may send from `until` on: a manager of the group muted it, or the group's slow mode makes it wait. */
  | { readonly outcome: 'MUTED' | 'SLOWED'; readonly until: Date }
  /** Another transaction holds the conversation's lock. */
  | { readonly outcome: 'BUSY' }

interface Row {
  outcome: Appended['outcome']
  messageId: string
  sequence: number
  sentAt: Date
  same: boolean | null
  kind: ConversationRow['kind']
  lastSequence: number
  lastMessageId: string | null
  lastAt: Date
  firstVisible: number
  hasHidden: boolean
  expiresAt: Date | null
}

export interface AppendOptions {
  /** Whether to wait for a conversation's lock that another transaction holds. */
  readonly mayWait: boolean
  /** Whether to write the rows of the messages too, in the same transaction: PostgreSQL is the message store. */
  readonly keeps: boolean
}

/**
 * Appends many messages in one round trip, which is one transaction: it takes the locks, checks the senders, assigns
 * the sequence numbers, and writes events and receipts. Returns the outcome of each draft, in order. No two drafts of a
 * sender may have the same `clientMessageId`. If the call rejects, nothing was written.
 */
export async function appendMessages(
  sql: Sql,
  drafts: readonly Draft[],
  { mayWait, keeps }: AppendOptions,
): Promise<Appended[]> {
  const messages = drafts.map(({ contentHash, ...payload }) => ({
    ...payload,
    contentHash: contentHash.toString('hex'),
  }))
  const { rows } = await sql.query<Row>(
    `/* chat.appendMessages */ select
       outcome,
       message_id as "messageId",
       sequence,
       sent_at as "sentAt",
       same_content as same,
       kind,
       appended.last_sequence as "lastSequence",
       ${lastShownId('own')} as "lastMessageId",
       last_at as "lastAt",
       expires_at as "expiresAt",
       own.first_visible as "firstVisible",
       ${hasHidden('own.user_id', 'own.conversation_id')} as "hasHidden"
     from chat.append_messages($1::jsonb, $2::boolean, $3::boolean) as appended
     cross join lateral (
       select ($4::uuid[])[appended.ord] as user_id, ($5::uuid[])[appended.ord] as conversation_id
     ) as asked
     cross join lateral (
       select
         asked.user_id,
         asked.conversation_id,
         appended.last_sequence,
         appended.last_message_id,
         greatest(
           appended.first_visible,
           (
             select kept.cleared_up_to + 1 from chat.preferences as kept
             where kept.user_id = asked.user_id and kept.conversation_id = asked.conversation_id
           )
         ) as first_visible
     ) as own
     order by appended.ord`,
    [
      JSON.stringify(messages),
      mayWait,
      keeps,
      drafts.map(({ senderId }) => senderId),
      drafts.map(({ conversationId }) => conversationId),
    ],
  )
  return drafts.map(({ conversationId }, at): Appended => {
    const row = rows[at]
    if (!row) throw new Error(`The database returned ${rows.length} outcomes for ${drafts.length} messages.`)
    const { outcome, messageId, sequence, sentAt, same } = row
    switch (outcome) {
      case 'BUSY':
      case 'NOT_FOUND':
      case 'REFUSED':
      case 'FORBIDDEN':
        return { outcome }
      case 'MUTED':
      case 'SLOWED':
        return { outcome, until: sentAt }
      default:
    }
    const { kind, lastSequence, lastMessageId, lastAt, firstVisible, hasHidden } = row
    const conversation = { id: conversationId, kind, lastSequence, lastMessageId, lastAt, firstVisible, hasHidden }
    if (outcome === 'SENT') return { outcome, sequence, conversation, expiresAt: row.expiresAt }
    return { outcome, messageId, sequence, sentAt, same: same === true, conversation }
  })
}
