import type { Sql } from '../../../platform/sql/sql.ts'
import type { NewSuspension } from './input.ts'

/** Why an account is suspended. */
export interface SuspensionRow {
  readonly reason: string
  readonly byAdminId: string
  readonly since: Date
  /** Null if an admin must end it. */
  readonly until: Date | null
}

/**
 * Marks the account as suspended, and keeps it locked until the end of the transaction: a concurrent sign-in has
 * created its session before, or finds the account suspended. False if there is no such account.
 */
export async function markSuspended(sql: Sql, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* users.markSuspended */ update users.account set state = 'SUSPENDED' where id = $1::uuid and state <> 'DELETED'`,
    [userId],
  )
  return rowCount === 1
}

/** Stores the suspension of an account; an earlier one keeps its beginning. */
export async function keepSuspension(
  sql: Sql,
  userId: string,
  { reason, until }: NewSuspension,
  adminId: string,
  now: Date,
): Promise<void> {
  await sql.query(
    `/* users.keepSuspension */ insert into users.suspension (user_id, reason, by_admin, since, until_at)
     values ($1::uuid, $2::text, $3::text, $4::timestamptz, $5::timestamptz)
     on conflict (user_id) do update set
       reason = excluded.reason,
       by_admin = excluded.by_admin,
       until_at = excluded.until_at`,
    [userId, reason, adminId, now, until],
  )
}

/** Null if the account is not suspended. */
export async function findSuspension(sql: Sql, userId: string): Promise<SuspensionRow | null> {
  const { rows } = await sql.query<SuspensionRow>(
    `/* users.findSuspension */ select reason, by_admin as "byAdminId", since, until_at as until
     from users.suspension
     where user_id = $1::uuid`,
    [userId],
  )
  return rows[0] ?? null
}

/** Ends the suspension of an account. False if it was not suspended. */
export async function endSuspension(sql: Sql, userId: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* users.endSuspension */ update users.account set state = 'ACTIVE' where id = $1::uuid and state = 'SUSPENDED'`,
    [userId],
  )
  // Without the lock on the account the row may belong to a suspension that has just begun.
  if (rowCount === 0) return false
  await sql.query('/* users.forgetSuspension */ delete from users.suspension where user_id = $1::uuid', [userId])
  return true
}

/** Ends suspensions whose end has come, at most 1,000 at a time. Returns the users. */
export async function endLapsedSuspensions(sql: Sql, now: Date): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.endLapsedSuspensions */ with lapsed as materialized (
       select account.id
       from users.suspension
       join users.account on account.id = suspension.user_id
       where suspension.until_at <= $1::timestamptz
       order by suspension.until_at
       limit 1000
       for update of account skip locked
     ), forgotten as (
       delete from users.suspension using lapsed where suspension.user_id = lapsed.id
     )
     update users.account set state = 'ACTIVE' from lapsed where account.id = lapsed.id and account.state = 'SUSPENDED'
     returning account.id`,
    [now],
  )
  return rows.map(({ id }) => id)
}
