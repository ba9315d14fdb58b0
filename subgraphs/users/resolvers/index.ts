import type { Complete } from '../../complete.ts'
import { DateTime } from '../../date-time.ts'
import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/resolvers.ts'
import { registerDevice } from './devices.ts'
import { NewSession, requestOtp, verifyOtp } from './otp.ts'
import { me, updateProfile, user, User } from './people.ts'
import { revokeSessions, revokeUserSessions, Session } from './sessions.ts'

const Query: Complete<QueryResolvers> = { me, user }
const Mutation: Complete<MutationResolvers> = {
  registerDevice,
  requestOtp,
  verifyOtp,
  updateProfile,
  revokeSessions,
  revokeUserSessions,
}

export const resolvers: Resolvers = {
  DateTime,
  Query,
  Mutation,
  User,
  Session,
  NewSession,
}
