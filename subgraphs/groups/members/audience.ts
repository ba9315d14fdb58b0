import { recipientArguments, usersByEvent } from '../../../platform/eventlog/audience.ts'
import type { FindAudience } from '../../../platform/eventlog/kinds.ts'

/** Finds the members as of each event's position, for all events in one query. */
export const findMembersAt: FindAudience = async (sql, events, among) => {
  const { rows } = await sql.query<{ ord: number; user_id: string }>(
    `/* groups.findMembersAt */ select ord, user_id
     from groups.recipients($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[])
     ${among ? 'where user_id = any($5::uuid[])' : ''}`,
    [...recipientArguments(events), ...(among ? [among] : [])],
  )
  return usersByEvent(events, rows)
}
