import type { Sql } from '../../../platform/sql/sql.ts'
import type { DevicePlatform } from '../generated/resolvers.ts'
import type { NewDevice } from '../input.ts'

export interface DeviceRow {
  readonly id: string
  readonly name: string
  readonly platform: DevicePlatform
}

export async function createDevice(
  sql: Sql,
  id: string,
  device: NewDevice,
  secretHash: Buffer,
  now: Date,
): Promise<DeviceRow> {
  await sql.query(
    `/* users.createDevice */ insert into users.device (id, secret_hash, name, platform, push_token, created_at)
     values ($1::uuid, $2::bytea, $3::text, $4::text, $5::text, $6::timestamptz)`,
    [id, secretHash, device.name, device.platform, device.pushToken, now],
  )
  return { id, name: device.name, platform: device.platform }
}

/** Null for a device that is not known. */
export async function findDeviceSecretHash(sql: Sql, id: string): Promise<Buffer | null> {
  const { rows } = await sql.query<{ secretHash: Buffer }>(
    `/* users.findDeviceSecretHash */ select secret_hash as "secretHash" from users.device where id = $1::uuid`,
    [id],
  )
  return rows[0]?.secretHash ?? null
}

/** Forgets devices made before `before` that have no session, at most 1,000 at a time. */
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
