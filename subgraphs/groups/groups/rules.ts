import type DataLoader from 'dataloader'
import type { Identity } from '../../../platform/signature/identity.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { GroupRole } from '../generated/resolvers.ts'
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

export const canManageMembers = (role: GroupRole): boolean => role !== 'MEMBER'

/** NOT_FOUND for a viewer who is not in the group, FORBIDDEN for a member who may not manage it. */
export function requireManager(groupId: string, role: GroupRole | undefined): void {
  if (!role) throw notFound('group', groupId)
  if (!canManageMembers(role))
    throw new PublicError('FORBIDDEN', 'Only the owner and the admins of the group may do this.')
}
