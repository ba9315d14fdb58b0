import type { Sql } from '../../../platform/sql/sql.ts'

export interface PushAsked {
  readonly messageId: string
  readonly conversationId: string
  readonly userId: string
}

/** For each, whether the user has muted the conversation now, or the message was deleted before the user was told of it. */
export async function findUnwanted(sql: Sql, asked: readonly PushAsked[]): Promise<boolean[]> {
  const { rows } = await sql.query<{ unwanted: boolean }>(
    `/* chat.findUnwanted */ select coalesce(own.muted_until > now(), false) or r.deleted_at is not null as unwanted
     from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as asked (user_id, conversation_id, message_id, ord)
     left join chat.preferences as own
       on own.user_id = asked.user_id and own.conversation_id = asked.conversation_id
     left join chat.receipts as r on r.message_id = asked.message_id
     order by asked.ord`,
    [
      asked.map(({ userId }) => userId),
      asked.map(({ conversationId }) => conversationId),
      asked.map(({ messageId }) => messageId),
    ],
  )
  return rows.map(({ unwanted }) => unwanted)
}
