import type { Sql } from '../../../platform/sql/sql.ts'
import type { SealedCode } from './codes.ts'
import type { Address } from './input.ts'
import { DAY, TRIES_PER_CODE } from '../limits.ts'

/** The password of an address on one device. */
export interface CodeRow {
  readonly salt: Buffer
  /** Null once the code was used. */
  readonly codeHash: Buffer | null
  readonly expiresAt: Date
  readonly triesLeft: number
  /** It has eight digits, and its wrong tries do not count against the account. */
  readonly isLong: boolean
}

/** The key of an allowance: devices that were signed in to the account of the address before, or all others. */
export interface Counted {
  readonly address: Address
  readonly known: boolean
}

/** What happened within the last day. */
export interface PastRow {
  readonly sentAt: readonly Date[]
  readonly wrongAt: readonly Date[]
}

const NOTHING: PastRow = { sentAt: [], wrongAt: [] }

export async function findPast(sql: Sql, { address, known }: Counted): Promise<PastRow> {
  const { rows } = await sql.query<PastRow>(
    `/* users.findPast */ select sent_at as "sentAt", wrong_at as "wrongAt"
     from users.otp_allowance
     where address = $1::text and by_known = $2::boolean`,
    [address, known],
  )
  return rows[0] ?? NOTHING
}

/**
 * The same, with a lock until the end of the transaction, even if there was no row: each concurrent request or try
 * sees the result of the last one. It is taken before any code's row, so that no two transactions deadlock.
 */
export async function lockPast(sql: Sql, { address, known }: Counted, now: Date): Promise<PastRow> {
  const { rows } = await sql.query<PastRow>(
    `/* users.lockPast */ insert into users.otp_allowance as past (address, by_known, sent_at, wrong_at, touched_at)
     values ($1::text, $2::boolean, '{}', '{}', $3::timestamptz)
     on conflict (address, by_known) do update set touched_at = greatest(past.touched_at, excluded.touched_at)
     returning sent_at as "sentAt", wrong_at as "wrongAt"`,
    [address, known, now],
  )
  return rows[0] ?? NOTHING
}

/** Stores what counts from now on: the locked times and the new one, without those older than a day. */
export async function keepPast(sql: Sql, { address, known }: Counted, past: PastRow, now: Date): Promise<void> {
  const recent = (times: readonly Date[]) => times.filter((at) => at.getTime() > now.getTime() - DAY)
  await sql.query(
    `/* users.keepPast */ update users.otp_allowance
     set sent_at = $3::timestamptz[], wrong_at = $4::timestamptz[]
     where address = $1::text and by_known = $2::boolean`,
    [address, known, recent(past.sentAt), recent(past.wrongAt)],
  )
}

/** Replaces the password of an address on this device. */
export async function replaceCode(
  sql: Sql,
  code: {
    readonly address: Address
    readonly deviceId: string
    readonly sealed: SealedCode
    readonly isLong: boolean
    readonly expiresAt: Date
  },
): Promise<void> {
  await sql.query(
    `/* users.replaceCode */ insert into users.otp_code (address, device_id, salt, code_hash, expires_at, tries_left, is_long)
     values ($1::text, $2::uuid, $3::bytea, $4::bytea, $5::timestamptz, $6::int, $7::boolean)
     on conflict (address, device_id) do update set
       salt = excluded.salt,
       code_hash = excluded.code_hash,
       expires_at = excluded.expires_at,
       tries_left = excluded.tries_left,
       is_long = excluded.is_long`,
    [code.address, code.deviceId, code.sealed.salt, code.sealed.hash, code.expiresAt, TRIES_PER_CODE, code.isLong],
  )
}

/** Null if this device requested none. `lock` keeps other transactions from trying it until this one ends. */
export async function findCode(
  sql: Sql,
  { address, deviceId, lock }: { readonly address: Address; readonly deviceId: string; readonly lock: boolean },
): Promise<CodeRow | null> {
  const { rows } = await sql.query<CodeRow>(
    `/* users.findCode */ select
       salt,
       code_hash as "codeHash",
       expires_at as "expiresAt",
       tries_left as "triesLeft",
       is_long as "isLong"
     from users.otp_code
     where address = $1::text and device_id = $2::uuid
     ${lock ? 'for update' : ''}`,
    [address, deviceId],
  )
  return rows[0] ?? null
}

/** Counts a wrong try against the locked password. */
export async function countWrongTry(sql: Sql, address: Address, deviceId: string): Promise<void> {
  await sql.query(
    `/* users.countWrongTry */ update users.otp_code set tries_left = tries_left - 1
     where address = $1::text and device_id = $2::uuid`,
    [address, deviceId],
  )
}

/** Marks the password as used. */
export async function useUpCode(sql: Sql, address: Address, deviceId: string): Promise<void> {
  await sql.query(
    `/* users.useUpCode */ update users.otp_code set code_hash = null where address = $1::text and device_id = $2::uuid`,
    [address, deviceId],
  )
}

/** Deletes expired codes, and allowances that no limit needs any more, at most 1,000 rows of each at a time. */
export async function forgetOldCodes(sql: Sql, now: Date): Promise<number> {
  const codes = await sql.query(
    `/* users.forgetOldCodes */ delete from users.otp_code
     where (address, device_id) in (
       select address, device_id from users.otp_code
       where expires_at < $1::timestamptz order by expires_at limit 1000 for update skip locked
     )`,
    [now],
  )
  const past = await sql.query(
    `/* users.forgetOldAllowances */ delete from users.otp_allowance
     where (address, by_known) in (
       select address, by_known from users.otp_allowance
       where touched_at < $1::timestamptz order by touched_at limit 1000 for update skip locked
     )`,
    [new Date(now.getTime() - DAY)],
  )
  return codes.rowCount + past.rowCount
}
