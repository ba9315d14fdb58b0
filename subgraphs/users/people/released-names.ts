/** Usernames that were given up. For a while nobody else gets them. */
import type { Sql } from '../../../platform/sql/sql.ts'
import { MAX_RELEASED_USERNAMES } from '../limits.ts'

const HASH = `sha256(convert_to($1::text, 'UTF8'))`

/** Keeps a name that its user has changed or cleared, for this user alone. Of several the newest are kept. */
export async function releaseUsername(sql: Sql, username: string, userId: string, freeAt: Date): Promise<void> {
  await sql.query(
    `/* users.releaseUsername */ insert into users.released_username (name_hash, user_id, free_at)
     values (${HASH}, $2::uuid, $3::timestamptz)
     on conflict (name_hash) do update set user_id = excluded.user_id, free_at = excluded.free_at`,
    [username, userId, freeAt],
  )
  await sql.query(
    `/* users.releaseOldest */ delete from users.released_username
     where name_hash in (
       select name_hash from users.released_username
       where user_id = $1::uuid
       order by free_at desc
       offset $2::int
     )`,
    [userId, MAX_RELEASED_USERNAMES],
  )
}

/** Keeps the name of an account that is being deleted, for nobody. */
export async function releaseUsernameOf(sql: Sql, userId: string, freeAt: Date): Promise<void> {
  await sql.query(
    `/* users.releaseUsernameOf */ insert into users.released_username (name_hash, user_id, free_at)
     select sha256(convert_to(username, 'UTF8')), null, $2::timestamptz
     from users.account
     where id = $1::uuid and username is not null
     on conflict (name_hash) do update set user_id = null, free_at = excluded.free_at`,
    [userId, freeAt],
  )
}

/**
 * False if the name is kept for another user, or for nobody. It must run after the account has taken the name: the index of
 * the names has then waited for whoever gives it up at the same moment, and this statement sees what they have written.
 */
export async function claimUsername(sql: Sql, username: string, userId: string, now: Date): Promise<boolean> {
  const { rows } = await sql.query<{ kept: boolean }>(
    `/* users.claimUsername */ with claimed as (
       delete from users.released_username
       where name_hash = ${HASH} and (user_id = $2::uuid or free_at <= $3::timestamptz)
     )
     select exists (
       select from users.released_username
       where name_hash = ${HASH} and user_id is distinct from $2::uuid and free_at > $3::timestamptz
     ) as kept`,
    [username, userId, now],
  )
  return rows[0]?.kept !== true
}

/** Deletes names that anybody may take, at most 1,000 at a time. */
export async function forgetReleasedUsernames(sql: Sql, now: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetReleasedUsernames */ delete from users.released_username
     where name_hash in (
       select name_hash from users.released_username
       where free_at <= $1::timestamptz
       order by free_at
       limit 1000
       for update skip locked
     )`,
    [now],
  )
  return rowCount
}
