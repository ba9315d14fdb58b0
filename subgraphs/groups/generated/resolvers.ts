import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { GroupRow } from '../groups/store.ts';
import type { MyDataRef, ExportedRecord } from '../../export.ts';
import type { MemberRow } from '../members/list.ts';
import type { PreviewRow } from '../groups/preview.ts';
import type { InviteRow } from '../invites/store.ts';
import type { LinkRow, RequestRow } from '../links/store.ts';
import type { BanRow } from '../moderation/store.ts';
import type { AuditRow } from '../moderation/audit.ts';
import type { ReportRow } from '../reports/store.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, as ISO 8601 text in UTC with milliseconds. An input may have another zone, but needs one. */
  DateTime: { input: Date; output: string | Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: object; }
  _FieldSet: { input: string; output: string; }
};

export type AcceptGroupInviteInput = {
  groupId: Scalars['ID']['input'];
};

/** The result of `acceptGroupInvite`. */
export type AcceptGroupInvitePayload = {
  __typename?: 'AcceptGroupInvitePayload';
  group: Group;
};

export type AddGroupMembersInput = {
  groupId: Scalars['ID']['input'];
  /** 1 to 10,000. Users who are members already stay unchanged. */
  userIds: Array<Scalars['ID']['input']>;
};

/** The result of `addGroupMembers`. */
export type AddGroupMembersPayload = {
  __typename?: 'AddGroupMembersPayload';
  group: Group;
  /** The users who got an invite instead of being added. */
  invited: Array<User>;
};

export type ApproveGroupJoinRequestInput = {
  groupId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};

/** The result of `approveGroupJoinRequest`. */
export type ApproveGroupJoinRequestPayload = {
  __typename?: 'ApproveGroupJoinRequestPayload';
  group: Group;
};

export type AssignReportInput = {
  /** The id of an admin, as in the claim `sub` of the admin's tokens, 1 to 200 characters. Null takes the report from whoever has it. */
  adminId?: InputMaybe<Scalars['ID']['input']>;
  reportId: Scalars['ID']['input'];
};

/** The result of `assignReport`. */
export type AssignReportPayload = {
  __typename?: 'AssignReportPayload';
  report: Report;
};

export type BanGroupMemberInput = {
  groupId: Scalars['ID']['input'];
  /** At most 500 characters; only managers see it. */
  reason?: InputMaybe<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};

/** The result of `banGroupMember`. */
export type BanGroupMemberPayload = {
  __typename?: 'BanGroupMemberPayload';
  group: Group;
};

export type CancelGroupInviteInput = {
  groupId: Scalars['ID']['input'];
  /** The invited user. */
  userId: Scalars['ID']['input'];
};

/** The result of `cancelGroupInvite`. */
export type CancelGroupInvitePayload = {
  __typename?: 'CancelGroupInvitePayload';
  group: Group;
};

export type CancelGroupJoinRequestInput = {
  groupId: Scalars['ID']['input'];
};

/** The result of `cancelGroupJoinRequest`. */
export type CancelGroupJoinRequestPayload = {
  __typename?: 'CancelGroupJoinRequestPayload';
  groupId: Scalars['ID']['output'];
};

export type Conversation = {
  __typename?: 'Conversation';
  /** The group whose conversation it is. Null for a direct conversation, and for a viewer who is no member. */
  group?: Maybe<Group>;
  id: Scalars['ID']['output'];
};

export type CreateGroupInput = {
  /** An https URL of at most 2,000 characters. */
  avatarUrl?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  kind?: InputMaybe<GroupKind>;
  /** The other members, at most 10,000. Those whose privacy settings do not allow it get an invite instead. */
  memberIds: Array<Scalars['ID']['input']>;
  /** 1 to 100 characters. */
  title: Scalars['String']['input'];
};

export type CreateGroupLinkInput = {
  /** At least a minute from now. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  groupId: Scalars['ID']['input'];
  /** 1 to 1,000,000. */
  maxUses?: InputMaybe<Scalars['Int']['input']>;
  needsApproval?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The result of `createGroupLink`. */
export type CreateGroupLinkPayload = {
  __typename?: 'CreateGroupLinkPayload';
  link: GroupLink;
};

/** The result of `createGroup`. */
export type CreateGroupPayload = {
  __typename?: 'CreateGroupPayload';
  group: Group;
  /** The users who got an invite instead of being added. */
  invited: Array<User>;
};

export type DeclineGroupInviteInput = {
  groupId: Scalars['ID']['input'];
};

/** The result of `declineGroupInvite`. */
export type DeclineGroupInvitePayload = {
  __typename?: 'DeclineGroupInvitePayload';
  groupId: Scalars['ID']['output'];
};

export type DeclineGroupJoinRequestInput = {
  groupId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};

/** The result of `declineGroupJoinRequest`. */
export type DeclineGroupJoinRequestPayload = {
  __typename?: 'DeclineGroupJoinRequestPayload';
  group: Group;
};

export type DeleteGroupInput = {
  groupId: Scalars['ID']['input'];
};

/** The result of `deleteGroup`. */
export type DeleteGroupPayload = {
  __typename?: 'DeleteGroupPayload';
  groupId: Scalars['ID']['output'];
};

export type DismissReportInput = {
  /** Why nothing is done, at most 500 characters. */
  answer?: InputMaybe<Scalars['String']['input']>;
  reportId: Scalars['ID']['input'];
};

/** The result of `dismissReport`. */
export type DismissReportPayload = {
  __typename?: 'DismissReportPayload';
  report: Report;
};

/** Users who share a conversation with a title. */
export type Group = {
  __typename?: 'Group';
  /** What was done in the group by whom, the newest first. FORBIDDEN, and null, for viewers who do not manage members. */
  auditLog?: Maybe<GroupAuditConnection>;
  avatarUrl?: Maybe<Scalars['String']['output']>;
  /** The banned users, the newest first. FORBIDDEN, and null, for viewers who do not manage members. */
  bans?: Maybe<GroupBanConnection>;
  /** The group's conversation. Null, with an error, if more than its `id` is selected while its subgraph is down. */
  conversation?: Maybe<Conversation>;
  createdAt: Scalars['DateTime']['output'];
  /** Empty if there is none. */
  description: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  /** The open invites to the group, the newest first. FORBIDDEN, and null, for viewers who do not manage members. */
  invites?: Maybe<GroupInviteConnection>;
  /** The open requests to join, the oldest first. FORBIDDEN, and null, for viewers who do not manage members. */
  joinRequests?: Maybe<GroupJoinRequestConnection>;
  kind: GroupKind;
  /** The links that can still be used, the newest first. FORBIDDEN, and null, for viewers who do not manage members. */
  links?: Maybe<GroupLinkConnection>;
  /** The number of current members. */
  memberCount: Scalars['Int']['output'];
  /**
   * The current members, in the order in which they joined; with `namePrefix` by name. FORBIDDEN, and null, for a member who
   * may not list them (`whoMaySeeMembers`).
   */
  members?: Maybe<GroupMemberConnection>;
  /** The seconds that a member must wait between two messages; 0 is no wait. The owner and the admins never wait. */
  slowModeSeconds: Scalars['Int']['output'];
  title: Scalars['String']['output'];
  /** Whether the viewer may change title, description and avatar. */
  viewerCanEdit: Scalars['Boolean']['output'];
  /** Whether the viewer may add and invite users. */
  viewerCanInvite: Scalars['Boolean']['output'];
  /** Whether the viewer may remove, mute and ban members, and handle links, requests and roles. */
  viewerCanManageMembers: Scalars['Boolean']['output'];
  /** Whether the viewer may list the members. */
  viewerCanSeeMembers: Scalars['Boolean']['output'];
  /** Whether the viewer may send messages now, slow mode aside. */
  viewerCanSend: Scalars['Boolean']['output'];
  /** The viewer's own membership. */
  viewerMembership: GroupMember;
  /** Who may change title, description and avatar. */
  whoMayEdit: GroupParticipants;
  /** Who may add users, and invite them. */
  whoMayInvite: GroupParticipants;
  /** Who may list the members. In a broadcast group always the owner and the admins. */
  whoMaySeeMembers: GroupParticipants;
  /** Who may send messages. In a broadcast group always the owner and the admins. */
  whoMaySend: GroupParticipants;
};


/** Users who share a conversation with a title. */
export type GroupAuditLogArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Users who share a conversation with a title. */
export type GroupBansArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Users who share a conversation with a title. */
export type GroupInvitesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Users who share a conversation with a title. */
export type GroupJoinRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Users who share a conversation with a title. */
export type GroupLinksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** Users who share a conversation with a title. */
export type GroupMembersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  namePrefix?: InputMaybe<Scalars['String']['input']>;
  roles?: InputMaybe<Array<GroupRole>>;
};

