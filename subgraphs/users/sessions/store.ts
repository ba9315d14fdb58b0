import type { SessionKeys } from '../../../platform/sessions/keys.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { type DeviceRow, deviceColumns } from '../devices/store.ts'
import { MAX_SESSIONS, type SessionRules } from '../limits.ts'
import type { EndReason } from './log.ts'

/** A live session as its owner sees it. It has no key, because only the gateway may read that again. */
export interface SessionRow {
  readonly id: string
  readonly device: DeviceRow
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
  readonly expiresAt: Date
}

export interface NewSessionRow {
  readonly id: string
  readonly userId: string
  readonly deviceId: string
  readonly hmacKey: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
  /** The last moment to which use can prolong it. */
  readonly lastExpiresAt: Date
  readonly idleMs: number
}

/**
 * Creates a session, and ends those that the sign-in policy does not allow beside it, and the oldest beyond
 * MAX_SESSIONS. Returns the ids of the ended ones, to be announced. The caller holds the account's lock, so that of two
 * sign-ins at once the second sees the session of the first.
 */
export async function createSession(
  sql: Sql,
  session: NewSessionRow,
  policy: SessionRules['policy'],
  keys: Pick<SessionKeys, 'seal'>,
): Promise<string[]> {
  const { keyId, sealed } = keys.seal(session.hmacKey, { sessionId: session.id, userId: session.userId })
  await sql.query(
    `/* users.createSession */ insert into users.session (
       id, user_id, device_id, sealed_key, created_at, expires_at, last_expires_at, idle_seconds, key_id
     )
     values (
       $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::int, $9::text
     )`,
    [
      session.id,
      session.userId,
      session.deviceId,
      sealed,
      session.createdAt,
      session.expiresAt,
      session.lastExpiresAt,
      Math.floor(session.idleMs / 1_000),
      keyId,
    ],
  )
  const { rows } = await sql.query<{ id: string }>(
    `/* users.endReplacedSessions */ update users.session
     set revoked_at = $3::timestamptz, end_reason = 'REPLACED'
     where id in (
       select id from users.session
       where user_id = $1::uuid and revoked_at is null and expires_at > $3::timestamptz and id <> $5::uuid
       order by id desc
       offset $2::int - 1
     ) and revoked_at is null
     or user_id = $1::uuid and revoked_at is null and expires_at > $3::timestamptz and id <> $5::uuid
       and case $4::text
         when 'one' then true
         when 'platform' then (select platform from users.device where device.id = session.device_id)
           = (select platform from users.device where device.id = $6::uuid)
         else false
       end
     returning id`,
    [session.userId, MAX_SESSIONS, session.createdAt, policy, session.id, session.deviceId],
  )
  return rows.map((row) => row.id)
}

/** A user's live sessions after `after`, the newest first. */
export async function findSessions(
  sql: Sql,
  userId: string,
  range: { readonly after: string | null; readonly limit: number; readonly now: Date },
): Promise<SessionRow[]> {
  const { rows } = await sql.query<Omit<SessionRow, 'device' | 'id'> & DeviceRow & { sessionId: string }>(
    `/* users.findSessions */ select
       session.id as "sessionId",
       session.created_at as "createdAt",
       session.last_seen_at as "lastSeenAt",
       session.expires_at as "expiresAt",
       ${deviceColumns}
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
  return rows.map(({ sessionId, createdAt, lastSeenAt, expiresAt, ...device }) => ({
    id: sessionId,
    device,
    createdAt,
    lastSeenAt,
    expiresAt,
  }))
}

/** Ends those of the named sessions that belong to the user and are live. Returns their ids. */
export async function revokeNamedSessions(
  sql: Sql,
  userId: string,
  ids: readonly string[],
  now: Date,
  reason: EndReason,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.revokeNamedSessions */ update users.session set revoked_at = $3::timestamptz, end_reason = $4::text
     where id = any($2::uuid[]) and user_id = $1::uuid and revoked_at is null and expires_at > $3::timestamptz
     returning id`,
    [userId, ids, now, reason],
  )
  return rows.map((row) => row.id)
}

/** Ends every live session of a user except `except`. Returns their ids. */
export async function revokeAllSessions(
  sql: Sql,
  userId: string,
  except: string | null,
  now: Date,
  reason: EndReason,
): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `/* users.revokeAllSessions */ update users.session set revoked_at = $3::timestamptz, end_reason = $4::text
     where user_id = $1::uuid and id is distinct from $2::uuid and revoked_at is null and expires_at > $3::timestamptz
     returning id`,
    [userId, except, now, reason],
  )
  return rows.map((row) => row.id)
}

/**
 * Ends a user's live sessions on a device, and marks those that had ended before, so that the device is a stranger's.
 * Returns the ids of the live ones.
 */
export async function endSessionsOfDevice(sql: Sql, userId: string, deviceId: string, now: Date): Promise<string[]> {
  const { rows } = await sql.query<{ id: string; ended: boolean }>(
    `/* users.endSessionsOfDevice */ update users.session
     set revoked_at = coalesce(revoked_at, $3::timestamptz), end_reason = 'DEVICE_REMOVED'
     where user_id = $1::uuid and device_id = $2::uuid
     returning id, revoked_at = $3::timestamptz and announced_at is null and expires_at > $3::timestamptz as ended`,
    [userId, deviceId, now],
  )
  return rows.filter(({ ended }) => ended).map(({ id }) => id)
}

/** A session that has ended, and why. */
export interface EndedSession {
  readonly id: string
  /** Null for a session that ended before reasons were kept. */
  readonly reason: EndReason | null
}

/** Sessions that were ended before `before` and may not have been announced, the oldest first. */
export async function findUnannounced(sql: Sql, before: Date, limit: number): Promise<EndedSession[]> {
  const { rows } = await sql.query<EndedSession>(
    `/* users.findUnannounced */ select id, end_reason as reason from users.session
     where revoked_at <= $1::timestamptz and announced_at is null
     order by revoked_at
     limit $2::int`,
    [before, limit],
  )
  return rows
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
