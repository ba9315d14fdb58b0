import { connection } from '../../page.ts'
import { requireId } from '../../parse.ts'
import { isAdmin, requireAdmin } from '../../viewer.ts'
import { eraseAccount } from '../account/delete.ts'
import type { MutationResolvers, QueryResolvers, UserResolvers } from '../generated/resolvers.ts'
import type { PersonRow } from '../people/store.ts'
import { parseAccountRange, parseReason } from './input.ts'
import type { AdministrationPorts } from './ports.ts'
import { listAccounts, searchAccounts } from './store.ts'

export const accounts: Required<QueryResolvers<AdministrationPorts>>['accounts'] = async (
  _,
  args,
  { identity, database },
) => {
  requireAdmin(identity, 'users:read')
  const { page, range, search } = parseAccountRange(args)
  const rows = search ? await searchAccounts(database, search, range) : await listAccounts(database, range)
  return connection(rows, page, ({ id }) => id)
}

export const eraseUser: Required<MutationResolvers<AdministrationPorts>>['eraseUser'] = async (_, { input }, ports) => {
  const { adminId } = requireAdmin(ports.identity, 'users:write')
  const reason = parseReason(input.reason)
  const userId = requireId('user', input.userId)
  await eraseAccount(ports, userId, { adminId, reason })
  ports.people.clear(userId)
  return { deletedId: userId }
}

export const accountState: Required<UserResolvers<AdministrationPorts, PersonRow>>['accountState'] = (
  { state },
  _args,
  { identity },
) => (isAdmin(identity, 'users:read') ? state : null)