/** What is recorded in a group's audit log. */
export type GroupAct =
  | 'BANNED'
  | 'CREATED'
  | 'DELETED'
  | 'INVITED'
  | 'INVITE_CANCELLED'
  | 'INVITE_DECLINED'
  | 'JOINED'
  | 'JOIN_REQUESTED'
  | 'JOIN_REQUEST_APPROVED'
  | 'JOIN_REQUEST_CANCELLED'
  | 'JOIN_REQUEST_DECLINED'
  | 'LEFT'
  | 'LINK_CREATED'
  | 'LINK_REVOKED'
  | 'MEMBERS_ADDED'
  | 'MUTED'
  | 'OWNERSHIP_TRANSFERRED'
  | 'REMOVED'
  | 'ROLE_CHANGED'
  | 'UNBANNED'
  | 'UNMUTED'
  | 'UPDATED';

/** A page of the audit log. */
export type GroupAuditConnection = {
  __typename?: 'GroupAuditConnection';
  edges: Array<GroupAuditEdge>;
  pageInfo: PageInfo;
};

/** An act in a page. */
export type GroupAuditEdge = {
  __typename?: 'GroupAuditEdge';
  cursor: Scalars['String']['output'];
  node: GroupAuditEntry;
};

/** One act in a group. */
export type GroupAuditEntry = {
  __typename?: 'GroupAuditEntry';
  act: GroupAct;
  by: User;
  createdAt: Scalars['DateTime']['output'];
  /** What it changed, such as `title` or `role ADMIN`. Empty if there is nothing to add. */
  detail: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  /** The user whom the act concerned, if it was one. */
  user?: Maybe<User>;
  /** The number of users whom the act concerned, where it was several. */
  users?: Maybe<Scalars['Int']['output']>;
};

/** A user who may not join a group. */
export type GroupBan = {
  __typename?: 'GroupBan';
  by: User;
  createdAt: Scalars['DateTime']['output'];
  /** Empty if none was given. */
  reason: Scalars['String']['output'];
  user: User;
};

/** A page of bans. */
export type GroupBanConnection = {
  __typename?: 'GroupBanConnection';
  edges: Array<GroupBanEdge>;
  pageInfo: PageInfo;
};

/** A ban in a page. */
export type GroupBanEdge = {
  __typename?: 'GroupBanEdge';
  cursor: Scalars['String']['output'];
  node: GroupBan;
};

/** An open invite of a user to a group. */
export type GroupInvite = {
  __typename?: 'GroupInvite';
  /** The member who invited. */
  by: User;
  createdAt: Scalars['DateTime']['output'];
  preview: GroupPreview;
  user: User;
};

/** A page of invites. */
export type GroupInviteConnection = {
  __typename?: 'GroupInviteConnection';
  edges: Array<GroupInviteEdge>;
  pageInfo: PageInfo;
};

/** An invite in a page. */
export type GroupInviteEdge = {
  __typename?: 'GroupInviteEdge';
  cursor: Scalars['String']['output'];
  node: GroupInvite;
};

/** An open request to join a group. */
export type GroupJoinRequest = {
  __typename?: 'GroupJoinRequest';
  createdAt: Scalars['DateTime']['output'];
  user: User;
};

/** A page of requests to join. */
export type GroupJoinRequestConnection = {
  __typename?: 'GroupJoinRequestConnection';
  edges: Array<GroupJoinRequestEdge>;
  pageInfo: PageInfo;
};

/** A request to join in a page. */
export type GroupJoinRequestEdge = {
  __typename?: 'GroupJoinRequestEdge';
  cursor: Scalars['String']['output'];
  node: GroupJoinRequest;
};

/** The kind of a group. */
export type GroupKind =
  /** Like PRIVATE, and only its owner and admins write and see the members. */
  | 'BROADCAST'
  /** Only members see it. Users join by being added, by an invite or by a link. */
  | 'PRIVATE'
  /** Every user with its id may preview and join it. */
  | 'PUBLIC';

/** A link by whose code users join a group. */
export type GroupLink = {
  __typename?: 'GroupLink';
  code: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  createdBy: User;
  /** Null if it does not expire. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  /** The number of users who may join by it. Null if any number may. */
  maxUses?: Maybe<Scalars['Int']['output']>;
  needsApproval: Scalars['Boolean']['output'];
  /** The number of users who joined by it, or asked to. */
  uses: Scalars['Int']['output'];
};

/** A page of links. */
export type GroupLinkConnection = {
  __typename?: 'GroupLinkConnection';
  edges: Array<GroupLinkEdge>;
  pageInfo: PageInfo;
};

/** A link in a page. */
export type GroupLinkEdge = {
  __typename?: 'GroupLinkEdge';
  cursor: Scalars['String']['output'];
  node: GroupLink;
};

/** A user in a group. */
export type GroupMember = {
  __typename?: 'GroupMember';
  joinedAt: Scalars['DateTime']['output'];
  /** Until then the member may not send messages. Null if it may, and for viewers who do not manage members. */
  mutedUntil?: Maybe<Scalars['DateTime']['output']>;
  role: GroupRole;
  user: User;
};

/** A page of members. */
export type GroupMemberConnection = {
  __typename?: 'GroupMemberConnection';
  edges: Array<GroupMemberEdge>;
  pageInfo: PageInfo;
};

/** A member in a page. */
export type GroupMemberEdge = {
  __typename?: 'GroupMemberEdge';
  cursor: Scalars['String']['output'];
  node: GroupMember;
};

/** Which of the members. */
export type GroupParticipants =
  /** The owner and the admins. */
  | 'ADMINS'
  | 'MEMBERS';

/** What a user may see of a group before joining it. */
export type GroupPreview = {
  __typename?: 'GroupPreview';
  avatarUrl?: Maybe<Scalars['String']['output']>;
  description: Scalars['String']['output'];
  /** The group, if the viewer is a member. */
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  kind: GroupKind;
  memberCount: Scalars['Int']['output'];
  /** Whether joining by this code needs the approval of an admin. */
  needsApproval: Scalars['Boolean']['output'];
  title: Scalars['String']['output'];
  /** Whether the viewer has asked to join and waits for an answer. */
  viewerHasAsked: Scalars['Boolean']['output'];
  /** Whether the viewer has an open invite. */
  viewerIsInvited: Scalars['Boolean']['output'];
};

/** What a member may do. */
export type GroupRole =
  | 'ADMIN'
  | 'MEMBER'
  | 'OWNER';

export type JoinGroupInput = {
  /** The code of a link. Either `code` or `groupId` must be given. */
  code?: InputMaybe<Scalars['String']['input']>;
  /** The id of a public group. */
  groupId?: InputMaybe<Scalars['ID']['input']>;
};

/** The result of `joinGroup`. */
export type JoinGroupPayload = {
  __typename?: 'JoinGroupPayload';
  /** Null if the viewer has asked to join and waits for an answer. */
  group?: Maybe<Group>;
  preview: GroupPreview;
};

export type LeaveGroupInput = {
  groupId: Scalars['ID']['input'];
};

