import { v7 } from 'uuid'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { requireManager } from '../groups/rules.ts'
import type { GroupEvent } from './events.ts'
import type { GroupRole } from '../generated/resolvers.ts'
import type { NewGroup } from '../groups/input.ts'
import { MAX_MEMBERS, type UserIds } from './input.ts'
import type { MembershipPorts } from './ports.ts'
import { createRoom, openConversation } from '../groups/store.ts'
import {
  beginStays,
  countMembers,
  promoteSuccessor,
  endStay,
  findRoles,
  findMissingUsers,
  findRefusingUsers,
  type NewStay,
} from './store.ts'

/**
 * Every change of a group is one transaction that takes the conversation's lock first, so that no message comes
 * between the check, the event, and the stay that begins or ends with it.
 */
async function changeGroup(
  { database, eventLog, bus, log }: MembershipPorts,
  groupId: string,
  change: (sql: Sql) => Promise<void>,
): Promise<void> {
  await database.transaction(async (sql) => {
    await eventLog.lock(sql, groupId)
    await change(sql)
  })
  announceAppended(bus, groupId, log)
}

/** Creates a group with its owner and members. Returns its id. */
export async function createGroup(ports: MembershipPorts, ownerId: string, group: NewGroup): Promise<string> {
  const now = new Date(ports.clock.now())
  const groupId = v7({ msecs: now.getTime() })
  await changeGroup(ports, groupId, async (sql) => {
    await requirePeople(sql, ownerId, group.memberIds)
    await createRoom(sql, groupId, group.title, now)
    await openConversation(sql, groupId, now)
    const payload = { groupId, title: group.title, by: ownerId }
    await append(ports.eventLog, sql, { kind: 'groups.GroupCreated', key: groupId, payload })
    const members = group.memberIds.map((userId) => ({ userId, role: 'MEMBER' as const }))
    await join(ports.eventLog, sql, groupId, [{ userId: ownerId, role: 'OWNER' }, ...members], ownerId, now)
  })
  return groupId
}

/** Adds users. Present members are left unchanged. */
export async function addMembers(
  ports: MembershipPorts,
  viewerId: string,
  groupId: string,
  userIds: UserIds,
): Promise<void> {
  await changeGroup(ports, groupId, async (sql) => {
    const roles = await findRoles(sql, groupId, [viewerId, ...userIds])
    requireManager(groupId, roles.get(viewerId))
    const newIds = userIds.filter((id) => !roles.has(id))
    if (newIds.length === 0) return
    await requirePeople(sql, viewerId, newIds)
    if ((await countMembers(sql, groupId)) + newIds.length > MAX_MEMBERS) {
      throw badInput('userIds', `The group would have more than ${MAX_MEMBERS} members.`)
    }
    const members = newIds.map((userId) => ({ userId, role: 'MEMBER' as const }))
    await join(ports.eventLog, sql, groupId, members, viewerId, new Date(ports.clock.now()))
  })
}

/** Removes a member, or lets the viewer leave. If the owner leaves, another member becomes the owner. */
export async function removeMember(
  ports: MembershipPorts,
  viewerId: string,
  groupId: string,
  userId: string,
): Promise<void> {
  await changeGroup(ports, groupId, async (sql) => {
    const roles = await findRoles(sql, groupId, [viewerId, userId])
    if (!roles.has(viewerId)) throw notFound('group', groupId)
    const role = roles.get(userId)
    if (userId !== viewerId) {
      requireManager(groupId, roles.get(viewerId))
      if (!role) throw notFound('member', userId)
      if (role === 'OWNER') throw new PublicError('FORBIDDEN', 'The owner of a group cannot be removed, only leave.')
    }
    const payload = { groupId, userId, by: viewerId }
    const until = await append(ports.eventLog, sql, { kind: 'groups.MemberLeft', key: groupId, payload })
    await endStay(sql, groupId, userId, until, new Date(ports.clock.now()))
    if (role === 'OWNER') await passOwnership(ports.eventLog, sql, groupId, viewerId)
  })
}

async function passOwnership(
  eventLog: MembershipPorts['eventLog'],
  sql: Sql,
  groupId: string,
  by: string,
): Promise<void> {
  const successor = await promoteSuccessor(sql, groupId)
  if (successor === null) return
  const payload = { groupId, userId: successor, role: 'OWNER' as const, by }
  await append(eventLog, sql, { kind: 'groups.RoleChanged', key: groupId, payload })
}

async function join(
  eventLog: MembershipPorts['eventLog'],
  sql: Sql,
  groupId: string,
  members: readonly { readonly userId: string; readonly role: GroupRole }[],
  by: string,
  now: Date,
): Promise<void> {
  const stays: NewStay[] = []
  for (const { userId, role } of members) {
    const payload = { groupId, userId, role, by }
    stays.push({
      userId,
      role,
      from: await append(eventLog, sql, { kind: 'groups.MemberJoined', key: groupId, payload }),
    })
  }
  await beginStays(sql, groupId, stays, now)
  const userIds = members.map(({ userId }) => userId)
  await append(eventLog, sql, { kind: 'groups.MembersJoined', key: groupId, payload: { groupId, userIds, by } })
}

/**
 * Each of the users must exist and accept to be added by this one. A block and a privacy setting give the same error, so
 * that nobody can tell that they are blocked.
 */
async function requirePeople(sql: Sql, byId: string, userIds: readonly string[]): Promise<void> {
  const [missing] = await findMissingUsers(sql, userIds)
  if (missing !== undefined) throw notFound('user', missing)
  const refusing = await findRefusingUsers(sql, byId, userIds)
  if (refusing.length > 0) {
    const message = 'Some of the users do not accept to be added to groups by you: leave out those in `userIds`.'
    throw new PublicError('NOT_ACCEPTED', message, { userIds: refusing })
  }
}

async function append(eventLog: Pick<EventLog, 'append'>, sql: Sql, event: GroupEvent) {
  return (await eventLog.append(sql, event)).position
}
