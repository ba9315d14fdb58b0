import type { Sql } from '../../../platform/sql/sql.ts'
import type { ConversationKind } from '../generated/resolvers.ts'

/** A conversation as one of its present participants sees it. */
export interface ConversationRow {
  readonly id: string
  readonly kind: ConversationKind
  readonly lastSequence: number
  readonly lastMessageId: string | null
  readonly lastAt: Date
  /**
   * The first message that the viewer may see: the first one after the present stay began. Above `lastSequence` if
   * there is none.
   */
  readonly firstVisible: number
}

const COLUMNS = `conversation_id as id, kind, last_sequence as "lastSequence", last_message_id as "lastMessageId",
  last_at as "lastAt", first_visible as "firstVisible"`

/** Those of the conversations in which the user is a present participant, in no order. */
export async function findConversations(sql: Sql, userId: string, ids: readonly string[]): Promise<ConversationRow[]> {
  const { rows } = await sql.query<ConversationRow>(
    `/* chat.findConversations */ select ${COLUMNS}
     from chat.own_conversations
     where user_id = $1::uuid and conversation_id = any($2::uuid[])`,
    [userId, ids],
  )
  return rows
}

/** A place in the order of activity: the next page begins below it. */
export interface ActivityPlace {
  readonly lastAt: Date
  readonly id: string
}

/** The user's conversations below `after`, the last active first. */
export async function listConversations(
  sql: Sql,
  userId: string,
  after: ActivityPlace | null,
  limit: number,
): Promise<ConversationRow[]> {
  const { rows } = await sql.query<ConversationRow>(
    `/* chat.listConversations */ select ${COLUMNS}
     from chat.own_conversations
     where user_id = $1::uuid
       and ($2::timestamptz is null or (last_at, conversation_id) < ($2::timestamptz, $3::uuid))
     order by last_at desc, conversation_id desc
     limit $4::integer`,
    [userId, after?.lastAt ?? null, after?.id ?? null, limit],
  )
  return rows
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
