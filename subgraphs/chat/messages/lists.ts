import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN, NOT_HIDDEN } from '../hiding/shown.ts'

/** Above the id of every message. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A page of the answers to one message. */
export interface RepliesAsked {
  readonly messageId: string
  /** Only answers with a higher sequence number. */
  readonly after: number
  readonly limit: number
}

export interface ReplyRow {
  readonly id: string
  readonly sequence: number
}

/** The answers that the user may see, by sequence, for each message that is asked about, in one statement. */
export async function findReplies(sql: Sql, userId: string, asked: readonly RepliesAsked[]): Promise<ReplyRow[][]> {
  const { rows } = await sql.query<ReplyRow & { ord: number }>(
    `/* chat.findReplies */ select asked.ord::integer as ord, reply.message_id as id, reply.sequence
     from unnest($2::uuid[], $3::integer[], $4::integer[]) with ordinality as asked (message_id, after, most, ord)
     join chat.receipts as answered on answered.message_id = asked.message_id
     join chat.own_conversations as own
       on own.conversation_id = answered.conversation_id and own.user_id = $1::uuid
     cross join lateral (
       select r.message_id, r.sequence
       from chat.receipts as r
       where r.reply_to_id = asked.message_id
         and r.sequence > greatest(asked.after, own.first_visible - 1)
         and ${NOT_HIDDEN}
       order by r.sequence
       limit asked.most
     ) as reply
     order by asked.ord, reply.sequence`,
    [userId, asked.map((each) => each.messageId), asked.map((each) => each.after), asked.map((each) => each.limit)],
  )
  const found = asked.map((): ReplyRow[] => [])
  for (const { ord, id, sequence } of rows) found[ord - 1]?.push({ id, sequence })
  return found
}

/**
 * The messages of others that mention the user, or everyone in one of the user's conversations, and that the user may
 * see: the newest first, those below `before`.
 */
export async function findMentions(
  sql: Sql,
  userId: string,
  before: string | null,
  limit: number,
): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findMentions */ select found.message_id as id
     from (
       (
         select m.message_id
         from chat.mentions as m
         join chat.receipts as r on r.message_id = m.message_id
         join chat.own_conversations as own
           on own.conversation_id = m.conversation_id and own.user_id = $1::uuid
         where m.user_id = $1::uuid
           and m.message_id < $2::uuid
           and r.sender_id <> $1::uuid
           and ${IS_SHOWN}
         order by m.message_id desc
         limit $3::integer
       )
       union
       (
         select everyone.message_id
         from chat.own_conversations as own
         cross join lateral (
           select m.message_id
           from chat.mentions as m
           join chat.receipts as r on r.message_id = m.message_id
           where m.conversation_id = own.conversation_id
             and m.user_id is null
             and m.message_id < $2::uuid
             and r.sender_id <> $1::uuid
             and ${IS_SHOWN}
           order by m.message_id desc
           limit $3::integer
         ) as everyone
         where own.user_id = $1::uuid
         order by everyone.message_id desc
         limit $3::integer
       )
     ) as found
     order by found.message_id desc
     limit $3::integer`,
    [userId, before ?? LAST_ID, limit],
  )
  return rows
}
