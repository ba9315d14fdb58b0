import type { Sql } from '../../../platform/sql/sql.ts'

/** What one user may see of another one, or of themselves. */
export interface SeenRow {
  readonly viewerId: string
  readonly userId: string
  readonly invisible: boolean
  /** When the user last was online, or that is now; null if never. */
  readonly lastSeenAt: Date | null
}

/**
 * One row for each pair of which the viewer may see the other one's presence. A user who is invisible is seen as of the
 * moment when they became it. A user whose node was not buried yet was online as long as the node was.
 */
export async function findSeen(
  sql: Sql,
  pairs: readonly { readonly viewerId: string; readonly userId: string }[],
): Promise<SeenRow[]> {
  const { rows } = await sql.query<SeenRow>(
    `/* users.findSeen */ select
       pair.viewer_id as "viewerId",
       pair.user_id as "userId",
       coalesce(setting.invisible, false) as invisible,
       greatest(
         last_seen.seen_at,
         case when setting.invisible is not true then (
           select max(node.alive_at)
           from users.attendance
           join users.stream_node as node on node.id = attendance.node_id
           where attendance.user_id = pair.user_id
         ) end
       ) as "lastSeenAt"
     from unnest($1::uuid[], $2::uuid[]) as pair (viewer_id, user_id)
     join users.account on account.id = pair.user_id and account.state <> 'DELETED'
     left join users.setting on setting.user_id = pair.user_id
     left join users.last_seen on last_seen.user_id = pair.user_id
     where pair.viewer_id = pair.user_id
       or (
         not users.is_blocked(pair.viewer_id, pair.user_id)
         and users.is_allowed(setting.last_seen_to, pair.user_id, pair.viewer_id)
       )`,
    [pairs.map(({ viewerId }) => viewerId), pairs.map(({ userId }) => userId)],
  )
  return rows
}

/** Shows that the node lives. False if it was not known, or was buried: then it must tell again who attends it. */
export async function noteNodeAlive(sql: Sql, nodeId: string): Promise<boolean> {
  const { rows } = await sql.query<{ known: boolean }>(
    `/* users.noteNodeAlive */ with known as (
       update users.stream_node set alive_at = clock_timestamp() where id = $1::text returning id
     ),
     made as (
       insert into users.stream_node (id, alive_at)
       select $1::text, clock_timestamp() where not exists (select from known)
       on conflict do nothing
     )
     select exists (select from known) as known`,
    [nodeId],
  )
  return rows[0]?.known ?? false
}

/** Users whose first stream on the node opened. Deleted users are left out, so that their erasure misses no row. */
export async function noteCame(sql: Sql, nodeId: string, userIds: readonly string[]): Promise<void> {
  await sql.query(
    `/* users.noteCame */ insert into users.attendance (user_id, node_id)
     select id, $1::text
     from (
       select id from users.account
       where id = any($2::uuid[]) and state <> 'DELETED'
       order by id
       for share
     ) as account
     on conflict do nothing`,
    [nodeId, userIds],
  )
}

/** The end of every statement that takes users away from nodes: `gone` has who, and when they were last seen. */
const KEEP_LAST_SEEN = `
  insert into users.last_seen (user_id, seen_at)
  select account.id, gone.seen_at
  from (select user_id, max(seen_at) as seen_at from gone group by user_id) as gone
  join (
    select id from users.account
    where id in (select user_id from gone) and state <> 'DELETED'
    order by id
    for share
  ) as account on account.id = gone.user_id
  where not exists (select from users.setting where setting.user_id = gone.user_id and setting.invisible)
  order by account.id
  on conflict (user_id) do update set seen_at = greatest(last_seen.seen_at, excluded.seen_at)`

/** Users whose last stream on the node ended, also if it was too short to be noted. */
export async function noteLeft(sql: Sql, nodeId: string, userIds: readonly string[]): Promise<void> {
  await sql.query(
    `/* users.noteLeft */ with away as (
       delete from users.attendance where node_id = $1::text and user_id = any($2::uuid[])
     ),
     gone as (select user_id, clock_timestamp() as seen_at from unnest($2::uuid[]) as left_node (user_id))
     ${KEEP_LAST_SEEN}`,
    [nodeId, userIds],
  )
}

/** Nodes that did not show for `silentSeconds` that they live. Returns the users who attended one of them. */
export async function buryNodes(sql: Sql, silentSeconds: number): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* users.buryNodes */ with dead as (
       delete from users.stream_node
       where alive_at < clock_timestamp() - make_interval(secs => $1::float8)
       returning id, alive_at
     ),
     gone as (
       delete from users.attendance using dead where attendance.node_id = dead.id returning user_id, alive_at as seen_at
     ),
     kept as (${KEEP_LAST_SEEN})
     select distinct user_id as "userId" from gone`,
    [silentSeconds],
  )
  return rows.map(({ userId }) => userId)
}

/** The node ends now. Returns the users who attended it. */
export async function endNode(sql: Sql, nodeId: string): Promise<string[]> {
  const { rows } = await sql.query<{ userId: string }>(
    `/* users.endNode */ with ended as (
       delete from users.stream_node where id = $1::text
     ),
     gone as (
       delete from users.attendance where node_id = $1::text returning user_id, clock_timestamp() as seen_at
     ),
     kept as (${KEEP_LAST_SEEN})
     select user_id as "userId" from gone`,
    [nodeId],
  )
  return rows.map(({ userId }) => userId)
}

/** Called when the user becomes invisible: from now on they are seen as of this moment, if they are online. */
export async function freezeLastSeen(sql: Sql, userId: string): Promise<void> {
  await sql.query(
    `/* users.freezeLastSeen */ insert into users.last_seen (user_id, seen_at)
     select user_id, clock_timestamp() from users.attendance where user_id = $1::uuid limit 1
     on conflict (user_id) do update set seen_at = greatest(last_seen.seen_at, excluded.seen_at)`,
    [userId],
  )
}
