import { badInput, notFound } from '../../errors.ts'
import { changeGroup, lockedGroup, type Change } from '../change.ts'
import type { GroupRole } from '../generated/resolvers.ts'
import { forbidden, requireManager, requireOwner } from '../groups/rules.ts'
import type { ChangePorts } from '../ports.ts'
import { onlyTold, sayOfMembers, type Tells } from './join.ts'
import { findManagers, findRoles, setRole } from './store.ts'

/** Maximum admins of a group. What concerns managers is delivered to each of them. */
const MAX_ADMINS = 100

/** Makes a member an admin, or an admin a member. */
export function changeRole(
  ports: ChangePorts,
  by: string,
  groupId: string,
  userId: string,
  role: GroupRole,
): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    requireManager(group)
    if (role === 'OWNER') throw badInput('role', '`role` must be ADMIN or MEMBER: the ownership is transferred.')
    const present = (await findRoles(change.sql, groupId, [userId])).get(userId)
    if (!present) throw notFound('member', userId)
    if (present === 'OWNER') throw forbidden('The owner keeps its role until it transfers the ownership.')
    if (present === role) return
    if (role === 'ADMIN') await requireFewAdmins(change)
    await assign(change, group, userId, role)
    await sayOfMembers(change, group, { event: 'ROLE_CHANGED', userIds: [userId], role })
    await change.record('ROLE_CHANGED', { userId, detail: role })
  })
}

/** Makes another member the owner, and the owner an admin. */
export function transferOwnership(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    // A repeated request: the viewer has given it away already.
    const present = (await findRoles(change.sql, groupId, [userId])).get(userId)
    if (present === 'OWNER') return requireManager(group)
    requireOwner(group)
    if (!present) throw notFound('member', userId)
    await assign(change, group, by, 'ADMIN')
    await assign(change, group, userId, 'OWNER')
    await sayOfMembers(change, group, { event: 'ROLE_CHANGED', userIds: [userId], role: 'OWNER' })
    await change.record('OWNERSHIP_TRANSFERRED', { userId })
  })
}

/** Changes a role, and tells of it. */
export async function assign(change: Change, group: Tells, userId: string, role: GroupRole): Promise<void> {
  const { sql, groupId, by } = change
  const payload = { groupId, userId, role, by }
  const managers = await onlyTold(change, group)
  if (managers) {
    await change.append('groups.FollowerRoleChanged', { ...payload, told: [...new Set([...managers, userId])] })
  } else await change.append('groups.RoleChanged', payload)
  await setRole(sql, groupId, userId, role)
}

async function requireFewAdmins({ sql, groupId }: Change): Promise<void> {
  if ((await findManagers(sql, groupId)).length <= MAX_ADMINS) return
  throw badInput('userId', `The group has ${MAX_ADMINS} admins, which is the maximum: make one a member first.`)
}
