import { requireUser } from '../../viewer.ts'
import type { MutationResolvers, UserResolvers } from '../generated/resolvers.ts'
import { deleteAccount as deleteNow } from './delete.ts'
import type { AccountPorts } from './ports.ts'

export const deleteAccount: Required<MutationResolvers<AccountPorts>>['deleteAccount'] = async (
  _,
  { input },
  context,
) => {
  const viewer = requireUser(context.identity)
  await deleteNow(context, viewer, input.address)
  return { deletedId: viewer.userId }
}

export const isDeleted: Required<UserResolvers>['isDeleted'] = ({ state }) => state === 'DELETED'
