import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN } from '../hiding/shown.ts'
import type { NewMedia } from './input.ts'

/** How long a file may wait for its message. */
export const UNUSED_MS = 24 * 60 * 60_000

export interface MediaRow {
  readonly id: string
  readonly ownerId: string
  readonly fileName: string | null
  readonly contentType: string
  readonly bytes: number
  readonly width: number | null
  readonly height: number | null
  readonly durationMs: number | null
  readonly createdAt: Date
  readonly complete: boolean
}

const COLUMNS = `m.id, m.owner_id as "ownerId", m.file_name as "fileName", m.content_type as "contentType",
  m.bytes, m.width, m.height, m.duration_ms as "durationMs", m.created_at as "createdAt", m.complete`

/** What a user has begun: uploads that no message uses, and the bytes since an instant. */
export interface OwnMedia {
  readonly unused: number
  readonly bytes: number
}

/** Counts the owner's files, and keeps other uploads of the owner waiting until the transaction ends. */
export async function countOwn(sql: Sql, ownerId: string, since: Date): Promise<OwnMedia> {
  await sql.query('/* chat.lockMedia */ select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [
    `media ${ownerId}`,
  ])
  const { rows } = await sql.query<{ unused: string; bytes: string }>(
    `/* chat.countMedia */ select
       (select count(*) from chat.media where owner_id = $1::uuid and unused_since is not null) as unused,
       (select coalesce(sum(bytes), 0) from chat.media where owner_id = $1::uuid and created_at > $2::timestamptz) as bytes`,
    [ownerId, since],
  )
  return { unused: Number(rows[0]?.unused), bytes: Number(rows[0]?.bytes) }
}

export async function insertMedia(
  sql: Sql,
  id: string,
  ownerId: string,
  media: NewMedia,
  now: Date,
): Promise<MediaRow> {
  const { fileName, contentType, bytes, width, height, durationMs } = media
  const { rows } = await sql.query<MediaRow>(
    `/* chat.insertMedia */ insert into chat.media as m
       (id, owner_id, file_name, content_type, bytes, width, height, duration_ms, created_at, complete, unused_since)
     values ($1::uuid, $2::uuid, $3::text, $4::text, $5::integer, $6::integer, $7::integer, $8::integer,
       $9::timestamptz, false, $9::timestamptz)
     returning ${COLUMNS}`,
    [id, ownerId, fileName, contentType, bytes, width, height, durationMs, now],
  )
  return rows[0]! // inserted by this statement
}

/** Those of the files that the user owns, or that a message has which the user may see. */
export async function findMedia(sql: Sql, userId: string, ids: readonly string[]): Promise<MediaRow[]> {
  const { rows } = await sql.query<MediaRow>(
    `/* chat.findMedia */ select ${COLUMNS}
     from chat.media as m
     where m.id = any($2::uuid[])
       and m.unused_since is distinct from '-infinity'
       and (
         m.owner_id = $1::uuid
         or exists (
           select from chat.receipts as r
           join chat.own_conversations as own on own.conversation_id = r.conversation_id
           where r.media_ids @> array[m.id] and own.user_id = $1::uuid and ${IS_SHOWN}
         )
       )`,
    [userId, ids],
  )
  return rows
}

/**
 * The owner's files among these. Those that no message uses count as unused from now on, so that they are there while the
 * message is sent.
 */
export async function touchOwn(sql: Sql, ownerId: string, ids: readonly string[], now: Date): Promise<MediaRow[]> {
  const { rows } = await sql.query<MediaRow>(
    `/* chat.touchMedia */ update chat.media as m
     set unused_since = case when m.unused_since is null then null else $3::timestamptz end
     where m.id = any($2::uuid[]) and m.owner_id = $1::uuid and m.unused_since is distinct from '-infinity'
     returning ${COLUMNS}`,
    [ownerId, ids, now],
  )
  return rows
}

/** Files of messages, in no order. The caller has checked that the viewer may see the messages. */
export async function findMediaOfMessages(sql: Sql, ids: readonly string[]): Promise<MediaRow[]> {
  const { rows } = await sql.query<MediaRow>(
    `/* chat.findMediaOfMessages */ select ${COLUMNS} from chat.media as m where m.id = any($1::uuid[])`,
    [ids],
  )
  return rows
}

export async function markComplete(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `/* chat.completeMedia */ update chat.media set complete = true
     where id = $1::uuid and unused_since is distinct from '-infinity'`,
    [id],
  )
}

/**
 * Looks at the files that no message had used by the instant: keeps those that a message uses by now, and takes the others.
 * What was taken is no longer found and cannot be sent; it stays taken until it is deleted. Returns what was taken, and how
 * many files were looked at.
 */
export async function takeUnused(
  sql: Sql,
  before: Date,
  limit: number,
): Promise<{ readonly taken: string[]; readonly seen: number }> {
  const { rows } = await sql.query<{ id: string; used: boolean }>(
    `/* chat.takeUnusedMedia */ update chat.media as m
     set complete = m.complete and c.used, unused_since = case when c.used then null else '-infinity'::timestamptz end
     from (
       select id, exists (select from chat.receipts as r where r.media_ids @> array[media.id])
         or exists (
           select from chat.scheduled as s where s.user_id = media.owner_id and media.id = any(s.media_ids)
         ) as used
       from chat.media
       where unused_since < $1::timestamptz
       order by unused_since
       limit $2::int
       for update skip locked
     ) as c
     where m.id = c.id
     returning m.id, c.used`,
    [before, limit],
  )
  return { taken: rows.filter(({ used }) => !used).map(({ id }) => id), seen: rows.length }
}

export async function deleteMedia(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('/* chat.deleteMedia */ delete from chat.media where id = any($1::uuid[])', [ids])
}

/** How long a file of a deleted message stays, so that a message is not sent meanwhile with a file that is just taken. */
const REMOVAL_GRACE_MS = 10 * 60_000

/**
 * Detaches the files of messages that were deleted. Those that no other message uses are deleted with the unused ones, and
 * sooner than what waits for its message.
 */
export async function removeMedia(sql: Sql, messageIds: readonly string[], at: Date): Promise<void> {
  const { rows } = await sql.query<{ ids: string[] }>(
    `/* chat.detachMedia */ update chat.receipts as r set media_ids = null
     from (select message_id, media_ids from chat.receipts where message_id = any($1::uuid[])) as before
     where r.message_id = before.message_id and r.media_ids is not null
     returning before.media_ids as ids`,
    [messageIds],
  )
  const ids = rows.flatMap((row) => row.ids)
  if (ids.length === 0) return
  await sql.query(
    `/* chat.releaseMedia */ update chat.media as m set unused_since = $2::timestamptz
     where m.id = any($1::uuid[]) and m.unused_since is distinct from '-infinity'
       and not exists (select from chat.receipts as r where r.media_ids @> array[m.id])`,
    [ids, new Date(at.getTime() - UNUSED_MS + REMOVAL_GRACE_MS)],
  )
}
