import type { Sql } from '../../../platform/sql/sql.ts'
import type { DevicePlatform, PushService } from '../generated/resolvers.ts'
import type { Address } from '../sign-in/input.ts'
import type { DeviceName, NewDevice } from './input.ts'

export interface DeviceRow {
  readonly id: string
  readonly name: string
  readonly platform: DevicePlatform
  readonly model: string | null
  readonly appVersion: string | null
  readonly pushService: PushService | null
}

/** The columns of a `DeviceRow`, of a table or alias `device`. */
export const deviceColumns = `
  device.id,
  device.name,
  device.platform,
  device.model,
  device.app_version as "appVersion",
  case when device.push_token is not null then coalesce(device.push_kind, 'UNKNOWN') end as "pushService"`

/** Without its push target, which `setPushTarget` sets. */
export async function createDevice(
  sql: Sql,
  id: string,
  device: NewDevice,
  secretHash: Buffer,
  now: Date,
): Promise<void> {
  await sql.query(
    `/* users.createDevice */ insert into users.device (id, secret_hash, name, platform, model, app_version, created_at)
     values ($1::uuid, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::timestamptz)`,
    [id, secretHash, device.name, device.platform, device.model, device.appVersion, now],
  )
}

export async function findDeviceRow(sql: Sql, id: string): Promise<DeviceRow | null> {
  const { rows } = await sql.query<DeviceRow>(
    `/* users.findDeviceRow */ select ${deviceColumns} from users.device where device.id = $1::uuid`,
    [id],
  )
  return rows[0] ?? null
}

/** The devices on which a user is signed in, the newest first. */
export async function findDevices(
  sql: Sql,
  userId: string,
  range: { readonly after: string | null; readonly limit: number; readonly now: Date },
): Promise<DeviceRow[]> {
  const { rows } = await sql.query<DeviceRow>(
    `/* users.findDevices */ select ${deviceColumns}
     from users.device
     where device.id in (
         select device_id from users.session
         where user_id = $1::uuid and revoked_at is null and expires_at > $4::timestamptz
       )
       and ($2::uuid is null or device.id < $2::uuid)
     order by device.id desc
     limit $3::int`,
    [userId, range.after, range.limit, range.now],
  )
  return rows
}

/** Null unless the user is signed in on the device. */
export async function renameDevice(
  sql: Sql,
  userId: string,
  deviceId: string,
  name: DeviceName,
  now: Date,
): Promise<DeviceRow | null> {
  const { rows } = await sql.query<DeviceRow>(
    `/* users.renameDevice */ update users.device set name = $3::text
     where id = $2::uuid
       and exists (
         select from users.session
         where device_id = $2::uuid and user_id = $1::uuid and revoked_at is null and expires_at > $4::timestamptz
       )
     returning ${deviceColumns}`,
    [userId, deviceId, name, now],
  )
  return rows[0] ?? null
}

/**
 * Null if the device does not exist. `known`: it was signed in to the account of this address before, and its owner has
 * not removed it since.
 */
export async function findDevice(
  sql: Sql,
  id: string,
  address: Address,
): Promise<{ readonly secretHash: Buffer; readonly known: boolean } | null> {
  const { rows } = await sql.query<{ secretHash: Buffer; known: boolean }>(
    `/* users.findDevice */ select
       device.secret_hash as "secretHash",
       exists (
         select from users.session
         join users.account on account.id = session.user_id
         where session.device_id = device.id
           and account.address = $2::text
           and session.end_reason is distinct from 'DEVICE_REMOVED'
       ) as known
     from users.device
     where device.id = $1::uuid`,
    [id, address],
  )
  return rows[0] ?? null
}

/** Deletes devices made before `before` that have no session, at most 1,000 at a time. */
export async function forgetUnusedDevices(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetUnusedDevices */ delete from users.device
     where id in (
       select device.id
       from users.device
       where device.created_at < $1::timestamptz
         and not exists (select from users.session where session.device_id = device.id)
       order by device.created_at
       limit 1000
       for update skip locked
     )`,
    [before],
  )
  return rowCount
}

/** Whose push targets changed before that is known to everybody who asks (migration 0012). */
export async function forgetPushTargetChanges(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetPushTargetChanges */ delete from users.push_target_change
     where (xid, user_id) in (
       select change.xid, change.user_id
       from users.push_target_change as change
       where change.at < $1::timestamptz
       order by change.at
       limit 10000
     )`,
    [before],
  )
  return rowCount
}
