import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { isSelf, knownPeople } from '../people/rules.ts'
import type { FriendRequestResolvers, MutationResolvers, UserResolvers } from '../generated/resolvers.ts'
import { MAX_FRIENDS_PER_PAGE } from '../limits.ts'
import { approveRequest, cancelRequest, refuseRequest, removeFriendship, sendRequest } from './friendship.ts'
import { takeRequest } from './request-rate.ts'
import { formatPlace, placeAfter } from '../../place.ts'
import { changePair } from './pair.ts'
import type { FriendsPorts } from './ports.ts'
import { listFriends, listIncoming, listOutgoing, type FriendRequestRow } from './store.ts'

type Mutations = Required<MutationResolvers<FriendsPorts>>

export const sendFriendRequest: Mutations['sendFriendRequest'] = async (_, { input }, context) => {
  await takeRequest(context, input.userId)
  return { user: await changePair(context, input.userId, sendRequest) }
}

export const approveFriendRequest: Mutations['approveFriendRequest'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, approveRequest),
})

export const rejectFriendRequest: Mutations['rejectFriendRequest'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, refuseRequest),
})

export const cancelFriendRequest: Mutations['cancelFriendRequest'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, cancelRequest),
})

export const removeFriend: Mutations['removeFriend'] = async (_, { input }, context) => ({
  user: await changePair(context, input.userId, removeFriendship),
})

type FriendFields = Required<
  Pick<UserResolvers<FriendsPorts>, 'friendStatus' | 'friends' | 'incomingFriendRequests' | 'outgoingFriendRequests'>
>

/** Fields of `User`. */
export const friendFields: FriendFields = {
  friendStatus: (person, _args, { identity, friendStatuses }) =>
    identity.kind === 'user' && !isSelf(identity, person) ? friendStatuses.load(person.id) : null,

  friends: async (person, args, context) => {
    if (!isSelf(context.identity, person)) return null
    const page = parsePage(args, MAX_FRIENDS_PER_PAGE)
    const rows = await listFriends(context.database, person.id, placeAfter(page, 'newest'), page.limit + 1)
    const { edges, pageInfo } = connection(rows, page, formatPlace)
    const people = await knownPeople(
      context,
      edges.map(({ node }) => node.id),
    )
    return {
      edges: edges.map(({ cursor, node }, at) => ({ cursor, node: people[at]!, since: node.at })), // one for each id
      pageInfo,
    }
  },

  incomingFriendRequests: async (person, args, { identity, database }) => {
    if (!isSelf(identity, person)) return null
    const page = parsePage(args, MAX_FRIENDS_PER_PAGE)
    const rows = await listIncoming(database, person.id, placeAfter(page, 'newest'), page.limit + 1)
    return connection(rows, page, ({ sentAt, fromId }) => formatPlace({ at: sentAt, id: fromId }))
  },

  outgoingFriendRequests: async (person, args, { identity, database }) => {
    if (!isSelf(identity, person)) return null
    const page = parsePage(args, MAX_FRIENDS_PER_PAGE)
    const rows = await listOutgoing(database, person.id, placeAfter(page, 'newest'), page.limit + 1)
    return connection(rows, page, ({ sentAt, toId }) => formatPlace({ at: sentAt, id: toId }))
  },
}

export const FriendRequest: Complete<FriendRequestResolvers<FriendsPorts>, FriendRequestRow> = {
  from: async ({ fromId }, _args, context) => (await knownPeople(context, [fromId]))[0]!, // one for each id
  to: async ({ toId }, _args, context) => (await knownPeople(context, [toId]))[0]!, // one for each id
}
