import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import { groupToChange } from '../groups/rules.ts'
import type { GroupMemberResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { parseUserIds } from './input.ts'
import { addMembers, removeMember } from './membership.ts'
import type { MembersPorts } from './ports.ts'
import type { MemberRow } from './store.ts'

export const addGroupMembers: Required<MutationResolvers<MembersPorts>>['addGroupMembers'] = async (
  _,
  { input },
  context,
) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await addMembers(context, userId, id, parseUserIds(input.userIds))
  return { group: await groupToChange(context, id) }
}

export const removeGroupMember: Required<MutationResolvers<MembersPorts>>['removeGroupMember'] = async (
  _,
  { input },
  context,
) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  const removedId = parseId(input.userId)
  if (removedId === null) throw notFound('member', input.userId)
  await removeMember(context, userId, id, removedId)
  context.groups.clear(id)
  return { group: removedId === userId ? null : await groupToChange(context, id) }
}

export const GroupMember: Complete<GroupMemberResolvers, MemberRow> = {
  user: ({ userId }) => ({ __typename: 'User', id: userId }),
}
