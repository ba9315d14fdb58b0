import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** A device that may get a push; one without a token is recorded and gets none. */
export interface PushTarget {
  readonly userId: string
  readonly deviceId: string
  readonly token: string | null
}

/** The devices with a live session, by user. */
export async function pushTargetsOf(sql: Sql, userIds: readonly string[]): Promise<Map<string, PushTarget[]>> {
  if (userIds.length === 0) return new Map()
  const { rows } = await sql.query<PushTarget>(
    `/* delivery.pushTargetsOf */
     select user_id as "userId", device_id as "deviceId", token
     from users.push_targets where user_id = any($1::uuid[])`,
    [userIds],
  )
  return groupByUser(rows)
}

/** `Presence.find` takes no more at once. */
const PRESENCE_BATCH = 1_000

export async function streamsOf(presence: Presence, userIds: readonly string[]): Promise<Map<string, Whereabouts[]>> {
  const batches: Promise<Whereabouts[]>[] = []
  for (let at = 0; at < userIds.length; at += PRESENCE_BATCH)
    batches.push(presence.find(userIds.slice(at, at + PRESENCE_BATCH)))
  return groupByUser((await Promise.all(batches)).flat())
}

function groupByUser<T extends { readonly userId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(row.userId)
    if (group) group.push(row)
    else groups.set(row.userId, [row])
  }
  return groups
}
