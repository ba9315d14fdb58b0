import { notFound } from '../../errors.ts'
import { changeGroup, lockedGroup, type Change } from '../change.ts'
import type { GroupRole } from '../generated/resolvers.ts'
import { end } from '../groups/lifecycle.ts'
import { forbidden, requireManager } from '../groups/rules.ts'
import { findGroupsOf, type GroupRow } from '../groups/store.ts'
import type { ChangePorts } from '../ports.ts'
import { closeDoorsOf } from './doors.ts'
import type { LeaveReason } from './events.ts'
import { onlyTold, sayOfMembers, type Tells } from './join.ts'
import { assign } from './roles.ts'
import { endStay, findRoles, findSuccessor } from './store.ts'

/** Removes a member. */
export function removeMember(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    requireManager(group)
    await requireRemovable(change, userId, true)
    await part(change, group, userId, 'REMOVED')
    await closeDoorsOf(change, userId)
    await change.record('REMOVED', { userId })
  })
}

/** Lets the viewer leave. The last member's leaving deletes the group. A viewer who is no member has left. */
export function leave(ports: ChangePorts, by: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const [group] = await findGroupsOf(change.sql, by, [groupId])
    if (!group) return
    if (group.memberCount === 1) return end(change)
    if (group.viewerRole === 'OWNER') {
      throw forbidden('The owner of a group cannot leave it: transfer the ownership first, or delete the group.')
    }
    await part(change, group, by, 'LEFT')
    await change.record('LEFT', { userId: by })
  })
}

/**
 * Lets a deleted user leave, whatever its role: the longest-standing admin, or else member, becomes the owner. A group
 * without other members ends.
 */
export function departErased(ports: ChangePorts, userId: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, userId, async (change) => {
    const [group] = await findGroupsOf(change.sql, userId, [groupId])
    // Another process of this role was first.
    if (!group) return
    const successor = await findSuccessor(change.sql, groupId, userId)
    if (successor === null) return end(change)
    await part(change, group, userId, 'LEFT')
    await change.record('LEFT', { userId })
    if (group.viewerRole === 'OWNER') {
      await assign(change, group, successor, 'OWNER')
      await sayOfMembers(change, group, { event: 'ROLE_CHANGED', userIds: [successor], role: 'OWNER' })
      await change.record('OWNERSHIP_TRANSFERRED', { userId: successor })
    }
  })
}

/** Ends a stay, and tells of it. `group` is as it was before. */
export async function part(
  change: Change,
  group: Tells & Pick<GroupRow, 'memberCount'>,
  userId: string,
  reason: LeaveReason,
): Promise<void> {
  const { sql, groupId, by, now } = change
  const left = { groupId, userId, by, reason, memberCount: group.memberCount - 1 }
  const managers = await onlyTold(change, group)
  const until = managers
    ? await change.append('groups.FollowerLeft', { ...left, told: [...new Set([...managers, userId])] })
    : await change.append('groups.MemberLeft', left)
  await endStay(sql, groupId, userId, until, now)
  await sayOfMembers(change, group, {
    event: reason === 'LEFT' ? 'MEMBER_LEFT' : 'MEMBER_REMOVED',
    userIds: [userId],
  })
}

/** The role of a user whom a manager removes or bans; throws for the owner, and for oneself. */
export async function requireRemovable(
  { sql, groupId, by }: Change,
  userId: string,
  mustBeMember: boolean,
): Promise<GroupRole | null> {
  if (userId === by) throw forbidden('You cannot do this to yourself: leave the group instead.')
  const role = (await findRoles(sql, groupId, [userId])).get(userId) ?? null
  if (role === null && mustBeMember) throw notFound('member', userId)
  if (role === 'OWNER') throw forbidden('The owner of a group cannot be removed.')
  return role
}
