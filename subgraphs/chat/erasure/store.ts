import type { Sql } from '../../../platform/sql/sql.ts'

export interface Unerased {
  readonly userId: string
  readonly erasedAt: Date
}

/**
 * Deleted users who were not erased here yet, or once only, and whose requests have all ended by now: `settledBefore`.
 */
export async function findUnerased(sql: Sql, settledBefore: Date, limit: number): Promise<Unerased[]> {
  const { rows } = await sql.query<Unerased>(
    `/* chat.findUnerased */ select erased.user_id as "userId", erased.erased_at as "erasedAt"
     from users.erased
     left join chat.erasure on erasure.user_id = erased.user_id
     where erasure.user_id is null or (not erasure.settled and erased.erased_at < $1::timestamptz)
     order by erased.erased_at
     limit $2::int`,
    [settledBefore, limit],
  )
  return rows
}

export async function markErased(sql: Sql, userId: string, now: Date, settled: boolean): Promise<void> {
  await sql.query(
    `/* chat.markErased */ with slow as (
       delete from chat.slow_senders where sender_id = $1::uuid
     ), files as (
       -- Taken at the next turn, as if they had waited for a day.
       update chat.media as m set unused_since = '1970-01-01'
       where m.owner_id = $1::uuid
         and (
           m.unused_since > '1970-01-01'
           or m.unused_since is null
             and exists (select from chat.scheduled as s where s.user_id = $1::uuid and m.id = any(s.media_ids))
         )
     ), scheduled as (
       delete from chat.scheduled where user_id = $1::uuid
     ), kept as (
       delete from chat.preferences where user_id = $1::uuid
     ), versions as (
       -- What the messages said before, which only moderators read: the others' history is what they say now.
       delete from chat.versions as v
       using chat.receipts as r
       where r.sender_id = $1::uuid and r.version is not null and v.message_id = r.message_id and v.version < r.version
     ), mentions as (
       delete from chat.mentions where user_id = $1::uuid
     ), positions as (
       delete from chat.reads where user_id = $1::uuid
     ), pins as (
       update chat.pins set pinned_by = null where pinned_by = $1::uuid
     ), hidden as (
       delete from chat.hidden_messages where user_id = $1::uuid
     ), drafts as (
       delete from chat.drafts where user_id = $1::uuid
     )
     insert into chat.erasure (user_id, done_at, settled)
     values ($1::uuid, $2::timestamptz, $3::boolean)
     on conflict (user_id) do update set settled = erasure.settled or excluded.settled`,
    [userId, now, settled],
  )
}

/** A message that still has the id that its sender's app gave it. */
export interface NamedMessage {
  readonly id: string
  readonly conversationId: string
  readonly clientMessageId: string
}

/** Messages of a sender in the order of the ids that the app gave them. `erased` is what the erased ids begin with. */
export async function findNamedMessages(
  sql: Sql,
  senderId: string,
  after: string,
  erased: string,
  limit: number,
): Promise<NamedMessage[]> {
  const { rows } = await sql.query<NamedMessage>(
    `/* chat.findNamedMessages */ select
       message_id as id,
       conversation_id as "conversationId",
       client_message_id as "clientMessageId"
     from chat.receipts
     where sender_id = $1::uuid and client_message_id > $2::text and not starts_with(client_message_id, $3::text)
     order by client_message_id
     limit $4::int`,
    [senderId, after, erased, limit],
  )
  return rows
}

/** Replaces the ids that the sender's app gave its messages. */
export async function eraseReceipts(sql: Sql, senderId: string, messageIds: readonly string[], erased: string) {
  await sql.query(
    `/* chat.eraseReceipts */ update chat.receipts set client_message_id = $3::text || message_id::text
     where message_id = any($2::uuid[]) and sender_id = $1::uuid`,
    [senderId, messageIds, erased],
  )
}
