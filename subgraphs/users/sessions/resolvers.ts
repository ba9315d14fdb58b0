import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import { personFor } from '../people/rules.ts'
import type { MutationResolvers, SessionResolvers } from '../generated/resolvers.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import { endSessions } from './tell.ts'
import { parseRevocation } from './input.ts'
import type { SessionsPorts } from './ports.ts'
import { revokeAllSessions, revokeNamedSessions, type SessionRow } from './store.ts'

/** SQL comes first: from then on the sessions have ended, whatever else is down. */
export const revokeSessions: Required<MutationResolvers<SessionsPorts>>['revokeSessions'] = async (
  _,
  { input },
  context,
) => {
  const { userId, deviceId, sessionId } = requireUser(context.identity)
  const named = parseRevocation(input)
  const now = new Date(context.clock.now())
  const about = {
    at: now,
    user: { id: userId },
    actor: { kind: 'USER', id: userId },
    clientNetwork: context.clientNetwork,
  } as const
  const revokedIds = await endSessions(context, { userId, reason: 'REVOKED', deviceId, about }, (sql) =>
    named
      ? revokeNamedSessions(sql, userId, named, now, 'REVOKED')
      : revokeAllSessions(sql, userId, sessionId, now, 'REVOKED'),
  )
  return { revokedIds }
}

export const signOut: Required<MutationResolvers<SessionsPorts>>['signOut'] = async (_, _args, context) => {
  const { userId, deviceId, sessionId } = requireUser(context.identity)
  const at = new Date(context.clock.now())
  const about = {
    at,
    user: { id: userId },
    actor: { kind: 'USER', id: userId },
    deviceId,
    clientNetwork: context.clientNetwork,
  } as const
  await endSessions(context, { userId, reason: 'SIGNED_OUT', deviceId, about }, (sql) =>
    revokeNamedSessions(sql, userId, [sessionId], at, 'SIGNED_OUT'),
  )
  return { sessionId }
}

export const revokeUserSessions: Required<MutationResolvers<SessionsPorts>>['revokeUserSessions'] = async (
  _,
  { input },
  context,
) => {
  const { adminId } = requireAdmin(context.identity, 'users:write')
  const person = await personFor(context, input.userId)
  if (!person) throw notFound('user', input.userId)
  const at = new Date(context.clock.now())
  const about = {
    at,
    user: person,
    actor: { kind: 'ADMIN', id: adminId },
    clientNetwork: context.clientNetwork,
  } as const
  const ending = { userId: person.id, reason: 'REVOKED', deviceId: null, about } as const
  const revokedIds = await endSessions(context, ending, async (sql) => {
    const ended = await revokeAllSessions(sql, person.id, null, at, 'REVOKED')
    // The act is recorded even if there was nothing to end.
    await recordSecurityEvent(sql, { ...about, kind: 'ADMIN_ENDED_SESSIONS', detail: { count: ended.length } })
    return ended
  })
  return { revokedIds }
}

export const Session: Complete<SessionResolvers<SessionsPorts>, SessionRow> = {
  current: (session, _args, { identity }) => identity.kind === 'user' && identity.sessionId === session.id,
}
