import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

export interface ReceiptRow {
  readonly messageId: string
  readonly conversationId: string
  readonly sequence: number
  readonly sentAt: Date
  readonly contentHash: Buffer
}

export interface NewReceipt extends ReceiptRow {
  readonly senderId: string
  readonly clientMessageId: string
  /** Where the message's event stands in the log. */
  readonly position: Position
}

export async function findReceipt(sql: Sql, senderId: string, clientMessageId: string): Promise<ReceiptRow | null> {
  const { rows } = await sql.query<ReceiptRow>(
    `/* chat.findReceipt */ select
       message_id as "messageId",
       conversation_id as "conversationId",
       sequence,
       sent_at as "sentAt",
       content_hash as "contentHash"
     from chat.receipts
     where sender_id = $1::uuid and client_message_id = $2::text`,
    [senderId, clientMessageId],
  )
  return rows[0] ?? null
}

/** False when the sender has used the `clientMessageId` already: waits for a transaction that is just doing so. */
export async function insertReceipt(sql: Sql, receipt: NewReceipt): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.insertReceipt */ insert into chat.receipts (
       sender_id, client_message_id, message_id, conversation_id, sequence, sent_at, content_hash, epoch, xid, event_id
     )
     values (
       $1::uuid, $2::text, $3::uuid, $4::uuid, $5::integer, $6::timestamptz, $7::bytea, $8::integer, $9::xid8, $10::bigint
     )
     on conflict (sender_id, client_message_id) do nothing`,
    [
      receipt.senderId,
      receipt.clientMessageId,
      receipt.messageId,
      receipt.conversationId,
      receipt.sequence,
      receipt.sentAt,
      receipt.contentHash,
      receipt.position.epoch,
      receipt.position.xid.toString(),
      receipt.position.id.toString(),
    ],
  )
  return rowCount > 0
}

/** Those of the messages that the user may see: sent during the user's present stay. In no order. */
export async function findVisible(sql: Sql, userId: string, messageIds: readonly string[]): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findVisible */ select r.message_id as id
     from chat.receipts as r
     join chat.participants as p on p.conversation_id = r.conversation_id
     where r.message_id = any($2::uuid[])
       and p.user_id = $1::uuid
       and p.until_epoch is null
       and (p.from_epoch, p.from_xid, p.from_id) < (r.epoch, r.xid, r.event_id)`,
    [userId, messageIds],
  )
  return rows
}

/** What the log holds of these messages of a conversation: payloads of `chat.MessageSent`, in no order. */
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

/** What the log holds of these messages: payloads of `chat.MessageSent`, in no order. */
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
