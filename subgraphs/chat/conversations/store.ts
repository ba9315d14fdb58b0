import type { Sql } from '../../../platform/sql/sql.ts'
import type { ConversationKind } from '../generated/resolvers.ts'
import { hasHidden, lastShownId } from '../hiding/shown.ts'
import { filterValues, matches, type Filter } from './filter.ts'

/** A conversation as one of its present participants sees it. */
export interface ConversationRow {
  readonly id: string
  readonly kind: ConversationKind
  readonly lastSequence: number
  /** The last message that the viewer did not delete for themselves; null if there is none. */
  readonly lastMessageId: string | null
  readonly lastAt: Date
  /**
   * The first message that the viewer may see: the first one after the present stay began, and after what the viewer
   * cleared. Above `lastSequence` if there is none.
   */
  readonly firstVisible: number
  /** Whether the viewer deleted messages for themselves one by one: then pages leave those out. */
  readonly hasHidden: boolean
}

const COLUMNS = `own.conversation_id as id, own.kind, own.last_sequence as "lastSequence",
  ${lastShownId('own')} as "lastMessageId", own.last_at as "lastAt",
  own.first_visible as "firstVisible", ${hasHidden('own.user_id', 'own.conversation_id')} as "hasHidden"`

/** Those of the conversations in which the user is a present participant, in no order. */
export async function findConversations(sql: Sql, userId: string, ids: readonly string[]): Promise<ConversationRow[]> {
  const { rows } = await sql.query<ConversationRow>(
    `/* chat.findConversations */ select ${COLUMNS}
     from chat.own_conversations as own
     where own.user_id = $1::uuid and own.conversation_id = any($2::uuid[])`,
    [userId, ids],
  )
  return rows
}

/** A place in the list: the pinned conversations in their order, then the last active first. */
export interface ListPlace {
  readonly pinOrder: number | null
  readonly lastAt: Date
  readonly id: string
}

export interface ListedRow extends ConversationRow {
  readonly pinOrder: number | null
}

/**
 * The user's conversations after a place. It reads the rows of all of the user's conversations by index and sorts them:
 * to have them in order, a send would write a row for each participant.
 */
export async function listConversations(
  sql: Sql,
  userId: string,
  filter: Filter,
  after: ListPlace | null,
  limit: number,
): Promise<ListedRow[]> {
  const { rows } = await sql.query<ListedRow>(
    `/* chat.listConversations */ select ${COLUMNS}, own.pin_order as "pinOrder"
     from chat.own_conversations as own
     where own.user_id = $1::uuid
       and ${matches(6)}
       and case
         when $2::uuid is null then true
         when $3::integer is null then
           own.pin_order is null and (own.last_at, own.conversation_id) < ($4::timestamptz, $2::uuid)
         else own.pin_order is null or own.pin_order > $3::integer
       end
     order by own.pin_order, own.last_at desc, own.conversation_id desc
     limit $5::integer`,
    [userId, after?.id ?? null, after?.pinOrder ?? null, after?.lastAt ?? null, limit, ...filterValues(filter)],
  )
  return rows
}

export async function countConversations(sql: Sql, userId: string, filter: Filter): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `/* chat.countConversations */ select count(*)::integer as count
     from chat.own_conversations as own
     where own.user_id = $1::uuid and ${matches(2)}`,
    [userId, ...filterValues(filter)],
  )
  return rows[0]?.count ?? 0
}

/** The direct conversation of two users; null if there is none and there may be none. */
export interface OpenedDirect {
  readonly id: string | null
  /** Whether the other user exists. */
  readonly isKnown: boolean
}

/**
 * Returns the direct conversation of two users, and creates it under `id` if there is none and the other user lets the
 * first one begin it. Two concurrent calls get the same conversation: the pair is unique, and the second call waits for
 * the first.
 */
export async function openDirect(
  sql: Sql,
  id: string,
  userId: string,
  otherId: string,
  now: Date,
): Promise<OpenedDirect> {
  const pair = [userId, otherId].sort()
  await sql.query(
    `/* chat.openDirect */ with made as (
       insert into chat.conversations (id, kind, low_user_id, high_user_id, last_at)
       select $1::uuid, 'DIRECT', $2::uuid, $3::uuid, $6::timestamptz
       where not exists (
           select from chat.conversations where low_user_id = $2::uuid and high_user_id = $3::uuid
         )
         and exists (select from users.people where user_id = $5::uuid)
         and users.may_message($4::uuid, $5::uuid)
       on conflict (low_user_id, high_user_id) do nothing
       returning id
     )
     insert into chat.direct_participants (conversation_id, user_id)
     select made.id, u.user_id from made, unnest(array[$2::uuid, $3::uuid]) as u (user_id)`,
    [id, ...pair, userId, otherId, now],
  )
  const { rows } = await sql.query<OpenedDirect>(
    `/* chat.findDirect */ select
       (select id from chat.conversations where low_user_id = $1::uuid and high_user_id = $2::uuid) as id,
       exists (select from users.people where user_id = $3::uuid) as "isKnown"`,
    [...pair, otherId],
  )
  return rows[0] ?? { id: null, isKnown: false }
}
