import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import type {
  ConversationResolvers,
  GroupPreviewResolvers,
  GroupResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../generated/resolvers.ts'
import { asUsers } from '../as-users.ts'
import { invitesOf } from '../invites/resolvers.ts'
import { parseDoor } from '../links/input.ts'
import { joinRequestsOf, linksOf } from '../links/resolvers.ts'
import { MAX_PAGE, parseUserId } from '../members/input.ts'
import { findMembers, findMembersByName, parseNamePrefix, parseRoles } from '../members/list.ts'
import { transferOwnership } from '../members/roles.ts'
import { auditLogOf, bansOf } from '../moderation/resolvers.ts'
import type { GroupPorts } from '../ports.ts'
import { parseGroupChanges, parseNewGroup } from './input.ts'
import { createGroup as create, deleteGroup as remove, updateGroup as update } from './lifecycle.ts'
import { previewFor, type PreviewRow } from './preview.ts'
import {
  canEdit,
  canInvite,
  canSeeMembers,
  canSend,
  changedGroup,
  forbidden,
  groupFor,
  groupToChange,
  idToChange,
  isManager,
} from './rules.ts'
import type { GroupRow } from './store.ts'

type Queries = Required<QueryResolvers<GroupPorts>>
type Mutations = Required<MutationResolvers<GroupPorts>>

export const group: Queries['group'] = (_, { id }, context) => groupFor(context, id)

export const groupPreview: Queries['groupPreview'] = (_, door, context) =>
  previewFor(context, requireUser(context.identity).userId, parseDoor(door))

export const createGroup: Mutations['createGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { groupId, invited } = await create(context, userId, parseNewGroup(input, userId))
  return { group: await groupToChange(context, groupId), invited: asUsers(invited) }
}

export const updateGroup: Mutations['updateGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await update(context, userId, id, parseGroupChanges(input))
  return { group: await changedGroup(context, id) }
}

export const deleteGroup: Mutations['deleteGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = idToChange(input.groupId)
  await remove(context, userId, groupId)
  return { groupId }
}

export const transferGroupOwnership: Mutations['transferGroupOwnership'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await transferOwnership(context, userId, id, parseUserId(input.userId, 'member'))
  return { group: await changedGroup(context, id) }
}

export const Group: Complete<GroupResolvers<GroupPorts>, GroupRow> = {
  // Throws instead of returning null: without an error the gateway would take a missing title for an outage.
  __resolveReference: (reference, context) => groupToChange(context, reference.id),
  members: async (found, args, { database }) => {
    if (!canSeeMembers(found)) throw forbidden('Only the owner and the admins of the group may list its members.')
    const page = parsePage(args, MAX_PAGE)
    const roles = parseRoles(args.roles)
    const rows =
      args.namePrefix == null
        ? await findMembers(database, found.id, roles, page)
        : await findMembersByName(database, found.id, roles, parseNamePrefix(args.namePrefix), page)
    // Members do not see each other's mutes.
    const shown = isManager(found.viewerRole)
      ? rows
      : rows.map((row) => (row.userId === found.viewerId ? row : { ...row, mutedUntil: null }))
    return connection(shown, page, (member) => member.place)
  },
  conversation: ({ id }) => ({ __typename: 'Conversation', id }),
  viewerMembership: ({ viewerId, viewerRole, viewerJoinedAt, viewerMutedUntil }) => ({
    userId: viewerId,
    role: viewerRole,
    joinedAt: viewerJoinedAt,
    mutedUntil: viewerMutedUntil,
    place: '',
  }),
  viewerCanManageMembers: ({ viewerRole }) => isManager(viewerRole),
  viewerCanInvite: canInvite,
  viewerCanEdit: canEdit,
  viewerCanSeeMembers: canSeeMembers,
  viewerCanSend: (found, _args, { clock }) => canSend(found, clock.now()),
  invites: invitesOf,
  links: linksOf,
  joinRequests: joinRequestsOf,
  bans: bansOf,
  auditLog: auditLogOf,
}

/** A conversation of which only the id is known: that of a group has the group's id. */
export const Conversation: Complete<ConversationResolvers<GroupPorts>, { readonly id: string }> = {
  __resolveReference: ({ id }) => ({ id }),
  group: ({ id }, _args, context) => groupFor(context, id),
}

export const GroupPreview: Complete<GroupPreviewResolvers<GroupPorts>, PreviewRow> = {
  group: ({ groupId }, _args, context) => groupFor(context, groupId),
}
