import { audienceOf } from '../../../platform/eventlog/audience.ts'
import type { FindKeys } from '../../../platform/eventlog/kinds.ts'

/** Finds the members as of each event's position, for all events in one query. */
export const findMembersAt = audienceOf('groups.findMembersAt', 'groups.recipients')

/** Finds the groups in which the user was a member at any time after the position. */
const findGroupsSince: FindKeys = async (sql, userId, { epoch, xid, id }) => {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.findGroupsSince */ select distinct s.group_id as id
     from groups.stay as s
     where s.user_id = $1::uuid
       and (s.until_epoch is null or (s.until_epoch, s.until_xid, s.until_id) > ($2::integer, $3::xid8, $4::bigint))`,
    [userId, epoch, String(xid), String(id)],
  )
  return rows.map((row) => row.id)
}

export const membersAt = { of: 'position' as const, find: findMembersAt, keys: findGroupsSince }
