import type { Sql } from '../../../platform/sql/sql.ts'

export interface Cleared {
  /** The last message, which is removed with all before it. */
  readonly upTo: number
  /** Whether anything is removed, or hidden, that was not before. */
  readonly isNew: boolean
}

/** A conversation as the user has cleared it until now; null if the user is no present participant. */
export async function findCleared(
  sql: Sql,
  userId: string,
  conversationId: string,
  hides: boolean,
): Promise<Cleared | null> {
  const { rows } = await sql.query<Cleared>(
    `/* chat.findCleared */ select
       last_sequence as "upTo",
       cleared_up_to < last_sequence or ($3::boolean and not is_hidden) as "isNew"
     from chat.own_conversations
     where user_id = $1::uuid and conversation_id = $2::uuid`,
    [userId, conversationId, hides],
  )
  return rows[0] ?? null
}

/** Removes what there is up to a message. With `hides` the conversation leaves the user's lists, and only a mute stays. */
export async function clear(
  sql: Sql,
  userId: string,
  conversationId: string,
  upTo: number,
  hides: boolean,
): Promise<void> {
  await sql.query(
    `/* chat.clear */ with needless as (
       delete from chat.hidden_messages
       where user_id = $1::uuid and conversation_id = $2::uuid and sequence <= $3::integer
     )
     insert into chat.preferences as own (user_id, conversation_id, cleared_up_to, hidden_up_to)
     values ($1::uuid, $2::uuid, $3::integer, case when $4::boolean then $3::integer end)
     on conflict (user_id, conversation_id) do update set
       cleared_up_to = greatest(own.cleared_up_to, excluded.cleared_up_to),
       hidden_up_to = coalesce(excluded.hidden_up_to, own.hidden_up_to),
       pin_order = case when not $4::boolean then own.pin_order end,
       archived_up_to = case when not $4::boolean then own.archived_up_to end,
       favorite = own.favorite and not $4::boolean,
       marked_unread = false`,
    [userId, conversationId, upTo, hides],
  )
}
