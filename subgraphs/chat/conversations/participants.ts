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

export interface MayListRow {
  readonly conversationId: string
  readonly may: boolean
}

/**
 * For each of the conversations in which the user is a present participant, whether the user may list the others: in a
 * group its rules say so.
 */
export async function findMayList(sql: Sql, userId: string, ids: readonly string[]): Promise<MayListRow[]> {
  const { rows } = await sql.query<MayListRow>(
    `/* chat.findMayList */ select p.conversation_id as "conversationId", coalesce(rights.may_list_members, true) as may
     from chat.participants as p
     left join groups.rights as rights on rights.group_id = p.conversation_id and rights.user_id = p.user_id
     where p.user_id = $1::uuid and p.conversation_id = any($2::uuid[]) and p.until_epoch is null`,
    [userId, ids],
  )
  return rows
}

/** Finds the participants as of each event's position, for all events in one query. */
export const findParticipants = audienceOf('chat.findParticipants', 'chat.recipients')
