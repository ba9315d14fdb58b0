import type { Sql } from '../../../platform/sql/sql.ts'
import { NOT_HIDDEN } from './shown.ts'

/** A message that the user may see, or has deleted for themselves. */
export interface Hideable {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly isHidden: boolean
}

/** Those of the messages that the user may see or has hidden, by conversation and number. */
export async function findHideable(sql: Sql, userId: string, messageIds: readonly string[]): Promise<Hideable[]> {
  const { rows } = await sql.query<Hideable>(
    `/* chat.findHideable */ select
       r.message_id as id, r.conversation_id as "conversationId", r.sequence, not (${NOT_HIDDEN}) as "isHidden"
     from chat.receipts as r
     join chat.own_conversations as own on own.conversation_id = r.conversation_id
     where r.message_id = any($2::uuid[]) and own.user_id = $1::uuid and r.sequence >= own.first_visible
     order by r.conversation_id, r.sequence`,
    [userId, messageIds],
  )
  return rows
}

export async function countHidden(sql: Sql, userId: string, conversationId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `/* chat.countHidden */ select count(*)::integer as count
     from chat.hidden_messages where user_id = $1::uuid and conversation_id = $2::uuid`,
    [userId, conversationId],
  )
  return rows[0]?.count ?? 0
}

export async function hide(
  sql: Sql,
  userId: string,
  conversationId: string,
  messages: readonly Pick<Hideable, 'sequence'>[],
): Promise<void> {
  await sql.query(
    `/* chat.hide */ insert into chat.hidden_messages (user_id, conversation_id, sequence)
     select $1::uuid, $2::uuid, m.sequence from unnest($3::integer[]) as m (sequence)
     on conflict do nothing`,
    [userId, conversationId, messages.map(({ sequence }) => sequence)],
  )
}
