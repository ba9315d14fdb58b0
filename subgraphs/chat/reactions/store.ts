import type { Sql } from '../../../platform/sql/sql.ts'
import { IS_SHOWN } from '../hiding/shown.ts'
import { MAX_EMOJI_OF_MESSAGE } from './limits.ts'

/** An emoji of a message, as one viewer sees it. */
export interface ReactionRow {
  readonly messageId: string
  readonly conversationId: string
  readonly emoji: string
  readonly count: number
  readonly mine: boolean
}

/** The reactions to those of the messages that the user may see, in their order, by message. */
export async function findReactions(
  sql: Sql,
  userId: string,
  messageIds: readonly string[],
): Promise<Map<string, ReactionRow[]>> {
  const { rows } = await sql.query<ReactionRow>(
    `/* chat.findReactions */ select
       asked.id as "messageId",
       r.conversation_id as "conversationId",
       c.emoji,
       c.count,
       exists (
         select from chat.reactions as own
         where own.message_id = asked.id and own.emoji = c.emoji and own.user_id = $1::uuid
       ) as mine
     from unnest($2::uuid[]) as asked (id)
     cross join lateral (
       select of.conversation_id, of.sequence from chat.receipts as of where of.message_id = asked.id limit 1
     ) as r
     cross join lateral (
       select of.emoji, of.count, of.first_at
       from chat.reaction_counts as of
       where of.message_id = asked.id
       order by of.first_at, of.emoji
       limit ${MAX_EMOJI_OF_MESSAGE}
     ) as c
     where exists (
       select from chat.own_conversations as own
       where own.user_id = $1::uuid and own.conversation_id = r.conversation_id and ${IS_SHOWN}
     )
     order by c.first_at, c.emoji`,
    [userId, messageIds],
  )
  const found = new Map<string, ReactionRow[]>()
  for (const row of rows) {
    const known = found.get(row.messageId)
    if (known) known.push(row)
    else found.set(row.messageId, [row])
  }
  return found
}

/** The place of a user in the list of those who reacted with an emoji. */
export interface ReactorPlace {
  readonly reactedAt: Date
  readonly id: string
}

/** A question for one page of those who reacted to a message with an emoji. */
export interface ReactorsAsked {
  readonly messageId: string
  readonly emoji: string
  readonly after: ReactorPlace | null
  readonly limit: number
}

/** Pages for all questions in one statement, in their order. Empty for a message that the user may not see. */
export async function findReactors(
  sql: Sql,
  userId: string,
  asked: readonly ReactorsAsked[],
): Promise<ReactorPlace[][]> {
  const { rows } = await sql.query<ReactorPlace & { ord: number }>(
    `/* chat.findReactors */ select asked.ord::integer as ord, found.reacted_at as "reactedAt", found.user_id as id
     from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::uuid[], $6::integer[])
       with ordinality as asked (message_id, emoji, after_at, after_id, most, ord)
     join chat.receipts as r on r.message_id = asked.message_id
     join chat.own_conversations as own
       on own.conversation_id = r.conversation_id and own.user_id = $1::uuid and ${IS_SHOWN}
     cross join lateral (
       select of.reacted_at, of.user_id
       from chat.reactions as of
       where of.message_id = asked.message_id
         and of.emoji = asked.emoji
         and (of.reacted_at, of.user_id) > (asked.after_at, asked.after_id)
       order by of.reacted_at, of.user_id
       limit asked.most
     ) as found
     order by asked.ord, found.reacted_at, found.user_id`,
    [
      userId,
      asked.map(({ messageId }) => messageId),
      asked.map(({ emoji }) => emoji),
      asked.map(({ after }) => after?.reactedAt ?? new Date(0)),
      asked.map(({ after }) => after?.id ?? '00000000-0000-0000-0000-000000000000'),
      asked.map(({ limit }) => limit),
    ],
  )
  const found = asked.map((): ReactorPlace[] => [])
  for (const { ord, ...place } of rows) found[ord - 1]?.push(place)
  return found
}

/** A message that a user wants to react to, with what decides whether the user may. */
export interface Reacted {
  readonly authorId: string
  /** Null: TEXT. */
  readonly type: string | null
  /** Whether the other user of the direct conversation does not accept messages of this one. */
  readonly isRefused: boolean
  /** Until when a manager of the group muted the user; null if not. */
  readonly mutedUntil: Date | null
  /** Whether the members of the group do not learn of each other. */
  readonly hidesMembers: boolean
  readonly isDeleted: boolean
  /** Whether the user has reacted with the emoji. */
  readonly isMine: boolean
  /** Whether anybody has. */
  readonly isKnown: boolean
  readonly ownReactions: number
  readonly emojiOfMessage: number
}

