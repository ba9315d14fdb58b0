import type { Sql } from '../../../platform/sql/sql.ts'
import type { DevicePlatform } from '../generated/resolvers.ts'
import type { Address } from '../sign-in/input.ts'
import type { NewDevice } from './input.ts'

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

/** Null if the device does not exist. `known`: it was signed in to the account of this address before. */
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
         where session.device_id = device.id and account.address = $2::text
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
