import type { Sql } from '../../../platform/sql/sql.ts'
import { type ExportSource, recordsOf } from '../../export.ts'

/**
 * What this room keeps about a user, without what proves somebody's identity (keys, hashes of codes and secrets), and
 * without what would tell the user that somebody blocked them.
 */
export const makeExportSources = (sql: Sql): readonly ExportSource[] => [
  recordsOf(
    sql,
    'users.account',
    ['users.account'],
    `select id::text as key, id, address, display_name as "displayName", username,
       username_changed_at as "usernameChangedAt", bio, avatar_url as "avatarUrl", locale, time_zone as "timeZone",
       version, state, created_at as "createdAt"
     from users.account where id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.setting',
    ['users.setting'],
    `select setting.user_id::text as key, setting.* from users.setting where user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.lastSeen',
    ['users.last_seen'],
    `select user_id::text as key, seen_at as "lastSeenAt" from users.last_seen where user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.device',
    ['users.device'],
    `select device.id::text as key, device.id, device.name, device.platform, device.model, device.app_version as "appVersion",
       device.push_kind as "pushKind", device.push_token as "pushToken", device.push_detail - 'auth' as "pushDetail",
       device.created_at as "createdAt"
     from users.device
     where id in (select device_id from users.session where user_id = $1::uuid)`,
  ),
  recordsOf(
    sql,
    'users.session',
    ['users.session'],
    `select id::text as key, id, device_id as "deviceId", created_at as "createdAt", expires_at as "expiresAt",
       revoked_at as "revokedAt", end_reason as "endReason", last_seen_at as "lastSeenAt"
     from users.session where user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.password',
    ['users.otp_code'],
    `select device_id::text as key, otp_code.address, device_id as "deviceId", expires_at as "expiresAt"
     from users.otp_code
     join users.account on account.address = otp_code.address
     where account.id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.passwordLimit',
    ['users.otp_allowance'],
    `select by_known::text as key, otp_allowance.address, by_known as "bySignedInDevices", sent_at as "sentAt",
       wrong_at as "wrongAt"
     from users.otp_allowance
     join users.account on account.address = otp_allowance.address
     where account.id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.friend',
    ['users.friendship'],
    `select friend_id::text as key, friend_id as "userId", since from users.friendship where user_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.friendRequestSent',
    ['users.friend_request'],
    `select to_id::text as key, to_id as "toId", sent_at as "sentAt"
     from users.friend_request where from_id = $1::uuid and pending`,
  ),
  recordsOf(
    sql,
    'users.friendRequestReceived',
    ['users.friend_request'],
    `select from_id::text as key, from_id as "fromId", sent_at as "sentAt", rejected_at as "rejectedAt"
     from users.friend_request where to_id = $1::uuid and not (pending and hidden)`,
  ),
  recordsOf(
    sql,
    'users.block',
    ['users.block'],
    `select blocked_id::text as key, blocked_id as "userId", created_at as "since"
     from users.block where blocker_id = $1::uuid`,
  ),
  recordsOf(
    sql,
    'users.securityEvent',
    ['users.security_event'],
    `select id::text as key, id, kind, at, actor_kind as "actorKind", device_id as "deviceId",
       session_id as "sessionId", client_network as "clientNetwork", detail
     from users.security_event where user_id = $1::uuid`,
  ),
]
