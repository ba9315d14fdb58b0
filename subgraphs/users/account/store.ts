import type { Sql } from '../../../platform/sql/sql.ts'
import type { AccountState } from '../people/store.ts'

export interface AccountRow {
  readonly state: AccountState
  readonly address: string | null
}

/** Locks the account until the end of the transaction: it is neither suspended nor signed in to before. */
export async function lockAccount(sql: Sql, userId: string): Promise<AccountRow | null> {
  const { rows } = await sql.query<AccountRow>(
    '/* users.lockAccount */ select state, address from users.account where id = $1::uuid for update',
    [userId],
  )
  return rows[0] ?? null
}

/** Whether the session is a live one of the user that began after `since`. */
export async function isFreshSession(sql: Sql, userId: string, sessionId: string, since: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* users.isFreshSession */ select from users.session
     where id = $2::uuid and user_id = $1::uuid and revoked_at is null and created_at > $3::timestamptz`,
    [userId, sessionId, since],
  )
  return rowCount === 1
}

/** Marks the account as deleted, and so all rooms are to erase what they keep about the user. */
export async function markDeleted(sql: Sql, userId: string, now: Date): Promise<void> {
  await sql.query(`/* users.markDeleted */ update users.account set state = 'DELETED' where id = $1::uuid`, [userId])
  await sql.query(
    '/* users.beginErasure */ insert into users.erasure (user_id, erased_at) values ($1::uuid, $2::timestamptz)',
    [userId, now],
  )
}

/** A deleted account that the rooms are not done with. */
export interface ErasureRow {
  readonly userId: string
  readonly erasedAt: Date
  readonly settled: boolean
}

export async function findOpenErasures(sql: Sql, limit: number): Promise<ErasureRow[]> {
  const { rows } = await sql.query<ErasureRow>(
    `/* users.findOpenErasures */ select user_id as "userId", erased_at as "erasedAt", settled
     from users.erasure
     where finished_at is null or not settled
     order by erased_at
     limit $1::int`,
    [limit],
  )
  return rows
}

export async function settleErasure(sql: Sql, userId: string): Promise<void> {
  await sql.query('/* users.settleErasure */ update users.erasure set settled = true where user_id = $1::uuid', [
    userId,
  ])
}

/** Finishes the erasures with which every room is done. Returns how many. */
export async function finishErasures(sql: Sql, userIds: readonly string[], now: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.finishErasures */ update users.erasure set finished_at = $2::timestamptz
     where user_id = any($1::uuid[])
       and finished_at is null
       and not exists (select from users.session where session.user_id = erasure.user_id)
       and user_id in (select user_id from groups.erased)
       and user_id in (select user_id from chat.erased)
       and user_id in (select user_id from delivery.erased)`,
    [userIds, now],
  )
  return rowCount
}

/** How many erasures began before `before` and are not finished. */
export async function countLateErasures(sql: Sql, before: Date): Promise<number> {
  const { rows } = await sql.query<{ late: number }>(
    `/* users.countLateErasures */ select count(*)::int as late from users.erasure
     where finished_at is null and erased_at < $1::timestamptz`,
    [before],
  )
  return rows[0]?.late ?? 0
}
