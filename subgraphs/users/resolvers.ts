import type { Complete } from '../complete.ts'
import type { Context } from './context.ts'
import { DateTime } from '../date-time.ts'
import type { MutationResolvers, QueryResolvers, Resolvers } from './generated/resolvers.ts'
import { registerDevice } from './devices/resolvers.ts'
import { NewSession, requestOtp, verifyOtp } from './sign-in/resolvers.ts'
import { SecurityEvent, securityEvents } from './security-log/resolvers.ts'
import { me, searchUsers, updateProfile, user, User, userByUsername } from './people/resolvers.ts'
import { revokeSessions, revokeUserSessions, Session } from './sessions/resolvers.ts'

const Query: Complete<QueryResolvers<Context>> = {
  me,
  user,
  userByUsername,
  searchUsers,
  securityEvents,
}
const Mutation: Complete<MutationResolvers<Context>> = {
  registerDevice,
  requestOtp,
  verifyOtp,
  updateProfile,
  revokeSessions,
  revokeUserSessions,
}

export const resolvers: Resolvers<Context> = {
  DateTime,
  Query,
  Mutation,
  User,
  Session,
  NewSession,
  SecurityEvent,
}
