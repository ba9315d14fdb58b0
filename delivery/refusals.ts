import type { EventKind, KnownEvent, PushQuestion } from '../platform/eventlog/kinds.ts'
import { gather, type Read } from '../platform/gather.ts'
import type { Sql } from '../platform/sql/sql.ts'

/** Finds those of the users who want no push for the event. Concurrent calls share their statements. */
export type FindRefusals = (event: KnownEvent, userIds: readonly string[]) => Promise<ReadonlySet<string>>

export function makeRefusals(sql: Sql): FindRefusals {
  const reads = new Map<EventKind, Read<PushQuestion<unknown>, boolean>>()

  const readOf = (kind: EventKind) => {
    const { push } = kind
    if (!push?.refusedBy) return null
    const read = reads.get(kind) ?? gather(async (asked) => (await push.refusedBy?.(sql, asked)) ?? [])
    reads.set(kind, read)
    return read
  }

  return async ({ kind, payload }, userIds) => {
    const read = readOf(kind)
    if (!read || userIds.length === 0) return new Set()
    const refused = await read(userIds.map((userId) => ({ payload, userId })))
    return new Set(userIds.filter((_, at) => refused[at]))
  }
}
