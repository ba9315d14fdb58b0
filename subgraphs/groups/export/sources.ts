import type { Sql } from '../../../platform/sql/sql.ts'
import { type ExportSource, recordsOf } from '../../export.ts'

/** What this room keeps about a user: in which groups they were, and when. */
export const makeExportSources = (sql: Sql): readonly ExportSource[] => [
  recordsOf(
    sql,
    'groups.stay',
    ['groups.stay'],
    `select concat_ws(':', stay.group_id, stay.from_epoch, stay.from_xid, stay.from_id) as key,
       stay.group_id as "groupId", stay.role, stay.joined_at as "joinedAt", stay.left_at as "leftAt",
       -- A former member does not see the title as it is now.
       case when stay.until_epoch is null then room.title end as title
     from groups.stay
     join groups.room on room.id = stay.group_id
     where stay.user_id = $1::uuid`,
  ),
]
