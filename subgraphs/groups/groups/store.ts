import type { Sql } from '../../../platform/sql/sql.ts'
import { inOrder } from '../../in-order.ts'
import type { GroupRole } from '../generated/resolvers.ts'

/** A group as one of its members sees it. */
export interface GroupRow {
  readonly id: string
  readonly title: string
  readonly createdAt: Date
  /** The role of the member that this row was fetched for. */
  readonly viewerRole: GroupRole
}

/** In the order of the ids; null for a group that does not exist or that the user is not in now. */
export async function findGroupsOf(sql: Sql, userId: string, ids: readonly string[]): Promise<(GroupRow | null)[]> {
  const { rows } = await sql.query<GroupRow>(
    `/* groups.findGroupsOf */ select room.id, room.title, room.created_at as "createdAt", stay.role as "viewerRole"
     from groups.room
     join groups.stay on stay.group_id = room.id
     where room.id = any($2::uuid[])
       and stay.user_id = $1::uuid
       and stay.until_epoch is null`,
    [userId, ids],
  )
  return inOrder(ids, rows, (row) => row.id)
}

export async function createRoom(sql: Sql, id: string, title: string, now: Date): Promise<void> {
  await sql.query(
    `/* groups.createRoom */ insert into groups.room (id, title, created_at) values ($1::uuid, $2::text, $3::timestamptz)`,
    [id, title, now],
  )
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
