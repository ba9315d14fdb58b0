import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { GroupRole } from '../generated/resolvers.ts'

export interface MemberRow {
  readonly userId: string
  readonly role: GroupRole
  readonly joinedAt: Date
  /** The position of the event of joining, as `formatPosition` writes it. */
  readonly from: string
}

/** The present members after `after`, in the order of joining. */
export async function findMembers(
  sql: Sql,
  groupId: string,
  after: Position | null,
  limit: number,
): Promise<MemberRow[]> {
  const { rows } = await sql.query<MemberRow>(
    `/* groups.findMembers */ select
       user_id as "userId",
       role,
       joined_at as "joinedAt",
       concat_ws(':', from_epoch, from_xid, from_id) as from
     from groups.stay
     where group_id = $1::uuid
       and until_epoch is null
       and ($2::int is null or (from_epoch, from_xid, from_id) > ($2::int, $3::xid8, $4::bigint))
     order by from_epoch, from_xid, from_id
     limit $5::int`,
    [groupId, after?.epoch ?? null, after?.xid.toString() ?? null, after?.id.toString() ?? null, limit],
  )
  return rows
}

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

export async function countMembers(sql: Sql, groupId: string): Promise<number> {
  const { rows } = await sql.query<{ members: number }>(
    `/* groups.countMembers */ select count(*)::int as members
     from groups.stay
     where group_id = $1::uuid and until_epoch is null`,
    [groupId],
  )
  return rows[0]?.members ?? 0
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

/** Those of the users who do not let this one add them to groups. */
export async function findRefusingUsers(sql: Sql, byId: string, userIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.findRefusingUsers */ select id
     from unnest($2::uuid[]) as id
     where id <> $1::uuid and not users.may_add_to_group($1::uuid, id)`,
    [byId, userIds],
  )
  return rows.map((row) => row.id)
}

/** A stay that begins with an event of this transaction. */
export interface NewStay {
  readonly userId: string
  readonly role: GroupRole
  readonly from: Position
}

export async function beginStays(sql: Sql, groupId: string, stays: readonly NewStay[], now: Date): Promise<void> {
  await sql.query(
    `/* groups.beginStays */ insert into groups.stay (group_id, joined_at, user_id, role, from_epoch, from_xid, from_id)
     select $1::uuid, $2::timestamptz, new.*
     from unnest($3::uuid[], $4::text[], $5::int[], $6::xid8[], $7::bigint[]) as new`,
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
}

export async function endStay(sql: Sql, groupId: string, userId: string, until: Position, now: Date): Promise<void> {
  await sql.query(
    `/* groups.endStay */ update groups.stay
     set until_epoch = $3::int, until_xid = $4::xid8, until_id = $5::bigint, left_at = $6::timestamptz
     where group_id = $1::uuid and user_id = $2::uuid and until_epoch is null`,
    [groupId, userId, until.epoch, until.xid.toString(), until.id.toString(), now],
  )
}

/**
 * Makes the longest-standing admin the owner, or the longest-standing member if there is no admin; null if nobody is
 * left. The previous owner has already left.
 */
export async function promoteSuccessor(sql: Sql, groupId: string): Promise<string | null> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.promoteSuccessor */ update groups.stay set role = 'OWNER'
     where (group_id, from_epoch, from_xid, from_id) in (
       select group_id, from_epoch, from_xid, from_id
       from groups.stay
       where group_id = $1::uuid and until_epoch is null
       order by role = 'ADMIN' desc, from_epoch, from_xid, from_id
       limit 1
     )
     returning user_id as "userId"`,
    [groupId],
  )
  return rows[0]?.userId ?? null
}
