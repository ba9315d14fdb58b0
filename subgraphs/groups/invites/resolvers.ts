import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { connection, parsePage } from '../../page.ts'
import { formatPlace } from '../../place.ts'
import { requireUser } from '../../viewer.ts'
import { asUser } from '../as-users.ts'
import type { GroupInviteResolvers, GroupResolvers, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import { previewFor } from '../groups/preview.ts'
import { changedGroup, groupToChange, idToChange, managed } from '../groups/rules.ts'
import { MAX_PAGE, parseUserId } from '../members/input.ts'
import type { GroupPorts } from '../ports.ts'
import { accept, cancel, decline } from './invite.ts'
import { findInvitesOfGroup, findInvitesOfUser, type InviteRow } from './store.ts'

type Mutations = Required<MutationResolvers<GroupPorts>>

export const groupInvites: Required<QueryResolvers<GroupPorts>>['groupInvites'] = async (_, args, context) => {
  const { userId } = requireUser(context.identity)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findInvitesOfUser(context.database, userId, page), page, ({ createdAt, groupId }) =>
    formatPlace({ at: createdAt, id: groupId }),
  )
}

export const acceptGroupInvite: Mutations['acceptGroupInvite'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = idToChange(input.groupId)
  await accept(context, userId, groupId)
  return { group: await changedGroup(context, groupId) }
}

export const declineGroupInvite: Mutations['declineGroupInvite'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = idToChange(input.groupId)
  await decline(context, userId, groupId)
  return { groupId }
}

export const cancelGroupInvite: Mutations['cancelGroupInvite'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await cancel(context, userId, id, parseUserId(input.userId))
  return { group: await changedGroup(context, id) }
}

export const invitesOf: Required<GroupResolvers<GroupPorts>>['invites'] = async (group, args, { database }) => {
  const { id } = managed(group)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findInvitesOfGroup(database, id, page), page, ({ createdAt, userId }) =>
    formatPlace({ at: createdAt, id: userId }),
  )
}

export const GroupInvite: Complete<GroupInviteResolvers<GroupPorts>, InviteRow> = {
  preview: async ({ groupId }, _args, context) => {
    const preview = await previewFor(context, requireUser(context.identity).userId, { groupId })
    // The invite ended since the list was read.
    if (!preview) throw notFound('invite', groupId)
    return preview
  },
  user: ({ userId }) => asUser(userId),
  by: ({ byId }) => asUser(byId),
}
