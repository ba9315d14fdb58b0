import type { Sql } from '../../../platform/sql/sql.ts'
import { firstIdAt } from '../../first-id.ts'
import type { PageRequest } from '../../page.ts'
import { idAfter } from '../../place.ts'
import type { ReportReason, ReportState } from '../generated/resolvers.ts'

export interface ReportRow {
  readonly id: string
  readonly groupId: string | null
  readonly userId: string | null
  readonly messageId: string | null
  readonly reporterId: string
  readonly reason: ReportReason
  readonly note: string
  readonly state: ReportState
  readonly createdAt: Date
  readonly assignedTo: string | null
  readonly closedBy: string | null
  readonly closedAt: Date | null
  readonly answer: string | null
}

const STATE = `case when resolved_at is null then 'OPEN' else coalesce(outcome, 'RESOLVED') end`
const COLUMNS = `id, group_id as "groupId", user_id as "userId", message_id as "messageId", reporter_id as "reporterId",
  reason, note, created_at as "createdAt", assigned_to as "assignedTo", resolved_by as "closedBy", resolved_at as "closedAt",
  answer, ${STATE} as state`

export interface NewReport {
  readonly id: string
  /** Null for a report about a user or a message outside of groups. */
  readonly groupId: string | null
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

/** Whether the user sent the message in a direct conversation with the reporter. */
export async function isDirectMessage(
  sql: Sql,
  reporterId: string,
  userId: string,
  messageId: string,
): Promise<boolean> {
  const { rows } = await sql.query<{ isOne: boolean }>(
    `/* groups.isDirectMessage */ select exists (
       select from chat.sent
       join chat.participants on participants.conversation_id = sent.conversation_id
       where sent.message_id = $3::uuid
         and sent.sender_id = $2::uuid
         and participants.user_id = $1::uuid
         and not exists (select from groups.room where room.id = sent.conversation_id)
     ) as "isOne"`,
    [reporterId, userId, messageId],
  )
  return rows[0]?.isOne ?? false
}

export interface ReportRange {
  readonly state: ReportState | null
  readonly reason: ReportReason | null
  readonly groupId: string | null
  readonly userId: string | null
  readonly reporterId: string | null
  readonly assignedTo: string | null
  readonly from: Date | null
  readonly until: Date | null
}

/** The newest first. Null fits all. */
export async function findReports(sql: Sql, range: ReportRange, page: PageRequest): Promise<ReportRow[]> {
  // Each of these has an index; in the text of the statement its condition is seen whatever plan is kept.
  const open = range.state === 'OPEN' ? 'resolved_at is null' : `($1::text is null or ${STATE} = $1::text)`
  const about = range.userId === null ? '$5::uuid is null' : 'user_id = $5::uuid'
  const { rows } = await sql.query<ReportRow>(
    `/* groups.findReports */ select ${COLUMNS}
     from groups.report
     where ${open}
       and ($1::text is null or $1::text <> '')
       and id < $2::uuid
       and ($4::uuid is null or group_id = $4::uuid)
       and ${about}
       and ($6::uuid is null or reporter_id = $6::uuid)
       and ($7::text is null or assigned_to = $7::text)
       and ($8::text is null or reason = $8::text)
       and ($9::uuid is null or id >= $9::uuid)
       and ($10::uuid is null or id < $10::uuid)
     order by id desc
     limit $3::int`,
    [
      range.state,
      idAfter(page),
      page.limit + 1,
      range.groupId,
      range.userId,
      range.reporterId,
      range.assignedTo,
      range.reason,
      firstIdAt(range.from),
      firstIdAt(range.until),
    ],
  )
  return rows
}

/** Locked until the end of the transaction; null if there is none. */
export async function lockReport(sql: Sql, id: string): Promise<ReportRow | null> {
  const { rows } = await sql.query<ReportRow>(
    `/* groups.lockReport */ select ${COLUMNS} from groups.report where id = $1::uuid for update`,
    [id],
  )
  return rows[0] ?? null
}

export async function assignReport(sql: Sql, id: string, adminId: string | null): Promise<ReportRow> {
  const { rows } = await sql.query<ReportRow>(
    `/* groups.assignReport */ update groups.report set assigned_to = $2::text where id = $1::uuid returning ${COLUMNS}`,
    [id, adminId],
  )
  return rows[0]! // the caller has locked it
}

export interface Closing {
  readonly adminId: string
  readonly outcome: 'RESOLVED' | 'DISMISSED'
  readonly answer: string | null
  readonly at: Date
}

export async function closeReport(sql: Sql, id: string, { adminId, outcome, answer, at }: Closing): Promise<ReportRow> {
  const { rows } = await sql.query<ReportRow>(
    `/* groups.closeReport */ update groups.report set
       resolved_at = $2::timestamptz, resolved_by = $3::text, outcome = $4::text,
       -- What is written about a user is erased once, when the user is deleted: later nothing is written.
       answer = case when not exists (
         select from unnest(array_remove(array[report.user_id, report.reporter_id], null)) as named
         where not exists (select from users.people where people.user_id = named)
       ) then $5::text end
     where id = $1::uuid
     returning ${COLUMNS}`,
    [id, at, adminId, outcome, answer],
  )
  return rows[0]! // the caller has locked it
}
