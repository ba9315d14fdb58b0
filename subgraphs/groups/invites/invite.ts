import { badInput, notFound } from '../../errors.ts'
import { changeGroup, lockedGroup, type Change } from '../change.ts'
import { forbidden, isManager } from '../groups/rules.ts'
import { findGroupsOf, findRoomToJoin } from '../groups/store.ts'
import { join, requireRoom } from '../members/join.ts'
import { aboutUsers } from '../moderation/audit.ts'
import { findBanned } from '../moderation/store.ts'
import type { ChangePorts } from '../ports.ts'
import { countInvites, deleteInvite, deleteInvitesBy, findBlockers, findInvite, insertInvites } from './store.ts'

/**
 * Invites users who are no members. A user with an open invite keeps it. One who has blocked the inviter is told
 * nothing, and nobody sees a difference.
 */
export async function invite(change: Change, userIds: readonly string[], maxInvites: number): Promise<void> {
  const { sql, groupId, by, now } = change
  if ((await countInvites(sql, groupId, maxInvites)) + userIds.length > maxInvites) {
    throw badInput('userIds', `The group would have more than ${maxInvites} open invites.`)
  }
  const invited = await insertInvites(sql, groupId, userIds, by, now)
  if (invited.length === 0) return
  const blockers = await findBlockers(sql, by, invited)
  const told = invited.filter((id) => !blockers.has(id))
  // Both statements run in any case, so that their number does not tell who has blocked the inviter.
  await change.appendMany(
    'groups.Invited',
    told.map((userId) => ({ groupId, userId, by })),
  )
  await change.appendMany(
    'groups.InviteNotTold',
    invited.filter((id) => blockers.has(id)).map(() => ({ groupId })),
  )
  await change.record('INVITED', aboutUsers(invited))
}

/** The viewer becomes a member. A member stays one. */
export function accept(ports: ChangePorts, by: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const { sql } = change
    const [group] = await findGroupsOf(sql, by, [groupId])
    if (group) return
    const invitation = await findInvite(sql, groupId, by)
    const room = invitation && (await findRoomToJoin(sql, groupId))
    if (!room || (await findBanned(sql, groupId, [by])).length > 0) throw notFound('invite', groupId)
    requireRoom(room.memberCount, 1, ports.maxMembers)
    await join(change, room, [{ userId: by, role: 'MEMBER' }])
    await change.append('groups.InviteEnded', {
      groupId,
      userId: by,
      outcome: 'ACCEPTED',
      told: [by, invitation.byId],
    })
    await change.record('JOINED', { userId: by, detail: 'invite' })
  })
}

export function decline(ports: ChangePorts, by: string, groupId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const inviter = await deleteInvite(change.sql, groupId, by)
    if (inviter === null) return
    await change.append('groups.InviteEnded', { groupId, userId: by, outcome: 'DECLINED', told: [by, inviter] })
    await change.record('INVITE_DECLINED', { userId: by })
  })
}

export function cancel(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    const visible = await findInvite(change.sql, groupId, userId)
    const inviter = await deleteInvite(change.sql, groupId, userId)
    if (inviter === null && isManager(group.viewerRole)) return
    // The same whether there was one or not: only managers see the invites of others.
    if (inviter === null || (inviter !== by && !isManager(group.viewerRole))) {
      throw forbidden('Only the one who invited, the owner and the admins of the group may withdraw an invite.')
    }
    const told = visible ? [userId, inviter] : [inviter]
    await change.append('groups.InviteEnded', { groupId, userId, outcome: 'CANCELLED', told })
    await change.record('INVITE_CANCELLED', { userId })
  })
}

/** The invites that a user made end with its membership, so that it brings nobody in afterwards. */
export async function withdrawInvitesBy(change: Change, inviterId: string): Promise<void> {
  const { groupId } = change
  const userIds = await deleteInvitesBy(change.sql, groupId, inviterId)
  await change.appendMany(
    'groups.InviteEnded',
    userIds.map((userId) => ({ groupId, userId, outcome: 'CANCELLED' as const, told: [userId] })),
  )
}
