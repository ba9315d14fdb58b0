import { v7 } from 'uuid'
import { changeGroup, lockedGroup, type Change } from '../change.ts'
import { invite } from '../invites/invite.ts'
import { admit, requirePeople, requireRoom } from '../members/join.ts'
import { endStays, findClosedUsers, findRoles } from '../members/store.ts'
import type { ChangePorts } from '../ports.ts'
import { notFound } from '../../errors.ts'
import type { GroupChanges, NewGroup } from './input.ts'
import { canEdit, forbidden, requireManager, requireOwner } from './rules.ts'
import { changeRoom, closeRoom, createRoom, findOwnerOfClosed, openConversation, type GroupRow } from './store.ts'

/** Creates a group with its owner and members. Returns its id, and the users who were invited instead of added. */
export async function createGroup(
  ports: ChangePorts,
  ownerId: string,
  group: NewGroup,
): Promise<{ readonly groupId: string; readonly invited: readonly string[] }> {
  const groupId = v7({ msecs: ports.clock.now() })
  requireRoom(1, group.memberIds.length, ports.maxMembers)
  const invited = await changeGroup(ports, groupId, ownerId, async (change) => {
    await requirePeople(change, group.memberIds)
    await createRoom(change.sql, groupId, group, change.now)
    await openConversation(change.sql, groupId, change.now)
    await change.append('groups.GroupCreated', { groupId, title: group.title, by: ownerId })
    await change.record('CREATED')
    const closed = await findClosedUsers(change.sql, ownerId, group.memberIds)
    const open = group.memberIds.filter((id) => !closed.has(id))
    const members = open.map((userId) => ({ userId, role: 'MEMBER' as const }))
    await admit(change, { whoMaySeeMembers: group.kind === 'BROADCAST' ? 'ADMINS' : 'MEMBERS' }, [
      { userId: ownerId, role: 'OWNER' },
      ...members,
    ])
    await change.say({ event: 'GROUP_CREATED', title: group.title })
    if (closed.size > 0) await invite(change, [...closed], ports.maxMembers)
    return [...closed]
  })
  return { groupId, invited }
}

export function updateGroup(ports: ChangePorts, by: string, groupId: string, changes: GroupChanges): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireAllowed(await lockedGroup(change), changes)
    const changed = await changeRoom(change.sql, groupId, changes)
    if (changed.length === 0) return
    await change.append('groups.GroupUpdated', { groupId, by, changed })
    const { title } = changes
    await change.say({ event: 'GROUP_UPDATED', changed, ...(title !== undefined && { title }) })
    await change.record('UPDATED', { detail: changed.join(', ') })
  })
}

function requireAllowed(group: GroupRow, changes: GroupChanges): void {
  const { title, description, avatarUrl, kind, ...rules } = changes
  if (kind !== undefined) requireOwner(group)
  if (Object.keys(rules).length > 0) requireManager(group)
  if ((title !== undefined || description !== undefined || avatarUrl !== undefined) && !canEdit(group)) {
    throw forbidden('Only the owner and the admins of the group may change its title, description and avatar.')
  }
}

/** A repeated request of the owner succeeds. */
export function deleteGroup(ports: ChangePorts, by: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const role = (await findRoles(change.sql, groupId, [by])).get(by)
    if (!role && (await findOwnerOfClosed(change.sql, groupId)) === by) return
    if (!role) throw notFound('group', groupId)
    requireOwner(await lockedGroup(change))
    await end(change)
  })
}

/** Ends the group for everybody. */
export async function end(change: Change): Promise<void> {
  const { sql, groupId, by, now } = change
  const until = await change.append('groups.GroupDeleted', { groupId, by })
  await endStays(sql, groupId, until, now)
  await closeRoom(sql, groupId, now)
  await change.record('DELETED')
}
