import type { Sql } from '../../../platform/sql/sql.ts'
import type { Place, Start } from '../../place.ts'

export async function addBlock(sql: Sql, blockerId: string, blockedId: string, now: Date): Promise<void> {
  await sql.query(
    `/* users.addBlock */ insert into users.block (blocker_id, blocked_id, created_at)
     values ($1::uuid, $2::uuid, $3::timestamptz)`,
    [blockerId, blockedId, now],
  )
}

export async function removeBlock(sql: Sql, blockerId: string, blockedId: string): Promise<void> {
  await sql.query(
    `/* users.removeBlock */ delete from users.block where blocker_id = $1::uuid and blocked_id = $2::uuid`,
    [blockerId, blockedId],
  )
}

export async function countBlocks(sql: Sql, blockerId: string): Promise<number> {
  const { rows } = await sql.query<{ blocks: number }>(
    `/* users.countBlocks */ select count(*)::int as blocks from users.block where blocker_id = $1::uuid`,
    [blockerId],
  )
  return rows[0]?.blocks ?? 0
}

/** Whom the user has blocked, below `after`, the newest first. */
export async function listBlocks(sql: Sql, blockerId: string, after: Start, limit: number): Promise<Place[]> {
  const { rows } = await sql.query<Place>(
    `/* users.listBlocks */ select blocked_id as id, created_at as at
     from users.block
     where blocker_id = $1::uuid
       and (created_at, blocked_id) < ($2::timestamptz, $3::uuid)
     order by created_at desc, blocked_id desc
     limit $4::int`,
    [blockerId, after.at, after.id, limit],
  )
  return rows
}
