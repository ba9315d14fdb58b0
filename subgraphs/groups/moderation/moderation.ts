import { badInput, notFound } from '../../errors.ts'
import { changeGroup, lockedGroup, type Change } from '../change.ts'
import { forbidden, isManager, requireManager } from '../groups/rules.ts'
import { requirePeople } from '../members/join.ts'
import { closeDoorsOf } from '../members/doors.ts'
import { part, requireRemovable } from '../members/leave.ts'
import { findManagers, findRoles } from '../members/store.ts'
import type { ChangePorts } from '../ports.ts'
import { deleteBan, insertBan, setMutedUntil } from './store.ts'

/** The reason stands in the list of bans only: the banned user is not told. */
export function ban(ports: ChangePorts, by: string, groupId: string, userId: string, reason: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    const group = await lockedGroup(change)
    requireManager(group)
    const role = await requireRemovable(change, userId, false)
    if (role === null) await requirePeople(change, [userId])
    if (!(await insertBan(change.sql, groupId, userId, by, reason, change.now))) return
    if (role !== null) await part(change, group, userId, 'BANNED')
    await closeDoorsOf(change, userId)
    await change.record('BANNED', { userId })
  })
}

export function unban(ports: ChangePorts, by: string, groupId: string, userId: string): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireManager(await lockedGroup(change))
    if (await deleteBan(change.sql, groupId, userId)) await change.record('UNBANNED', { userId })
  })
}

/** Null lets the member send again. */
export function mute(
  ports: ChangePorts,
  by: string,
  groupId: string,
  userId: string,
  until: Date | null,
): Promise<void> {
  return changeGroup(ports, groupId, by, async (change) => {
    requireManager(await lockedGroup(change))
    if (until && until.getTime() <= change.now.getTime()) throw badInput('until', '`until` must be in the future.')
    const role = (await findRoles(change.sql, groupId, [userId])).get(userId)
    if (!role) throw notFound('member', userId)
    if (isManager(role)) throw forbidden('Only plain members can be muted: make it a member first.')
    if (!(await setMutedUntil(change.sql, groupId, userId, until))) return
    await tellOfMute(change, userId, until)
  })
}

async function tellOfMute(change: Change, userId: string, until: Date | null): Promise<void> {
  const { sql, groupId, by } = change
  const mutedUntil = until?.toISOString() ?? null
  const told = [...new Set([userId, ...(await findManagers(sql, groupId))])]
  await change.append('groups.MemberMuted', { groupId, userId, by, mutedUntil, told })
  await change.record(until ? 'MUTED' : 'UNMUTED', { userId, detail: mutedUntil ?? '' })
}
