import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { connection, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { formatPlace } from '../../place.ts'
import { requireUser } from '../../viewer.ts'
import { asUser } from '../as-users.ts'
import type {
  GroupJoinRequestResolvers,
  GroupLinkResolvers,
  GroupResolvers,
  MutationResolvers,
} from '../generated/resolvers.ts'
import { previewFor } from '../groups/preview.ts'
import { changedGroup, groupFor, groupToChange, idToChange, managed } from '../groups/rules.ts'
import { MAX_PAGE, parseUserId } from '../members/input.ts'
import type { GroupPorts } from '../ports.ts'
import { parseDoor, parseNewLink } from './input.ts'
import { approve, cancelRequest, createLink, declineRequest, endLink, joinBy } from './links.ts'
import { findLinks, findRequests, type LinkRow, type RequestRow } from './store.ts'

type Mutations = Required<MutationResolvers<GroupPorts>>

export const createGroupLink: Mutations['createGroupLink'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  return { link: await createLink(context, userId, id, parseNewLink(input, context.clock.now())) }
}

export const revokeGroupLink: Mutations['revokeGroupLink'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  const linkId = parseId(input.linkId)
  if (linkId === null) throw notFound('link', input.linkId)
  await endLink(context, userId, id, linkId)
  return { group: await changedGroup(context, id) }
}

export const joinGroup: Mutations['joinGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = await joinBy(context, userId, parseDoor(input))
  context.groups.clear(groupId)
  const [group, preview] = await Promise.all([groupFor(context, groupId), previewFor(context, userId, { groupId })])
  // It was removed, or its request was declined, since it joined.
  if (!preview) throw notFound('group', groupId)
  return { group, preview }
}

export const cancelGroupJoinRequest: Mutations['cancelGroupJoinRequest'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = idToChange(input.groupId)
  await cancelRequest(context, userId, groupId)
  return { groupId }
}

export const approveGroupJoinRequest: Mutations['approveGroupJoinRequest'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await approve(context, userId, id, parseUserId(input.userId))
  return { group: await changedGroup(context, id) }
}

export const declineGroupJoinRequest: Mutations['declineGroupJoinRequest'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await declineRequest(context, userId, id, parseUserId(input.userId))
  return { group: await changedGroup(context, id) }
}

export const linksOf: Required<GroupResolvers<GroupPorts>>['links'] = async (group, args, { database, clock }) => {
  const { id } = managed(group)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findLinks(database, id, new Date(clock.now()), page), page, (link) => link.id)
}

export const joinRequestsOf: Required<GroupResolvers<GroupPorts>>['joinRequests'] = async (
  group,
  args,
  { database },
) => {
  const { id } = managed(group)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findRequests(database, id, page), page, ({ createdAt, userId }) =>
    formatPlace({ at: createdAt, id: userId }),
  )
}

export const GroupLink: Complete<GroupLinkResolvers, LinkRow> = {
  createdBy: ({ createdById }) => asUser(createdById),
}

export const GroupJoinRequest: Complete<GroupJoinRequestResolvers, RequestRow> = {
  user: ({ userId }) => asUser(userId),
}
