import type { Sql } from '../../../platform/sql/sql.ts'
import type { FriendStatus } from '../generated/resolvers.ts'
import type { Start } from '../../place.ts'

/** A request of one of two users to the other, which waits for an answer or was rejected. */
export interface KnownRequest {
  readonly pending: boolean
  readonly hidden: boolean
  readonly rejectedAt: Date | null
}

/** What two users are to each other. */
export interface Standing {
  readonly friends: boolean
  readonly sent: KnownRequest | null
  readonly received: KnownRequest | null
  /** Whether the viewer has blocked the other user. */
  readonly blocking: boolean
  /** Whether the other user has blocked the viewer. No answer may depend on it. */
  readonly blocked: boolean
}

/** The caller holds the locks of both users. */
export async function findStanding(sql: Sql, viewerId: string, otherId: string): Promise<Standing> {
  const { rows } = await sql.query<{
    friends: boolean
    blocking: boolean
    blocked: boolean
    fromViewer: boolean | null
    pending: boolean
    hidden: boolean
    rejectedAt: Date | null
  }>(
    `/* users.findStanding */ select
       exists (select from users.friendship where user_id = $1::uuid and friend_id = $2::uuid) as friends,
       exists (select from users.block where blocker_id = $1::uuid and blocked_id = $2::uuid) as blocking,
       exists (select from users.block where blocker_id = $2::uuid and blocked_id = $1::uuid) as blocked,
       request.from_id = $1::uuid as "fromViewer",
       request.pending,
       request.hidden,
       request.rejected_at as "rejectedAt"
     from (values (true)) as one
     left join users.friend_request as request
       on (request.from_id, request.to_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))`,
    [viewerId, otherId],
  )
  const [row] = rows
  if (!row) throw new Error('The database returned no row for a pair of users.')
  return {
    friends: row.friends,
    blocking: row.blocking,
    blocked: row.blocked,
    sent: rows.find(({ fromViewer }) => fromViewer === true) ?? null,
    received: rows.find(({ fromViewer }) => fromViewer === false) ?? null,
  }
}

/** Puts down a request that waits for an answer. What was rejected before stays known. */
export async function putRequest(
  sql: Sql,
  request: { readonly fromId: string; readonly toId: string; readonly hidden: boolean; readonly now: Date },
): Promise<void> {
  await sql.query(
    `/* users.putRequest */ insert into users.friend_request (from_id, to_id, pending, hidden, sent_at)
     values ($1::uuid, $2::uuid, true, $3::boolean, $4::timestamptz)
     on conflict (from_id, to_id) do update set pending = true, hidden = excluded.hidden, sent_at = excluded.sent_at`,
    [request.fromId, request.toId, request.hidden, request.now],
  )
}

export async function rejectRequest(sql: Sql, fromId: string, toId: string, now: Date): Promise<void> {
  await sql.query(
    `/* users.rejectRequest */ update users.friend_request set pending = false, rejected_at = $3::timestamptz
     where from_id = $1::uuid and to_id = $2::uuid`,
    [fromId, toId, now],
  )
}

/** Takes a request back. That it was rejected before stays known. */
export async function withdrawRequest(sql: Sql, fromId: string, toId: string): Promise<void> {
  await sql.query(
    `/* users.withdrawRequest */ with kept as (
       update users.friend_request set pending = false
       where from_id = $1::uuid and to_id = $2::uuid and rejected_at is not null
     )
     delete from users.friend_request where from_id = $1::uuid and to_id = $2::uuid and rejected_at is null`,
    [fromId, toId],
  )
}

/** Makes two users friends, and ends the requests of both. */
export async function makeFriends(sql: Sql, userId: string, otherId: string, now: Date): Promise<void> {
  await sql.query(
    `/* users.makeFriends */ with ended as (
       delete from users.friend_request
       where (from_id, to_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))
     )
     insert into users.friendship (user_id, friend_id, since)
     values ($1::uuid, $2::uuid, $3::timestamptz), ($2::uuid, $1::uuid, $3::timestamptz)`,
    [userId, otherId, now],
  )
}

export async function endFriendship(sql: Sql, userId: string, otherId: string): Promise<void> {
  await sql.query(
    `/* users.endFriendship */ delete from users.friendship
     where (user_id, friend_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))`,
    [userId, otherId],
  )
}

/** How many friends the user has, and how many requests wait for others and for the user. */
export async function countFriends(
  sql: Sql,
  userId: string,
): Promise<{ readonly friends: number; readonly outgoing: number; readonly incoming: number }> {
  const { rows } = await sql.query<{ friends: number; outgoing: number; incoming: number }>(
    `/* users.countFriends */ select
       (select count(*)::int from users.friendship where user_id = $1::uuid) as friends,
       (select count(*)::int from users.friend_request where from_id = $1::uuid and pending) as outgoing,
       (select count(*)::int from users.friend_request where to_id = $1::uuid and pending and not hidden) as incoming`,
    [userId],
  )
  return rows[0] ?? { friends: 0, outgoing: 0, incoming: 0 }
}

