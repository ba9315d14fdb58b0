import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { GroupRole } from '../generated/resolvers.ts'

/** The roles of those users who are in the group now. */
export async function findRoles(
  sql: Sql,
  groupId: string,
  userIds: readonly string[],
): Promise<Map<string, GroupRole>> {
  const { rows } = await sql.query<{ userId: string; role: GroupRole }>(
    `/* groups.findRoles */ select user_id as "userId", role
     from groups.stay
     where group_id = $1::uuid and user_id = any($2::uuid[]) and until_epoch is null`,
    [groupId, userIds],
  )
  return new Map(rows.map((row) => [row.userId, row.role]))
}

/** How often the user has become a member. */
export async function countStaysSince(sql: Sql, groupId: string, userId: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ stays: number }>(
    `/* groups.countStaysSince */ select count(*)::int as stays
     from groups.stay
     where user_id = $2::uuid and group_id = $1::uuid and joined_at > $3::timestamptz`,
    [groupId, userId, since],
  )
  return rows[0]?.stays ?? 0
}

/** The owner and the admins, who are told what concerns managers. */
export async function findManagers(sql: Sql, groupId: string): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.findManagers */ select user_id as "userId"
     from groups.stay
     where group_id = $1::uuid and role <> 'MEMBER' and until_epoch is null`,
    [groupId],
  )
  return rows.map((row) => row.userId)
}

/** Those of the users that do not exist. */
export async function findMissingUsers(sql: Sql, userIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.findMissingUsers */ select id
     from unnest($1::uuid[]) as id
     where not exists (select from users.people where people.user_id = id)`,
    [userIds],
  )
  return rows.map((row) => row.id)
}

/** Those of the users whom their privacy settings, or a block, do not let this user add to a group. */
export async function findClosedUsers(sql: Sql, by: string, userIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.findClosedUsers */ select id
     from unnest($2::uuid[]) as id
     where not users.may_add_to_group($1::uuid, id)`,
    [by, userIds],
  )
  return new Set(rows.map((row) => row.id))
}

/** A stay that begins with an event of this transaction. */
export interface NewStay {
  readonly userId: string
  readonly role: GroupRole
  readonly from: Position
}

/**
 * Begins the stays, counts them, and ends the users' open invites and requests to join. A plain member who was muted when it
 * left is so again: leaving and coming back ends no mute. Returns the number of members.
 */
export async function beginStays(sql: Sql, groupId: string, stays: readonly NewStay[], now: Date): Promise<number> {
  const { rows } = await sql.query<{ memberCount: number }>(
    `/* groups.beginStays */ with new as (
       select * from unnest($3::uuid[], $4::text[], $5::int[], $6::xid8[], $7::bigint[])
         as new (user_id, role, from_epoch, from_xid, from_id)
     ), begun as (
       insert into groups.stay (group_id, joined_at, user_id, role, from_epoch, from_xid, from_id, muted_until)
       select $1::uuid, $2::timestamptz, new.*, case when last.muted_until > $2::timestamptz then last.muted_until end
       from new
       left join lateral (
         select stay.muted_until
         from groups.stay
         where new.role = 'MEMBER' and stay.group_id = $1::uuid and stay.user_id = new.user_id
         order by stay.from_epoch desc, stay.from_xid desc, stay.from_id desc
         limit 1
       ) as last on true
     ), invites as (
       delete from groups.invite where group_id = $1::uuid and user_id = any($3::uuid[])
     ), requests as (
       delete from groups.join_request where group_id = $1::uuid and user_id = any($3::uuid[])
     )
     update groups.room set member_count = member_count + cardinality($3::uuid[]) where id = $1::uuid
     returning member_count as "memberCount"`,
    [
      groupId,
      now,
      stays.map((stay) => stay.userId),
      stays.map((stay) => stay.role),
      stays.map((stay) => stay.from.epoch),
      stays.map((stay) => stay.from.xid.toString()),
      stays.map((stay) => stay.from.id.toString()),
    ],
  )
  return rows[0]?.memberCount ?? 0
}

export async function endStay(sql: Sql, groupId: string, userId: string, until: Position, now: Date): Promise<void> {
  await sql.query(
    `/* groups.endStay */ with ended as (
       update groups.stay
       set until_epoch = $3::int, until_xid = $4::xid8, until_id = $5::bigint, left_at = $6::timestamptz
       where group_id = $1::uuid and user_id = $2::uuid and until_epoch is null
       returning 1
     )
     update groups.room set member_count = member_count - (select count(*) from ended) where id = $1::uuid`,
    [groupId, userId, until.epoch, until.xid.toString(), until.id.toString(), now],
  )
}

/** Ends the stays of everybody. */
export async function endStays(sql: Sql, groupId: string, until: Position, now: Date): Promise<void> {
  await sql.query(
    `/* groups.endStays */ update groups.stay
     set until_epoch = $2::int, until_xid = $3::xid8, until_id = $4::bigint, left_at = $5::timestamptz
     where group_id = $1::uuid and until_epoch is null`,
    [groupId, until.epoch, until.xid.toString(), until.id.toString(), now],
  )
}

/** The roles of several members, the later ones last: the owner's old role must end before the new one begins. */
export async function setRole(sql: Sql, groupId: string, userId: string, role: GroupRole): Promise<void> {
  await sql.query(
    `/* groups.setRole */ update groups.stay
     set role = $3::text, muted_until = case when $3::text = 'MEMBER' then muted_until end
     where group_id = $1::uuid and user_id = $2::uuid and until_epoch is null`,
    [groupId, userId, role],
  )
}

/**
 * The one who becomes the owner when the owner is gone: the longest-standing admin, or the longest-standing member if
 * there is no admin; null if nobody is left.
 */
export async function findSuccessor(sql: Sql, groupId: string, leaverId: string): Promise<string | null> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.findSuccessor */ (
       select user_id as "userId", 1 as rank, from_epoch, from_xid, from_id
       from groups.stay
       where group_id = $1::uuid and role <> 'MEMBER' and until_epoch is null and user_id <> $2::uuid
       order by from_epoch, from_xid, from_id
       limit 1
     ) union all (
       select user_id as "userId", 2 as rank, from_epoch, from_xid, from_id
       from groups.stay
       where group_id = $1::uuid and until_epoch is null and user_id <> $2::uuid
       order by from_epoch, from_xid, from_id
       limit 1
     )
     order by rank
     limit 1`,
    [groupId, leaverId],
  )
  return rows[0]?.userId ?? null
}