/** The result of `leaveGroup`. */
export type LeaveGroupPayload = {
  __typename?: 'LeaveGroupPayload';
  groupId: Scalars['ID']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Accepts an invite: the viewer becomes a member. Repeating it is harmless. */
  acceptGroupInvite: AcceptGroupInvitePayload;
  /**
   * Adds users to a group: for those whom `whoMayInvite` names. A user whose privacy settings do not allow it gets an
   * invite instead. Members stay unchanged. A banned user cannot be added.
   */
  addGroupMembers: AddGroupMembersPayload;
  /** Lets a user who asked to join in: for the owner and admins. Repeating it is harmless. */
  approveGroupJoinRequest: ApproveGroupJoinRequestPayload;
  /** Gives an open report to an admin, or to nobody. For admins. */
  assignReport: AssignReportPayload;
  /**
   * Removes a user from a group for good, or keeps a user out who is no member: for the owner and admins; nobody bans the
   * owner. Open invites and requests of the user end. Repeating it is harmless.
   */
  banGroupMember: BanGroupMemberPayload;
  /** Withdraws an invite: for the one who invited, the owner and admins. Repeating it is harmless. */
  cancelGroupInvite: CancelGroupInvitePayload;
  /** Withdraws the viewer's own request to join. Repeating it is harmless. */
  cancelGroupJoinRequest: CancelGroupJoinRequestPayload;
  /** Creates a group with the viewer as its owner. */
  createGroup: CreateGroupPayload;
  /** Makes a link by whose code users join the group: for the owner and admins. */
  createGroupLink: CreateGroupLinkPayload;
  /** Declines an invite. Repeating it is harmless. */
  declineGroupInvite: DeclineGroupInvitePayload;
  /** Declines a request to join: for the owner and admins. Repeating it is harmless. */
  declineGroupJoinRequest: DeclineGroupJoinRequestPayload;
  /** Ends a group for all its members. For its owner. Repeating it is harmless. */
  deleteGroup: DeleteGroupPayload;
  /** Closes a report about which nothing is to be done. For admins. Repeating it is harmless; CONFLICT if it was resolved. */
  dismissReport: DismissReportPayload;
  /**
   * Joins a group by the code of a link, or a public group by its id. Where the link needs approval, it asks to join.
   * Repeating it is harmless: a member stays one, and no use of the link is counted.
   */
  joinGroup: JoinGroupPayload;
  /**
   * Leaves a group. The owner must transfer the ownership first, or delete the group; if the owner is the last member, the
   * group is deleted. Repeating it is harmless.
   */
  leaveGroup: LeaveGroupPayload;
  /** Keeps a member from sending messages until a time: for the owner and admins. Only plain members can be muted. */
  muteGroupMember: MuteGroupMemberPayload;
  /**
   * Removes a user from a group: for the owner and admins; nobody removes the owner. Members see only messages since they
   * joined. Naming oneself is `leaveGroup`.
   */
  removeGroupMember: RemoveGroupMemberPayload;
  /**
   * Reports a group, one of its members, or a message in it to the admins of the server. While a report about the same is
   * open, a further one by the same user returns it.
   */
  reportGroup: ReportGroupPayload;
  /**
   * Reports a user, or a message of the user's in a direct conversation, to the admins of the server. While a report about the
   * same is open, a further one by the same user returns it.
   */
  reportUser: ReportUserPayload;
  /** Closes a report after something was done about it. For admins. Repeating it is harmless; CONFLICT if it was dismissed. */
  resolveReport: ResolveReportPayload;
  /** Ends a link: for the owner and admins. Repeating it is harmless. */
  revokeGroupLink: RevokeGroupLinkPayload;
  /** Makes a member an admin, or an admin a member: for the owner and admins. */
  setGroupRole: SetGroupRolePayload;
  /** Makes another member the owner; the previous owner becomes an admin. For the owner. */
  transferGroupOwnership: TransferGroupOwnershipPayload;
  /** Lets a banned user join again: for the owner and admins. Repeating it is harmless. */
  unbanGroupMember: UnbanGroupMemberPayload;
  /**
   * Changes what is given and keeps the rest. Title, description and avatar: for those whom `whoMayEdit` names. Rules: for
   * the owner and admins. The kind: for the owner.
   */
  updateGroup: UpdateGroupPayload;
};


export type MutationAcceptGroupInviteArgs = {
  input: AcceptGroupInviteInput;
};


export type MutationAddGroupMembersArgs = {
  input: AddGroupMembersInput;
};


export type MutationApproveGroupJoinRequestArgs = {
  input: ApproveGroupJoinRequestInput;
};


export type MutationAssignReportArgs = {
  input: AssignReportInput;
};


export type MutationBanGroupMemberArgs = {
  input: BanGroupMemberInput;
};


export type MutationCancelGroupInviteArgs = {
  input: CancelGroupInviteInput;
};


export type MutationCancelGroupJoinRequestArgs = {
  input: CancelGroupJoinRequestInput;
};


export type MutationCreateGroupArgs = {
  input: CreateGroupInput;
};


export type MutationCreateGroupLinkArgs = {
  input: CreateGroupLinkInput;
};


export type MutationDeclineGroupInviteArgs = {
  input: DeclineGroupInviteInput;
};


export type MutationDeclineGroupJoinRequestArgs = {
  input: DeclineGroupJoinRequestInput;
};


export type MutationDeleteGroupArgs = {
  input: DeleteGroupInput;
};


export type MutationDismissReportArgs = {
  input: DismissReportInput;
};


export type MutationJoinGroupArgs = {
  input: JoinGroupInput;
};


export type MutationLeaveGroupArgs = {
  input: LeaveGroupInput;
};


export type MutationMuteGroupMemberArgs = {
  input: MuteGroupMemberInput;
};


export type MutationRemoveGroupMemberArgs = {
  input: RemoveGroupMemberInput;
};


export type MutationReportGroupArgs = {
  input: ReportGroupInput;
};


export type MutationReportUserArgs = {
  input: ReportUserInput;
};


export type MutationResolveReportArgs = {
  input: ResolveReportInput;
};


export type MutationRevokeGroupLinkArgs = {
  input: RevokeGroupLinkInput;
};


export type MutationSetGroupRoleArgs = {
  input: SetGroupRoleInput;
};


export type MutationTransferGroupOwnershipArgs = {
  input: TransferGroupOwnershipInput;
};


export type MutationUnbanGroupMemberArgs = {
  input: UnbanGroupMemberInput;
};


export type MutationUpdateGroupArgs = {
  input: UpdateGroupInput;
};

export type MuteGroupMemberInput = {
  groupId: Scalars['ID']['input'];
  /** Null lets the member send again. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  userId: Scalars['ID']['input'];
};

/** The result of `muteGroupMember`. */
export type MuteGroupMemberPayload = {
  __typename?: 'MuteGroupMemberPayload';
  group: Group;
};

export type MyData = {
  __typename?: 'MyData';
  /** The groups in which the viewer is or was, with the times. */
  groups?: Maybe<MyRecordConnection>;
  id: Scalars['ID']['output'];
};


export type MyDataGroupsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** One thing that is kept about the viewer. */
export type MyRecord = {
  __typename?: 'MyRecord';
  /** The record itself. New versions add fields. */
  data: Scalars['JSON']['output'];
  /** What it is, such as `users.device`. */
  kind: Scalars['String']['output'];
};

/** A page of records. */
export type MyRecordConnection = {
  __typename?: 'MyRecordConnection';
  edges: Array<MyRecordEdge>;
  pageInfo: PageInfo;
};

/** A record in a page. */
export type MyRecordEdge = {
  __typename?: 'MyRecordEdge';
  cursor: Scalars['String']['output'];
  node: MyRecord;
};

/** The ends of a page, as in the Relay specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type Query = {
  __typename?: 'Query';
  /** A group by id. Null if it does not exist or the viewer is no member. */
  group?: Maybe<Group>;
  /** The viewer's open invites to groups, the newest first. */
  groupInvites: GroupInviteConnection;
  /**
   * What a user may see of a group before joining it: by the code of a link, or by the group's id if the group is public, or
   * if the viewer is invited, has asked to join, or is a member. Null in every other case, and for a banned viewer.
   */
  groupPreview?: Maybe<GroupPreview>;
  /** Reports about groups, users and messages, the newest first. For admins. */
  reports: ReportConnection;
};


export type QueryGroupArgs = {
  id: Scalars['ID']['input'];
};


