import type { Sql } from '../../../platform/sql/sql.ts'
import type { PageRequest } from '../../page.ts'
import { idAfter } from '../../place.ts'
import type { ReportReason, ReportState } from '../generated/resolvers.ts'

export interface ReportRow {
  readonly id: string
  readonly groupId: string
  readonly userId: string | null
  readonly messageId: string | null
  readonly reporterId: string
  readonly reason: ReportReason
  readonly note: string
  readonly state: ReportState
  readonly createdAt: Date
}

const COLUMNS = `id, group_id as "groupId", user_id as "userId", message_id as "messageId", reporter_id as "reporterId",
  reason, note, created_at as "createdAt", case when resolved_at is null then 'OPEN' else 'RESOLVED' end as state`

export interface NewReport {
  readonly id: string
  readonly groupId: string
  readonly userId: string | null
  readonly messageId: string | null
  readonly reason: ReportReason
  readonly note: string
}

/** Returns the id of the open report about the same by the same user: this one, or an earlier one. */
export async function insertReport(sql: Sql, reporterId: string, report: NewReport, now: Date): Promise<string> {
  const { id, groupId, userId, messageId, reason, note } = report
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.insertReport */ insert into groups.report
       (id, group_id, user_id, message_id, reporter_id, reason, note, created_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text, $8::timestamptz)
     on conflict (reporter_id, group_id, user_id, message_id) where resolved_at is null
       do update set reporter_id = excluded.reporter_id
     returning id`,
    [id, groupId, userId, messageId, reporterId, reason, note, now],
  )
  return rows[0]!.id // inserted or found
}

/** Locks what a user reports until the end of the transaction. */
export async function lockReports(sql: Sql, reporterId: string): Promise<void> {
  await sql.query(
    `/* groups.lockReports */ select pg_advisory_xact_lock(hashtextextended('groups.report ' || $1::text, 0))`,
    [reporterId],
  )
}

/** The reports of a user since a time, at most `limit` of them counted. */
export async function countReports(sql: Sql, reporterId: string, since: Date, limit: number): Promise<number> {
  const { rows } = await sql.query<{ made: number }>(
    `/* groups.countReports */ select count(*)::int as made
     from (
       select from groups.report where reporter_id = $1::uuid and created_at > $2::timestamptz limit $3::int
     ) as found`,
    [reporterId, since, limit],
  )
  return rows[0]?.made ?? 0
}

/** The sender of a message of the group that the user, who is a member now, has seen; null if there is none. */
export async function findSeenSender(
  sql: Sql,
  groupId: string,
  userId: string,
  messageId: string,
): Promise<string | null> {
  const { rows } = await sql.query<{ senderId: string }>(
    `/* groups.findSeenSender */ select sent.sender_id as "senderId"
     from chat.sent
     join groups.stay on stay.group_id = sent.conversation_id
     where sent.message_id = $3::uuid
       and sent.conversation_id = $1::uuid
       and stay.user_id = $2::uuid
       and stay.until_epoch is null
       and (stay.from_epoch, stay.from_xid, stay.from_id) < (sent.epoch, sent.xid, sent.event_id)`,
    [groupId, userId, messageId],
  )
  return rows[0]?.senderId ?? null
}

/** The newest first. Null is any state. */
export async function findReports(sql: Sql, state: ReportState | null, page: PageRequest): Promise<ReportRow[]> {
  const { rows } = await sql.query<ReportRow>(
    `/* groups.findReports */ select ${COLUMNS}
     from groups.report
     where ($1::text is null or (resolved_at is null) = ($1::text = 'OPEN'))
       and id < $2::uuid
     order by id desc
     limit $3::int`,
    [state, idAfter(page), page.limit + 1],
  )
  return rows
}

/** Null if there is none. A resolved report stays as it is. */
export async function resolveReport(sql: Sql, id: string, adminId: string, now: Date): Promise<ReportRow | null> {
  const { rows } = await sql.query<ReportRow>(
    `/* groups.resolveReport */ update groups.report set
       resolved_at = coalesce(resolved_at, $3::timestamptz),
       resolved_by = coalesce(resolved_by, $2::text)
     where id = $1::uuid
     returning ${COLUMNS}`,
    [id, adminId, now],
  )
  return rows[0] ?? null
}
