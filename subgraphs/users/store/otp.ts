import type { Sql } from '../../../platform/sql/sql.ts'
import type { SealedCode } from '../codes.ts'
import type { Address } from '../input.ts'
import { CODES_PER_DAY, DAY, TRIES_PER_CODE, WRONG_PER_DAY } from '../limits.ts'

/** The password of an address, as a try finds it. */
export interface OtpRow {
  readonly salt: Buffer
  /** Null once the code was used. */
  readonly codeHash: Buffer | null
  readonly expiresAt: Date
  /** Of this code and of the day, whichever is less. */
  readonly triesLeft: number
}

/**
 * Puts a new password in the place of the one before, where the day's totals leave room; else answers when they will.
 * The wrong tries of the day stay with the address: a new password brings none back.
 */
export async function replaceCode(
  sql: Sql,
  address: Address,
  sealed: SealedCode,
  expiresAt: Date,
  now: Date,
): Promise<{ readonly replaced: true } | { readonly replaced: false; readonly retryAfterMs: number }> {
  const dayAgo = new Date(now.getTime() - DAY)
  const { rowCount } = await sql.query(
    `/* users.replaceCode */ insert into users.otp as otp
       (address, salt, code_hash, expires_at, tries_left, requested_at, wrong_at, touched_at)
     values ($1::text, $2::bytea, $3::bytea, $4::timestamptz, $7::int, array[$5::timestamptz], '{}', $5::timestamptz)
     on conflict (address) do update set
       salt = excluded.salt,
       code_hash = excluded.code_hash,
       expires_at = excluded.expires_at,
       tries_left = excluded.tries_left,
       requested_at = users.since(otp.requested_at, $6::timestamptz) || excluded.requested_at,
       wrong_at = users.since(otp.wrong_at, $6::timestamptz),
       touched_at = excluded.touched_at
     where cardinality(users.since(otp.requested_at, $6::timestamptz)) < $8::int
       and cardinality(users.since(otp.wrong_at, $6::timestamptz)) < $9::int`,
    [address, sealed.salt, sealed.hash, expiresAt, now, dayAgo, TRIES_PER_CODE, CODES_PER_DAY, WRONG_PER_DAY],
  )
  if (rowCount > 0) return { replaced: true }
  return { replaced: false, retryAfterMs: await waitForRoom(sql, address, now) }
}

/** Until the oldest of what filled the day is a day old. */
async function waitForRoom(sql: Sql, address: Address, now: Date): Promise<number> {
  const dayAgo = new Date(now.getTime() - DAY)
  const { rows } = await sql.query<{ oldest: Date | null }>(
    `/* users.waitForRoom */ select greatest(
       case when cardinality(codes) >= $3::int then codes[1] end,
       case when cardinality(wrong) >= $4::int then wrong[1] end
     ) as oldest
     from (
       select users.since(requested_at, $2::timestamptz) as codes, users.since(wrong_at, $2::timestamptz) as wrong
       from users.otp
       where address = $1::text
     ) as day`,
    [address, dayAgo, CODES_PER_DAY, WRONG_PER_DAY],
  )
  return (rows[0]?.oldest ?? now).getTime() + DAY - now.getTime()
}

/** The password of an address, locked until the transaction ends: of concurrent tries each sees what the last one left. */
export async function lockCode(sql: Sql, address: Address, now: Date): Promise<OtpRow | null> {
  const { rows } = await sql.query<OtpRow>(
    `/* users.lockCode */ select
       salt,
       code_hash as "codeHash",
       expires_at as "expiresAt",
       greatest(0, least(tries_left, $3::int - cardinality(users.since(wrong_at, $2::timestamptz)))) as "triesLeft"
     from users.otp
     where address = $1::text
     for update`,
    [address, new Date(now.getTime() - DAY), WRONG_PER_DAY],
  )
  return rows[0] ?? null
}

/** Counts a wrong try of the locked password, against it and against the day. */
export async function countWrongTry(sql: Sql, address: Address, now: Date): Promise<void> {
  await sql.query(
    `/* users.countWrongTry */ update users.otp
     set tries_left = tries_left - 1, wrong_at = wrong_at || $2::timestamptz, touched_at = $2::timestamptz
     where address = $1::text`,
    [address, now],
  )
}

/** A password is good once. */
export async function useUpCode(sql: Sql, address: Address): Promise<void> {
  await sql.query(`/* users.useUpCode */ update users.otp set code_hash = null where address = $1::text`, [address])
}

/** Deletes what counts against no limit any more, at most 1,000 rows at a time. */
export async function forgetOldCodes(sql: Sql, now: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetOldCodes */ delete from users.otp
     where address in (
       select address from users.otp where touched_at < $1::timestamptz order by touched_at limit 1000 for update skip locked
     )`,
    [new Date(now.getTime() - DAY)],
  )
  return rowCount
}
