import type { Sql } from '../../../platform/sql/sql.ts'
import { MAX_RECEIPT_MEMBERS } from '../limits.ts'

export type Position = 'read' | 'delivered'

/**
 * Maximum messages among whose senders those are found who are told that their messages were read: it bounds what one
 * call costs after a long absence. Senders of older ones are told nothing, and see it when they ask.
 */
const MAX_TOLD_OF = 1_000

/** What has been read implies what was delivered. */
const MOVE: Readonly<Record<Position, string>> = {
  read: `read_up_to = excluded.read_up_to, delivered_up_to = greatest(own.delivered_up_to, excluded.delivered_up_to)
     where own.read_up_to < excluded.read_up_to`,
  delivered: `delivered_up_to = excluded.delivered_up_to where own.delivered_up_to < excluded.delivered_up_to`,
}

/** Moves a position on, never back. Returns the one before; null if it is not before `upTo`. */
export async function movePosition(
  sql: Sql,
  position: Position,
  userId: string,
  conversationId: string,
  upTo: number,
): Promise<number | null> {
  const column = position === 'read' ? 'read_up_to' : 'delivered_up_to'
  const { rows } = await sql.query<{ before: number }>(
    `/* chat.movePosition */ with before as (
       select ${column} as position from chat.reads where user_id = $1::uuid and conversation_id = $2::uuid
     )
     insert into chat.reads as own (user_id, conversation_id, read_up_to, delivered_up_to)
     values ($1::uuid, $2::uuid, $4::integer, $3::integer)
     on conflict (user_id, conversation_id) do update set ${MOVE[position]}
     returning coalesce((select position from before), 0) as before`,
    [userId, conversationId, upTo, position === 'read' ? upTo : 0],
  )
  return rows[0]?.before ?? null
}

/** Whether the conversation was marked as unread, which it then is no more. */
export async function clearMarkedUnread(sql: Sql, userId: string, conversationId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.clearMarkedUnread */ update chat.preferences set marked_unread = false
     where user_id = $1::uuid and conversation_id = $2::uuid and marked_unread`,
    [userId, conversationId],
  )
  return rowCount > 0
}

/**
 * The senders of the messages above `after` up to `upTo` who may know that the user has read them: they still take part,
 * may list the members, both show what they have read, and neither has blocked the other. Nobody in a large group or a
 * broadcast group.
 */
export async function findTold(
  sql: Sql,
  userId: string,
  conversationId: string,
  after: number,
  upTo: number,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findTold */ select distinct newest.sender_id as id
     from (
       select r.sender_id, r.type from chat.receipts as r
       where r.conversation_id = $2::uuid and r.sequence > $3::integer and r.sequence <= $4::integer
       order by r.sequence desc
       limit ${MAX_TOLD_OF}
     ) as newest
     where newest.sender_id <> $1::uuid
       and newest.type is distinct from 'SYSTEM'
       and not exists (select from users.hides_receipts where user_id in ($1::uuid, newest.sender_id))
       and not exists (select from users.blocks where blocker_id = $1::uuid and blocked_id = newest.sender_id)
       and not exists (select from users.blocks where blocker_id = newest.sender_id and blocked_id = $1::uuid)
       and exists (
         select from chat.participants as p
         where p.conversation_id = $2::uuid and p.user_id = newest.sender_id and p.until_epoch is null
       )
       and not exists (
         select from groups.rights as rights
         where rights.group_id = $2::uuid and rights.user_id = newest.sender_id and not rights.may_list_members
       )
       and not exists (
         select from groups.sizes
         where group_id = $2::uuid and (is_broadcast or member_count > ${MAX_RECEIPT_MEMBERS})
       )`,
    [userId, conversationId, after, upTo],
  )
  return rows.map(({ id }) => id)
}

/** Where a participant is in a conversation. */
export interface OwnPositions {
  readonly lastSequence: number
  readonly firstVisible: number
  readonly read: number
  readonly delivered: number
  readonly markedUnread: boolean
}

/** Null if the user is no present participant. */
export async function findOwnPositions(sql: Sql, userId: string, conversationId: string): Promise<OwnPositions | null> {
  const { rows } = await sql.query<OwnPositions>(
    `/* chat.findOwnPositions */ select
       last_sequence as "lastSequence",
       first_visible as "firstVisible",
       read_up_to as read,
       delivered_up_to as delivered,
       marked_unread as "markedUnread"
     from chat.own_conversations
     where user_id = $1::uuid and conversation_id = $2::uuid`,
    [userId, conversationId],
  )
  return rows[0] ?? null
}
