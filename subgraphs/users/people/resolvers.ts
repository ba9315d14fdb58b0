import { badInput } from '../../errors.ts'
import { connection, parsePage } from '../../page.ts'
import type { Complete } from '../../complete.ts'
import { requireUser } from '../../viewer.ts'
import { maySeeAccount, personFor, viewerFor } from './rules.ts'
import type { MutationResolvers, QueryResolvers, UserResolvers } from '../generated/resolvers.ts'
import { blocks } from '../blocks/resolvers.ts'
import { friendFields } from '../friends/resolvers.ts'
import { settings } from '../settings/resolvers.ts'
import { sessionAfter } from '../sessions/input.ts'
import { parseKnownUsername, parsePrefix, parseProfile, usernameAfter } from './input.ts'
import { MAX_PEOPLE_PER_PAGE, MAX_SESSIONS_PER_REQUEST, MAX_USERS_PER_REQUEST } from '../limits.ts'
import type { PeoplePorts } from './ports.ts'
import { changeProfile } from './profile.ts'
import { ownDevices } from '../devices/resolvers.ts'
import { ownSecurityEvents } from '../security-log/resolvers.ts'
import { findPersonByUsername, searchPeople, type PersonRow } from './store.ts'
import { findSessions } from '../sessions/store.ts'

export const me: Required<QueryResolvers<PeoplePorts>>['me'] = (_, _args, context) => viewerFor(context)

export const user: Required<QueryResolvers<PeoplePorts>>['user'] = (_, { id }, context) => personFor(context, id)

export const users: Required<QueryResolvers<PeoplePorts>>['users'] = (_, { ids }, context) => {
  if (ids.length < 1 || ids.length > MAX_USERS_PER_REQUEST) {
    throw badInput('ids', `\`ids\` must name 1 to ${MAX_USERS_PER_REQUEST} users, not ${ids.length}.`)
  }
  return Promise.all(ids.map((id) => personFor(context, id)))
}

export const userByUsername: Required<QueryResolvers<PeoplePorts>>['userByUsername'] = async (
  _,
  args,
  { identity, database },
) => {
  const { userId } = requireUser(identity)
  const username = parseKnownUsername(args.username)
  return username && findPersonByUsername(database, userId, username)
}

export const searchUsers: Required<QueryResolvers<PeoplePorts>>['searchUsers'] = async (
  _,
  args,
  { identity, database },
) => {
  const { userId } = requireUser(identity)
  const page = parsePage(args, MAX_PEOPLE_PER_PAGE)
  const rows = await searchPeople(database, userId, parsePrefix(args.prefix), usernameAfter(page), page.limit + 1)
  return connection(rows, page, (person) => person.username ?? '')
}

export const updateProfile: Required<MutationResolvers<PeoplePorts>>['updateProfile'] = async (
  _,
  { input },
  context,
) => {
  const user = await changeProfile(context, requireUser(context.identity), parseProfile(input))
  context.people.clear(user.id).prime(user.id, user)
  return { user }
}

/** All fields except those of other topics. */
export const User: Complete<
  Omit<UserResolvers<PeoplePorts>, 'accountState' | 'suspension' | 'isDeleted' | 'presence'>,
  PersonRow
> = {
  __resolveReference: (reference, context) => personFor(context, reference.id),
  locale: (person, _args, { identity }) => (maySeeAccount(identity, person) ? person.ownLocale : null),
  timeZone: (person, _args, { identity }) => (maySeeAccount(identity, person) ? person.ownTimeZone : null),
  address: (person, _args, { identity }) => (maySeeAccount(identity, person) ? person.signsInWith : null),
  createdAt: (person, _args, { identity }) => (maySeeAccount(identity, person) ? person.signedUpAt : null),
  securityEvents: ownSecurityEvents,
  settings,
  ...friendFields,
  blocks,
  devices: ownDevices,
  sessions: async (person, args, { identity, database, clock }) => {
    if (!maySeeAccount(identity, person)) return null
    const page = parsePage(args, MAX_SESSIONS_PER_REQUEST)
    const now = new Date(clock.now())
    const range = { after: sessionAfter(page), limit: page.limit + 1, now }
    return connection(await findSessions(database, person.id, range), page, (session) => session.id)
  },
}
