import type { Complete } from '../../complete.ts'
import { connection } from '../../page.ts'
import { isAdmin, requireAdmin } from '../../viewer.ts'
import type {
  QueryResolvers,
  SecurityEventKind,
  SecurityEventResolvers,
  UserResolvers,
} from '../generated/resolvers.ts'
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

/** Reports are between those who report and the admins: the reported user does not learn of them. */
const FOR_ADMINS: readonly SecurityEventKind[] = ['REPORT_ASSIGNED', 'REPORT_RESOLVED', 'REPORT_DISMISSED']

/** `User.securityEvents`: what happened to the viewer's own account; admins see that of each. */
export const ownSecurityEvents: Required<UserResolvers<SecurityLogPorts, PersonRow>>['securityEvents'] = async (
  person,
  args,
  { identity, database },
) => {
  const isRead = isAdmin(identity, 'audit:read')
  if (!isSelf(identity, person) && !isRead) return null
  const { page, after } = parseLogPage(args)
  const anything = { adminId: null, targetId: null, kinds: null, from: null, until: null }
  const about = { ...anything, userId: person.id, without: isRead ? [] : FOR_ADMINS }
  const rows = await findSecurityEvents(database, { ...about, after, limit: page.limit + 1 })
  return connection(rows, page, ({ id }) => id)
}

export const SecurityEvent: Complete<SecurityEventResolvers<SecurityLogPorts>, SecurityEventRow> = {
  // A user learns that an admin acted, and neither which one nor from where.
  actorId: ({ actorKind, actorId }, _args, { identity }) =>
    actorKind === 'ADMIN' && identity.kind !== 'admin' ? null : actorId,
  clientNetwork: ({ actorKind, clientNetwork }, _args, { identity }) =>
    actorKind === 'ADMIN' && identity.kind !== 'admin' ? null : clientNetwork,
  // Why a message was removed may name who reported it.
  details: ({ kind, detail }, _args, { identity }) =>
    Object.entries(detail)
      .filter(([name]) => name !== 'note' || kind !== 'MESSAGE_REMOVED' || identity.kind === 'admin')
      .map(([name, value]) => ({ name, value: String(value) })),
}
