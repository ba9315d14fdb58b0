import type { Sql } from '../../../platform/sql/sql.ts'

/** The number of a conversation's last message; null if there is no such conversation. */
export async function findLastSequence(sql: Sql, conversationId: string): Promise<number | null> {
  const { rows } = await sql.query<{ last: number }>(
    `/* chat.findLastSequence */ select last_sequence as last from chat.conversations where id = $1::uuid`,
    [conversationId],
  )
  return rows[0]?.last ?? null
}

export interface Place {
  readonly conversationId: string
  readonly sequence: number
}

/** Where a message stands; null if there is none. */
export async function findPlaceOf(sql: Sql, messageId: string): Promise<Place | null> {
  const { rows } = await sql.query<Place>(
    `/* chat.findPlaceOf */ select conversation_id as "conversationId", sequence
     from chat.receipts where message_id = $1::uuid`,
    [messageId],
  )
  return rows[0] ?? null
}
