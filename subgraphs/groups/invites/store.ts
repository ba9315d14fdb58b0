import type { Sql } from '../../../platform/sql/sql.ts'
import type { PageRequest } from '../../page.ts'
import { placeAfter } from '../../place.ts'

export interface InviteRow {
  readonly groupId: string
  readonly userId: string
  readonly byId: string
  readonly createdAt: Date
}

/** Returns the users who had no invite; an open one stays as it is. */
export async function insertInvites(
  sql: Sql,
  groupId: string,
  userIds: readonly string[],
  by: string,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.insertInvites */ insert into groups.invite (group_id, user_id, by_id, created_at)
     select $1::uuid, id, $3::uuid, $4::timestamptz from unnest($2::uuid[]) as id
     on conflict do nothing
     returning user_id as "userId"`,
    [groupId, userIds, by, now],
  )
  return rows.map((row) => row.userId)
}

/** The open invites of a group, at most `limit` of them counted. */
export async function countInvites(sql: Sql, groupId: string, limit: number): Promise<number> {
  const { rows } = await sql.query<{ open: number }>(
    `/* groups.countInvites */ select count(*)::int as open
     from (select from groups.invite where group_id = $1::uuid limit $2::int) as found`,
    [groupId, limit],
  )
  return rows[0]?.open ?? 0
}

/** Those of the users who have blocked this one. They are told of nothing that it does to them. */
export async function findBlockers(sql: Sql, blockedId: string, userIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.findBlockers */ select blocker_id as id
     from users.blocks
     where blocked_id = $1::uuid and blocker_id = any($2::uuid[])`,
    [blockedId, userIds],
  )
  return new Set(rows.map((row) => row.id))
}

/** An open invite. One by a user whom the invited user has blocked is none for the invited user. */
export async function findInvite(sql: Sql, groupId: string, userId: string): Promise<{ readonly byId: string } | null> {
  const { rows } = await sql.query<{ byId: string }>(
    `/* groups.findInvite */ select by_id as "byId"
     from groups.invite
     where group_id = $1::uuid and user_id = $2::uuid
       and not exists (select from users.blocks where blocker_id = invite.user_id and blocked_id = invite.by_id)`,
    [groupId, userId],
  )
  return rows[0] ?? null
}

/** Who made the invite that was deleted; null if there was none. */
export async function deleteInvite(sql: Sql, groupId: string, userId: string): Promise<string | null> {
  const { rows } = await sql.query<{ byId: string }>(
    `/* groups.deleteInvite */ delete from groups.invite
     where group_id = $1::uuid and user_id = $2::uuid
     returning by_id as "byId"`,
    [groupId, userId],
  )
  return rows[0]?.byId ?? null
}

/** Deletes the open invites that a user made. Returns the invited users, without those who have blocked the inviter. */
export async function deleteInvitesBy(sql: Sql, groupId: string, by: string): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string; isTold: boolean }>(
    `/* groups.deleteInvitesBy */ delete from groups.invite
     where group_id = $1::uuid and by_id = $2::uuid
     returning
       user_id as "userId",
       not exists (select from users.blocks where blocker_id = user_id and blocked_id = by_id) as "isTold"`,
    [groupId, by],
  )
  return rows.filter(({ isTold }) => isTold).map(({ userId }) => userId)
}

export async function findInvitesOfGroup(sql: Sql, groupId: string, page: PageRequest): Promise<InviteRow[]> {
  const after = placeAfter(page, 'newest')
  const { rows } = await sql.query<InviteRow>(
    `/* groups.findInvitesOfGroup */ select
       group_id as "groupId", user_id as "userId", by_id as "byId", created_at as "createdAt"
     from groups.invite
     where group_id = $1::uuid
       and (created_at, user_id) < ($2::timestamptz, $3::uuid)
     order by created_at desc, user_id desc
     limit $4::int`,
    [groupId, after.at, after.id, page.limit + 1],
  )
  return rows
}

/** Without those by users whom the invited one has blocked. */
export async function findInvitesOfUser(sql: Sql, userId: string, page: PageRequest): Promise<InviteRow[]> {
  const after = placeAfter(page, 'newest')
  const { rows } = await sql.query<InviteRow>(
    `/* groups.findInvitesOfUser */ select
       group_id as "groupId", user_id as "userId", by_id as "byId", created_at as "createdAt"
     from groups.invite
     where user_id = $1::uuid
       and (created_at, group_id) < ($2::timestamptz, $3::uuid)
       and not exists (select from users.blocks where blocker_id = invite.user_id and blocked_id = invite.by_id)
     order by created_at desc, group_id desc
     limit $4::int`,
    [userId, after.at, after.id, page.limit + 1],
  )
  return rows
}
