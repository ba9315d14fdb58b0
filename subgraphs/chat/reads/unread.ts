import type { Sql } from '../../../platform/sql/sql.ts'
import { filterValues, matches, type Filter } from '../conversations/filter.ts'
import { IS_UNREAD, unreadRows } from './unread-rows.ts'

/** Maximum unread messages that are counted in one conversation. Beyond it the number means "at least". */
const MAX_UNREAD = 1_000
/** The same for all conversations of a user together. */
const MAX_UNREAD_IN_ALL = 10_000
export interface UnreadRow {
  readonly conversationId: string
  readonly readUpTo: number
  readonly unreadCount: number
}

/** A conversation, up to a message. */
export interface UnreadAsked {
  readonly id: string
  readonly lastSequence: number
}

/** A row for each of the conversations in which the user is a present participant, in no order. */
export async function findUnread(sql: Sql, userId: string, asked: readonly UnreadAsked[]): Promise<UnreadRow[]> {
  const { rows } = await sql.query<UnreadRow>(
    `/* chat.findUnread */ select
       own.conversation_id as "conversationId",
       own.read_up_to as "readUpTo",
       (select count(*)::integer from (${unreadRows(MAX_UNREAD, 'asked.last_sequence')}) as unread) as "unreadCount"
     from unnest($2::uuid[], $3::integer[]) as asked (id, last_sequence)
     join chat.own_conversations as own on own.user_id = $1::uuid and own.conversation_id = asked.id`,
    [userId, asked.map(({ id }) => id), asked.map(({ lastSequence }) => lastSequence)],
  )
  return rows
}

export interface UnreadCounts {
  readonly messages: number
  readonly conversations: number
}

/** Looks at each of the user's conversations once, and at up to 10,000 messages in all. */
export async function countUnread(sql: Sql, userId: string, filter: Filter): Promise<UnreadCounts> {
  const { rows } = await sql.query<UnreadCounts>(
    `/* chat.countUnread */ with own as materialized (
       select * from chat.own_conversations as own where own.user_id = $1::uuid and ${matches(2)}
     )
     select
       (
         select count(*)::integer from (
           select from own cross join lateral (${unreadRows(MAX_UNREAD)}) as unread limit ${MAX_UNREAD_IN_ALL}
         ) as counted
       ) as messages,
       (select count(*)::integer from own where ${IS_UNREAD}) as conversations`,
    [userId, ...filterValues(filter)],
  )
  return rows[0] ?? { messages: 0, conversations: 0 }
}

/** Maximum number that a badge shows. */
const MAX_BADGE = 999

/** The unread messages of each user in all conversations, in the order of the ids; 999 at most. */
export async function findBadges(sql: Sql, userIds: readonly string[]): Promise<number[]> {
  const { rows } = await sql.query<{ badge: number }>(
    `/* chat.findBadges */ select (
       select count(*)::integer from (
         select from chat.own_conversations as own
         cross join lateral (${unreadRows(MAX_BADGE)}) as unread
         where own.user_id = asked.user_id
         limit ${MAX_BADGE}
       ) as counted
     ) as badge
     from unnest($1::uuid[]) with ordinality as asked (user_id, ord)
     order by asked.ord`,
    [userIds],
  )
  return rows.map(({ badge }) => badge)
}

/** Whether each user has unread messages in the conversation, in the order of the questions. */
export async function findWhetherUnread(
  sql: Sql,
  asked: readonly { readonly userId: string; readonly conversationId: string }[],
): Promise<boolean[]> {
  const { rows } = await sql.query<{ unread: boolean }>(
    `/* chat.findWhetherUnread */ select exists (
       select from chat.own_conversations as own
       cross join lateral (${unreadRows(1)}) as unread
       where own.user_id = asked.user_id and own.conversation_id = asked.conversation_id
     ) as unread
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (user_id, conversation_id, ord)
     order by asked.ord`,
    [asked.map(({ userId }) => userId), asked.map(({ conversationId }) => conversationId)],
  )
  return rows.map(({ unread }) => unread)
}
