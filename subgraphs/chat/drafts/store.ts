import type { Sql } from '../../../platform/sql/sql.ts'

export interface DraftRow {
  readonly conversationId: string
  /** Null if there is no draft. */
  readonly text: string | null
  readonly updatedAt: Date | null
}

/** A row for each of the conversations in which the user is a present participant, in no order. */
export async function findDrafts(sql: Sql, userId: string, ids: readonly string[]): Promise<DraftRow[]> {
  const { rows } = await sql.query<DraftRow>(
    `/* chat.findDrafts */ select p.conversation_id as "conversationId", own.text, own.updated_at as "updatedAt"
     from chat.participants as p
     left join chat.drafts as own on own.user_id = p.user_id and own.conversation_id = p.conversation_id
     where p.user_id = $1::uuid and p.conversation_id = any($2::uuid[]) and p.until_epoch is null`,
    [userId, ids],
  )
  return rows
}

/** Returns false if the kept draft is a later one. */
export async function saveDraft(
  sql: Sql,
  userId: string,
  conversationId: string,
  text: string | null,
  writtenAt: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.saveDraft */ insert into chat.drafts as own (user_id, conversation_id, text, updated_at)
     values ($1::uuid, $2::uuid, $3::text, $4::timestamptz)
     on conflict (user_id, conversation_id) do update set text = excluded.text, updated_at = excluded.updated_at
     where own.updated_at <= excluded.updated_at`,
    [userId, conversationId, text, writtenAt],
  )
  return rowCount > 0
}

/**
 * Removes the draft, and what a device wrote before and sends late. Returns whether there was one. The caller has the
 * user's lock.
 */
export async function removeDraft(sql: Sql, userId: string, conversationId: string, at: Date): Promise<boolean> {
  const { rows } = await sql.query<{ was: boolean }>(
    `/* chat.removeDraft */ with before as (
       select text from chat.drafts where user_id = $1::uuid and conversation_id = $2::uuid
     ), removed as (
       insert into chat.drafts as own (user_id, conversation_id, text, updated_at)
       values ($1::uuid, $2::uuid, null, $3::timestamptz)
       on conflict (user_id, conversation_id) do update set
         text = null, updated_at = greatest(own.updated_at, excluded.updated_at)
     )
     select exists (select from before where text is not null) as was`,
    [userId, conversationId, at],
  )
  return rows[0]?.was === true
}
