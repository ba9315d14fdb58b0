import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { gather } from '../platform/gather.ts'
import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { makeAudiences, type AudiencesOfShards } from './audiences.ts'

/** A device that may get a push. For one without a token a push is decided and recorded, but not sent. */
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

/** The queries to PostgreSQL for each event. Concurrent queries of a process's shards share their statements. */
export interface Lookups {
  readonly audiences: AudiencesOfShards
  /** The devices with a live session, by user. */
  targets(userIds: readonly string[]): Promise<ReadonlyMap<string, readonly PushTarget[]>>
}

/** Maximum events of one statement: as many as a shard looks up at once. */
const MAX_EVENTS = 64

export function makeLookups(sql: Sql, kinds: Pick<Kinds, 'recipients' | 'isDelivered' | 'steadyAudience'>): Lookups {
  const recipients = gather((events: readonly LoggedEvent[]) => kinds.recipients(sql, events), { maxKeys: MAX_EVENTS })
  const targetsOf = gather(async (userIds: readonly string[]) => {
    const targets = await pushTargetsOf(sql, [...new Set(userIds)])
    return userIds.map((userId) => targets.get(userId) ?? [])
  })
  return {
    audiences: makeAudiences(kinds, recipients),
    async targets(userIds) {
      if (userIds.length === 0) return new Map()
      const targets = await targetsOf(userIds)
      return new Map(userIds.map((userId, at) => [userId, targets[at] ?? []]))
    },
  }
}

/** The limit of one `Presence.find`. */
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
