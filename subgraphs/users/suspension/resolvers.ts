import { notFound } from '../../errors.ts'
import { isAdmin, requireAdmin } from '../../viewer.ts'
import { personFor } from '../people/rules.ts'
import type { PersonRow } from '../people/store.ts'
import type { MutationResolvers, UserResolvers } from '../generated/resolvers.ts'
import { parseSuspension } from './input.ts'
import type { SuspensionPorts } from './ports.ts'
import { findSuspension } from './store.ts'
import { restore, suspend } from './suspend.ts'

export const suspendUser: Required<MutationResolvers<SuspensionPorts>>['suspendUser'] = async (
  _,
  { input },
  context,
) => {
  const { adminId } = requireAdmin(context.identity, 'users:write')
  const suspension = parseSuspension(input, new Date(context.clock.now()))
  const { id } = await accountFor(context, input.userId)
  const revokedIds = await suspend(context, id, suspension, adminId)
  return { user: await accountFor(context, id), revokedIds }
}

export const restoreUser: Required<MutationResolvers<SuspensionPorts>>['restoreUser'] = async (
  _,
  { input },
  context,
) => {
  const { adminId } = requireAdmin(context.identity, 'users:write')
  const { id } = await accountFor(context, input.userId)
  await restore(context, id, adminId)
  return { user: await accountFor(context, id) }
}

/** The person as it is now, whatever this request has read before; NOT_FOUND for a deleted one. */
async function accountFor(context: SuspensionPorts, userId: string): Promise<PersonRow> {
  context.people.clearAll()
  const person = await personFor(context, userId)
  if (!person || person.state === 'DELETED') throw notFound('user', userId)
  return person
}

/** For admins: a user learns of a suspension at sign-in, and nobody else does. */
export const suspension: Required<UserResolvers<SuspensionPorts>>['suspension'] = (
  person,
  _args,
  { identity, database },
) => (isAdmin(identity, 'users:read') && person.state === 'SUSPENDED' ? findSuspension(database, person.id) : null)
