import type { Sql } from '../../../platform/sql/sql.ts'

/**
 * The names that a push shows: of the sender and, in a group, of the group. Null if the user or group does not exist.
 */
export interface PushNames {
  readonly senderName: string | null
  readonly groupTitle: string | null
}

/** Finds the names, in the order of the messages. */
export async function findPushNames(
  sql: Sql,
  messages: readonly { readonly senderId: string; readonly conversationId: string }[],
): Promise<PushNames[]> {
  const { rows } = await sql.query<PushNames>(
    `/* chat.findPushNames */ select people.display_name as "senderName", titles.title as "groupTitle"
     from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (sender_id, conversation_id, ord)
     left join users.people on people.user_id = asked.sender_id
     left join groups.titles on titles.group_id = asked.conversation_id
     order by asked.ord`,
    [messages.map((message) => message.senderId), messages.map((message) => message.conversationId)],
  )
  return rows
}
