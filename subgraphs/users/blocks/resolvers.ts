import { connection, parsePage } from '../../page.ts'
import { formatPlace, placeAfter } from '../../place.ts'
import { changePair } from '../friends/pair.ts'
import type { FriendsPorts } from '../friends/ports.ts'
import { isSelf, knownPeople } from '../people/rules.ts'
import type { MutationResolvers, UserResolvers } from '../generated/resolvers.ts'
import { MAX_FRIENDS_PER_PAGE } from '../limits.ts'
import { block, unblock } from './blocks.ts'
import { listBlocks } from './store.ts'

export const blockUser: Required<MutationResolvers<FriendsPorts>>['blockUser'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, block),
})

export const unblockUser: Required<MutationResolvers<FriendsPorts>>['unblockUser'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, unblock),
})

/** A field of `User`. */
export const blocks: Required<UserResolvers<FriendsPorts>>['blocks'] = async (person, args, context) => {
  if (!isSelf(context.identity, person)) return null
  const page = parsePage(args, MAX_FRIENDS_PER_PAGE)
  const rows = await listBlocks(context.database, person.id, placeAfter(page, 'newest'), page.limit + 1)
  const { edges, pageInfo } = connection(rows, page, formatPlace)
  const people = await knownPeople(
    context,
    edges.map(({ node }) => node.id),
  )
  return {
    edges: edges.map(({ cursor, node }, at) => ({ cursor, node: people[at]!, blockedAt: node.at })), // one for each id
    pageInfo,
  }
}
