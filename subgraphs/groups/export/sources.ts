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
  recordsOf(
    sql,
    'groups.invite',
    ['groups.invite'],
    `select concat_ws(':', group_id, user_id) as key,
       group_id as "groupId", user_id as "userId", by_id as "byId", created_at as "createdAt"
     from groups.invite
     where user_id = $1::uuid or by_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'groups.joinRequest',
    ['groups.join_request'],
    `select group_id::text as key, group_id as "groupId", created_at as "createdAt"
     from groups.join_request
     where user_id = $1::uuid`,
  ),
  // Not who banned the user, nor the reason: these are what the group's managers tell each other.
  recordsOf(
    sql,
    'groups.ban',
    ['groups.ban'],
    `select group_id::text as key, group_id as "groupId", created_at as "createdAt"
     from groups.ban
     where user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'groups.link',
    ['groups.link'],
    `select id::text as key, group_id as "groupId", created_at as "createdAt", expires_at as "expiresAt", uses
     from groups.link
     where created_by = $1::uuid`,
  ),
  // Only those that the user made: who reported the user stays unknown to it.
  recordsOf(
    sql,
    'groups.report',
    ['groups.report'],
    `select id::text as key, group_id as "groupId", user_id as "userId", message_id as "messageId", reason, note,
       created_at as "createdAt"
     from groups.report
     where reporter_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'groups.act',
    ['groups.audit'],
    `select concat_ws(':', group_id, id) as key,
       group_id as "groupId", act, user_id as "userId", users, detail, created_at as "createdAt"
     from groups.audit
     where by_id = $1::uuid`,
  ),
]
