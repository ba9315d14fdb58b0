import type { Complete } from '../../complete.ts'
import { connection } from '../../page.ts'
import { isAdmin, requireAdmin } from '../../viewer.ts'
import type { QueryResolvers, SecurityEventResolvers, UserResolvers } from '../generated/resolvers.ts'
import { isSelf } from '../people/rules.ts'
import type { PersonRow } from '../people/store.ts'
import { parseFilter, parseLogPage } from './input.ts'
import type { SecurityLogPorts } from './ports.ts'
import { findSecurityEvents, type SecurityEventRow } from './store.ts'

export const securityEvents: Required<QueryResolvers<SecurityLogPorts>>['securityEvents'] = async (
  _,
  args,
  { identity, database },
) => {
  requireAdmin(identity, 'audit:read')
  const { page, after } = parseLogPage(args)
  const wanted = parseFilter(args.filter)
  const rows = wanted ? await findSecurityEvents(database, { ...wanted, after, limit: page.limit + 1 }) : []
  return connection(rows, page, ({ id }) => id)
}

/** `User.securityEvents`: what happened to the viewer's own account; admins see that of each. */
export const ownSecurityEvents: Required<UserResolvers<SecurityLogPorts, PersonRow>>['securityEvents'] = async (
  person,
  args,
  { identity, database },
) => {
  if (!isSelf(identity, person) && !isAdmin(identity, 'audit:read')) return null
  const { page, after } = parseLogPage(args)
  const about = { userId: person.id, adminId: null, targetId: null, kinds: null, from: null, until: null }
  const rows = await findSecurityEvents(database, { ...about, after, limit: page.limit + 1 })
  return connection(rows, page, ({ id }) => id)
}

export const SecurityEvent: Complete<SecurityEventResolvers<SecurityLogPorts>, SecurityEventRow> = {
  // A user learns that an admin acted, and not which one.
  actorId: ({ actorKind, actorId }, _args, { identity }) =>
    actorKind === 'ADMIN' && identity.kind !== 'admin' ? null : actorId,
  details: ({ detail }) => Object.entries(detail).map(([name, value]) => ({ name, value: String(value) })),
}
