import type { Sql } from '../../../platform/sql/sql.ts'
import { inOrder } from '../../in-order.ts'
import type { GroupKind, GroupParticipants, GroupRole } from '../generated/resolvers.ts'
import type { GroupChanges, NewGroup } from './input.ts'

/** A group as one of its members sees it. */
export interface GroupRow {
  readonly id: string
  readonly kind: GroupKind
  readonly title: string
  readonly description: string
  readonly avatarUrl: string | null
  readonly createdAt: Date
  readonly whoMaySend: GroupParticipants
  readonly whoMayInvite: GroupParticipants
  readonly whoMayEdit: GroupParticipants
  readonly whoMaySeeMembers: GroupParticipants
  readonly slowModeSeconds: number
  readonly memberCount: number
  /** The membership of the member that this row was fetched for. */
  readonly viewerId: string
  readonly viewerRole: GroupRole
  readonly viewerJoinedAt: Date
  readonly viewerMutedUntil: Date | null
}

/** In the order of the ids; null for a group that does not exist or that the user is not in now. */
export async function findGroupsOf(sql: Sql, userId: string, ids: readonly string[]): Promise<(GroupRow | null)[]> {
  const { rows } = await sql.query<GroupRow>(
    `/* groups.findGroupsOf */ select
       room.id,
       room.kind,
       room.title,
       room.description,
       room.avatar_url as "avatarUrl",
       room.created_at as "createdAt",
       case room.kind when 'BROADCAST' then 'ADMINS' else room.who_may_send end as "whoMaySend",
       room.who_may_invite as "whoMayInvite",
       room.who_may_edit as "whoMayEdit",
       case room.kind when 'BROADCAST' then 'ADMINS' else room.who_may_see_members end as "whoMaySeeMembers",
       room.slow_mode_seconds as "slowModeSeconds",
       room.member_count as "memberCount",
       stay.user_id as "viewerId",
       stay.role as "viewerRole",
       stay.joined_at as "viewerJoinedAt",
       stay.muted_until as "viewerMutedUntil"
     from groups.room
     join groups.stay on stay.group_id = room.id
     where room.id = any($2::uuid[])
       and stay.user_id = $1::uuid
       and stay.until_epoch is null`,
    [userId, ids],
  )
  return inOrder(ids, rows, (row) => row.id)
}

export async function createRoom(sql: Sql, id: string, group: NewGroup, now: Date): Promise<void> {
  await sql.query(
    `/* groups.createRoom */ insert into groups.room (id, kind, title, description, avatar_url, created_at)
     values ($1::uuid, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)`,
    [id, group.kind, group.title, group.description, group.avatarUrl, now],
  )
}

/** Writes what is given and keeps the rest. Returns the names of the columns that changed. */
export async function changeRoom(sql: Sql, id: string, changes: GroupChanges): Promise<string[]> {
  const { rows } = await sql.query<{ changed: string[] }>(
    `/* groups.changeRoom */ with old as (
       select * from groups.room where id = $1::uuid for update
     )
     update groups.room set
       kind = coalesce($2::text, room.kind),
       title = coalesce($3::text, room.title),
       description = coalesce($4::text, room.description),
       avatar_url = case when $5::boolean then $6::text else room.avatar_url end,
       who_may_send = coalesce($7::text, room.who_may_send),
       who_may_invite = coalesce($8::text, room.who_may_invite),
       who_may_edit = coalesce($9::text, room.who_may_edit),
       who_may_see_members = coalesce($10::text, room.who_may_see_members),
       slow_mode_seconds = coalesce($11::integer, room.slow_mode_seconds)
     from old
     where room.id = old.id
     returning array_remove(array[
       case when room.kind <> old.kind then 'kind' end,
       case when room.title <> old.title then 'title' end,
       case when room.description <> old.description then 'description' end,
       case when room.avatar_url is distinct from old.avatar_url then 'avatarUrl' end,
       case when room.who_may_send <> old.who_may_send then 'whoMaySend' end,
       case when room.who_may_invite <> old.who_may_invite then 'whoMayInvite' end,
       case when room.who_may_edit <> old.who_may_edit then 'whoMayEdit' end,
       case when room.who_may_see_members <> old.who_may_see_members then 'whoMaySeeMembers' end,
       case when room.slow_mode_seconds <> old.slow_mode_seconds then 'slowModeSeconds' end
     ], null) as changed`,
    [
      id,
      changes.kind ?? null,
      changes.title ?? null,
      changes.description ?? null,
      changes.avatarUrl !== undefined,
      changes.avatarUrl ?? null,
      changes.whoMaySend ?? null,
      changes.whoMayInvite ?? null,
      changes.whoMayEdit ?? null,
      changes.whoMaySeeMembers ?? null,
      changes.slowModeSeconds ?? null,
    ],
  )
  return rows[0]?.changed ?? []
}

/** Marks the group as deleted, and ends what leads into it. Bans and the audit log stay. */
export async function closeRoom(sql: Sql, id: string, now: Date): Promise<void> {
  await sql.query(
    `/* groups.closeRoom */ with links as (
       update groups.link set revoked_at = $2::timestamptz where group_id = $1::uuid and revoked_at is null
     ), invites as (
       delete from groups.invite where group_id = $1::uuid
     ), requests as (
       delete from groups.join_request where group_id = $1::uuid
     )
     update groups.room set deleted_at = $2::timestamptz, member_count = 0 where id = $1::uuid`,
    [id, now],
  )
}

/** A group that has not been deleted, for somebody who is no member. */
export interface RoomToJoin {
  readonly kind: GroupKind
  readonly title: string
  readonly description: string
  readonly avatarUrl: string | null
  readonly whoMaySeeMembers: GroupParticipants
  readonly memberCount: number
}

/** Does not check whether anybody may see it. */
export async function findRoomToJoin(sql: Sql, id: string): Promise<RoomToJoin | null> {
  const { rows } = await sql.query<RoomToJoin>(
    `/* groups.findRoomToJoin */ select
       kind, title, description, avatar_url as "avatarUrl", member_count as "memberCount",
       case kind when 'BROADCAST' then 'ADMINS' else who_may_see_members end as "whoMaySeeMembers"
     from groups.room
     where id = $1::uuid and deleted_at is null`,
    [id],
  )
  return rows[0] ?? null
}

/** The last owner of a deleted group; null for any other group. */
export async function findOwnerOfClosed(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* groups.findOwnerOfClosed */ select stay.user_id as "userId"
     from groups.room
     join groups.stay on stay.group_id = room.id
     where room.id = $1::uuid and room.deleted_at is not null and stay.role = 'OWNER' and stay.left_at = room.deleted_at`,
    [id],
  )
  return rows[0]?.userId ?? null
}

/** Creates the group's conversation, by the function that the chat room publishes. */
export async function openConversation(sql: Sql, id: string, now: Date): Promise<void> {
  await sql.query('/* groups.openConversation */ select chat.open_group_conversation($1::uuid, $2::timestamptz)', [
    id,
    now,
  ])
}

/** In the order of the ids; null for a group that does not exist. Does not check any viewer. */
export async function findTitles(sql: Sql, ids: readonly string[]): Promise<(string | null)[]> {
  const { rows } = await sql.query<{ id: string; title: string }>(
    `/* groups.findTitles */ select id, title from groups.room where id = any($1::uuid[])`,
    [ids],
  )
  return inOrder(ids, rows, (row) => row.id).map((row) => row?.title ?? null)
}
