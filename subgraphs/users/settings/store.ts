import type { Sql } from '../../../platform/sql/sql.ts'
import type { NotificationLevel, PrivacyAudience } from '../generated/resolvers.ts'

export interface SettingsRow {
  readonly level: NotificationLevel
  readonly previews: boolean
  /** `HH:MM` in the user's time zone; null, like `quietTo`, without quiet hours. */
  readonly quietFrom: string | null
  readonly quietTo: string | null
  readonly messagesFrom: PrivacyAudience
  readonly groupsFrom: PrivacyAudience
  readonly foundBy: PrivacyAudience
  readonly lastSeenTo: PrivacyAudience
  readonly readReceipts: boolean
  readonly invisible: boolean
}

/** The settings of a user who never changed any. The table has the same defaults. */
export const DEFAULTS: SettingsRow = {
  level: 'ALL',
  previews: true,
  quietFrom: null,
  quietTo: null,
  messagesFrom: 'EVERYONE',
  groupsFrom: 'EVERYONE',
  foundBy: 'EVERYONE',
  lastSeenTo: 'EVERYONE',
  readReceipts: true,
  invisible: false,
}

export async function findSettings(sql: Sql, userId: string): Promise<SettingsRow> {
  const { rows } = await sql.query<SettingsRow>(
    `/* users.findSettings */ select
       notify as level,
       previews,
       to_char(quiet_from, 'HH24:MI') as "quietFrom",
       to_char(quiet_to, 'HH24:MI') as "quietTo",
       messages_from as "messagesFrom",
       groups_from as "groupsFrom",
       found_by as "foundBy",
       last_seen_to as "lastSeenTo",
       read_receipts as "readReceipts",
       invisible
     from users.setting
     where user_id = $1::uuid`,
    [userId],
  )
  return rows[0] ?? DEFAULTS
}

export async function saveSettings(sql: Sql, userId: string, settings: SettingsRow): Promise<void> {
  await sql.query(
    `/* users.saveSettings */ insert into users.setting (
       user_id, notify, previews, quiet_from, quiet_to, messages_from, groups_from, found_by, last_seen_to, read_receipts,
       invisible
     )
     values (
       $1::uuid, $2::text, $3::boolean, $4::time, $5::time, $6::text, $7::text, $8::text, $9::text, $10::boolean,
       $11::boolean
     )
     on conflict (user_id) do update set
       notify = excluded.notify,
       previews = excluded.previews,
       quiet_from = excluded.quiet_from,
       quiet_to = excluded.quiet_to,
       messages_from = excluded.messages_from,
       groups_from = excluded.groups_from,
       found_by = excluded.found_by,
       last_seen_to = excluded.last_seen_to,
       read_receipts = excluded.read_receipts,
       invisible = excluded.invisible`,
    [
      userId,
      settings.level,
      settings.previews,
      settings.quietFrom,
      settings.quietTo,
      settings.messagesFrom,
      settings.groupsFrom,
      settings.foundBy,
      settings.lastSeenTo,
      settings.readReceipts,
      settings.invisible,
    ],
  )
}
