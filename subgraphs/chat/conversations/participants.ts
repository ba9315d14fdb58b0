import { audienceOf } from '../../../platform/eventlog/audience.ts'
import type { FindKeys } from '../../../platform/eventlog/kinds.ts'
import type { Sql } from '../../../platform/sql/sql.ts'

export interface ParticipantRow {
  readonly id: string
}

/** A question for one page of a conversation's participants. */
export interface ParticipantsAsked {
  readonly conversationId: string
  /** The last participant of the page before. */
  readonly after: string | null
  readonly limit: number
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** The present participants in the order of their ids: pages for all questions in one statement, in their order. */
export async function listParticipants(sql: Sql, asked: readonly ParticipantsAsked[]): Promise<ParticipantRow[][]> {
  const { rows } = await sql.query<ParticipantRow & { ord: number }>(
    `/* chat.listParticipants */ select asked.ord::integer as ord, page.user_id as id
     from unnest($1::uuid[], $2::uuid[], $3::integer[]) with ordinality as asked (conversation_id, after, most, ord)
     cross join lateral (
       select p.user_id
       from chat.participants as p
       where p.conversation_id = asked.conversation_id and p.until_epoch is null and p.user_id > asked.after
       order by p.user_id
       limit asked.most
     ) as page
     order by asked.ord, page.user_id`,
    [
      asked.map(({ conversationId }) => conversationId),
      asked.map(({ after }) => after ?? FIRST_ID),
      asked.map(({ limit }) => limit),
    ],
  )
  const found = asked.map((): ParticipantRow[] => [])
  for (const { ord, id } of rows) found[ord - 1]?.push({ id })
  return found
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

/** Finds the conversations in which the user was a participant at any time after the position. */
export const findConversationsSince: FindKeys = async (sql, userId, { epoch, xid, id }) => {
  const { rows } = await sql.query<{ id: string }>(
    `/* chat.findConversationsSince */ select distinct p.conversation_id as id
     from chat.participants as p
     where p.user_id = $1::uuid
       and (p.until_epoch is null or (p.until_epoch, p.until_xid, p.until_id) > ($2::integer, $3::xid8, $4::bigint))`,
    [userId, epoch, String(xid), String(id)],
  )
  return rows.map((row) => row.id)
}
