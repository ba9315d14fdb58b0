import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN } from '../hiding/shown.ts'

/** Finds those of the messages that the user may see, in no order. */
export async function findVisible(sql: Sql, userId: string, messageIds: readonly string[]): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findVisible */ select r.message_id as id
     from chat.receipts as r
     join chat.own_conversations as own on own.conversation_id = r.conversation_id
     where r.message_id = any($2::uuid[]) and own.user_id = $1::uuid and ${IS_SHOWN}`,
    [userId, messageIds],
  )
  return rows
}

/** Which conversation a message is in; null for none. Does not check access. */
export async function findConversationOf(sql: Sql, messageId: string): Promise<string | null> {
  const { rows } = await sql.query<{ conversationId: string }>(
    `/* chat.findConversationOf */ select conversation_id as "conversationId"
     from chat.receipts where message_id = $1::uuid`,
    [messageId],
  )
  return rows[0]?.conversationId ?? null
}

/** The first send of a `clientMessageId`. */
export interface FirstSend {
  readonly messageId: string
  readonly sequence: number
  readonly sentAt: Date
  readonly contentHash: Buffer
}

export async function findFirstSend(sql: Sql, senderId: string, clientMessageId: string): Promise<FirstSend | null> {
  const { rows } = await sql.query<FirstSend>(
    `/* chat.findFirstSend */ select
       message_id as "messageId",
       sequence,
       sent_at as "sentAt",
       content_hash as "contentHash"
     from chat.receipts
     where sender_id = $1::uuid and client_message_id = $2::text`,
    [senderId, clientMessageId],
  )
  return rows[0] ?? null
}

/** Finds the messages of a conversation in the log. Returns payloads of `chat.MessageSent`, in no order. */
export async function findLoggedBySequence(
  sql: Sql,
  conversationId: string,
  sequences: readonly number[],
): Promise<unknown[]> {
  const { rows } = await sql.query<{ payload: unknown }>(
    `/* chat.findLoggedBySequence */ select l.payload
     from chat.receipts as r
     join events.log as l on (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)
     where r.conversation_id = $1::uuid and r.sequence = any($2::integer[])`,
    [conversationId, sequences],
  )
  return rows.map((row) => row.payload)
}

/** Finds messages in the log by their ids. Returns payloads of `chat.MessageSent`, in no order. */
export async function findLoggedById(sql: Sql, messageIds: readonly string[]): Promise<unknown[]> {
  const { rows } = await sql.query<{ payload: unknown }>(
    `/* chat.findLoggedById */ select l.payload
     from chat.receipts as r
     join events.log as l on (l.epoch, l.xid, l.id) = (r.epoch, r.xid, r.event_id)
     where r.message_id = any($1::uuid[])`,
    [messageIds],
  )
  return rows.map((row) => row.payload)
}
