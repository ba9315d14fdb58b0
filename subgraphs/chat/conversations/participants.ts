import { recipientArguments, usersByEvent } from '../../../platform/eventlog/audience.ts'
import type { FindAudience } from '../../../platform/eventlog/kinds.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

export interface ParticipantRow {
  readonly id: string
}

/** The present participants after `after`, in the order of their ids. */
export async function listParticipants(
  sql: Sql,
  conversationId: string,
  after: string | null,
  limit: number,
): Promise<ParticipantRow[]> {
  const { rows } = await sql.query<ParticipantRow>(
    `/* chat.listParticipants */ select user_id as id
     from chat.participants
     where conversation_id = $1::uuid and until_epoch is null and ($2::uuid is null or user_id > $2::uuid)
     order by user_id
     limit $3::integer`,
    [conversationId, after, limit],
  )
  return rows
}

/** Finds the participants as of each event's position, for all events in one query. */
export const findParticipants: FindAudience = async (sql, events, among) => {
  const { rows } = await sql.query<{ ord: number; user_id: string }>(
    `/* chat.findParticipants */ select ord, user_id
     from chat.recipients($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[])
     ${among ? 'where user_id = any($5::uuid[])' : ''}`,
    [...recipientArguments(events), ...(among ? [among] : [])],
  )
  return usersByEvent(events, rows)
}
