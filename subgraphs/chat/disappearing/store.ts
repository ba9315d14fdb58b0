import type { Sql } from '../../../platform/sql/sql.ts'

export interface TimerRow {
  readonly conversationId: string
  readonly seconds: number | null
}

/** The timers of those of the conversations in which the user takes part, in no order. */
export async function findTimers(sql: Sql, userId: string, ids: readonly string[]): Promise<TimerRow[]> {
  const { rows } = await sql.query<TimerRow>(
    `/* chat.findTimers */ select c.id as "conversationId", c.disappear_after as seconds
     from chat.participants as p
     join chat.conversations as c on c.id = p.conversation_id
     where p.user_id = $1::uuid and p.conversation_id = any($2::uuid[]) and p.until_epoch is null`,
    [userId, ids],
  )
  return rows
}

export interface Settable {
  readonly seconds: number | null
  readonly maySet: boolean
  /** Whether one of a direct conversation's users does not take messages of the other. */
  readonly isRefused: boolean
}

/** Null if the user takes no part in the conversation. The caller has its lock. */
export async function findSettable(sql: Sql, userId: string, conversationId: string): Promise<Settable | null> {
  const { rows } = await sql.query<Settable>(
    `/* chat.findSettable */ select
       c.disappear_after as seconds,
       c.kind = 'DIRECT' or exists (
         select from groups.rights
         where rights.group_id = c.id and rights.user_id = $1::uuid and rights.is_manager
       ) as "maySet",
       c.kind = 'DIRECT' and users.refuses_messages(
         $1::uuid,
         case c.low_user_id when $1::uuid then c.high_user_id else c.low_user_id end
       ) as "isRefused"
     from chat.participants as p
     join chat.conversations as c on c.id = p.conversation_id
     where p.user_id = $1::uuid and p.conversation_id = $2::uuid and p.until_epoch is null`,
    [userId, conversationId],
  )
  return rows[0] ?? null
}

/** Sets the timer and tells in the conversation that the user did. The caller has the conversation's lock. */
export async function setTimer(
  sql: Sql,
  conversationId: string,
  seconds: number | null,
  told: { readonly id: string; readonly byId: string; readonly at: Date },
): Promise<void> {
  await sql.query(
    '/* chat.setTimer */ update chat.conversations set disappear_after = $2::integer where id = $1::uuid',
    [conversationId, seconds],
  )
  await sql.query(
    `/* chat.sayTimer */ select chat.append_system_message($1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::jsonb)`,
    [told.id, conversationId, told.byId, told.at, JSON.stringify({ event: 'DISAPPEARING_TIMER_SET', seconds })],
  )
}

export interface Expired {
  readonly conversationId: string
  readonly messageIds: readonly string[]
}

/** Messages whose time is over, the longest over first, by conversation. */
export async function findExpired(sql: Sql, now: Date, limit: number): Promise<Expired[]> {
  const { rows } = await sql.query<Expired>(
    `/* chat.findExpired */ select
       due.conversation_id as "conversationId", array_agg(due.message_id order by due.sequence) as "messageIds"
     from (
       select r.conversation_id, r.message_id, r.sequence
       from chat.receipts as r
       where r.expires_at <= $1::timestamptz and r.expires_at is not null and r.deleted_at is null
       order by r.expires_at
       limit $2::integer
     ) as due
     group by due.conversation_id`,
    [now, limit],
  )
  return rows
}
