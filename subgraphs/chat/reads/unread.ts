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

/** A row for each of the conversations in which the user is a present participant, in no order. */
export async function findUnread(sql: Sql, userId: string, ids: readonly string[]): Promise<UnreadRow[]> {
  const { rows } = await sql.query<UnreadRow>(
    `/* chat.findUnread */ select
       own.conversation_id as "conversationId",
       own.read_up_to as "readUpTo",
       (select count(*)::integer from (${unreadRows(MAX_UNREAD)}) as unread) as "unreadCount"
     from chat.own_conversations as own
     where own.user_id = $1::uuid and own.conversation_id = any($2::uuid[])`,
    [userId, ids],
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
