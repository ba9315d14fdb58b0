import type { Sql } from '../../../platform/sql/sql.ts'
import type { DevicePlatform } from '../generated/resolvers.ts'
import { MAX_SESSIONS } from '../limits.ts'

/** A live session as its owner sees it. It has no key, because only the gateway may read that again. */
export interface SessionRow {
  readonly id: string
  readonly deviceId: string
  readonly deviceName: string
  readonly devicePlatform: DevicePlatform
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface NewSessionRow {
  readonly id: string
  readonly userId: string
  readonly deviceId: string
  readonly hmacKey: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Creates a session. Then the oldest beyond MAX_SESSIONS are ended, and their ids returned, to be announced. */
export async function createSession(sql: Sql, session: NewSessionRow): Promise<string[]> {
  await sql.query(
    `/* users.createSession */ insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::timestamptz, $6::timestamptz)`,
    [session.id, session.userId, session.deviceId, session.hmacKey, session.createdAt, session.expiresAt],
  )
  const { rows } = await sql.query<{ id: string }>(
    `/* users.endOldestSessions */ update users.session set revoked_at = $3::timestamptz
     where id in (
       select id from users.session
       where user_id = $1::uuid and revoked_at is null and expires_at > $3::timestamptz
       order by id desc
       offset $2::int
     ) and revoked_at is null
     returning id`,
    [session.userId, MAX_SESSIONS, session.createdAt],
  )
  return rows.map((row) => row.id)
}

/** A user's live sessions after `after`, the newest first. */
export async function findSessions(
  sql: Sql,
  userId: string,
  range: { readonly after: string | null; readonly limit: number; readonly now: Date },
): Promise<SessionRow[]> {
  const { rows } = await sql.query<SessionRow>(
    `/* users.findSessions */ select
       session.id,
       device.id as "deviceId",
       device.name as "deviceName",
       device.platform as "devicePlatform",
       session.created_at as "createdAt",
       session.expires_at as "expiresAt"
     from users.session
     join users.device on device.id = session.device_id
     where session.user_id = $1::uuid
       and session.revoked_at is null
       and session.expires_at > $4::timestamptz
       and ($2::uuid is null or session.id < $2::uuid)
     order by session.id desc
     limit $3::int`,
    [userId, range.after, range.limit, range.now],
  )
  return rows
}

/** Ends those of the named sessions that belong to the user and are live. Returns their ids. */
export async function revokeNamedSessions(
  sql: Sql,
  userId: string,
  ids: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.revokeNamedSessions */ update users.session set revoked_at = $3::timestamptz
     where id = any($2::uuid[]) and user_id = $1::uuid and revoked_at is null and expires_at > $3::timestamptz
     returning id`,
    [userId, ids, now],
  )
  return rows.map((row) => row.id)
}

/** Ends every live session of a user except `except`. Returns their ids. */
export async function revokeAllSessions(sql: Sql, userId: string, except: string | null, now: Date): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.revokeAllSessions */ update users.session set revoked_at = $3::timestamptz
     where user_id = $1::uuid and id is distinct from $2::uuid and revoked_at is null and expires_at > $3::timestamptz
     returning id`,
    [userId, except, now],
  )
  return rows.map((row) => row.id)
}

/** Sessions that were ended before `before` and may not have been announced, the oldest first. */
export async function findUnannounced(sql: Sql, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.findUnannounced */ select id from users.session
     where revoked_at <= $1::timestamptz and announced_at is null
     order by revoked_at
     limit $2::int`,
    [before, limit],
  )
  return rows.map((row) => row.id)
}

export async function markAnnounced(sql: Sql, ids: readonly string[], now: Date): Promise<void> {
  await sql.query(
    `/* users.markAnnounced */ update users.session set announced_at = $2::timestamptz
     where id = any($1::uuid[]) and announced_at is null`,
    [ids, now],
  )
}

/** Deletes sessions whose expiry was before `before`, revoked or not; at most 1,000 at a time. */
export async function forgetEndedSessions(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetEndedSessions */ delete from users.session
     where id in (
       select id from users.session
       where expires_at < $1::timestamptz
       order by expires_at
       limit 1000
       for update skip locked
     )`,
    [before],
  )
  return rowCount
}
