import type { Sql } from '../../../platform/sql/sql.ts'

/** The ids of the messages that a user sent, in the order of the ids that the app gave them, after the message `after`. */
export async function findSentMessages(
  sql: Sql,
  senderId: string,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findSentMessages */ select message_id as id
     from chat.receipts
     where sender_id = $1::uuid
       and ($2::uuid is null or client_message_id > (
         select r.client_message_id from chat.receipts as r where r.message_id = $2::uuid and r.sender_id = $1::uuid
       ))
     order by client_message_id
     limit $3::int`,
    [senderId, after, limit],
  )
  return rows.map(({ id }) => id)
}
