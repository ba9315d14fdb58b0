import type { Sql } from '../../../platform/sql/sql.ts'
import type { PageRequest } from '../../page.ts'
import { idAfter, placeAfter } from '../../place.ts'
import type { NewLink } from './input.ts'

export interface LinkRow {
  readonly id: string
  readonly groupId: string
  readonly code: string
  readonly createdById: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly maxUses: number | null
  readonly uses: number
  readonly needsApproval: boolean
}

const COLUMNS = `id, group_id as "groupId", code, created_by as "createdById", created_at as "createdAt",
  expires_at as "expiresAt", max_uses as "maxUses", uses, needs_approval as "needsApproval"`

export async function insertLink(
  sql: Sql,
  { id, code }: { readonly id: string; readonly code: string },
  groupId: string,
  link: NewLink,
  by: string,
  now: Date,
): Promise<LinkRow> {
  const { rows } = await sql.query<LinkRow>(
    `/* groups.insertLink */ insert into groups.link
       (id, group_id, code, created_by, created_at, expires_at, max_uses, needs_approval)
     values ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::timestamptz, $6::timestamptz, $7::integer, $8::boolean)
     returning ${COLUMNS}`,
    [id, groupId, code, by, now, link.expiresAt, link.maxUses, link.needsApproval],
  )
  return rows[0]! // inserted by this statement
}

/** The usable links of a group, the newest first, at most `limit`. */
export async function findLinks(sql: Sql, groupId: string, now: Date, page: PageRequest): Promise<LinkRow[]> {
  const { rows } = await sql.query<LinkRow>(
    `/* groups.findLinks */ select ${COLUMNS}
     from groups.link
     where group_id = $1::uuid
       and revoked_at is null
       and (expires_at is null or expires_at > $2::timestamptz)
       and (max_uses is null or uses < max_uses)
       and id < $3::uuid
     order by id desc
     limit $4::int`,
    [groupId, now, idAfter(page), page.limit + 1],
  )
  return rows
}

/** The links of a group that were not revoked, whether they can still be used or not. */
export async function countLinks(sql: Sql, groupId: string): Promise<number> {
  const { rows } = await sql.query<{ links: number }>(
    `/* groups.countLinks */ select count(*)::int as links
     from groups.link
     where group_id = $1::uuid and revoked_at is null`,
    [groupId],
  )
  return rows[0]?.links ?? 0
}

/** Revokes the links of a group that can no longer be used. */
export async function revokeSpentLinks(sql: Sql, groupId: string, now: Date): Promise<void> {
  await sql.query(
    `/* groups.revokeSpentLinks */ update groups.link set revoked_at = $2::timestamptz
     where group_id = $1::uuid and revoked_at is null and (expires_at <= $2::timestamptz or uses >= max_uses)`,
    [groupId, now],
  )
}

/** A link of any state, and whether it can be used now; null for a code that nobody has. */
export async function findLink(sql: Sql, code: string, now: Date): Promise<(LinkRow & { isUsable: boolean }) | null> {
  const { rows } = await sql.query<LinkRow & { isUsable: boolean }>(
    `/* groups.findLink */ select
       ${COLUMNS},
       revoked_at is null
         and (expires_at is null or expires_at > $2::timestamptz)
         and (max_uses is null or uses < max_uses) as "isUsable"
     from groups.link
     where code = $1::text`,
    [code, now],
  )
  return rows[0] ?? null
}

/** Counts a use, if one is left. */
export async function useLink(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* groups.useLink */ update groups.link set uses = uses + 1
     where id = $1::uuid and (max_uses is null or uses < max_uses)`,
    [id],
  )
  return rowCount === 1
}

/** True if it was usable until now. */
export async function revokeLink(sql: Sql, groupId: string, id: string, now: Date): Promise<boolean | null> {
  const { rows } = await sql.query<{ ended: boolean }>(
    `/* groups.revokeLink */ with found as (
       select id, revoked_at from groups.link where group_id = $1::uuid and id = $2::uuid for update
     ), ended as (
       update groups.link set revoked_at = $3::timestamptz from found
       where link.id = found.id and found.revoked_at is null
     )
     select revoked_at is null as ended from found`,
    [groupId, id, now],
  )
  return rows[0]?.ended ?? null
}

/** Revokes the links that a user made. Returns the ids of those that were not revoked before. */
export async function revokeLinksBy(sql: Sql, groupId: string, userId: string, now: Date): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* groups.revokeLinksBy */ update groups.link set revoked_at = $3::timestamptz
     where group_id = $1::uuid and created_by = $2::uuid and revoked_at is null
     returning id`,
    [groupId, userId, now],
  )
  return rows.map(({ id }) => id)
}

export interface RequestRow {
  readonly userId: string
  readonly createdAt: Date
}

export async function insertRequest(sql: Sql, groupId: string, userId: string, now: Date): Promise<void> {
  await sql.query(
    `/* groups.insertRequest */ insert into groups.join_request (group_id, user_id, created_at)
     values ($1::uuid, $2::uuid, $3::timestamptz)`,
    [groupId, userId, now],
  )
}

/** False if there was none. */
export async function deleteRequest(sql: Sql, groupId: string, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* groups.deleteRequest */ delete from groups.join_request where group_id = $1::uuid and user_id = $2::uuid`,
    [groupId, userId],
  )
  return rowCount === 1
}

export async function hasRequest(sql: Sql, groupId: string, userId: string): Promise<boolean> {
  const { rows } = await sql.query(
    `/* groups.hasRequest */ select from groups.join_request where group_id = $1::uuid and user_id = $2::uuid`,
    [groupId, userId],
  )
  return rows.length > 0
}

/** The open requests of a group, at most `limit` of them counted. */
export async function countRequests(sql: Sql, groupId: string, limit: number): Promise<number> {
  const { rows } = await sql.query<{ open: number }>(
    `/* groups.countRequests */ select count(*)::int as open
     from (select from groups.join_request where group_id = $1::uuid limit $2::int) as found`,
    [groupId, limit],
  )
  return rows[0]?.open ?? 0
}

/** How often the user has asked to join the group. The audit log knows requests that were taken back too. */
export async function countAsksSince(sql: Sql, groupId: string, userId: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ asked: number }>(
    `/* groups.countAsksSince */ select count(*)::int as asked
     from groups.audit
     where by_id = $2::uuid and group_id = $1::uuid and act = 'JOIN_REQUESTED' and created_at > $3::timestamptz`,
    [groupId, userId, since],
  )
  return rows[0]?.asked ?? 0
}

/** The oldest first. */
export async function findRequests(sql: Sql, groupId: string, page: PageRequest): Promise<RequestRow[]> {
  const after = placeAfter(page, 'oldest')
  const { rows } = await sql.query<RequestRow>(
    `/* groups.findRequests */ select
       user_id as "userId", created_at as "createdAt"
     from groups.join_request
     where group_id = $1::uuid
       and (created_at, user_id) > ($2::timestamptz, $3::uuid)
     order by created_at, user_id
     limit $4::int`,
    [groupId, after.at, after.id, page.limit + 1],
  )
  return rows
}
