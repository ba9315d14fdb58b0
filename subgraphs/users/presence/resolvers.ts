import type { Complete } from '../../complete.ts'
import { requireUser } from '../../viewer.ts'
import type {
  QueryResolvers,
  SubscriptionResolvers,
  UserPresenceResolvers,
  UserResolvers,
} from '../generated/resolvers.ts'
import { personFor } from '../people/rules.ts'
import { parseUserIds } from './input.ts'
import type { PresencePorts } from './ports.ts'
import { MAX_USERS, type PresenceRow } from './presence.ts'
import { MAX_WATCHED } from './watches.ts'

export const presence: Required<QueryResolvers<PresencePorts>>['presence'] = (_, { userIds }, { identity, seen }) => {
  requireUser(identity)
  return Promise.all(parseUserIds(userIds, MAX_USERS).map((id) => seen.load(id)))
}

export const presenceChanges: Required<SubscriptionResolvers<PresencePorts>>['presence'] = {
  subscribe: (_, { userIds }, { identity, watches, signal }) =>
    watches.open(requireUser(identity).userId, parseUserIds(userIds, MAX_WATCHED), signal),
  resolve: (rows: PresenceRow[]) => rows,
}

/** A field of `User`. Null for an admin, who is nobody whom a user lets see it. */
export const presenceOfPerson: Required<UserResolvers<PresencePorts>>['presence'] = (person, _args, context) =>
  context.identity.kind === 'user' ? context.seen.load(person.id) : null

export const UserPresence: Complete<UserPresenceResolvers<PresencePorts>, PresenceRow> = {
  user: ({ userId }, _args, context) => personFor(context, userId),
}