export type QueryGroupInvitesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryGroupPreviewArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  groupId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryReportsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ReportFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type RemoveGroupMemberInput = {
  groupId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};

/** The result of `removeGroupMember`. */
export type RemoveGroupMemberPayload = {
  __typename?: 'RemoveGroupMemberPayload';
  /** Null if the viewer has left the group. */
  group?: Maybe<Group>;
};

/** A report about a group, a user or a message. */
export type Report = {
  __typename?: 'Report';
  /** What the admin wrote who closed it. */
  answer?: Maybe<Scalars['String']['output']>;
  /** The id of the admin to whom it was given. */
  assignedTo?: Maybe<Scalars['ID']['output']>;
  closedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The id of the admin who closed it. Null for an open report. */
  closedBy?: Maybe<Scalars['ID']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Null for a report about a user or a message outside of groups. */
  groupId?: Maybe<Scalars['ID']['output']>;
  id: Scalars['ID']['output'];
  messageId?: Maybe<Scalars['ID']['output']>;
  /** What the reporter wrote. Empty if it wrote nothing. */
  note: Scalars['String']['output'];
  reason: ReportReason;
  reporter: User;
  state: ReportState;
  user?: Maybe<User>;
  /** The reported user, or the sender of the reported message. */
  userId?: Maybe<Scalars['ID']['output']>;
};

/** A page of reports. */
export type ReportConnection = {
  __typename?: 'ReportConnection';
  edges: Array<ReportEdge>;
  pageInfo: PageInfo;
};

/** A report in a page. */
export type ReportEdge = {
  __typename?: 'ReportEdge';
  cursor: Scalars['String']['output'];
  node: Report;
};

