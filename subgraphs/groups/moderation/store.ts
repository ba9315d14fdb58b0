import type { Sql } from '../../../platform/sql/sql.ts'
import type { PageRequest } from '../../page.ts'
import { placeAfter } from '../../place.ts'

export interface BanRow {
  readonly userId: string
  readonly byId: string
  readonly reason: string
  readonly createdAt: Date
}

/** Those of the users who are banned from the group. */
export async function findBanned(sql: Sql, groupId: string, userIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.findBanned */ select user_id as "userId"
     from groups.ban
     where group_id = $1::uuid and user_id = any($2::uuid[])`,
    [groupId, userIds],
  )
  return rows.map((row) => row.userId)
}

/** Bans a user and ends its open invite and request. False if it was banned already. */
export async function insertBan(
  sql: Sql,
  groupId: string,
  userId: string,
  by: string,
  reason: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* groups.insertBan */ with invites as (
       delete from groups.invite where group_id = $1::uuid and user_id = $2::uuid
     ), requests as (
       delete from groups.join_request where group_id = $1::uuid and user_id = $2::uuid
     )
     insert into groups.ban (group_id, user_id, by_id, reason, created_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::timestamptz)
     on conflict do nothing`,
    [groupId, userId, by, reason, now],
  )
  return rowCount === 1
}

/** False if there was none. */
export async function deleteBan(sql: Sql, groupId: string, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* groups.deleteBan */ delete from groups.ban where group_id = $1::uuid and user_id = $2::uuid`,
    [groupId, userId],
  )
  return rowCount === 1
}

/** The newest first. */
export async function findBans(sql: Sql, groupId: string, page: PageRequest): Promise<BanRow[]> {
  const after = placeAfter(page, 'newest')
  const { rows } = await sql.query<BanRow>(
    `/* groups.findBans */ select
       user_id as "userId", by_id as "byId", reason, created_at as "createdAt"
     from groups.ban
     where group_id = $1::uuid
       and (created_at, user_id) < ($2::timestamptz, $3::uuid)
     order by created_at desc, user_id desc
     limit $4::int`,
    [groupId, after.at, after.id, page.limit + 1],
  )
  return rows
}

/** False if it was the same before. */
export async function setMutedUntil(sql: Sql, groupId: string, userId: string, until: Date | null): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* groups.setMutedUntil */ update groups.stay set muted_until = $3::timestamptz
     where group_id = $1::uuid and user_id = $2::uuid and until_epoch is null
       and muted_until is distinct from $3::timestamptz`,
    [groupId, userId, until],
  )
  return rowCount === 1
}
