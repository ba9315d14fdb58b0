import type DataLoader from 'dataloader'
import type { Identity } from '../../../platform/signature/identity.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId, requireId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { GroupParticipants, GroupRole } from '../generated/resolvers.ts'
import type { GroupRow } from './store.ts'

/** The parts of a context that looking up a group needs. */
export interface GroupLookup {
  readonly identity: Identity
  /** The viewer's groups by id; null for any other, whether it exists or not. */
  readonly groups: DataLoader<string, GroupRow | null>
}

/** A group that the viewer is in now; null for any other, whether it exists or not. */
export async function groupFor({ identity, groups }: GroupLookup, id: string): Promise<GroupRow | null> {
  requireUser(identity)
  const groupId = parseId(id)
  return groupId === null ? null : groups.load(groupId)
}

/**
 * The same for a change of the group, with NOT_FOUND instead of null. The change's transaction checks again, under the
 * lock.
 */
export async function groupToChange(lookup: GroupLookup, id: string): Promise<GroupRow> {
  const group = await groupFor(lookup, id)
  if (!group) throw notFound('group', id)
  return group
}

/** For changes that need no membership before the lock is taken; throws NOT_FOUND for a text that is no id. */
export const idToChange = (text: string): string => requireId('group', text)

/** The group as it is after a change. */
export async function changedGroup(lookup: GroupLookup, id: string): Promise<GroupRow> {
  lookup.groups.clear(id)
  return groupToChange(lookup, id)
}

/** The group, for the field of a manager; throws FORBIDDEN for other members. */
export function managed(group: GroupRow): GroupRow {
  requireManager(group)
  return group
}

export const isManager = (role: GroupRole): boolean => role !== 'MEMBER'

const isAmong = (who: GroupParticipants, role: GroupRole): boolean => who === 'MEMBERS' || isManager(role)

export const canInvite = (group: GroupRow): boolean => isAmong(group.whoMayInvite, group.viewerRole)
export const canEdit = (group: GroupRow): boolean => isAmong(group.whoMayEdit, group.viewerRole)
export const canSeeMembers = (group: GroupRow): boolean => isAmong(group.whoMaySeeMembers, group.viewerRole)

export const canSend = (group: GroupRow, now: number): boolean =>
  isManager(group.viewerRole) ||
  (group.whoMaySend === 'MEMBERS' && (group.viewerMutedUntil === null || group.viewerMutedUntil.getTime() <= now))

export function requireManager({ viewerRole }: GroupRow): void {
  if (!isManager(viewerRole)) throw forbidden('Only the owner and the admins of the group may do this.')
}

export function requireOwner({ viewerRole }: GroupRow): void {
  if (viewerRole !== 'OWNER') throw forbidden('Only the owner of the group may do this.')
}

export const forbidden = (message: string) => new PublicError('FORBIDDEN', message)
