import type { Addressed } from '../../../platform/eventlog/kinds.ts'
import type { Position } from '../../../platform/eventlog/position.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { MessageBody, MessageType } from '../messages/body.ts'

/** A message as its receipt has it under the conversation's lock, and what one user may do there. */
export interface Receipt {
  readonly version: number
  readonly deletedAt: Date | null
  /** Why the user may not write into the conversation now; null if the user may. Slow mode does not count. */
  readonly refusal: 'NOT_FOUND' | 'REFUSED' | 'FORBIDDEN' | 'MUTED' | null
  readonly mutedUntil: Date | null
}

/** Null if there is no such message. The rules are those of `chat.append_messages`: a test compares them. */
export async function findReceipt(sql: Sql, messageId: string, userId: string, now: Date): Promise<Receipt | null> {
  const { rows } = await sql.query<Receipt>(
    `/* chat.findReceipt */ select
       coalesce(r.version, 1) as version,
       r.deleted_at as "deletedAt",
       case
         when stay.is_there is null then 'NOT_FOUND'
         when other.user_id is not null then 'REFUSED'
         when rights.only_managers_send then 'FORBIDDEN'
         when rights.muted_until > $3::timestamptz then 'MUTED'
       end as refusal,
       rights.muted_until as "mutedUntil"
     from chat.receipts as r
     join chat.conversations as c on c.id = r.conversation_id
     left join lateral (
       select true as is_there from chat.participants as p
       where p.conversation_id = c.id and p.user_id = $2::uuid and p.until_epoch is null
       limit 1
     ) as stay on true
     left join users.may_refuse as other
       on other.user_id = case $2::uuid when c.low_user_id then c.high_user_id else c.low_user_id end
       and users.refuses_messages($2::uuid, other.user_id)
     left join groups.rights
       on rights.group_id = c.id and rights.user_id = $2::uuid and not rights.is_manager
     where r.message_id = $1::uuid`,
    [messageId, userId, now],
  )
  return rows[0] ?? null
}

/** Whether the user is the owner or an admin of the group whose conversation this is; false in a direct conversation. */
export async function isManager(sql: Sql, conversationId: string, userId: string): Promise<boolean> {
  const { rows } = await sql.query<{ is: boolean }>(
    `/* chat.isManager */ select is_manager as is from groups.rights
     where group_id = $1::uuid and user_id = $2::uuid`,
    [conversationId, userId],
  )
  return rows[0]?.is === true
}

/** Sets the number of a message's present version. */
export async function setVersion(sql: Sql, messageId: string, version: number): Promise<void> {
  await sql.query(`/* chat.setVersion */ update chat.receipts set version = $2::integer where message_id = $1::uuid`, [
    messageId,
    version,
  ])
}

/** What one version of a message says. */
export interface VersionRow {
  readonly messageId: string
  readonly version: number
  readonly body: MessageBody
  readonly madeAt: Date | string
  /** The position of its event; null if the event needs not be found again. */
  readonly position: Position | null
}

/** Keeps versions; those that are kept already stay as they are. */
export async function keepVersions(sql: Sql, versions: readonly VersionRow[]): Promise<void> {
  await sql.query(
    `/* chat.keepVersions */ insert into chat.versions (message_id, version, body, made_at, epoch, xid, event_id)
     select * from unnest(
       $1::uuid[], $2::integer[], $3::jsonb[], $4::timestamptz[], $5::integer[], $6::xid8[], $7::bigint[]
     )
     on conflict (message_id, version) do nothing`,
    [
      versions.map(({ messageId }) => messageId),
      versions.map(({ version }) => version),
      versions.map(({ body }) => JSON.stringify(body)),
      versions.map(({ madeAt }) => madeAt),
      versions.map(({ position }) => position?.epoch ?? null),
      versions.map(({ position }) => (position ? String(position.xid) : null)),
      versions.map(({ position }) => (position ? String(position.id) : null)),
    ],
  )
}

/** Replaces the rows of whom a message mentions. */
export async function replaceMentions(
  sql: Sql,
  { id, conversationId, mentions }: MessageBody & { readonly id: string; readonly conversationId: string },
): Promise<void> {
  await sql.query('/* chat.removeMentions */ delete from chat.mentions where message_id = $1::uuid', [id])
  if (!mentions) return
  await sql.query(
    `/* chat.addMentions */ insert into chat.mentions (message_id, conversation_id, user_id)
     select $1::uuid, $2::uuid, named.user_id from unnest($3::uuid[]) as named (user_id)`,
    [id, conversationId, [...(mentions.userIds ?? []), ...(mentions.everyone ? [null] : [])]],
  )
}

interface ChangeAddressed extends Addressed {
  readonly messageId: string | null
}

/**
 * Finds, for each event about a message, the participants as of the event who may see the message: those whose stay began
 * before it was sent, and who have not cleared it. For all events in one query.
 */
