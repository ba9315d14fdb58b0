import type { SealedKey } from '../../../platform/sessions/keys.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { AdminEmail } from './input.ts'

export interface AdminRow {
  readonly id: string
  readonly email: string
  readonly passwordHash: string
  readonly scopes: readonly string[]
  readonly createdAt: Date
  /** The secret of the second factor; null without one. */
  readonly totpSealed: Buffer | null
  readonly totpKeyId: string | null
}

const COLUMNS = `id, email, password_hash as "passwordHash", scopes, created_at as "createdAt", totp_sealed as "totpSealed",
  totp_key_id as "totpKeyId"`

export async function findAdmin(sql: Sql, email: AdminEmail): Promise<AdminRow | null> {
  const { rows } = await sql.query<AdminRow>(
    `/* users.findAdmin */ select ${COLUMNS} from users.admin where email = $1::text`,
    [email],
  )
  return rows[0] ?? null
}

export async function listAdmins(sql: Sql): Promise<AdminRow[]> {
  const { rows } = await sql.query<AdminRow>(`/* users.listAdmins */ select ${COLUMNS} from users.admin order by email`)
  return rows
}

/** False if there is an admin with this address. */
export async function createAdmin(
  sql: Sql,
  admin: Omit<AdminRow, 'email' | 'totpSealed' | 'totpKeyId'> & { readonly email: AdminEmail },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* users.createAdmin */ insert into users.admin (id, email, password_hash, scopes, created_at)
     values ($1::uuid, $2::text, $3::text, $4::text[], $5::timestamptz)
     on conflict (email) do nothing`,
    [admin.id, admin.email, admin.passwordHash, admin.scopes, admin.createdAt],
  )
  return rowCount === 1
}

export async function setPasswordHash(sql: Sql, adminId: string, hash: string): Promise<void> {
  await sql.query('/* users.setPasswordHash */ update users.admin set password_hash = $2::text where id = $1::uuid', [
    adminId,
    hash,
  ])
}

/** Sets the secret of the second factor, or removes it. */
export async function keepTotp(sql: Sql, adminId: string, sealed: SealedKey | null): Promise<void> {
  await sql.query(
    '/* users.keepTotp */ update users.admin set totp_sealed = $2::bytea, totp_key_id = $3::text where id = $1::uuid',
    [adminId, sealed?.sealed ?? null, sealed?.keyId ?? null],
  )
}

/** False if a code of this step, or of a later one, was taken before. */
export async function takeTotpStep(sql: Sql, adminId: string, step: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* users.takeTotpStep */ update users.admin set totp_last_step = $2::bigint
     where id = $1::uuid and (totp_last_step is null or totp_last_step < $2::bigint)`,
    [adminId, step],
  )
  return rowCount === 1
}

/** Removes an admin with all refresh tokens. */
export async function removeAdmin(sql: Sql, adminId: string): Promise<void> {
  await sql.query('/* users.removeAdmin */ delete from users.admin where id = $1::uuid', [adminId])
}

/** A refresh token and its admin as they are now. A family are the tokens that came from one sign-in. */
export interface RefreshRow {
  readonly familyId: string
  readonly adminId: string
  readonly scopes: readonly string[]
  readonly expiresAt: Date
  readonly familyEndsAt: Date
  readonly usedAt: Date | null
}

export interface NewRefresh {
  readonly tokenHash: Buffer
  readonly familyId: string
  readonly adminId: string
  readonly now: Date
  readonly expiresAt: Date
  readonly familyEndsAt: Date
}

export async function keepRefresh(sql: Sql, token: NewRefresh): Promise<void> {
  await sql.query(
    `/* users.keepRefresh */ insert into users.admin_refresh
       (token_hash, family_id, admin_id, created_at, expires_at, family_ends_at)
     values ($1::bytea, $2::uuid, $3::uuid, $4::timestamptz, $5::timestamptz, $6::timestamptz)`,
    [token.tokenHash, token.familyId, token.adminId, token.now, token.expiresAt, token.familyEndsAt],
  )
}

/**
 * Locks an admin until the end of the transaction. Whoever gives out refresh tokens or ends sign-ins holds it: otherwise
 * a token that is made at the same moment would outlive the end of its family. Null if the admin was removed.
 */
export async function lockAdmin(sql: Sql, email: AdminEmail): Promise<AdminRow | null> {
  const { rows } = await sql.query<AdminRow>(
    `/* users.lockAdmin */ select ${COLUMNS} from users.admin where email = $1::text for no key update`,
    [email],
  )
  return rows[0] ?? null
}

/** Finds a token under the lock of its admin: of two uses at once, the second sees the first. */
export async function lockRefresh(sql: Sql, tokenHash: Buffer): Promise<RefreshRow | null> {
  await sql.query(
    `/* users.lockAdminOfToken */ select from users.admin
     where id = (select admin_id from users.admin_refresh where token_hash = $1::bytea)
     for no key update`,
    [tokenHash],
  )
  const { rows } = await sql.query<RefreshRow>(
    `/* users.lockRefresh */ select
       token.family_id as "familyId",
       token.admin_id as "adminId",
       admin.scopes,
       token.expires_at as "expiresAt",
       token.family_ends_at as "familyEndsAt",
       token.used_at as "usedAt"
     from users.admin_refresh as token
     join users.admin on admin.id = token.admin_id
     where token.token_hash = $1::bytea`,
    [tokenHash],
  )
  return rows[0] ?? null
}

export async function useRefresh(sql: Sql, tokenHash: Buffer, now: Date): Promise<void> {
  await sql.query(
    '/* users.useRefresh */ update users.admin_refresh set used_at = $2::timestamptz where token_hash = $1::bytea',
    [tokenHash, now],
  )
}

/** Ends a sign-in: none of its refresh tokens works any more. */
export async function endFamily(sql: Sql, familyId: string): Promise<void> {
  await sql.query('/* users.endFamily */ delete from users.admin_refresh where family_id = $1::uuid', [familyId])
}

export async function endFamiliesOf(sql: Sql, adminId: string): Promise<void> {
  await sql.query('/* users.endFamiliesOf */ delete from users.admin_refresh where admin_id = $1::uuid', [adminId])
}

/** Deletes expired tokens, at most 1,000 at a time. */
export async function forgetOldRefreshTokens(sql: Sql, now: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetOldRefreshTokens */ delete from users.admin_refresh
     where token_hash in (
       select token_hash from users.admin_refresh
       where expires_at < $1::timestamptz order by expires_at limit 1000 for update skip locked
     )`,
    [now],
  )
  return rowCount
}