/** Which reports to show. A report must fit all given fields. */
export type ReportFilter = {
  /** Reports that were given to this admin. */
  assignedTo?: InputMaybe<Scalars['ID']['input']>;
  /** Reports made at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  groupId?: InputMaybe<Scalars['ID']['input']>;
  reason?: InputMaybe<ReportReason>;
  /** Reports that this user made. */
  reporterId?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<ReportState>;
  /** Reports made before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Reports about this user, or a message of the user's. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

export type ReportGroupInput = {
  groupId: Scalars['ID']['input'];
  /** To report a message of the group's conversation. */
  messageId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 2,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  reason: ReportReason;
  /** To report a member. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** The result of `reportGroup`. */
export type ReportGroupPayload = {
  __typename?: 'ReportGroupPayload';
  reportId: Scalars['ID']['output'];
};

/** Why something is reported. */
export type ReportReason =
  | 'HARASSMENT'
  | 'HATE'
  | 'ILLEGAL'
  | 'OTHER'
  | 'SEXUAL_CONTENT'
  | 'SPAM'
  | 'VIOLENCE';

/** The state of a report. */
export type ReportState =
  /** Closed, and nothing was to be done. */
  | 'DISMISSED'
  | 'OPEN'
  /** Closed, and something was done about it. */
  | 'RESOLVED';

export type ReportUserInput = {
  /** To report a message that the user sent to the viewer in their direct conversation. */
  messageId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 2,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  reason: ReportReason;
  userId: Scalars['ID']['input'];
};

/** The result of `reportUser`. */
export type ReportUserPayload = {
  __typename?: 'ReportUserPayload';
  reportId: Scalars['ID']['output'];
};

export type ResolveReportInput = {
  /** What was done, at most 500 characters. */
  answer?: InputMaybe<Scalars['String']['input']>;
  reportId: Scalars['ID']['input'];
};

/** The result of `resolveReport`. */
export type ResolveReportPayload = {
  __typename?: 'ResolveReportPayload';
  report: Report;
};

export type RevokeGroupLinkInput = {
  groupId: Scalars['ID']['input'];
  linkId: Scalars['ID']['input'];
};

/** The result of `revokeGroupLink`. */
export type RevokeGroupLinkPayload = {
  __typename?: 'RevokeGroupLinkPayload';
  group: Group;
};

export type SetGroupRoleInput = {
  groupId: Scalars['ID']['input'];
  /** ADMIN or MEMBER. For OWNER there is `transferGroupOwnership`. */
  role: GroupRole;
  userId: Scalars['ID']['input'];
};

/** The result of `setGroupRole`. */
export type SetGroupRolePayload = {
  __typename?: 'SetGroupRolePayload';
  group: Group;
};

export type TransferGroupOwnershipInput = {
  groupId: Scalars['ID']['input'];
  /** The member who becomes the owner. */
  userId: Scalars['ID']['input'];
};

/** The result of `transferGroupOwnership`. */
export type TransferGroupOwnershipPayload = {
  __typename?: 'TransferGroupOwnershipPayload';
  group: Group;
};

export type UnbanGroupMemberInput = {
  groupId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};

/** The result of `unbanGroupMember`. */
export type UnbanGroupMemberPayload = {
  __typename?: 'UnbanGroupMemberPayload';
  group: Group;
};

export type UpdateGroupInput = {
  /** An https URL of at most 2,000 characters; null clears it. */
  avatarUrl?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters; null or an empty text clears it. */
  description?: InputMaybe<Scalars['String']['input']>;
  groupId: Scalars['ID']['input'];
  kind?: InputMaybe<GroupKind>;
  /** 0 to 86,400. */
  slowModeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 100 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
  whoMayEdit?: InputMaybe<GroupParticipants>;
  whoMayInvite?: InputMaybe<GroupParticipants>;
  whoMaySeeMembers?: InputMaybe<GroupParticipants>;
  whoMaySend?: InputMaybe<GroupParticipants>;
};

/** The result of `updateGroup`. */
export type UpdateGroupPayload = {
  __typename?: 'UpdateGroupPayload';
  group: Group;
};

export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Conversation: Conversation;
  Group: Group;
  MyData: MyData;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Conversation:
    ( { __typename: 'Conversation' }
    & GraphQLRecursivePick<FederationTypes['Conversation'], {"id":true}> );
  Group:
    ( { __typename: 'Group' }
    & GraphQLRecursivePick<FederationTypes['Group'], {"id":true}> );
  MyData:
    ( { __typename: 'MyData' }
    & GraphQLRecursivePick<FederationTypes['MyData'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptGroupInviteInput: AcceptGroupInviteInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AcceptGroupInvitePayload: ResolverTypeWrapper<Omit<AcceptGroupInvitePayload, 'group'> & { group: ResolversTypes['Group'] }>;
  AddGroupMembersInput: AddGroupMembersInput;
  AddGroupMembersPayload: ResolverTypeWrapper<Omit<AddGroupMembersPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  ApproveGroupJoinRequestInput: ApproveGroupJoinRequestInput;
  ApproveGroupJoinRequestPayload: ResolverTypeWrapper<Omit<ApproveGroupJoinRequestPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  AssignReportInput: AssignReportInput;
  AssignReportPayload: ResolverTypeWrapper<Omit<AssignReportPayload, 'report'> & { report: ResolversTypes['Report'] }>;
  BanGroupMemberInput: BanGroupMemberInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  BanGroupMemberPayload: ResolverTypeWrapper<Omit<BanGroupMemberPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  CancelGroupInviteInput: CancelGroupInviteInput;
  CancelGroupInvitePayload: ResolverTypeWrapper<Omit<CancelGroupInvitePayload, 'group'> & { group: ResolversTypes['Group'] }>;
  CancelGroupJoinRequestInput: CancelGroupJoinRequestInput;
  CancelGroupJoinRequestPayload: ResolverTypeWrapper<CancelGroupJoinRequestPayload>;
  Conversation: ResolverTypeWrapper<Omit<Conversation, 'group'> & { group?: Maybe<ResolversTypes['Group']> }>;
  CreateGroupInput: CreateGroupInput;
  CreateGroupLinkInput: CreateGroupLinkInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CreateGroupLinkPayload: ResolverTypeWrapper<Omit<CreateGroupLinkPayload, 'link'> & { link: ResolversTypes['GroupLink'] }>;
  CreateGroupPayload: ResolverTypeWrapper<Omit<CreateGroupPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeclineGroupInviteInput: DeclineGroupInviteInput;
  DeclineGroupInvitePayload: ResolverTypeWrapper<DeclineGroupInvitePayload>;
  DeclineGroupJoinRequestInput: DeclineGroupJoinRequestInput;
  DeclineGroupJoinRequestPayload: ResolverTypeWrapper<Omit<DeclineGroupJoinRequestPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  DeleteGroupInput: DeleteGroupInput;
  DeleteGroupPayload: ResolverTypeWrapper<DeleteGroupPayload>;
  DismissReportInput: DismissReportInput;
  DismissReportPayload: ResolverTypeWrapper<Omit<DismissReportPayload, 'report'> & { report: ResolversTypes['Report'] }>;
  Group: ResolverTypeWrapper<GroupRow>;
  GroupAct: GroupAct;
  GroupAuditConnection: ResolverTypeWrapper<Omit<GroupAuditConnection, 'edges'> & { edges: Array<ResolversTypes['GroupAuditEdge']> }>;
  GroupAuditEdge: ResolverTypeWrapper<Omit<GroupAuditEdge, 'node'> & { node: ResolversTypes['GroupAuditEntry'] }>;
  GroupAuditEntry: ResolverTypeWrapper<AuditRow>;
  GroupBan: ResolverTypeWrapper<BanRow>;
  GroupBanConnection: ResolverTypeWrapper<Omit<GroupBanConnection, 'edges'> & { edges: Array<ResolversTypes['GroupBanEdge']> }>;
  GroupBanEdge: ResolverTypeWrapper<Omit<GroupBanEdge, 'node'> & { node: ResolversTypes['GroupBan'] }>;
  GroupInvite: ResolverTypeWrapper<InviteRow>;
  GroupInviteConnection: ResolverTypeWrapper<Omit<GroupInviteConnection, 'edges'> & { edges: Array<ResolversTypes['GroupInviteEdge']> }>;
  GroupInviteEdge: ResolverTypeWrapper<Omit<GroupInviteEdge, 'node'> & { node: ResolversTypes['GroupInvite'] }>;
  GroupJoinRequest: ResolverTypeWrapper<RequestRow>;
  GroupJoinRequestConnection: ResolverTypeWrapper<Omit<GroupJoinRequestConnection, 'edges'> & { edges: Array<ResolversTypes['GroupJoinRequestEdge']> }>;
  GroupJoinRequestEdge: ResolverTypeWrapper<Omit<GroupJoinRequestEdge, 'node'> & { node: ResolversTypes['GroupJoinRequest'] }>;
  GroupKind: GroupKind;
  GroupLink: ResolverTypeWrapper<LinkRow>;
  GroupLinkConnection: ResolverTypeWrapper<Omit<GroupLinkConnection, 'edges'> & { edges: Array<ResolversTypes['GroupLinkEdge']> }>;
  GroupLinkEdge: ResolverTypeWrapper<Omit<GroupLinkEdge, 'node'> & { node: ResolversTypes['GroupLink'] }>;
  GroupMember: ResolverTypeWrapper<MemberRow>;
  GroupMemberConnection: ResolverTypeWrapper<Omit<GroupMemberConnection, 'edges'> & { edges: Array<ResolversTypes['GroupMemberEdge']> }>;
  GroupMemberEdge: ResolverTypeWrapper<Omit<GroupMemberEdge, 'node'> & { node: ResolversTypes['GroupMember'] }>;
  GroupParticipants: GroupParticipants;
  GroupPreview: ResolverTypeWrapper<PreviewRow>;
  GroupRole: GroupRole;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  JoinGroupInput: JoinGroupInput;
  JoinGroupPayload: ResolverTypeWrapper<Omit<JoinGroupPayload, 'group' | 'preview'> & { group?: Maybe<ResolversTypes['Group']>, preview: ResolversTypes['GroupPreview'] }>;
  LeaveGroupInput: LeaveGroupInput;
  LeaveGroupPayload: ResolverTypeWrapper<LeaveGroupPayload>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MuteGroupMemberInput: MuteGroupMemberInput;
  MuteGroupMemberPayload: ResolverTypeWrapper<Omit<MuteGroupMemberPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  MyData: ResolverTypeWrapper<MyDataRef>;
  MyRecord: ResolverTypeWrapper<ExportedRecord>;
  MyRecordConnection: ResolverTypeWrapper<Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversTypes['MyRecordEdge']> }>;
  MyRecordEdge: ResolverTypeWrapper<Omit<MyRecordEdge, 'node'> & { node: ResolversTypes['MyRecord'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RemoveGroupMemberInput: RemoveGroupMemberInput;
  RemoveGroupMemberPayload: ResolverTypeWrapper<Omit<RemoveGroupMemberPayload, 'group'> & { group?: Maybe<ResolversTypes['Group']> }>;
  Report: ResolverTypeWrapper<ReportRow>;
  ReportConnection: ResolverTypeWrapper<Omit<ReportConnection, 'edges'> & { edges: Array<ResolversTypes['ReportEdge']> }>;
  ReportEdge: ResolverTypeWrapper<Omit<ReportEdge, 'node'> & { node: ResolversTypes['Report'] }>;
  ReportFilter: ReportFilter;
  ReportGroupInput: ReportGroupInput;
  ReportGroupPayload: ResolverTypeWrapper<ReportGroupPayload>;
  ReportReason: ReportReason;
  ReportState: ReportState;
  ReportUserInput: ReportUserInput;
  ReportUserPayload: ResolverTypeWrapper<ReportUserPayload>;
  ResolveReportInput: ResolveReportInput;
  ResolveReportPayload: ResolverTypeWrapper<Omit<ResolveReportPayload, 'report'> & { report: ResolversTypes['Report'] }>;
  RevokeGroupLinkInput: RevokeGroupLinkInput;
  RevokeGroupLinkPayload: ResolverTypeWrapper<Omit<RevokeGroupLinkPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  SetGroupRoleInput: SetGroupRoleInput;
  SetGroupRolePayload: ResolverTypeWrapper<Omit<SetGroupRolePayload, 'group'> & { group: ResolversTypes['Group'] }>;
  TransferGroupOwnershipInput: TransferGroupOwnershipInput;
  TransferGroupOwnershipPayload: ResolverTypeWrapper<Omit<TransferGroupOwnershipPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  UnbanGroupMemberInput: UnbanGroupMemberInput;
  UnbanGroupMemberPayload: ResolverTypeWrapper<Omit<UnbanGroupMemberPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  UpdateGroupInput: UpdateGroupInput;
  UpdateGroupPayload: ResolverTypeWrapper<Omit<UpdateGroupPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  User: ResolverTypeWrapper<User>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptGroupInviteInput: AcceptGroupInviteInput;
  ID: Scalars['ID']['output'];
  AcceptGroupInvitePayload: Omit<AcceptGroupInvitePayload, 'group'> & { group: ResolversParentTypes['Group'] };
  AddGroupMembersInput: AddGroupMembersInput;
  AddGroupMembersPayload: Omit<AddGroupMembersPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  ApproveGroupJoinRequestInput: ApproveGroupJoinRequestInput;
  ApproveGroupJoinRequestPayload: Omit<ApproveGroupJoinRequestPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  AssignReportInput: AssignReportInput;
  AssignReportPayload: Omit<AssignReportPayload, 'report'> & { report: ResolversParentTypes['Report'] };
  BanGroupMemberInput: BanGroupMemberInput;
  String: Scalars['String']['output'];
  BanGroupMemberPayload: Omit<BanGroupMemberPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  CancelGroupInviteInput: CancelGroupInviteInput;
  CancelGroupInvitePayload: Omit<CancelGroupInvitePayload, 'group'> & { group: ResolversParentTypes['Group'] };
  CancelGroupJoinRequestInput: CancelGroupJoinRequestInput;
  CancelGroupJoinRequestPayload: CancelGroupJoinRequestPayload;
  Conversation: Omit<Conversation, 'group'> & { group?: Maybe<ResolversParentTypes['Group']> } | FederationReferenceTypes['Conversation'];
  CreateGroupInput: CreateGroupInput;
  CreateGroupLinkInput: CreateGroupLinkInput;
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
  CreateGroupLinkPayload: Omit<CreateGroupLinkPayload, 'link'> & { link: ResolversParentTypes['GroupLink'] };
  CreateGroupPayload: Omit<CreateGroupPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  DateTime: Scalars['DateTime']['output'];
  DeclineGroupInviteInput: DeclineGroupInviteInput;
  DeclineGroupInvitePayload: DeclineGroupInvitePayload;
  DeclineGroupJoinRequestInput: DeclineGroupJoinRequestInput;
  DeclineGroupJoinRequestPayload: Omit<DeclineGroupJoinRequestPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  DeleteGroupInput: DeleteGroupInput;
  DeleteGroupPayload: DeleteGroupPayload;
  DismissReportInput: DismissReportInput;
  DismissReportPayload: Omit<DismissReportPayload, 'report'> & { report: ResolversParentTypes['Report'] };
  Group: GroupRow;
  GroupAuditConnection: Omit<GroupAuditConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupAuditEdge']> };
  GroupAuditEdge: Omit<GroupAuditEdge, 'node'> & { node: ResolversParentTypes['GroupAuditEntry'] };
  GroupAuditEntry: AuditRow;
  GroupBan: BanRow;
  GroupBanConnection: Omit<GroupBanConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupBanEdge']> };
  GroupBanEdge: Omit<GroupBanEdge, 'node'> & { node: ResolversParentTypes['GroupBan'] };
  GroupInvite: InviteRow;
  GroupInviteConnection: Omit<GroupInviteConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupInviteEdge']> };
  GroupInviteEdge: Omit<GroupInviteEdge, 'node'> & { node: ResolversParentTypes['GroupInvite'] };
  GroupJoinRequest: RequestRow;
  GroupJoinRequestConnection: Omit<GroupJoinRequestConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupJoinRequestEdge']> };
  GroupJoinRequestEdge: Omit<GroupJoinRequestEdge, 'node'> & { node: ResolversParentTypes['GroupJoinRequest'] };
  GroupLink: LinkRow;
  GroupLinkConnection: Omit<GroupLinkConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupLinkEdge']> };
  GroupLinkEdge: Omit<GroupLinkEdge, 'node'> & { node: ResolversParentTypes['GroupLink'] };
  GroupMember: MemberRow;
  GroupMemberConnection: Omit<GroupMemberConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupMemberEdge']> };
  GroupMemberEdge: Omit<GroupMemberEdge, 'node'> & { node: ResolversParentTypes['GroupMember'] };
  GroupPreview: PreviewRow;
  JSON: Scalars['JSON']['output'];
  JoinGroupInput: JoinGroupInput;
  JoinGroupPayload: Omit<JoinGroupPayload, 'group' | 'preview'> & { group?: Maybe<ResolversParentTypes['Group']>, preview: ResolversParentTypes['GroupPreview'] };
  LeaveGroupInput: LeaveGroupInput;
  LeaveGroupPayload: LeaveGroupPayload;
  Mutation: Record<PropertyKey, never>;
  MuteGroupMemberInput: MuteGroupMemberInput;
  MuteGroupMemberPayload: Omit<MuteGroupMemberPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  MyData: MyDataRef;
  MyRecord: ExportedRecord;
  MyRecordConnection: Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversParentTypes['MyRecordEdge']> };
  MyRecordEdge: Omit<MyRecordEdge, 'node'> & { node: ResolversParentTypes['MyRecord'] };
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RemoveGroupMemberInput: RemoveGroupMemberInput;
  RemoveGroupMemberPayload: Omit<RemoveGroupMemberPayload, 'group'> & { group?: Maybe<ResolversParentTypes['Group']> };
  Report: ReportRow;
  ReportConnection: Omit<ReportConnection, 'edges'> & { edges: Array<ResolversParentTypes['ReportEdge']> };
  ReportEdge: Omit<ReportEdge, 'node'> & { node: ResolversParentTypes['Report'] };
  ReportFilter: ReportFilter;
  ReportGroupInput: ReportGroupInput;
  ReportGroupPayload: ReportGroupPayload;
  ReportUserInput: ReportUserInput;
  ReportUserPayload: ReportUserPayload;
  ResolveReportInput: ResolveReportInput;
  ResolveReportPayload: Omit<ResolveReportPayload, 'report'> & { report: ResolversParentTypes['Report'] };
  RevokeGroupLinkInput: RevokeGroupLinkInput;
  RevokeGroupLinkPayload: Omit<RevokeGroupLinkPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  SetGroupRoleInput: SetGroupRoleInput;
  SetGroupRolePayload: Omit<SetGroupRolePayload, 'group'> & { group: ResolversParentTypes['Group'] };
  TransferGroupOwnershipInput: TransferGroupOwnershipInput;
  TransferGroupOwnershipPayload: Omit<TransferGroupOwnershipPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  UnbanGroupMemberInput: UnbanGroupMemberInput;
  UnbanGroupMemberPayload: Omit<UnbanGroupMemberPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  UpdateGroupInput: UpdateGroupInput;
  UpdateGroupPayload: Omit<UpdateGroupPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  User: User;
};

export type AcceptGroupInvitePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AcceptGroupInvitePayload'] = ResolversParentTypes['AcceptGroupInvitePayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type AddGroupMembersPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AddGroupMembersPayload'] = ResolversParentTypes['AddGroupMembersPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
  invited?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
};

export type ApproveGroupJoinRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ApproveGroupJoinRequestPayload'] = ResolversParentTypes['ApproveGroupJoinRequestPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type AssignReportPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AssignReportPayload'] = ResolversParentTypes['AssignReportPayload']> = {
  report?: Resolver<ResolversTypes['Report'], ParentType, ContextType>;
};

