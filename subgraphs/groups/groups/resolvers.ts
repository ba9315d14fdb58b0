import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import { canManageMembers, groupFor, groupToChange } from './rules.ts'
import type { GroupResolvers, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE, memberAfter } from '../members/input.ts'
import { parseNewGroup } from './input.ts'
import { createGroup as create } from '../members/membership.ts'
import type { GroupsPorts } from './ports.ts'
import type { GroupRow } from './store.ts'
import { findMembers } from '../members/store.ts'

export const group: Required<QueryResolvers<GroupsPorts>>['group'] = (_, { id }, context) => groupFor(context, id)

export const createGroup: Required<MutationResolvers<GroupsPorts>>['createGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const groupId = await create(context, userId, parseNewGroup(input, userId))
  return { group: await groupToChange(context, groupId) }
}

export const Group: Complete<GroupResolvers<GroupsPorts>, GroupRow> = {
  // Throws instead of returning null: without an error the gateway would take a missing title for an outage.
  __resolveReference: (reference, context) => groupToChange(context, reference.id),
  members: async ({ id }, args, { database }) => {
    const page = parsePage(args, MAX_PAGE)
    return connection(await findMembers(database, id, memberAfter(page), page.limit + 1), page, (member) => member.from)
  },
  conversation: ({ id }) => ({ __typename: 'Conversation', id }),
  viewerCanManageMembers: ({ viewerRole }) => canManageMembers(viewerRole),
}
