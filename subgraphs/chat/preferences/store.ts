import type { Sql } from '../../../platform/sql/sql.ts'

/** How a user keeps a conversation in which the user takes part. */
export interface PreferencesRow {
  readonly conversationId: string
  readonly pinOrder: number | null
  readonly favorite: boolean
  /** Null without a mute, and for one without an end. It may have passed. */
  readonly mutedUntil: Date | null
  readonly mutedForever: boolean
  readonly archived: boolean
  readonly markedUnread: boolean
  readonly deleted: boolean
  /** The conversation's last message. */
  readonly lastSequence: number
}

/** A row for each of the conversations in which the user is a present participant, in no order. */
export async function findPreferences(sql: Sql, userId: string, ids: readonly string[]): Promise<PreferencesRow[]> {
  const { rows } = await sql.query<PreferencesRow>(
    `/* chat.findPreferences */ select
       conversation_id as "conversationId",
       pin_order as "pinOrder",
       favorite,
       case when muted_until < 'infinity' then muted_until end as "mutedUntil",
       coalesce(muted_until = 'infinity', false) as "mutedForever",
       is_archived as archived,
       marked_unread as "markedUnread",
       is_hidden as deleted,
       last_sequence as "lastSequence"
     from chat.own_conversations
     where user_id = $1::uuid and conversation_id = any($2::uuid[])`,
    [userId, ids],
  )
  return rows
}

/** What `savePreferences` writes: all but the place among the pinned ones. */
export interface Preferences {
  readonly favorite: boolean
  readonly mutedUntil: Date | null
  readonly mutedForever: boolean
  /** The last message at the moment of archiving. */
  readonly archivedUpTo: number | null
  readonly markedUnread: boolean
}

export async function savePreferences(
  sql: Sql,
  userId: string,
  conversationId: string,
  { favorite, mutedUntil, mutedForever, archivedUpTo, markedUnread }: Preferences,
): Promise<void> {
  await sql.query(
    `/* chat.savePreferences */ insert into chat.preferences
       (user_id, conversation_id, favorite, muted_until, archived_up_to, marked_unread)
     values ($1::uuid, $2::uuid, $3::boolean, $4::timestamptz, $5::integer, $6::boolean)
     on conflict (user_id, conversation_id) do update set
       favorite = excluded.favorite,
       muted_until = excluded.muted_until,
       archived_up_to = excluded.archived_up_to,
       marked_unread = excluded.marked_unread`,
    [userId, conversationId, favorite, mutedForever ? 'infinity' : mutedUntil, archivedUpTo, markedUnread],
  )
}

export interface Pin {
  readonly conversationId: string
  readonly pinOrder: number
}

/** The user's pinned conversations in their order; only those in which the user is a present participant. */
export async function findPins(sql: Sql, userId: string): Promise<Pin[]> {
  const { rows } = await sql.query<Pin>(
    `/* chat.findPins */ select own.conversation_id as "conversationId", own.pin_order as "pinOrder"
     from chat.preferences as own
     where own.user_id = $1::uuid
       and own.pin_order is not null
       and exists (
         select from chat.participants as p
         where p.conversation_id = own.conversation_id and p.user_id = own.user_id and p.until_epoch is null
       )
     order by own.pin_order`,
    [userId],
  )
  return rows
}

/**
 * Makes these the user's pinned conversations, and no others: so the pins of groups that the user left do not pile up.
 * Each must have a row.
 */
export async function savePins(sql: Sql, userId: string, pins: readonly Pin[]): Promise<void> {
  await sql.query(
    `/* chat.savePins */ update chat.preferences as own
     set
       pin_order = ($3::integer[])[array_position($2::uuid[], own.conversation_id)],
       -- What is pinned is in the list.
       hidden_up_to = case when own.conversation_id <> all ($2::uuid[]) then own.hidden_up_to end
     where own.user_id = $1::uuid
       and (own.pin_order is not null or own.conversation_id = any($2::uuid[]))
       and own.pin_order is distinct from ($3::integer[])[array_position($2::uuid[], own.conversation_id)]`,
    [userId, pins.map(({ conversationId }) => conversationId), pins.map(({ pinOrder }) => pinOrder)],
  )
}
