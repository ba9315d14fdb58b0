import { audienceOf } from '../../../platform/eventlog/audience.ts'
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

/** Whether a present participant may list the others: in a group its rules say so. */
export async function mayListParticipants(sql: Sql, conversationId: string, userId: string): Promise<boolean> {
  const { rows } = await sql.query<{ may: boolean }>(
    `/* chat.mayListParticipants */ select may_list_members as may
     from groups.rights
     where group_id = $1::uuid and user_id = $2::uuid`,
    [conversationId, userId],
  )
  return rows[0]?.may ?? true
}

/** Finds the participants as of each event's position, for all events in one query. */
export const findParticipants = audienceOf('chat.findParticipants', 'chat.recipients')