export type BanGroupMemberPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['BanGroupMemberPayload'] = ResolversParentTypes['BanGroupMemberPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type CancelGroupInvitePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CancelGroupInvitePayload'] = ResolversParentTypes['CancelGroupInvitePayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type CancelGroupJoinRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CancelGroupJoinRequestPayload'] = ResolversParentTypes['CancelGroupJoinRequestPayload']> = {
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation'], FederationReferenceType extends FederationReferenceTypes['Conversation'] = FederationReferenceTypes['Conversation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Conversation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CreateGroupLinkPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CreateGroupLinkPayload'] = ResolversParentTypes['CreateGroupLinkPayload']> = {
  link?: Resolver<ResolversTypes['GroupLink'], ParentType, ContextType>;
};

export type CreateGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CreateGroupPayload'] = ResolversParentTypes['CreateGroupPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
  invited?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeclineGroupInvitePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeclineGroupInvitePayload'] = ResolversParentTypes['DeclineGroupInvitePayload']> = {
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DeclineGroupJoinRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeclineGroupJoinRequestPayload'] = ResolversParentTypes['DeclineGroupJoinRequestPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type DeleteGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeleteGroupPayload'] = ResolversParentTypes['DeleteGroupPayload']> = {
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DismissReportPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DismissReportPayload'] = ResolversParentTypes['DismissReportPayload']> = {
  report?: Resolver<ResolversTypes['Report'], ParentType, ContextType>;
};

