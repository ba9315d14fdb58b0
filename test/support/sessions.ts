import { randomBytes, randomUUID } from 'node:crypto'
import { signRequest, type SignedParts } from '../../client/sign.ts'
import type { Session } from '../../platform/sessions/sessions.ts'
import type { Sql } from '../../platform/sql/sql.ts'

/** A session of a new user on a new device, as `users.sessions` shows it. */
export async function insertSession(sql: Sql, expiresAtMs: number): Promise<Session> {
  const [sessionId, userId, deviceId] = [randomUUID(), randomUUID(), randomUUID()]
  const hmacKey = randomBytes(32)
  const at = new Date(expiresAtMs - 30 * 24 * 3_600_000)
  await sql.query(
    `/* test.insertAccount */ insert into users.account (id, address, display_name, created_at)
     values ($1::uuid, $2::text, 'Somebody', $3::timestamptz)`,
    [userId, `${userId}@example.org`, at],
  )
  await sql.query(
    `/* test.insertDevice */ insert into users.device (id, secret_hash, name, platform, created_at)
     values ($1::uuid, $2::bytea, 'Phone', 'OTHER', $3::timestamptz)`,
    [deviceId, randomBytes(32), at],
  )
  await sql.query(
    `/* test.insertSession */ insert into users.session (id, user_id, device_id, hmac_key, created_at, expires_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::timestamptz, $6::timestamptz)`,
    [sessionId, userId, deviceId, hmacKey, at, new Date(expiresAtMs)],
  )
  return { sessionId, userId, deviceId, hmacKey, expiresAtMs }
}

/** In PostgreSQL alone: nobody is told. */
export async function revokeSession(sql: Sql, sessionId: string): Promise<void> {
  await sql.query('/* test.revokeSession */ update users.session set revoked_at = now() where id = $1::uuid', [
    sessionId,
  ])
}

/** What the SDK sends for a session as the server knows it. */
export const signedHeaders = ({ sessionId, hmacKey }: Session, parts: Omit<SignedParts, 'session'>) =>
  signRequest({ ...parts, session: { id: sessionId, hmacKey: hmacKey.toString('base64url') } })
