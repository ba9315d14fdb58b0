import type { Sql } from '../../../platform/sql/sql.ts'
import { keyOf, type PushTarget } from './push-target.ts'

/** The columns of a device without a target. */
const NO_TARGET = 'push_kind = null, push_token = null, push_detail = null, push_key = null'

/**
 * Gives the device this target, or none. A device that had the target loses it: an app that was installed again has a
 * new device and the old token, and must not get each push twice. Call it in a transaction.
 */
export async function setPushTarget(sql: Sql, deviceId: string, target: PushTarget | null): Promise<void> {
  if (target) {
    const key = keyOf(target)
    // Of two devices that set one target at once, the second waits here and takes it over.
    await sql.query(`/* users.lockPushTarget */ select pg_advisory_xact_lock(hashtextextended($1::text, 0))`, [
      key.toString('hex'),
    ])
    await sql.query(
      `/* users.freePushTarget */ update users.device
       set ${NO_TARGET}
       where push_key = $1::bytea and id <> $2::uuid`,
      [key, deviceId],
    )
  }
  await sql.query(
    `/* users.setPushTarget */ update users.device
     set push_kind = $2::text, push_token = $3::text, push_detail = $4::jsonb, push_key = $5::bytea
     where id = $1::uuid`,
    [
      deviceId,
      target?.kind ?? null,
      target?.token ?? null,
      target?.detail ? JSON.stringify(target.detail) : null,
      target ? keyOf(target) : null,
    ],
  )
}

/**
 * Keeps the target of a new device, which nobody is signed in on. It takes the target from no other device: whoever learned
 * a token could otherwise silence its device without an account.
 */
export async function keepPushTarget(sql: Sql, deviceId: string, target: PushTarget): Promise<void> {
  await sql.query(
    `/* users.keepPushTarget */ update users.device
     set push_kind = $2::text, push_token = $3::text, push_detail = $4::jsonb
     where id = $1::uuid`,
    [deviceId, target.kind, target.token, target.detail ? JSON.stringify(target.detail) : null],
  )
}

/** When somebody signs in on a device, the target that it was registered with moves to it. Call it in a transaction. */
export async function claimPushTarget(sql: Sql, deviceId: string): Promise<void> {
  const { rows } = await sql.query<PushTarget>(
    `/* users.findUnclaimedPushTarget */ select push_kind as kind, push_token as token, push_detail as detail
     from users.device
     where id = $1::uuid and push_token is not null and push_key is null`,
    [deviceId],
  )
  if (rows[0]) await setPushTarget(sql, deviceId, rows[0])
}

/** Clears the target of a device on which nobody is signed in any more. */
export async function clearUnusedPushTarget(sql: Sql, deviceId: string, now: Date): Promise<void> {
  await sql.query(
    `/* users.clearUnusedPushTarget */ update users.device
     set ${NO_TARGET}
     where id = $1::uuid
       and not exists (
         select from users.session
         where device_id = $1::uuid and revoked_at is null and expires_at > $2::timestamptz
       )`,
    [deviceId, now],
  )
}

/** Clears the device's target if it still has this token: the push service says that the token is dead. */
export async function dropDeadPushToken(sql: Sql, deviceId: string, token: string): Promise<void> {
  await sql.query(
    `/* users.dropDeadPushToken */ update users.device
     set ${NO_TARGET}
     where id = $1::uuid and push_token = $2::text`,
    [deviceId, token],
  )
}