/** Null if the user may not see the message. */
export async function findReacted(sql: Sql, userId: string, messageId: string, emoji: string): Promise<Reacted | null> {
  const { rows } = await sql.query<Reacted>(
    `/* chat.findReacted */ select
       r.sender_id as "authorId",
       r.type,
       r.deleted_at is not null as "isDeleted",
       c.kind = 'DIRECT' and users.refuses_messages(
         $1::uuid,
         case c.low_user_id when $1::uuid then c.high_user_id else c.low_user_id end
       ) as "isRefused",
       (select rights.muted_until from groups.rights where rights.group_id = c.id and rights.user_id = $1::uuid)
         as "mutedUntil",
       coalesce((select sizes.hides_members from groups.sizes where sizes.group_id = c.id), false) as "hidesMembers",
       exists (
         select from chat.reactions as own
         where own.message_id = r.message_id and own.emoji = $3::text and own.user_id = $1::uuid
       ) as "isMine",
       exists (
         select from chat.reaction_counts as known where known.message_id = r.message_id and known.emoji = $3::text
       ) as "isKnown",
       (
         select count(*)::integer from chat.reactions as own
         where own.user_id = $1::uuid and own.conversation_id = c.id and own.message_id = r.message_id
       ) as "ownReactions",
       (select count(*)::integer from chat.reaction_counts as known where known.message_id = r.message_id)
         as "emojiOfMessage"
     from chat.receipts as r
     join chat.own_conversations as own on own.conversation_id = r.conversation_id and own.user_id = $1::uuid
     join chat.conversations as c on c.id = r.conversation_id
     where r.message_id = $2::uuid and ${IS_SHOWN}`,
    [userId, messageId, emoji],
  )
  return rows[0] ?? null
}

/** A reaction of a user. */
export interface Reaction {
  readonly conversationId: string
  readonly messageId: string
  readonly emoji: string
  readonly userId: string
}

/**
 * Returns how many users react with the emoji then. There must be none of the user. The caller has the lock of the
 * conversation. The times put reactions in the order of their events: a request may have waited for the lock, and clocks
 * differ, so a time is always later than the last one of its list.
 */
export async function insertReaction(
  sql: Sql,
  { conversationId, messageId, emoji, userId }: Reaction,
  now: Date,
): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `/* chat.insertReaction */ with added as (
       insert into chat.reactions (message_id, emoji, user_id, conversation_id, reacted_at)
       select $1::uuid, $2::text, $3::uuid, $4::uuid, greatest($5::timestamptz, (
         select max(of.reacted_at) + interval '1 millisecond'
         from chat.reactions as of where of.message_id = $1::uuid and of.emoji = $2::text
       ))
     )
     insert into chat.reaction_counts as c (message_id, emoji, count, first_at)
     select $1::uuid, $2::text, 1, greatest($5::timestamptz, (
       select max(of.first_at) + interval '1 millisecond' from chat.reaction_counts as of where of.message_id = $1::uuid
     ))
     on conflict (message_id, emoji) do update set count = c.count + 1
     returning count`,
    [messageId, emoji, userId, conversationId, now],
  )
  return rows[0]?.count ?? 1
}

/** Returns how many users react with the emoji then. There must be one of the user. */
export async function deleteReaction(sql: Sql, { messageId, emoji, userId }: Reaction): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `/* chat.deleteReaction */ with gone as (
       delete from chat.reactions where message_id = $1::uuid and emoji = $2::text and user_id = $3::uuid
     ), last as (
       delete from chat.reaction_counts where message_id = $1::uuid and emoji = $2::text and count = 1
     )
     update chat.reaction_counts set count = count - 1
     where message_id = $1::uuid and emoji = $2::text and count > 1
     returning count`,
    [messageId, emoji, userId],
  )
  return rows[0]?.count ?? 0
}

/** Takes all reactions from messages: the messages were deleted. */
export async function removeReactions(sql: Sql, messageIds: readonly string[]): Promise<void> {
  await sql.query(
    `/* chat.removeReactions */ with gone as (
       delete from chat.reactions where message_id = any($1::uuid[])
     )
     delete from chat.reaction_counts where message_id = any($1::uuid[])`,
    [messageIds],
  )
}

/** The conversation of one of the user's reactions; null if the user has none. */
export async function findReactedConversation(sql: Sql, userId: string): Promise<string | null> {
  const { rows } = await sql.query<{ conversationId: string }>(
    `/* chat.findReactedConversation */ select conversation_id as "conversationId"
     from chat.reactions where user_id = $1::uuid order by conversation_id limit 1`,
    [userId],
  )
  return rows[0]?.conversationId ?? null
}

/** Some reactions of a user in one conversation, with what its event says. */
export async function findReactionsOf(
  sql: Sql,
  userId: string,
  conversationId: string,
  limit: number,
): Promise<(Reaction & Pick<Reacted, 'authorId' | 'hidesMembers'>)[]> {
  const { rows } = await sql.query<Reaction & Pick<Reacted, 'authorId' | 'hidesMembers'>>(
    `/* chat.findReactionsOf */ select
       own.conversation_id as "conversationId",
       own.message_id as "messageId",
       own.emoji,
       own.user_id as "userId",
       r.sender_id as "authorId",
       coalesce((select s.hides_members from groups.sizes as s where s.group_id = own.conversation_id), false)
         as "hidesMembers"
     from chat.reactions as own
     join chat.receipts as r on r.message_id = own.message_id
     where own.user_id = $1::uuid and own.conversation_id = $2::uuid
     order by own.message_id
     limit $3::integer`,
    [userId, conversationId, limit],
  )
  return rows
}
