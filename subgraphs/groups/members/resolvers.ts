import type { Complete } from '../../complete.ts'
import { requireUser } from '../../viewer.ts'
import type { GroupMemberResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { asUsers } from '../as-users.ts'
import { changedGroup, groupToChange, idToChange } from '../groups/rules.ts'
import type { GroupPorts } from '../ports.ts'
import { parseUserId, parseUserIds } from './input.ts'
import { leave, removeMember } from './leave.ts'
import type { MemberRow } from './list.ts'
import { addMembers } from './membership.ts'
import { changeRole } from './roles.ts'

type Mutations = Required<MutationResolvers<GroupPorts>>

export const addGroupMembers: Mutations['addGroupMembers'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  const invited = await addMembers(context, userId, id, parseUserIds(input.userIds))
  return { group: await changedGroup(context, id), invited: asUsers(invited) }
}

export const removeGroupMember: Mutations['removeGroupMember'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  const removedId = parseUserId(input.userId, 'member')
  if (removedId === userId) {
    await leave(context, userId, id)
    return { group: null }
  }
  await removeMember(context, userId, id, removedId)
  return { group: await changedGroup(context, id) }
}

export const leaveGroup: Mutations['leaveGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = idToChange(input.groupId)
  await leave(context, userId, groupId)
  return { groupId }
}

export const setGroupRole: Mutations['setGroupRole'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await changeRole(context, userId, id, parseUserId(input.userId, 'member'), input.role)
  return { group: await changedGroup(context, id) }
}

export const GroupMember: Complete<GroupMemberResolvers, MemberRow> = {
  user: ({ userId }) => ({ __typename: 'User', id: userId }),
}
