import type { Sql } from '../../../platform/sql/sql.ts'
import type { Start } from '../../place.ts'
import type { NewMessage } from '../messages/input.ts'

export interface ScheduledRow {
  readonly id: string
  readonly userId: string
  readonly conversationId: string
  readonly clientMessageId: string
  readonly message: Omit<NewMessage, 'clientMessageId'>
  readonly sendAt: Date
  readonly createdAt: Date
  /** Null while it waits. */
  readonly refusedCode: string | null
  readonly refusal: string | null
}

const COLUMNS = `s.id, s.user_id as "userId", s.conversation_id as "conversationId",
  s.client_message_id as "clientMessageId", s.message, s.send_at as "sendAt", s.created_at as "createdAt",
  s.refused_code as "refusedCode", s.refusal`

export async function countScheduled(sql: Sql, userId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `/* chat.countScheduled */ select count(*)::integer as count from chat.scheduled where user_id = $1::uuid`,
    [userId],
  )
  return rows[0]?.count ?? 0
}

export async function findScheduledBy(sql: Sql, userId: string, clientMessageId: string): Promise<ScheduledRow | null> {
  const { rows } = await sql.query<ScheduledRow>(
    `/* chat.findScheduledBy */ select ${COLUMNS} from chat.scheduled as s
     where s.user_id = $1::uuid and s.client_message_id = $2::text`,
    [userId, clientMessageId],
  )
  return rows[0] ?? null
}

/** The user's message as it waits or was refused; null if there is none any more. */
export async function findScheduled(sql: Sql, userId: string, id: string): Promise<ScheduledRow | null> {
  const { rows } = await sql.query<ScheduledRow>(
    `/* chat.findScheduled */ select ${COLUMNS} from chat.scheduled as s where s.user_id = $1::uuid and s.id = $2::uuid`,
    [userId, id],
  )
  return rows[0] ?? null
}

export async function insertScheduled(sql: Sql, row: ScheduledRow): Promise<void> {
  const { id, userId, conversationId, clientMessageId, message, sendAt, createdAt } = row
  await sql.query(
    `/* chat.insertScheduled */ insert into chat.scheduled
       (id, user_id, conversation_id, client_message_id, message, media_ids, send_at, created_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::jsonb, $6::uuid[], $7::timestamptz, $8::timestamptz)`,
    [id, userId, conversationId, clientMessageId, JSON.stringify(message), message.mediaIds ?? null, sendAt, createdAt],
  )
}

/** A page of the user's messages, by the time of sending: with one more row than `limit` if there are more. */
export async function listScheduled(
  sql: Sql,
  userId: string,
  conversationId: string | null,
  after: Start,
  limit: number,
): Promise<ScheduledRow[]> {
  const { rows } = await sql.query<ScheduledRow>(
    `/* chat.listScheduled */ select ${COLUMNS} from chat.scheduled as s
     where s.user_id = $1::uuid
       and ($2::uuid is null or s.conversation_id = $2::uuid)
       and (s.send_at, s.id) > ($3::timestamptz, $4::uuid)
     order by s.send_at, s.id
     limit $5::integer + 1`,
    [userId, conversationId, after.at, after.id, limit],
  )
  return rows
}

/** The user's message; held by the caller's transaction. `isHeld`: a process is sending it. */
export async function lockScheduled(
  sql: Sql,
  userId: string,
  id: string,
  now: Date,
): Promise<(ScheduledRow & { readonly isHeld: boolean }) | null> {
  const { rows } = await sql.query<ScheduledRow & { isHeld: boolean }>(
    `/* chat.lockScheduled */ select ${COLUMNS}, coalesce(s.held_until > $3::timestamptz, false) as "isHeld"
     from chat.scheduled as s
     where s.id = $2::uuid and s.user_id = $1::uuid
     for update`,
    [userId, id, now],
  )
  return rows[0] ?? null
}

/** Replaces what it says and when it is sent, and forgets that it was refused. */
export async function updateScheduled(
  sql: Sql,
  { id, message, sendAt }: Pick<ScheduledRow, 'id' | 'message' | 'sendAt'>,
): Promise<void> {
  await sql.query(
    `/* chat.updateScheduled */ update chat.scheduled
     set message = $2::jsonb, send_at = $3::timestamptz, held_until = null, refused_code = null, refusal = null
     where id = $1::uuid`,
    [id, JSON.stringify(message), sendAt],
  )
}

/** Keeps others from sending or changing it until the instant. Null: lets them. */
export async function holdScheduled(sql: Sql, id: string, until: Date | null): Promise<void> {
  await sql.query(
    '/* chat.holdScheduled */ update chat.scheduled set held_until = $2::timestamptz where id = $1::uuid',
    [id, until],
  )
}

/** Returns whether it was there. Its files count as unused from now on; if a message has them, the sweep finds it. */
export async function removeScheduled(sql: Sql, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql.query(
    `/* chat.removeScheduled */ with removed as (
       delete from chat.scheduled where id = $1::uuid returning media_ids
     ), released as (
       update chat.media as m set unused_since = $2::timestamptz
       from removed
       where m.id = any(removed.media_ids) and m.unused_since is null
     )
     select from removed`,
    [id, now],
  )
  return rows.length > 0
}

/** Keeps it with the reason why it could not be sent. Returns whether it was there. */
export async function refuseScheduled(sql: Sql, id: string, code: string, message: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `/* chat.refuseScheduled */ update chat.scheduled
     set held_until = null, refused_code = $2::text, refusal = $3::text
     where id = $1::uuid`,
    [id, code, message],
  )
  return rowCount > 0
}

export interface Due extends ScheduledRow {
  readonly isSuspended: boolean
}

/**
 * Takes messages whose time has come, the longest due first: until `until` no other process takes them. Those of deleted
 * users are left for the erasure.
 */
export async function takeDue(sql: Sql, now: Date, until: Date, limit: number): Promise<Due[]> {
  const { rows } = await sql.query<Due>(
    `/* chat.takeDue */ with due as (
       select s.id from chat.scheduled as s
       where s.refused_code is null
         and s.send_at <= $1::timestamptz
         and (s.held_until is null or s.held_until <= $1::timestamptz)
         and not exists (select from users.erased as e where e.user_id = s.user_id)
       order by s.send_at
       limit $3::integer
       for update skip locked
     ), taken as (
       update chat.scheduled as s set held_until = $2::timestamptz from due where s.id = due.id returning s.*
     )
     select ${COLUMNS}, exists (select from users.suspended as u where u.user_id = s.user_id) as "isSuspended"
     from taken as s
     order by s.send_at, s.id`,
    [now, until, limit],
  )
  return rows
}
