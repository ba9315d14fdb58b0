import type { Sql } from '../../../platform/sql/sql.ts'
import type { ConversationRow } from '../conversations/store.ts'
import type { NewMessage } from './input.ts'

/** A message that was asked to be sent, with all that the server decides but its place. */
export interface Draft extends NewMessage {
  readonly id: string
  readonly conversationId: string
  readonly senderId: string
  readonly sentAt: Date
  /** SHA-256, by which a retry is told from another message under the same `clientMessageId`. */
  readonly contentHash: Buffer
}

/** What became of a draft; the conversation is as its sender saw it just after. */
export type Appended =
  | { readonly outcome: 'SENT'; readonly sequence: number; readonly conversation: ConversationRow }
  | {
      /** The sender used the `clientMessageId` before: this is what the first send made. */
      readonly outcome: 'REPEATED'
      readonly messageId: string
      readonly sequence: number
      readonly sentAt: Date
      /** The first send was into the same conversation and had the same content. */
      readonly same: boolean
      readonly conversation: ConversationRow
    }
  /** The sender takes no part in the conversation, or there is none. */
  | { readonly outcome: 'NOT_FOUND' }
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
}

export interface AppendOptions {
  /** Wait for the locks of conversations that other transactions hold. */
  readonly mayWait: boolean
  /** Write the messages' rows in the same transaction: PostgreSQL is the message store. */
  readonly keeps: boolean
}

/**
 * Locks, checks, numbers, logs and receipts many messages in one round trip, which is one transaction; gives what became of
 * each, in order. All drafts of a sender must have different names. Rejects as a whole; then nothing has happened.
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
       last_sequence as "lastSequence",
       last_message_id as "lastMessageId",
       last_at as "lastAt",
       first_visible as "firstVisible"
     from chat.append_messages($1::jsonb, $2::boolean, $3::boolean)`,
    [JSON.stringify(messages), mayWait, keeps],
  )
  return drafts.map(({ conversationId }, at): Appended => {
    const row = rows[at]
    if (!row) throw new Error('The database answered for fewer messages than it was given.')
    const { outcome, messageId, sequence, sentAt, same } = row
    if (outcome === 'BUSY' || outcome === 'NOT_FOUND') return { outcome }
    const { kind, lastSequence, lastMessageId, lastAt, firstVisible } = row
    const conversation = { id: conversationId, kind, lastSequence, lastMessageId, lastAt, firstVisible }
    if (outcome === 'SENT') return { outcome, sequence, conversation }
    return { outcome, messageId, sequence, sentAt, same: same === true, conversation }
  })
}