export async function findChangeAudience(
  sql: Sql,
  events: readonly ChangeAddressed[],
  among: readonly string[] | null,
): Promise<string[][]> {
  const { rows } = await sql.query<{ ord: number; user_id: string }>(
    `/* chat.findChangeAudience */ select asked.ord::integer as ord, found.user_id
     from unnest($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[], $5::uuid[])
       with ordinality as asked (key, epoch, xid, id, message_id, ord)
     join chat.receipts as r on r.message_id = asked.message_id
     cross join lateral (
       select p.user_id
       from chat.participants as p
       left join chat.preferences as own on own.user_id = p.user_id and own.conversation_id = p.conversation_id
       where p.conversation_id = asked.key
         and (p.from_epoch, p.from_xid, p.from_id) < (r.epoch, r.xid, r.event_id)
         and (p.until_epoch is null or (asked.epoch, asked.xid, asked.id) < (p.until_epoch, p.until_xid, p.until_id))
         and coalesce(own.cleared_up_to, 0) < r.sequence
         ${among ? 'and p.user_id = any($6::uuid[])' : ''}
       offset 0
     ) as found`,
    [
      events.map(({ key }) => key),
      events.map(({ position }) => position.epoch),
      events.map(({ position }) => String(position.xid)),
      events.map(({ position }) => String(position.id)),
      events.map(({ messageId }) => messageId),
      ...(among ? [among] : []),
    ],
  )
  const found = events.map((): string[] => [])
  for (const { ord, user_id } of rows) found[ord - 1]?.push(user_id)
  return found
}

export interface MarkedRow {
  readonly id: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly sentAt: Date
  readonly version: number
  readonly type: MessageType | null
  readonly replyToId: string | null
}

/** Marks those of the messages that are not deleted yet, with a new version, and returns them by their numbers. */
export async function markDeleted(
  sql: Sql,
  conversationId: string,
  messageIds: readonly string[],
  at: Date,
): Promise<MarkedRow[]> {
  const { rows } = await sql.query<MarkedRow>(
    `/* chat.markDeleted */ update chat.receipts as r
     set version = coalesce(r.version, 1) + 1, deleted_at = $3::timestamptz
     where r.message_id = any($2::uuid[]) and r.conversation_id = $1::uuid and r.deleted_at is null
     returning r.message_id as id, r.sequence, r.sender_id as "senderId", r.client_message_id as "clientMessageId",
       r.sent_at as "sentAt", r.version, r.type, r.reply_to_id as "replyToId"`,
    [conversationId, messageIds, at],
  )
  return rows.sort((a, b) => a.sequence - b.sequence)
}

/** An event that has a message in its payload. */
export interface EventOf {
  readonly messageId: string
  readonly epoch: number
  readonly xid: string
  readonly eventId: string
}

/** The events that told of the messages, and of their edits. */
export async function findEventsOf(sql: Sql, messageIds: readonly string[]): Promise<EventOf[]> {
  const { rows } = await sql.query<EventOf>(
    `/* chat.findEventsOf */ select message_id as "messageId", epoch, xid::text as xid, event_id as "eventId"
     from chat.receipts where message_id = any($1::uuid[])
     union all
     select message_id, epoch, xid::text, event_id
     from chat.versions where message_id = any($1::uuid[]) and event_id is not null`,
    [messageIds],
  )
  return rows
}

/** Puts the tombstones into the events of their messages. */
export async function rewriteEvents(
  sql: Sql,
  events: readonly EventOf[],
  tombstones: readonly { readonly id: string }[],
): Promise<void> {
  await sql.query(
    `/* chat.rewriteEvents */ select events.rewrite(found.epochs, found.xids, found.ids, given.payload)
     from unnest($5::uuid[], $6::jsonb[]) as given (message_id, payload)
     join (
       select message_id, array_agg(epoch) as epochs, array_agg(xid) as xids, array_agg(id) as ids
       from unnest($1::uuid[], $2::integer[], $3::xid8[], $4::bigint[]) as event (message_id, epoch, xid, id)
       group by message_id
     ) as found on found.message_id = given.message_id`,
    [
      events.map(({ messageId }) => messageId),
      events.map(({ epoch }) => epoch),
      events.map(({ xid }) => xid),
      events.map(({ eventId }) => eventId),
      tombstones.map(({ id }) => id),
      tombstones.map((tombstone) => JSON.stringify(tombstone)),
    ],
  )
}

/** Removes all versions but the present ones. */
export async function forgetEarlier(sql: Sql, messageIds: readonly string[]): Promise<void> {
  await sql.query(
    `/* chat.forgetEarlier */ delete from chat.versions as v
     using chat.receipts as r
     where v.message_id = any($1::uuid[]) and r.message_id = v.message_id and v.version < r.version`,
    [messageIds],
  )
}

/**
 * Replaces the hash of what was sent by one of nothing: whoever guesses a text cannot find out whether it was this one. A
 * repeated send of the message is a CONFLICT from then on.
 */
export async function forgetHash(sql: Sql, messageId: string): Promise<void> {
  await sql.query(
    `/* chat.forgetHash */ update chat.receipts
     set content_hash = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
     where message_id = $1::uuid`,
    [messageId],
  )
}

/** A version of a message, as moderators read it. */
export interface KeptVersion {
  readonly version: number
  readonly body: MessageBody
  readonly madeAt: Date
}

/** What a changed message said, the newest version first, those below `before`. A deletion says nothing. */
export async function findVersions(sql: Sql, messageId: string, before: number, limit: number): Promise<KeptVersion[]> {
  const { rows } = await sql.query<KeptVersion>(
    `/* chat.findVersions */ select version, body, made_at as "madeAt"
     from chat.versions
     where message_id = $1::uuid and version < $2::integer and not body ? 'deletedAt'
     order by version desc
     limit $3::integer`,
    [messageId, before, limit],
  )
  return rows
}

export async function forgetMentions(sql: Sql, messageIds: readonly string[]): Promise<void> {
  await sql.query('/* chat.forgetMentions */ delete from chat.mentions where message_id = any($1::uuid[])', [
    messageIds,
  ])
}