/** In the order of the ids. A request that is hidden from the viewer does not count. */
export async function findFriendStatuses(sql: Sql, viewerId: string, ids: readonly string[]): Promise<FriendStatus[]> {
  const { rows } = await sql.query<{ status: FriendStatus }>(
    `/* users.findFriendStatuses */ select
       case
         when friendship.user_id is not null then 'FRIENDS'
         when received.to_id is not null then 'REQUEST_RECEIVED'
         when sent.from_id is not null then 'REQUEST_SENT'
         else 'NONE'
       end as status
     from unnest($2::uuid[]) with ordinality as asked (id, ord)
     left join users.friendship on friendship.user_id = $1::uuid and friendship.friend_id = asked.id
     left join users.friend_request as sent
       on sent.from_id = $1::uuid and sent.to_id = asked.id and sent.pending
     left join users.friend_request as received
       on received.from_id = asked.id and received.to_id = $1::uuid and received.pending and not received.hidden
     order by asked.ord`,
    [viewerId, ids],
  )
  return rows.map(({ status }) => status)
}

export interface FriendRow {
  readonly id: string
  readonly at: Date
}

/** The user's friends below `after`, the newest first. */
export async function listFriends(sql: Sql, userId: string, after: Start, limit: number): Promise<FriendRow[]> {
  const { rows } = await sql.query<FriendRow>(
    `/* users.listFriends */ select friend_id as id, since as at
     from users.friendship
     where user_id = $1::uuid
       and (since, friend_id) < ($2::timestamptz, $3::uuid)
     order by since desc, friend_id desc
     limit $4::int`,
    [userId, after.at, after.id, limit],
  )
  return rows
}

/** A request that waits for an answer. */
export interface FriendRequestRow {
  readonly fromId: string
  readonly toId: string
  readonly sentAt: Date
}

/** The requests of others that the user sees, below `after`, the newest first. */
export async function listIncoming(sql: Sql, userId: string, after: Start, limit: number): Promise<FriendRequestRow[]> {
  const { rows } = await sql.query<FriendRequestRow>(
    `/* users.listIncoming */ select from_id as "fromId", to_id as "toId", sent_at as "sentAt"
     from users.friend_request
     where to_id = $1::uuid
       and pending
       and not hidden
       and (sent_at, from_id) < ($2::timestamptz, $3::uuid)
     order by sent_at desc, from_id desc
     limit $4::int`,
    [userId, after.at, after.id, limit],
  )
  return rows
}

/** The user's own requests below `after`, the newest first. */
export async function listOutgoing(sql: Sql, userId: string, after: Start, limit: number): Promise<FriendRequestRow[]> {
  const { rows } = await sql.query<FriendRequestRow>(
    `/* users.listOutgoing */ select from_id as "fromId", to_id as "toId", sent_at as "sentAt"
     from users.friend_request
     where from_id = $1::uuid
       and pending
       and (sent_at, to_id) < ($2::timestamptz, $3::uuid)
     order by sent_at desc, to_id desc
     limit $4::int`,
    [userId, after.at, after.id, limit],
  )
  return rows
}

/** Who has something with a user that ends with the user's account. */
export interface Ties {
  readonly friends: readonly string[]
  /** Whom the user asked, and who see it. */
  readonly asked: readonly string[]
  /** Who asked the user, whether or not the user sees it. */
  readonly asking: readonly string[]
}

export async function findTies(sql: Sql, userId: string): Promise<Ties> {
  const { rows } = await sql.query<Ties>(
    `/* users.findTies */ select
       array(select friend_id::text from users.friendship where user_id = $1::uuid) as friends,
       array(select to_id::text from users.friend_request where from_id = $1::uuid and pending and not hidden) as asked,
       array(select from_id::text from users.friend_request where to_id = $1::uuid and pending) as asking`,
    [userId],
  )
  return rows[0] ?? { friends: [], asked: [], asking: [] }
}

/** Deletes requests that were rejected before `before`; at most 1,000 at a time. */
export async function forgetRejected(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `/* users.forgetRejected */ delete from users.friend_request
     where (from_id, to_id) in (
       select from_id, to_id from users.friend_request
       where not pending and rejected_at < $1::timestamptz
       order by rejected_at
       limit 1000
       for update skip locked
     )`,
    [before],
  )
  return rowCount
}