export type GroupResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group'], FederationReferenceType extends FederationReferenceTypes['Group'] = FederationReferenceTypes['Group']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Group']> | FederationReferenceType, FederationReferenceType, ContextType>;
  auditLog?: Resolver<Maybe<ResolversTypes['GroupAuditConnection']>, ParentType, ContextType, RequireFields<GroupAuditLogArgs, 'first'>>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bans?: Resolver<Maybe<ResolversTypes['GroupBanConnection']>, ParentType, ContextType, RequireFields<GroupBansArgs, 'first'>>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  invites?: Resolver<Maybe<ResolversTypes['GroupInviteConnection']>, ParentType, ContextType, RequireFields<GroupInvitesArgs, 'first'>>;
  joinRequests?: Resolver<Maybe<ResolversTypes['GroupJoinRequestConnection']>, ParentType, ContextType, RequireFields<GroupJoinRequestsArgs, 'first'>>;
  kind?: Resolver<ResolversTypes['GroupKind'], ParentType, ContextType>;
  links?: Resolver<Maybe<ResolversTypes['GroupLinkConnection']>, ParentType, ContextType, RequireFields<GroupLinksArgs, 'first'>>;
  memberCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  members?: Resolver<Maybe<ResolversTypes['GroupMemberConnection']>, ParentType, ContextType, RequireFields<GroupMembersArgs, 'first'>>;
  slowModeSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  viewerCanEdit?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerCanInvite?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerCanManageMembers?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerCanSeeMembers?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerCanSend?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerMembership?: Resolver<ResolversTypes['GroupMember'], ParentType, ContextType>;
  whoMayEdit?: Resolver<ResolversTypes['GroupParticipants'], ParentType, ContextType>;
  whoMayInvite?: Resolver<ResolversTypes['GroupParticipants'], ParentType, ContextType>;
  whoMaySeeMembers?: Resolver<ResolversTypes['GroupParticipants'], ParentType, ContextType>;
  whoMaySend?: Resolver<ResolversTypes['GroupParticipants'], ParentType, ContextType>;
};

export type GroupAuditConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupAuditConnection'] = ResolversParentTypes['GroupAuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupAuditEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupAuditEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupAuditEdge'] = ResolversParentTypes['GroupAuditEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupAuditEntry'], ParentType, ContextType>;
};

export type GroupAuditEntryResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupAuditEntry'] = ResolversParentTypes['GroupAuditEntry']> = {
  act?: Resolver<ResolversTypes['GroupAct'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  users?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type GroupBanResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupBan'] = ResolversParentTypes['GroupBan']> = {
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type GroupBanConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupBanConnection'] = ResolversParentTypes['GroupBanConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupBanEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupBanEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupBanEdge'] = ResolversParentTypes['GroupBanEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupBan'], ParentType, ContextType>;
};

export type GroupInviteResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupInvite'] = ResolversParentTypes['GroupInvite']> = {
  by?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  preview?: Resolver<ResolversTypes['GroupPreview'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type GroupInviteConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupInviteConnection'] = ResolversParentTypes['GroupInviteConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupInviteEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupInviteEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupInviteEdge'] = ResolversParentTypes['GroupInviteEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupInvite'], ParentType, ContextType>;
};

export type GroupJoinRequestResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupJoinRequest'] = ResolversParentTypes['GroupJoinRequest']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type GroupJoinRequestConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupJoinRequestConnection'] = ResolversParentTypes['GroupJoinRequestConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupJoinRequestEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupJoinRequestEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupJoinRequestEdge'] = ResolversParentTypes['GroupJoinRequestEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupJoinRequest'], ParentType, ContextType>;
};

export type GroupLinkResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupLink'] = ResolversParentTypes['GroupLink']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maxUses?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  needsApproval?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  uses?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type GroupLinkConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupLinkConnection'] = ResolversParentTypes['GroupLinkConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupLinkEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupLinkEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupLinkEdge'] = ResolversParentTypes['GroupLinkEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupLink'], ParentType, ContextType>;
};

export type GroupMemberResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupMember'] = ResolversParentTypes['GroupMember']> = {
  joinedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  mutedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['GroupRole'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type GroupMemberConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupMemberConnection'] = ResolversParentTypes['GroupMemberConnection']> = {
  edges?: Resolver<Array<ResolversTypes['GroupMemberEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type GroupMemberEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupMemberEdge'] = ResolversParentTypes['GroupMemberEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['GroupMember'], ParentType, ContextType>;
};

export type GroupPreviewResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupPreview'] = ResolversParentTypes['GroupPreview']> = {
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['GroupKind'], ParentType, ContextType>;
  memberCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  needsApproval?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  viewerHasAsked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  viewerIsInvited?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JoinGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['JoinGroupPayload'] = ResolversParentTypes['JoinGroupPayload']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  preview?: Resolver<ResolversTypes['GroupPreview'], ParentType, ContextType>;
};

export type LeaveGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['LeaveGroupPayload'] = ResolversParentTypes['LeaveGroupPayload']> = {
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptGroupInvite?: Resolver<ResolversTypes['AcceptGroupInvitePayload'], ParentType, ContextType, RequireFields<MutationAcceptGroupInviteArgs, 'input'>>;
  addGroupMembers?: Resolver<ResolversTypes['AddGroupMembersPayload'], ParentType, ContextType, RequireFields<MutationAddGroupMembersArgs, 'input'>>;
  approveGroupJoinRequest?: Resolver<ResolversTypes['ApproveGroupJoinRequestPayload'], ParentType, ContextType, RequireFields<MutationApproveGroupJoinRequestArgs, 'input'>>;
  assignReport?: Resolver<ResolversTypes['AssignReportPayload'], ParentType, ContextType, RequireFields<MutationAssignReportArgs, 'input'>>;
  banGroupMember?: Resolver<ResolversTypes['BanGroupMemberPayload'], ParentType, ContextType, RequireFields<MutationBanGroupMemberArgs, 'input'>>;
  cancelGroupInvite?: Resolver<ResolversTypes['CancelGroupInvitePayload'], ParentType, ContextType, RequireFields<MutationCancelGroupInviteArgs, 'input'>>;
  cancelGroupJoinRequest?: Resolver<ResolversTypes['CancelGroupJoinRequestPayload'], ParentType, ContextType, RequireFields<MutationCancelGroupJoinRequestArgs, 'input'>>;
  createGroup?: Resolver<ResolversTypes['CreateGroupPayload'], ParentType, ContextType, RequireFields<MutationCreateGroupArgs, 'input'>>;
  createGroupLink?: Resolver<ResolversTypes['CreateGroupLinkPayload'], ParentType, ContextType, RequireFields<MutationCreateGroupLinkArgs, 'input'>>;
  declineGroupInvite?: Resolver<ResolversTypes['DeclineGroupInvitePayload'], ParentType, ContextType, RequireFields<MutationDeclineGroupInviteArgs, 'input'>>;
  declineGroupJoinRequest?: Resolver<ResolversTypes['DeclineGroupJoinRequestPayload'], ParentType, ContextType, RequireFields<MutationDeclineGroupJoinRequestArgs, 'input'>>;
  deleteGroup?: Resolver<ResolversTypes['DeleteGroupPayload'], ParentType, ContextType, RequireFields<MutationDeleteGroupArgs, 'input'>>;
  dismissReport?: Resolver<ResolversTypes['DismissReportPayload'], ParentType, ContextType, RequireFields<MutationDismissReportArgs, 'input'>>;
  joinGroup?: Resolver<ResolversTypes['JoinGroupPayload'], ParentType, ContextType, RequireFields<MutationJoinGroupArgs, 'input'>>;
  leaveGroup?: Resolver<ResolversTypes['LeaveGroupPayload'], ParentType, ContextType, RequireFields<MutationLeaveGroupArgs, 'input'>>;
  muteGroupMember?: Resolver<ResolversTypes['MuteGroupMemberPayload'], ParentType, ContextType, RequireFields<MutationMuteGroupMemberArgs, 'input'>>;
  removeGroupMember?: Resolver<ResolversTypes['RemoveGroupMemberPayload'], ParentType, ContextType, RequireFields<MutationRemoveGroupMemberArgs, 'input'>>;
  reportGroup?: Resolver<ResolversTypes['ReportGroupPayload'], ParentType, ContextType, RequireFields<MutationReportGroupArgs, 'input'>>;
  reportUser?: Resolver<ResolversTypes['ReportUserPayload'], ParentType, ContextType, RequireFields<MutationReportUserArgs, 'input'>>;
  resolveReport?: Resolver<ResolversTypes['ResolveReportPayload'], ParentType, ContextType, RequireFields<MutationResolveReportArgs, 'input'>>;
  revokeGroupLink?: Resolver<ResolversTypes['RevokeGroupLinkPayload'], ParentType, ContextType, RequireFields<MutationRevokeGroupLinkArgs, 'input'>>;
  setGroupRole?: Resolver<ResolversTypes['SetGroupRolePayload'], ParentType, ContextType, RequireFields<MutationSetGroupRoleArgs, 'input'>>;
  transferGroupOwnership?: Resolver<ResolversTypes['TransferGroupOwnershipPayload'], ParentType, ContextType, RequireFields<MutationTransferGroupOwnershipArgs, 'input'>>;
  unbanGroupMember?: Resolver<ResolversTypes['UnbanGroupMemberPayload'], ParentType, ContextType, RequireFields<MutationUnbanGroupMemberArgs, 'input'>>;
  updateGroup?: Resolver<ResolversTypes['UpdateGroupPayload'], ParentType, ContextType, RequireFields<MutationUpdateGroupArgs, 'input'>>;
};

