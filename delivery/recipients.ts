import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { gather } from '../platform/gather.ts'
import type { Presence, Whereabouts } from '../platform/presence/presence.ts'
import type { Sql } from '../platform/sql/sql.ts'
import { makeAudiences, type AudiencesOfShards } from './audiences.ts'
import { makeWishes, type FindWishes } from './refusals.ts'
import { makeTargets, type FindTargets } from './targets.ts'

/** The queries to PostgreSQL for each event. Concurrent queries of a process's shards share their statements. */
export interface Lookups {
  readonly audiences: AudiencesOfShards
  readonly targets: FindTargets
  readonly wishes: FindWishes
}

/** Maximum events of one statement: as many as a shard looks up at once. */
const MAX_EVENTS = 64

export function makeLookups(
  sql: Sql,
  kinds: Pick<Kinds, 'recipients' | 'isDelivered' | 'keepsMembers' | 'steadyAudience'>,
): Lookups {
  const recipients = gather((events: readonly LoggedEvent[]) => kinds.recipients(sql, events), { maxKeys: MAX_EVENTS })
  return { audiences: makeAudiences(kinds, recipients), targets: makeTargets(sql), wishes: makeWishes(sql) }
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
