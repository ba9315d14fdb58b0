import type { Sql } from '../../../platform/sql/sql.ts'

export interface ErasedStay {
  readonly groupId: string
  readonly userId: string
}

/** Present stays of deleted users, found by the view that the users room publishes. */
export async function findErasedStays(sql: Sql, limit: number): Promise<ErasedStay[]> {
  const { rows } = await sql.query<ErasedStay>(
    `/* groups.findErasedStays */ select stay.group_id as "groupId", stay.user_id as "userId"
     from users.erased
     join groups.stay on stay.user_id = erased.user_id
     where stay.until_epoch is null
     limit $1::int`,
    [limit],
  )
  return rows
}

/**
 * Erases what else is kept about deleted users: open invites to them and by them, requests to join, bans, and what they
 * wrote in reports, and what admins wrote about them. The audit log keeps their ids alone.
 */
export async function eraseRecords(sql: Sql): Promise<void> {
  await sql.query(
    `/* groups.eraseRecords */ with gone as materialized (
       select user_id from users.erased
       where not exists (select from groups.erasure where erasure.user_id = erased.user_id)
     ), invites as (
       delete from groups.invite using gone where invite.user_id = gone.user_id or invite.by_id = gone.user_id
     ), requests as (
       delete from groups.join_request using gone where join_request.user_id = gone.user_id
     ), bans as (
       delete from groups.ban using gone where ban.user_id = gone.user_id
     ), reports as (
       -- Both the reporter and the reported user may be gone.
       select report.id, bool_or(report.reporter_id = gone.user_id) as "isOwn"
       from gone
       join groups.report on report.reporter_id = gone.user_id and (report.note <> '' or report.answer is not null)
         or report.user_id = gone.user_id and report.answer is not null
       group by report.id
     )
     update groups.report set note = case when reports."isOwn" then '' else report.note end, answer = null
     from reports
     where report.id = reports.id`,
  )
}

/** Records the deleted users who are in no group. */
export async function markErased(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `/* groups.markErased */ insert into groups.erasure (user_id, done_at)
     select erased.user_id, $1::timestamptz
     from users.erased
     where not exists (select from groups.erasure where erasure.user_id = erased.user_id)
       and not exists (select from groups.stay where stay.user_id = erased.user_id and stay.until_epoch is null)
     on conflict do nothing`,
    [now],
  )
}
