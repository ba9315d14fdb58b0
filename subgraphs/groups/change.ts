import { v7 } from 'uuid'
import { announceAppended } from '../../platform/eventlog/appended.ts'
import type { Position } from '../../platform/eventlog/position.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { notFound } from '../errors.ts'
import type { GroupPayloads } from './events.ts'
import type { GroupAct } from './generated/resolvers.ts'
import { findGroupsOf, type GroupRow } from './groups/store.ts'
import { insertAudit, type AuditFacts } from './moderation/audit.ts'
import type { ChangePorts } from './ports.ts'
import { appendSystemMessage, type Said } from './say.ts'

/** A transaction that holds the lock of one group. */
export interface Change {
  readonly sql: Sql
  readonly groupId: string
  /** Who changes the group. */
  readonly by: string
  readonly now: Date
  append<Kind extends keyof GroupPayloads>(kind: Kind, payload: GroupPayloads[Kind]): Promise<Position>
  /** In one statement, also for none. Returns the positions in the order of the payloads. */
  appendMany<Kind extends keyof GroupPayloads>(
    kind: Kind,
    payloads: readonly GroupPayloads[Kind][],
  ): Promise<Position[]>
  record(act: GroupAct, facts?: AuditFacts): Promise<void>
  /** Tells of the change in the group's conversation. Who is to see it must be a member by then. */
  say(said: Said): Promise<void>
}

/**
 * Every change of a group is one transaction that takes the conversation's lock first. So all changes of one group happen
 * one after the other, each check sees what was committed before it, and no message comes between a check, the event,
 * and the stay that begins or ends with it.
 */
export function changeGroup<Result>(
  ports: ChangePorts,
  groupId: string,
  by: string,
  change: (change: Change) => Promise<Result>,
): Promise<Result> {
  return ports.oneByOne(groupId, () => changeNow(ports, groupId, by, change))
}

/** The same inside `oneByOne`, which the caller has called. */
export async function changeNow<Result>(
  { database, eventLog, bus, clock, log }: ChangePorts,
  groupId: string,
  by: string,
  change: (change: Change) => Promise<Result>,
): Promise<Result> {
  const now = new Date(clock.now())
  const result = await database.transaction(async (sql) => {
    await eventLog.lock(sql, groupId)
    return change({
      sql,
      groupId,
      by,
      now,
      append: async (kind, payload) => (await eventLog.append(sql, { kind, key: groupId, payload })).position,
      appendMany: async (kind, payloads) => eventLog.appendMany(sql, { kind, key: groupId, payloads }),
      record: (act, facts = {}) => insertAudit(sql, { id: v7(), groupId, act, by, now, ...facts }),
      say: (said) => appendSystemMessage(sql, { groupId, by, now }, said),
    })
  })
  announceAppended(bus, groupId, log)
  return result
}

/** The group as the one who changes it sees it, under the lock; throws NOT_FOUND unless it is a member. */
export async function lockedGroup({ sql, groupId, by }: Change): Promise<GroupRow> {
  const [group] = await findGroupsOf(sql, by, [groupId])
  if (!group) throw notFound('group', groupId)
  return group
}
