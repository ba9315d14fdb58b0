import type { Sql } from '../../../platform/sql/sql.ts'
import { parseId } from '../../parse.ts'
import { notHiddenFor } from '../hiding/shown.ts'

/**
 * Whether a user wants a push about a message. A decision of another version may lack an id, or have what is none: no rule that
 * needs it applies, and the questions that are asked together with it have their answers.
 */
export interface PushAsked {
  readonly messageId: string
  readonly conversationId: string
  readonly userId: string
}

const QUESTIONS = `unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as asked (user_id, conversation_id, message_id, ord)`
/** Deleted for everyone, or by the user who is asked about for themselves. */
const IS_GONE = `(r.deleted_at is not null or not (${notHiddenFor('asked.user_id')}))`
const valuesOf = (asked: readonly PushAsked[]) => [
  asked.map(({ userId }) => userId),
  asked.map(({ conversationId }) => parseId(conversationId)),
  asked.map(({ messageId }) => parseId(messageId)),
]

/**
 * For each question the rule by which the user wants no push, or null: DELETED, or MUTED for a conversation that the user muted,
 * unless the message mentions the user.
 */
export async function findUnwanted(
  sql: Sql,
  asked: readonly (PushAsked & { readonly mentioned: boolean })[],
): Promise<(string | null)[]> {
  const { rows } = await sql.query<{ rule: string | null }>(
    `/* chat.findUnwanted */ select
       case
         when ${IS_GONE} then 'DELETED'
         when own.muted_until > now() and not asked.mentioned then 'MUTED'
       end as rule
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[])
       with ordinality as asked (user_id, conversation_id, message_id, mentioned, ord)
     left join chat.preferences as own
       on own.user_id = asked.user_id and own.conversation_id = asked.conversation_id
     left join chat.receipts as r on r.message_id = asked.message_id
     order by asked.ord`,
    [...valuesOf(asked), asked.map(({ mentioned }) => mentioned)],
  )
  return rows.map(({ rule }) => rule)
}

/**
 * For each push that was decided on, which may be a day ago, the rule by which it must not come any more, or null: DELETED, also
 * where the time of the message is over; LEFT, where the user takes no part any more; BLOCKED, where the user blocked the other
 * one of a direct conversation; READ.
 */
export async function findOutdated(sql: Sql, asked: readonly PushAsked[]): Promise<(string | null)[]> {
  const { rows } = await sql.query<{ rule: string | null }>(
    `/* chat.findOutdatedPushes */ select
       case
         when ${IS_GONE} or r.expires_at <= now() then 'DELETED'
         when asked.conversation_id is not null and stay.is_there is null then 'LEFT'
         -- No "exists": the planner would read all blocks at once for it.
         when c.kind = 'DIRECT' and (
           select true from users.blocks as b where b.blocker_id = asked.user_id and b.blocked_id = r.sender_id limit 1
         ) then 'BLOCKED'
         when r.sequence <= reads.read_up_to then 'READ'
       end as rule
     from ${QUESTIONS}
     left join lateral (
       select true as is_there
       from chat.participants as p
       where p.conversation_id = asked.conversation_id and p.user_id = asked.user_id and p.until_epoch is null
       limit 1
     ) as stay on true
     left join chat.conversations as c on c.id = asked.conversation_id
     left join chat.reads as reads
       on reads.user_id = asked.user_id and reads.conversation_id = asked.conversation_id
     left join chat.receipts as r on r.message_id = asked.message_id
     order by asked.ord`,
    valuesOf(asked),
  )
  return rows.map(({ rule }) => rule)
}