export type MuteGroupMemberPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MuteGroupMemberPayload'] = ResolversParentTypes['MuteGroupMemberPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type MyDataResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyData'] = ResolversParentTypes['MyData'], FederationReferenceType extends FederationReferenceTypes['MyData'] = FederationReferenceTypes['MyData']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MyData']> | FederationReferenceType, FederationReferenceType, ContextType>;
  groups?: Resolver<Maybe<ResolversTypes['MyRecordConnection']>, ParentType, ContextType, RequireFields<MyDataGroupsArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MyRecordResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyRecord'] = ResolversParentTypes['MyRecord']> = {
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MyRecordConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyRecordConnection'] = ResolversParentTypes['MyRecordConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MyRecordEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MyRecordEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyRecordEdge'] = ResolversParentTypes['MyRecordEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['MyRecord'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType, RequireFields<QueryGroupArgs, 'id'>>;
  groupInvites?: Resolver<ResolversTypes['GroupInviteConnection'], ParentType, ContextType, RequireFields<QueryGroupInvitesArgs, 'first'>>;
  groupPreview?: Resolver<Maybe<ResolversTypes['GroupPreview']>, ParentType, ContextType, Partial<QueryGroupPreviewArgs>>;
  reports?: Resolver<ResolversTypes['ReportConnection'], ParentType, ContextType, RequireFields<QueryReportsArgs, 'first'>>;
};

export type RemoveGroupMemberPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveGroupMemberPayload'] = ResolversParentTypes['RemoveGroupMemberPayload']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
};

export type ReportResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Report'] = ResolversParentTypes['Report']> = {
  answer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  assignedTo?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  closedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  groupId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  messageId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  note?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['ReportReason'], ParentType, ContextType>;
  reporter?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ReportState'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type ReportConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReportConnection'] = ResolversParentTypes['ReportConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ReportEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ReportEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReportEdge'] = ResolversParentTypes['ReportEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Report'], ParentType, ContextType>;
};

export type ReportGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReportGroupPayload'] = ResolversParentTypes['ReportGroupPayload']> = {
  reportId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ReportUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReportUserPayload'] = ResolversParentTypes['ReportUserPayload']> = {
  reportId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ResolveReportPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ResolveReportPayload'] = ResolversParentTypes['ResolveReportPayload']> = {
  report?: Resolver<ResolversTypes['Report'], ParentType, ContextType>;
};

export type RevokeGroupLinkPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RevokeGroupLinkPayload'] = ResolversParentTypes['RevokeGroupLinkPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type SetGroupRolePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SetGroupRolePayload'] = ResolversParentTypes['SetGroupRolePayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type TransferGroupOwnershipPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['TransferGroupOwnershipPayload'] = ResolversParentTypes['TransferGroupOwnershipPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type UnbanGroupMemberPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UnbanGroupMemberPayload'] = ResolversParentTypes['UnbanGroupMemberPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type UpdateGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UpdateGroupPayload'] = ResolversParentTypes['UpdateGroupPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = unknown> = {
  AcceptGroupInvitePayload?: AcceptGroupInvitePayloadResolvers<ContextType>;
  AddGroupMembersPayload?: AddGroupMembersPayloadResolvers<ContextType>;
  ApproveGroupJoinRequestPayload?: ApproveGroupJoinRequestPayloadResolvers<ContextType>;
  AssignReportPayload?: AssignReportPayloadResolvers<ContextType>;
  BanGroupMemberPayload?: BanGroupMemberPayloadResolvers<ContextType>;
  CancelGroupInvitePayload?: CancelGroupInvitePayloadResolvers<ContextType>;
  CancelGroupJoinRequestPayload?: CancelGroupJoinRequestPayloadResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  CreateGroupLinkPayload?: CreateGroupLinkPayloadResolvers<ContextType>;
  CreateGroupPayload?: CreateGroupPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeclineGroupInvitePayload?: DeclineGroupInvitePayloadResolvers<ContextType>;
  DeclineGroupJoinRequestPayload?: DeclineGroupJoinRequestPayloadResolvers<ContextType>;
  DeleteGroupPayload?: DeleteGroupPayloadResolvers<ContextType>;
  DismissReportPayload?: DismissReportPayloadResolvers<ContextType>;
  Group?: GroupResolvers<ContextType>;
  GroupAuditConnection?: GroupAuditConnectionResolvers<ContextType>;
  GroupAuditEdge?: GroupAuditEdgeResolvers<ContextType>;
  GroupAuditEntry?: GroupAuditEntryResolvers<ContextType>;
  GroupBan?: GroupBanResolvers<ContextType>;
  GroupBanConnection?: GroupBanConnectionResolvers<ContextType>;
  GroupBanEdge?: GroupBanEdgeResolvers<ContextType>;
  GroupInvite?: GroupInviteResolvers<ContextType>;
  GroupInviteConnection?: GroupInviteConnectionResolvers<ContextType>;
  GroupInviteEdge?: GroupInviteEdgeResolvers<ContextType>;
  GroupJoinRequest?: GroupJoinRequestResolvers<ContextType>;
  GroupJoinRequestConnection?: GroupJoinRequestConnectionResolvers<ContextType>;
  GroupJoinRequestEdge?: GroupJoinRequestEdgeResolvers<ContextType>;
  GroupLink?: GroupLinkResolvers<ContextType>;
  GroupLinkConnection?: GroupLinkConnectionResolvers<ContextType>;
  GroupLinkEdge?: GroupLinkEdgeResolvers<ContextType>;
  GroupMember?: GroupMemberResolvers<ContextType>;
  GroupMemberConnection?: GroupMemberConnectionResolvers<ContextType>;
  GroupMemberEdge?: GroupMemberEdgeResolvers<ContextType>;
  GroupPreview?: GroupPreviewResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  JoinGroupPayload?: JoinGroupPayloadResolvers<ContextType>;
  LeaveGroupPayload?: LeaveGroupPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  MuteGroupMemberPayload?: MuteGroupMemberPayloadResolvers<ContextType>;
  MyData?: MyDataResolvers<ContextType>;
  MyRecord?: MyRecordResolvers<ContextType>;
  MyRecordConnection?: MyRecordConnectionResolvers<ContextType>;
  MyRecordEdge?: MyRecordEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RemoveGroupMemberPayload?: RemoveGroupMemberPayloadResolvers<ContextType>;
  Report?: ReportResolvers<ContextType>;
  ReportConnection?: ReportConnectionResolvers<ContextType>;
  ReportEdge?: ReportEdgeResolvers<ContextType>;
  ReportGroupPayload?: ReportGroupPayloadResolvers<ContextType>;
  ReportUserPayload?: ReportUserPayloadResolvers<ContextType>;
  ResolveReportPayload?: ResolveReportPayloadResolvers<ContextType>;
  RevokeGroupLinkPayload?: RevokeGroupLinkPayloadResolvers<ContextType>;
  SetGroupRolePayload?: SetGroupRolePayloadResolvers<ContextType>;
  TransferGroupOwnershipPayload?: TransferGroupOwnershipPayloadResolvers<ContextType>;
  UnbanGroupMemberPayload?: UnbanGroupMemberPayloadResolvers<ContextType>;
  UpdateGroupPayload?: UpdateGroupPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};

