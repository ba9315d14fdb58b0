import type { Sql } from '../../../platform/sql/sql.ts'

/**
 * What this room erases of a deleted user, by table. Each statement may run again. Rows of sessions and devices stay
 * until the end of the sessions was announced (`forgetSessions`), without anything personal.
 */
const statements: Readonly<Record<string, string>> = {
  eraseAccount: `update users.account
    set address = null, display_name = null, username = null, username_changed_at = null, bio = null,
      avatar_url = null, locale = null, time_zone = null, version = version + 1
    where id = $1::uuid and state = 'DELETED' and num_nonnulls(address, display_name, username, bio, avatar_url, locale, time_zone) > 0`,
  // A device may be another user's too: then it stays theirs.
  eraseDevices: `update users.device set name = '', model = null, app_version = null,
       push_token = null, push_kind = null, push_detail = null, push_key = null
    where id in (select device_id from users.session where user_id = $1::uuid)
      and not exists (
        select from users.session
        where session.device_id = device.id and session.user_id <> $1::uuid and session.revoked_at is null
      )`,
  // What happened stays, for the admins; from where, and what admins wrote about the user, does not. Why an admin erased the
  // user is asked for later, and the field's description says that it stays.
  eraseSecurityDetails: `update users.security_event set client_network = null, detail = detail - 'note'
    where user_id = $1::uuid and not (kind = 'ACCOUNT_DELETED' and actor_kind = 'ADMIN')`,
  eraseSettings: 'delete from users.setting where user_id = $1::uuid',
  eraseAttendance: 'delete from users.attendance where user_id = $1::uuid',
  eraseLastSeen: 'delete from users.last_seen where user_id = $1::uuid',
  eraseFriendships: `delete from users.friendship
    where user_id = $1::uuid
      or (user_id, friend_id) in (select friend_id, user_id from users.friendship where user_id = $1::uuid)`,
  eraseFriendRequests: 'delete from users.friend_request where from_id = $1::uuid or to_id = $1::uuid',
  eraseBlocks: 'delete from users.block where blocker_id = $1::uuid or blocked_id = $1::uuid',
  // Others still do not get the names, but nobody can tell any more whose they were.
  eraseReleasedUsernames: 'update users.released_username set user_id = null where user_id = $1::uuid',
  eraseSuspension: 'delete from users.suspension where user_id = $1::uuid',
}

/** Erases everything personal that this room keeps about a deleted user, except codes, which belong to the address. */
export async function eraseUser(sql: Sql, userId: string): Promise<void> {
  for (const [name, text] of Object.entries(statements)) await sql.query(`/* users.${name} */ ${text}`, [userId])
}

/** Deletes the passwords that were sent to an address, and what counts against its limits. */
export async function eraseCodes(sql: Sql, address: string): Promise<void> {
  await sql.query('/* users.eraseCodes */ delete from users.otp_code where address = $1::text', [address])
  await sql.query('/* users.eraseAllowances */ delete from users.otp_allowance where address = $1::text', [address])
}

/** Deletes the sessions whose end was announced, and the devices that had no other. */
export async function forgetSessions(sql: Sql, userId: string): Promise<void> {
  const { rows } = await sql.query<{ deviceId: string }>(
    `/* users.forgetSessions */ delete from users.session
     where user_id = $1::uuid and (announced_at is not null or revoked_at is null)
     returning device_id as "deviceId"`,
    [userId],
  )
  await sql.query(
    `/* users.forgetDevices */ delete from users.device
     where id = any($1::uuid[]) and not exists (select from users.session where session.device_id = device.id)`,
    [rows.map(({ deviceId }) => deviceId)],
  )
}
