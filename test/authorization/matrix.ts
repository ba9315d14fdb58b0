import type { Row } from './access.ts'
import { chat } from './chat.ts'
import { groups } from './groups.ts'
import { users } from './users.ts'

/** Every field of the schema: a table per room. */
export const matrix: ReadonlyMap<string, Row> = new Map([...users, ...chat, ...groups])

/** Fields that end the session of whoever asks: they have a test of their own. */
export const ending = ['Mutation.signOut', 'SignOutPayload.sessionId'] as const

/** Fields that subscriptions bring, which have their own tests: each user their own. */
export const streamed: readonly string[] = [
  'Subscription.inbox',
  'Subscription.presence',
  'InboxEvent.cursor',
  'InboxOpened.cursor',
  ...['MessageReceived', 'MessageEdited', 'MessageDeleted'].flatMap((type) => [`${type}.cursor`, `${type}.message`]),
  'ConversationPreferencesChanged.cursor',
  'ConversationPreferencesChanged.conversationIds',
  'ConversationPreferencesChanged.conversations',
  ...['cursor', 'conversationId', 'conversation', 'upTo', 'deleted'].map((field) => `ConversationCleared.${field}`),
  ...['cursor', 'conversationId', 'conversation', 'messageIds'].map((field) => `MessagesDeletedForMe.${field}`),
  ...['cursor', 'conversationId', 'conversation'].map((field) => `DraftChanged.${field}`),
  ...['cursor', 'conversationId', 'conversation', 'userId', 'user', 'endsInMs'].map(
    (field) => `TypingChanged.${field}`,
  ),
  ...['cursor', 'scheduledMessageId', 'conversationId', 'conversation', 'change', 'scheduledMessage'].map(
    (field) => `ScheduledMessageChanged.${field}`,
  ),
  ...['MessagesRead', 'MessagesDelivered'].flatMap((type) =>
    ['cursor', 'conversationId', 'conversation', 'userId', 'user', 'upTo'].map((field) => `${type}.${field}`),
  ),
  ...['cursor', 'conversationId', 'conversation', 'messageId', 'emoji', 'added', 'count', 'reactorId', 'reactor'].map(
    (field) => `ReactionChanged.${field}`,
  ),
  ...['MessagePinned', 'MessageUnpinned'].flatMap((type) =>
    ['cursor', 'conversationId', 'conversation', 'messageId', 'byId', 'by'].map((field) => `${type}.${field}`),
  ),
  'MembersJoined.cursor',
  'MembersJoined.memberCount',
  'MemberLeft.memberCount',
  'MembersJoined.groupId',
  'MembersJoined.group',
  'MembersJoined.userIds',
  'MembersJoined.users',
  'MembersJoined.byId',
  'MembersJoined.by',
  'MemberLeft.reason',
  ...['GroupUpdated', 'GroupRoleChanged', 'GroupMemberMuted', 'GroupJoinRequested'].flatMap((type) =>
    ['cursor', 'groupId', 'group'].map((field) => `${type}.${field}`),
  ),
  ...[
    'GroupRoleChanged',
    'GroupMemberMuted',
    'GroupJoinRequested',
    'GroupJoinRequestEnded',
    'GroupInviteEnded',
  ].flatMap((type) => ['userId', 'user'].map((field) => `${type}.${field}`)),
  ...['GroupUpdated', 'GroupDeleted', 'GroupRoleChanged', 'GroupMemberMuted', 'GroupInviteReceived'].flatMap((type) =>
    ['byId', 'by'].map((field) => `${type}.${field}`),
  ),
  ...['GroupDeleted', 'GroupInviteReceived', 'GroupInviteEnded', 'GroupJoinRequestEnded'].flatMap((type) =>
    ['cursor', 'groupId'].map((field) => `${type}.${field}`),
  ),
  'GroupUpdated.changed',
  'GroupRoleChanged.role',
  'GroupMemberMuted.mutedUntil',
  'GroupInviteEnded.outcome',
  'GroupJoinRequestEnded.outcome',
  'MemberLeft.groupId',
  'MemberLeft.userId',
  'MemberLeft.byId',
  'MemberLeft.cursor',
  'MemberLeft.group',
  'MemberLeft.user',
  'MemberLeft.by',
  'ProfileChanged.cursor',
  'ProfileChanged.user',
  'SessionStarted.cursor',
  'SessionStarted.sessionId',
  'SessionStarted.deviceId',
  'SessionStarted.user',
  'SessionsEnded.cursor',
  'SessionsEnded.sessionIds',
  'SessionsEnded.user',
  'SettingsChanged.cursor',
  'SettingsChanged.user',
  ...['FriendRequested', 'FriendRequestApproved', 'FriendRequestRejected', 'FriendRequestCancelled'].flatMap((type) =>
    ['cursor', 'fromId', 'from', 'toId', 'to'].map((field) => `${type}.${field}`),
  ),
  'FriendRemoved.cursor',
  'FriendRemoved.byId',
  'FriendRemoved.by',
  'FriendRemoved.userId',
  'FriendRemoved.user',
  'BlocksChanged.cursor',
  'BlocksChanged.userId',
  'BlocksChanged.user',
  'BlocksChanged.blocked',
]
