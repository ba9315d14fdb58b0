import type { Complete } from '../complete.ts'
import type { Context } from './context.ts'
import { DateTime } from '../date-time.ts'
import { MyData, exportMyData } from './export/resolvers.ts'
import { JSONValue } from '../json.ts'
import type {
  MutationResolvers,
  QueryResolvers,
  Resolvers,
  SubscriptionResolvers,
  UserResolvers,
} from './generated/resolvers.ts'
import { accounts, accountState, eraseUser } from './administration/resolvers.ts'
import { blockUser, unblockUser } from './blocks/resolvers.ts'
import { adminRefresh, adminSignIn, adminSignOut } from './admin-sign-in/resolvers.ts'
import { deleteAccount, isDeleted } from './account/resolvers.ts'
import { Device, registerDevice, removeDevice, renameDevice, setPushTarget, webPushKey } from './devices/resolvers.ts'
import {
  approveFriendRequest,
  cancelFriendRequest,
  FriendRequest,
  rejectFriendRequest,
  removeFriend,
  sendFriendRequest,
} from './friends/resolvers.ts'
import { Settings, updateSettings } from './settings/resolvers.ts'
import { NewSession, requestOtp, verifyOtp } from './sign-in/resolvers.ts'
import { SecurityEvent, securityEvents } from './security-log/resolvers.ts'
import {
  me,
  searchUsers,
  updateProfile,
  user,
  User as personFields,
  userByUsername,
  users,
} from './people/resolvers.ts'
import type { PersonRow } from './people/store.ts'
import { presence, presenceChanges, presenceOfPerson, UserPresence } from './presence/resolvers.ts'
import { pushDecisions } from './push-log/resolvers.ts'
import { revokeSessions, revokeUserSessions, Session, signOut } from './sessions/resolvers.ts'
import { dropParkedEvents, parkedEvents, replayParkedEvents } from './parked/resolvers.ts'
import { restoreUser, suspendUser, suspension } from './suspension/resolvers.ts'

const Query: Complete<QueryResolvers<Context>> = {
  me,
  user,
  users,
  userByUsername,
  searchUsers,
  presence,
  securityEvents,
  exportMyData,
  webPushKey,
  parkedEvents,
  pushDecisions,
  accounts,
}
const Mutation: Complete<MutationResolvers<Context>> = {
  registerDevice,
  renameDevice,
  removeDevice,
  setPushTarget,
  requestOtp,
  verifyOtp,
  updateProfile,
  updateSettings,
  sendFriendRequest,
  approveFriendRequest,
  rejectFriendRequest,
  cancelFriendRequest,
  removeFriend,
  blockUser,
  unblockUser,
  revokeSessions,
  revokeUserSessions,
  suspendUser,
  dropParkedEvents,
  replayParkedEvents,
  restoreUser,
  eraseUser,
  deleteAccount,
  adminSignIn,
  adminRefresh,
  adminSignOut,
  signOut,
}
const Subscription: Complete<SubscriptionResolvers<Context>> = { presence: presenceChanges }
const User: Complete<UserResolvers<Context>, PersonRow> = {
  ...personFields,
  accountState,
  suspension,
  isDeleted,
  presence: presenceOfPerson,
}

export const resolvers: Resolvers<Context> = {
  DateTime,
  JSON: JSONValue,
  MyData,
  Query,
  Mutation,
  Subscription,
  User,
  UserPresence,
  Settings,
  FriendRequest,
  Session,
  Device,
  NewSession,
  SecurityEvent,
}
