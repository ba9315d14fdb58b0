import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN } from '../hiding/shown.ts'

export interface PinnedRow {
  readonly id: string
  readonly number: string
  readonly pinnedAt: Date
  readonly pinnedById: string | null
}

/** A page of the pinned messages of one conversation: those that were pinned before the one of this number. */
export interface PinsAsked {
  readonly conversationId: string
  readonly before: string | null
  readonly limit: number
}

/** Above the number of every pin. */
const LAST_NUMBER = '9223372036854775807'

/** The pinned messages that the user may see, the last pinned first: pages for all questions in one statement, in their order. */
export async function findPinned(sql: Sql, userId: string, asked: readonly PinsAsked[]): Promise<PinnedRow[][]> {
  const { rows } = await sql.query<PinnedRow & { ord: number }>(
    `/* chat.findPinned */ select
       asked.ord::integer as ord,
       page.message_id as id,
       page.number::text as number,
       page.pinned_at as "pinnedAt",
       page.pinned_by as "pinnedById"
     from unnest($2::uuid[], $3::bigint[], $4::integer[]) with ordinality as asked (conversation_id, before, most, ord)
     join chat.own_conversations as own
       on own.conversation_id = asked.conversation_id and own.user_id = $1::uuid
     cross join lateral (
       select p.message_id, p.number, p.pinned_at, p.pinned_by
       from chat.pins as p
       join chat.receipts as r on r.message_id = p.message_id
       where p.conversation_id = asked.conversation_id
         and p.number < asked.before
         and ${IS_SHOWN}
       order by p.number desc
       limit asked.most
     ) as page
     order by asked.ord, page.number desc`,
    [
      userId,
      asked.map(({ conversationId }) => conversationId),
      asked.map(({ before }) => before ?? LAST_NUMBER),
      asked.map(({ limit }) => limit),
    ],
  )
  const found = asked.map((): PinnedRow[] => [])
  for (const { ord, ...row } of rows) found[ord - 1]?.push(row)
  return found
}

/** A message that a user wants to pin or unpin, with what decides whether the user may. */
export interface Pinnable {
  /** Null: TEXT. */
  readonly type: string | null
  /** Whether the user may pin: a user of the direct conversation, the owner or an admin of the group. */
  readonly mayPin: boolean
  /** Whether the other user of the direct conversation does not accept messages of this one. */
  readonly isRefused: boolean
  readonly isDeleted: boolean
  readonly isPinned: boolean
  readonly pinsOfConversation: number
}

/** Null if the user may not see the message. */
export async function findPinnable(sql: Sql, userId: string, messageId: string): Promise<Pinnable | null> {
  const { rows } = await sql.query<Pinnable>(
    `/* chat.findPinnable */ select
       r.type,
       c.kind = 'DIRECT' or exists (
         select from groups.rights
         where rights.group_id = c.id and rights.user_id = $1::uuid and rights.is_manager
       ) as "mayPin",
       c.kind = 'DIRECT' and users.refuses_messages(
         $1::uuid,
         case c.low_user_id when $1::uuid then c.high_user_id else c.low_user_id end
       ) as "isRefused",
       r.deleted_at is not null as "isDeleted",
       exists (select from chat.pins as p where p.message_id = r.message_id) as "isPinned",
       (select count(*)::integer from chat.pins as p where p.conversation_id = c.id) as "pinsOfConversation"
     from chat.receipts as r
     join chat.own_conversations as own on own.conversation_id = r.conversation_id and own.user_id = $1::uuid
     join chat.conversations as c on c.id = r.conversation_id
     where r.message_id = $2::uuid and ${IS_SHOWN}`,
    [userId, messageId],
  )
  return rows[0] ?? null
}

/** There must be no pin of the message. */
export async function insertPin(
  sql: Sql,
  conversationId: string,
  messageId: string,
  userId: string,
  now: Date,
): Promise<void> {
  await sql.query(
    `/* chat.insertPin */ insert into chat.pins (message_id, conversation_id, pinned_by, pinned_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::timestamptz)`,
    [messageId, conversationId, userId, now],
  )
}

/** Unpins messages. */
export async function removePins(sql: Sql, messageIds: readonly string[]): Promise<void> {
  await sql.query('/* chat.removePins */ delete from chat.pins where message_id = any($1::uuid[])', [messageIds])
}

/** Tells in the conversation that a user pinned a message, inside the transaction that does it. */
export async function sayPinned(
  sql: Sql,
  id: string,
  conversationId: string,
  messageId: string,
  userId: string,
  now: Date,
): Promise<void> {
  await sql.query(
    `/* chat.sayPinned */ select chat.append_system_message(
       $1::uuid, $2::uuid, $3::uuid, $4::timestamptz, jsonb_build_object('event', 'MESSAGE_PINNED', 'messageId', $5::text)
     )`,
    [id, conversationId, userId, now, messageId],
  )
}
