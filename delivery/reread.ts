import type { LoggedEvent } from '../platform/eventlog/eventlog.ts'
import type { Kinds } from '../platform/eventlog/kinds.ts'
import { rereadEvents } from '../platform/eventlog/payloads.ts'
import type { Database } from '../platform/sql/sql.ts'
import { retryForever, type RetryOptions } from './retry.ts'

/**
 * The age from which an event is read again from the log before it is delivered. A younger one has just been read by the
 * relay: if its payload was replaced since, the event that tells of it follows at once. Without this limit each event would
 * cost a statement more.
 */
const REREAD_AFTER_MS = 1_000

interface RereadDeps {
  readonly database: Database
  readonly kinds: Pick<Kinds, 'find'>
}

/**
 * The events as the log has them now, in their order: while they waited in the queue, what a payload said may have been
 * deleted. Only old events, and only those of kinds whose payloads are replaced, are read again.
 */
export async function asTheyAreNow(
  { database, kinds }: RereadDeps,
  events: readonly LoggedEvent[],
  persistence: RetryOptions,
): Promise<readonly LoggedEvent[]> {
  const before = Date.now() - REREAD_AFTER_MS
  const old = events.filter(({ kind, at }) => at.getTime() < before && kinds.find(kind)?.isRewritten)
  if (old.length === 0) return events
  const now = await retryForever('read events again', () => rereadEvents(database, old), persistence)
  const fresh = new Map(old.map((event, at) => [event, now[at]]))
  return events.map((event) => fresh.get(event) ?? event)
}
