import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import { personFor } from '../people/rules.ts'
import type { MutationResolvers, SessionResolvers } from '../generated/resolvers.ts'
import { parseRevocation } from './input.ts'
import type { SessionsPorts } from './ports.ts'
import { revokeAllSessions, revokeNamedSessions, type SessionRow } from './store.ts'

/** SQL comes first: from then on the sessions have ended, whatever else is down. */
export const revokeSessions: Required<MutationResolvers<SessionsPorts>>['revokeSessions'] = async (
  _,
  { input },
  context,
) => {
  const { userId, sessionId } = requireUser(context.identity)
  const named = parseRevocation(input)
  const now = new Date(context.clock.now())
  const revokedIds = named
    ? await revokeNamedSessions(context.database, userId, named, now)
    : await revokeAllSessions(context.database, userId, sessionId, now)
  await context.announcer.announce(revokedIds)
  return { revokedIds }
}

export const revokeUserSessions: Required<MutationResolvers<SessionsPorts>>['revokeUserSessions'] = async (
  _,
  { input },
  context,
) => {
  requireAdmin(context.identity, 'admin')
  const person = await personFor(context, input.userId)
  if (!person) throw notFound('user', input.userId)
  const revokedIds = await revokeAllSessions(context.database, person.id, null, new Date(context.clock.now()))
  await context.announcer.announce(revokedIds)
  return { revokedIds }
}

export const Session: Complete<SessionResolvers<SessionsPorts>, SessionRow> = {
  device: ({ deviceId, deviceName, devicePlatform }) => ({ id: deviceId, name: deviceName, platform: devicePlatform }),
  current: (session, _args, { identity }) => identity.kind === 'user' && identity.sessionId === session.id,
}
