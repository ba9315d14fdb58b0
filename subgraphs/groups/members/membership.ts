import { changeGroup, lockedGroup, type Change } from '../change.ts'
import { canInvite, forbidden } from '../groups/rules.ts'
import { invite } from '../invites/invite.ts'
import { aboutUsers } from '../moderation/audit.ts'
import type { ChangePorts } from '../ports.ts'
import type { UserIds } from './input.ts'
import { join, requireNotBanned, requirePeople, requireRoom, type Tells } from './join.ts'
import { findClosedUsers, findRoles } from './store.ts'

/** Adds users, and invites those who cannot be added. Returns the invited ones. Present members are left unchanged. */
export function addMembers(ports: ChangePorts, by: string, groupId: string, userIds: UserIds): Promise<string[]> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    if (!canInvite(group)) throw forbidden('Only the owner and the admins of the group may add users.')
    const roles = await findRoles(change.sql, groupId, userIds)
    const newIds = userIds.filter((id) => !roles.has(id))
    if (newIds.length === 0) return []
    await requirePeople(change, newIds)
    await requireNotBanned(change, newIds)
    requireRoom(group.memberCount, newIds.length, ports.maxMembers)
    return addOrInvite(change, group, newIds, ports.maxMembers)
  })
}

/** Adds those users who allow it, and invites the others. Returns the invited ones. */
async function addOrInvite(
  change: Change,
  group: Tells,
  userIds: readonly string[],
  maxInvites: number,
): Promise<string[]> {
  const closed = await findClosedUsers(change.sql, change.by, userIds)
  const open = userIds.filter((id) => !closed.has(id))
  if (open.length > 0) {
    await join(
      change,
      group,
      open.map((userId) => ({ userId, role: 'MEMBER' as const })),
    )
    await change.record('MEMBERS_ADDED', aboutUsers(open))
  }
  if (closed.size > 0) await invite(change, [...closed], maxInvites)
  return [...closed]
}
