import type { Complete } from '../complete.ts'
import { DateTime } from '../date-time.ts'
import type { Context } from './context.ts'
import { MyData } from './export/resolvers.ts'
import { JSONValue } from '../json.ts'
import type { MutationResolvers, QueryResolvers, Resolvers } from './generated/resolvers.ts'
import {
  Conversation,
  createGroup,
  deleteGroup,
  Group,
  group,
  GroupPreview,
  groupPreview,
  transferGroupOwnership,
  updateGroup,
} from './groups/resolvers.ts'
import {
  acceptGroupInvite,
  cancelGroupInvite,
  declineGroupInvite,
  GroupInvite,
  groupInvites,
} from './invites/resolvers.ts'
import {
  approveGroupJoinRequest,
  cancelGroupJoinRequest,
  createGroupLink,
  declineGroupJoinRequest,
  GroupJoinRequest,
  GroupLink,
  joinGroup,
  revokeGroupLink,
} from './links/resolvers.ts'
import { addGroupMembers, GroupMember, leaveGroup, removeGroupMember, setGroupRole } from './members/resolvers.ts'
import { banGroupMember, GroupAuditEntry, GroupBan, muteGroupMember, unbanGroupMember } from './moderation/resolvers.ts'
import {
  assignReport,
  dismissReport,
  Report,
  reportGroup,
  reports,
  reportUser,
  resolveReport,
} from './reports/resolvers.ts'

const Query: Complete<QueryResolvers<Context>> = { group, groupPreview, groupInvites, reports }

const Mutation: Complete<MutationResolvers<Context>> = {
  createGroup,
  updateGroup,
  deleteGroup,
  transferGroupOwnership,
  addGroupMembers,
  removeGroupMember,
  leaveGroup,
  setGroupRole,
  acceptGroupInvite,
  declineGroupInvite,
  cancelGroupInvite,
  createGroupLink,
  revokeGroupLink,
  joinGroup,
  cancelGroupJoinRequest,
  approveGroupJoinRequest,
  declineGroupJoinRequest,
  banGroupMember,
  unbanGroupMember,
  muteGroupMember,
  reportGroup,
  reportUser,
  assignReport,
  resolveReport,
  dismissReport,
}

export const resolvers: Resolvers<Context> = {
  DateTime,
  JSON: JSONValue,
  MyData,
  Query,
  Mutation,
  Conversation,
  Group,
  GroupPreview,
  GroupMember,
  GroupInvite,
  GroupLink,
  GroupJoinRequest,
  GroupBan,
  GroupAuditEntry,
  Report,
}
