import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { NewEvent } from '../../../platform/eventlog/eventlog.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound } from '../../errors.ts'
import { requireUser } from '../../viewer.ts'
import { personFor } from '../people/rules.ts'
import type { PersonRow } from '../people/store.ts'
import { type FriendEvent, type FriendEventKind, NOT_TOLD } from './events.ts'
import { hintPresence } from '../presence/hints.ts'
import type { FriendsPorts } from './ports.ts'
import { findStanding, type Standing } from './store.ts'

/** A change of what the viewer and another user are to each other, in one transaction. */
export interface PairChange {
  readonly sql: Sql
  readonly viewerId: string
  readonly otherId: string
  readonly deviceId: string
  readonly now: Date
  /** What the two were before. */
  readonly standing: Standing
}

/**
 * Runs a change of two users under the locks of both, and appends the events that it returns. The locks are taken in
 * the order of the ids, so whatever the two do to each other at the same moment happens one after the other.
 */
export async function changePair(
  ports: FriendsPorts,
  other: string,
  change: (pair: PairChange) => Promise<readonly NewEvent[]>,
): Promise<PersonRow> {
  const { database, eventLog, bus, log, clock } = ports
  const { userId: viewerId, deviceId } = requireUser(ports.identity)
  const person = await personFor(ports, other)
  if (!person || person.state === 'DELETED') throw notFound('user', other)
  const otherId = person.id
  if (otherId === viewerId) throw badInput('userId', '`userId` must be another user than oneself.')
  const events = await database.transaction(async (sql) => {
    for (const id of [viewerId, otherId].sort()) await eventLog.lock(sql, id)
    const standing = await findStanding(sql, viewerId, otherId)
    const now = new Date(clock.now())
    const events = await change({ sql, viewerId, otherId, deviceId, now, standing })
    for (const event of events) await eventLog.append(sql, event)
    return events
  })
  for (const key of new Set(events.map((event) => event.key))) announceAppended(bus, key, log)
  if (events.length > 0) hintPresence(bus, [viewerId, otherId], log)
  ports.friendStatuses.clear(otherId)
  return person
}

/** One event for each of the two. The one who may not hear of it gets one that is shown to nobody. */
export function friendEvents(
  kind: FriendEventKind,
  { fromId, toId, deviceId }: Omit<FriendEvent, 'userId'>,
  told: readonly string[] = [fromId, toId],
): NewEvent[] {
  return [fromId, toId].map((userId) => {
    const payload: FriendEvent = { userId, fromId, toId, deviceId }
    return told.includes(userId) ? { kind, key: userId, payload } : { kind: NOT_TOLD, key: userId, payload: {} }
  })
}
