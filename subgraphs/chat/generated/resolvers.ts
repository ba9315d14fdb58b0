import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ConversationRef } from '../conversations/ports.ts';
import type { MyDataRef, ExportedRecord } from '../../export.ts';
import type { VisibleMessage } from '../messages/events.ts';
import type { Origin } from '../messages/body.ts';
import type { ScheduledRow } from '../scheduled/store.ts';
import type { MessageRow } from '../messages/history.ts';
import type { Pack } from '../../../platform/catalog/catalog.ts';
import type { ReactionRow } from '../reactions/store.ts';
import type { MediaRow } from '../media/store.ts';
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
  /** A position in the viewer's inbox: opaque, under 200 characters, valid as long as the event log is kept. */
  Cursor: { input: string; output: string; }
  /** An instant, as ISO 8601 text in UTC with milliseconds. An input may have another zone, but needs one. */
  DateTime: { input: Date; output: string | Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: object; }
  _FieldSet: { input: string; output: string; }
};

export type AddReactionInput = {
  /** One emoji. It is kept as Unicode writes it in full: ❤ is ❤️. */
  emoji: Scalars['String']['input'];
  messageId: Scalars['ID']['input'];
};

/** The result of `addReaction`. */
export type AddReactionPayload = {
  __typename?: 'AddReactionPayload';
  message: Message;
};

/** The viewer blocked or unblocked a user on another device. The id is always present, as in `MembersJoined`. */
export type BlocksChanged = InboxEvent & {
  __typename?: 'BlocksChanged';
  /** Whether the user is blocked now. */
  blocked: Scalars['Boolean']['output'];
  cursor: Scalars['Cursor']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

export type CancelScheduledMessageInput = {
  id: Scalars['ID']['input'];
};

/** The result of `cancelScheduledMessage`. */
export type CancelScheduledMessagePayload = {
  __typename?: 'CancelScheduledMessagePayload';
  /** The message that was taken back. */
  scheduledMessageId: Scalars['ID']['output'];
};

/**
 * A sticker or a GIF of the server's catalog. A message of the type STICKER is sent with `content: { stickerId }`, one of the
 * type GIF with `content: { gifId }`.
 */
export type CatalogItem = {
  __typename?: 'CatalogItem';
  contentType: Scalars['String']['output'];
  height: Scalars['Int']['output'];
  id: Scalars['ID']['output'];
  /** What it shows, in a few words. */
  title: Scalars['String']['output'];
  /** Where to GET it: an absolute URL, or a path at the server's address. */
  url: Scalars['String']['output'];
  width: Scalars['Int']['output'];
};

/** A page of GIFs. */
export type CatalogItemConnection = {
  __typename?: 'CatalogItemConnection';
  edges: Array<CatalogItemEdge>;
  pageInfo: PageInfo;
};

/** A GIF in a page. */
export type CatalogItemEdge = {
  __typename?: 'CatalogItemEdge';
  cursor: Scalars['String']['output'];
  node: CatalogItem;
};

export type ClearConversationInput = {
  conversationId: Scalars['ID']['input'];
};

/** The result of `clearConversation`. */
export type ClearConversationPayload = {
  __typename?: 'ClearConversationPayload';
  conversation: Conversation;
};

/** A conversation between users. */
export type Conversation = {
  __typename?: 'Conversation';
  /** After how many seconds messages that are sent now disappear. Null: they stay. */
  disappearAfterSeconds?: Maybe<Scalars['Int']['output']>;
  /** The text that the viewer is about to send. Null if there is none. */
  draft?: Maybe<Draft>;
  id: Scalars['ID']['output'];
  kind: ConversationKind;
  /**
   * When the last message was sent, or the conversation began if there is none. Conversations that are not pinned are listed by
   * it, then by their ids, both falling.
   */
  lastActiveAt: Scalars['DateTime']['output'];
  lastMessage?: Maybe<Message>;
  /** The number of the last message; 0 if there is none. Messages are numbered 1, 2, 3, … without gaps. */
  lastSequence: Scalars['Int']['output'];
  /**
   * Messages, always in the order of their numbers: `first`/`after` pages forwards, `last`/`before` backwards, 1 to 100
   * messages each. Without `first` and `last` the page has 20 messages: those after `after` if it is given, else the
   * last ones. `from` begins at a number; `around` shows a message in the middle of the page, NOT_FOUND if the viewer may
   * not see it. Both go with `first` alone. In a group it includes only messages since the viewer joined. `filter` goes with all but
   * `around`.
   */
  messages: MessageConnection;
  /**
   * The current participants, in no particular order. FORBIDDEN, and null, for a member of a group who may not list its
   * members.
   */
  participants?: Maybe<ParticipantConnection>;
  /** The other user of a direct conversation, of whom an app shows the name. Null for a group. */
  peer?: Maybe<User>;
  /** The pinned messages that the viewer may see, the last pinned first. */
  pinnedMessages: PinnedMessageConnection;
  /** How the viewer keeps the conversation. */
  preferences: ConversationPreferences;
  /** The number of the last message that the viewer has read; 0 if there is none. */
  readUpTo: Scalars['Int']['output'];
  /**
   * The messages of others above `readUpTo` that the viewer may see. 1,000 means 1,000 or more. Only the
   * last 1,000 messages above `readUpTo` are looked at, the viewer's own among them.
   */
  unreadCount: Scalars['Int']['output'];
};


/** A conversation between users. */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  around?: InputMaybe<Scalars['ID']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MessageFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  from?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** A conversation between users. */
export type ConversationParticipantsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A conversation between users. */
export type ConversationPinnedMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * The viewer cleared the history of a conversation, or deleted the conversation, on any device. It ends what the client has of the
 * messages up to `upTo`, their pins among it. The device that did it gets it too, because earlier messages may still
 * have been on their way to it. The id is always present, as in `MembersJoined`.
 */
export type ConversationCleared = InboxEvent & {
  __typename?: 'ConversationCleared';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** Whether the conversation left the lists too, until the next message. */
  deleted: Scalars['Boolean']['output'];
  /** The number of the last message that was removed. */
  upTo: Scalars['Int']['output'];
};

/** A page of conversations. */
export type ConversationConnection = {
  __typename?: 'ConversationConnection';
  edges: Array<ConversationEdge>;
  pageInfo: PageInfo;
};

/** A conversation in a page. */
export type ConversationEdge = {
  __typename?: 'ConversationEdge';
  cursor: Scalars['String']['output'];
  node: Conversation;
};

/** Which conversations are listed. A field that is left out, or null, leaves out none. */
export type ConversationFilter = {
  archived?: InputMaybe<Scalars['Boolean']['input']>;
  favorite?: InputMaybe<Scalars['Boolean']['input']>;
  kind?: InputMaybe<ConversationKind>;
  /** Whether there are unread messages, or the viewer marked the conversation as unread. */
  unread?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The kind of a conversation. */
export type ConversationKind =
  | 'DIRECT'
  | 'GROUP';

export type ConversationMuteInput = {
  /** When the mute ends, in the future. Null: never. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How a user keeps a conversation. Only that user sees it. */
export type ConversationPreferences = {
  __typename?: 'ConversationPreferences';
  /** Whether the conversation is archived. A new message brings it back, unless the conversation is muted at that moment. */
  archived: Scalars['Boolean']['output'];
  /** Whether the viewer deleted the conversation (`deleteConversation`): it is in no list until the next message. */
  deleted: Scalars['Boolean']['output'];
  favorite: Scalars['Boolean']['output'];
  /** Whether the viewer marked the conversation as unread, whatever was read. */
  markedUnread: Scalars['Boolean']['output'];
  /** Whether messages of the conversation cause no push. They still come to the inbox. */
  muted: Scalars['Boolean']['output'];
  /** When the mute ends. Null if the conversation is not muted, and if the mute has no end. */
  mutedUntil?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The place among the pinned conversations: the lowest number comes first. Numbers may be negative and have gaps. Null if
   * the conversation is not pinned.
   */
  pinOrder?: Maybe<Scalars['Int']['output']>;
  /** Whether the conversation comes before those that are not pinned. */
  pinned: Scalars['Boolean']['output'];
};

/** The viewer changed on another device how they keep conversations. The ids are always present, as in `MembersJoined`. */
export type ConversationPreferencesChanged = InboxEvent & {
  __typename?: 'ConversationPreferencesChanged';
  conversationIds: Array<Scalars['ID']['output']>;
  /** An element is null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversations: Array<Maybe<Conversation>>;
  cursor: Scalars['Cursor']['output'];
};

export type CreateUploadInput = {
  /** The exact size. */
  bytes: Scalars['Int']['input'];
  /** A media type such as `image/png`, without parameters. */
  contentType: Scalars['String']['input'];
  /** The length of a recording, at most a day. */
  durationMs?: InputMaybe<Scalars['Int']['input']>;
  /** The name for whoever saves it: one line of 1 to 255 characters, without slashes. */
  fileName?: InputMaybe<Scalars['String']['input']>;
  /** The height of an image or video in pixels, 1 to 100,000. */
  height?: InputMaybe<Scalars['Int']['input']>;
  /** The width of an image or video in pixels, 1 to 100,000. */
  width?: InputMaybe<Scalars['Int']['input']>;
};

/** The result of `createUpload`. */
export type CreateUploadPayload = {
  __typename?: 'CreateUploadPayload';
  media: Media;
  upload: UploadRequest;
};

export type DeleteConversationInput = {
  conversationId: Scalars['ID']['input'];
};

/** The result of `deleteConversation`. */
export type DeleteConversationPayload = {
  __typename?: 'DeleteConversationPayload';
  conversation: Conversation;
};

export type DeleteMessageInput = {
  messageId: Scalars['ID']['input'];
};

/** The result of `deleteMessage`. */
export type DeleteMessagePayload = {
  __typename?: 'DeleteMessagePayload';
  /** What is left of it. */
  message: Message;
};

export type DeleteMessagesForMeInput = {
  /** 1 to 100, of any conversations. */
  messageIds: Array<Scalars['ID']['input']>;
};

/** The result of `deleteMessagesForMe`. */
export type DeleteMessagesForMePayload = {
  __typename?: 'DeleteMessagesForMePayload';
  /** The conversations of the messages: their last message and unread count may be others now. */
  conversations: Array<Conversation>;
};

/** A text that a user is about to send. Only that user sees it. */
export type Draft = {
  __typename?: 'Draft';
  text: Scalars['String']['output'];
  /** When it was written. */
  updatedAt: Scalars['DateTime']['output'];
};

/** The viewer wrote or removed a draft on another device. The id is always present, as in `MembersJoined`. */
export type DraftChanged = InboxEvent & {
  __typename?: 'DraftChanged';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
};

export type EditMessageInput = {
  /** The version that the viewer has read: CONFLICT if it is another one. Left out: any. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Whom the message mentions from now on. Left out: nobody. Nobody is told by a push. */
  mentions?: InputMaybe<MentionsInput>;
  messageId: Scalars['ID']['input'];
  /** As in `SendMessageInput`. '' removes the caption of a message that is no TEXT. */
  text: Scalars['String']['input'];
};

/** The result of `editMessage`. */
export type EditMessagePayload = {
  __typename?: 'EditMessagePayload';
  /** The message as it is now. */
  message: Message;
};

export type EditScheduledMessageInput = {
  id: Scalars['ID']['input'];
  /** Left out: as it was; needed for one that was refused. */
  sendAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Left out: as it was. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `editScheduledMessage`. */
export type EditScheduledMessagePayload = {
  __typename?: 'EditScheduledMessagePayload';
  scheduledMessage: ScheduledMessage;
};

/** Where a forwarded message comes from: the first message, also if it was forwarded several times. */
export type ForwardOrigin = {
  __typename?: 'ForwardOrigin';
  /** Null if the viewer may not see the message: then nothing tells who wrote it. */
  message?: Maybe<Message>;
};

/** Two users are no friends any more; the viewer is one of them. The ids are always present, as in `MembersJoined`. */
export type FriendRemoved = InboxEvent & {
  __typename?: 'FriendRemoved';
  /** The user who ended the friendship. */
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** The other user. */
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/**
 * A request was approved, by the viewer on another device or by another user, or by a request in the other direction: the
 * two are friends now. `from` sent the request. The ids are always present, as in `MembersJoined`.
 */
export type FriendRequestApproved = InboxEvent & {
  __typename?: 'FriendRequestApproved';
  cursor: Scalars['Cursor']['output'];
  from?: Maybe<User>;
  fromId: Scalars['ID']['output'];
  to?: Maybe<User>;
  toId: Scalars['ID']['output'];
};

/**
 * A request was taken back, by the viewer on another device or by another user. `from` had sent it. The ids are always
 * present, as in `MembersJoined`.
 */
export type FriendRequestCancelled = InboxEvent & {
  __typename?: 'FriendRequestCancelled';
  cursor: Scalars['Cursor']['output'];
  from?: Maybe<User>;
  fromId: Scalars['ID']['output'];
  to?: Maybe<User>;
  toId: Scalars['ID']['output'];
};

/**
 * A request was rejected, by the viewer on another device or by another user. `from` sent the request. The ids are always
 * present, as in `MembersJoined`.
 */
export type FriendRequestRejected = InboxEvent & {
  __typename?: 'FriendRequestRejected';
  cursor: Scalars['Cursor']['output'];
  from?: Maybe<User>;
  fromId: Scalars['ID']['output'];
  to?: Maybe<User>;
  toId: Scalars['ID']['output'];
};

/**
 * A user asked another one to be a friend: the viewer, or another user whom the viewer asked on another device. The ids
 * are always present, as in `MembersJoined`.
 */
export type FriendRequested = InboxEvent & {
  __typename?: 'FriendRequested';
  cursor: Scalars['Cursor']['output'];
  from?: Maybe<User>;
  fromId: Scalars['ID']['output'];
  to?: Maybe<User>;
  toId: Scalars['ID']['output'];
};

export type Group = {
  __typename?: 'Group';
  id: Scalars['ID']['output'];
};

/** A group of the viewer was deleted. */
export type GroupDeleted = InboxEvent & {
  __typename?: 'GroupDeleted';
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  groupId: Scalars['ID']['output'];
};

/** An invite to a group ended. For the invited user and the one who invited. */
export type GroupInviteEnded = InboxEvent & {
  __typename?: 'GroupInviteEnded';
  cursor: Scalars['Cursor']['output'];
  groupId: Scalars['ID']['output'];
  outcome: GroupInviteOutcome;
  user?: Maybe<User>;
  /** The invited user. */
  userId: Scalars['ID']['output'];
};

/** How an invite ended. */
export type GroupInviteOutcome =
  | 'ACCEPTED'
  | 'CANCELLED'
  | 'DECLINED';

/** The viewer was invited to a group. `groupPreview(groupId:)` shows it. */
export type GroupInviteReceived = InboxEvent & {
  __typename?: 'GroupInviteReceived';
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  groupId: Scalars['ID']['output'];
};

/** A request to join a group ended. For the one who asked, the owner and the admins. */
export type GroupJoinRequestEnded = InboxEvent & {
  __typename?: 'GroupJoinRequestEnded';
  cursor: Scalars['Cursor']['output'];
  groupId: Scalars['ID']['output'];
  outcome: GroupJoinRequestOutcome;
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/** How a request to join ended. */
export type GroupJoinRequestOutcome =
  | 'APPROVED'
  | 'CANCELLED'
  | 'DECLINED';

/** A user asks to join a group. For its owner and admins. */
export type GroupJoinRequested = InboxEvent & {
  __typename?: 'GroupJoinRequested';
  cursor: Scalars['Cursor']['output'];
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/** A member of a group was kept from sending messages, or may send again. For the member, the owner and the admins. */
export type GroupMemberMuted = InboxEvent & {
  __typename?: 'GroupMemberMuted';
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  /** Null if the member may send again. */
  mutedUntil?: Maybe<Scalars['DateTime']['output']>;
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/** A member of a group of the viewer got another role; it may be the viewer. */
export type GroupRoleChanged = InboxEvent & {
  __typename?: 'GroupRoleChanged';
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  /** OWNER, ADMIN or MEMBER, as in `GroupRole`. */
  role: Scalars['String']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/** A group of the viewer was changed. The ids are always present, as in `MembersJoined`. */
export type GroupUpdated = InboxEvent & {
  __typename?: 'GroupUpdated';
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  /** The names of the changed fields of `Group`. */
  changed: Array<Scalars['String']['output']>;
  cursor: Scalars['Cursor']['output'];
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
};

/** An event for one recipient. */
export type InboxEvent = {
  /** The cursor to resume from after this event. */
  cursor: Scalars['Cursor']['output'];
};

/** The stream is open; later events follow. An event that was stored just before may be the first of them. */
export type InboxOpened = InboxEvent & {
  __typename?: 'InboxOpened';
  cursor: Scalars['Cursor']['output'];
};

/** How a member left a group. */
export type LeaveReason =
  | 'BANNED'
  | 'LEFT'
  | 'REMOVED';

export type MarkDeliveredInput = {
  conversationId: Scalars['ID']['input'];
  /** The number of a message that exists. */
  upTo: Scalars['Int']['input'];
};

/** The result of `markDelivered`. */
export type MarkDeliveredPayload = {
  __typename?: 'MarkDeliveredPayload';
  conversation: Conversation;
};

export type MarkReadInput = {
  conversationId: Scalars['ID']['input'];
  /** The number of a message that exists. */
  upTo: Scalars['Int']['input'];
};

/** The result of `markRead`. */
export type MarkReadPayload = {
  __typename?: 'MarkReadPayload';
  conversation: Conversation;
};

/** A file. Its bytes never change. */
export type Media = {
  __typename?: 'Media';
  bytes: Scalars['Int']['output'];
  /** Whether all bytes have come. */
  complete: Scalars['Boolean']['output'];
  /** The media type, such as `image/png`, as its owner named it: the server does not look into files. */
  contentType: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** The length of a recording, as its owner named it. */
  durationMs?: Maybe<Scalars['Int']['output']>;
  /** The name for whoever saves it. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** The height of an image or video in pixels, as its owner named it. */
  height?: Maybe<Scalars['Int']['output']>;
  id: Scalars['ID']['output'];
  /**
   * Where to GET the bytes: an absolute URL, or a path at the server's address. Null while the file is not complete. It
   * works for 15 to 30 minutes, for whoever has it: ask again for a new one.
   */
  url?: Maybe<Scalars['String']['output']>;
  /** The width of an image or video in pixels, as its owner named it. */
  width?: Maybe<Scalars['Int']['output']>;
};

/**
 * A user left a group of the viewer, or was removed; it may be the viewer. The ids are always present, as in
 * `MembersJoined`.
 */
export type MemberLeft = InboxEvent & {
  __typename?: 'MemberLeft';
  /** The user who removed the member; the member itself if it left. */
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** Null, with an error, if more than its `id` is selected by a viewer who has left the group. */
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  /** How many members the group had then. Null for events of older versions. */
  memberCount?: Maybe<Scalars['Int']['output']>;
  reason: LeaveReason;
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/**
 * Users joined a group of the viewer in one step; the viewer may be one of them. The ids are always present. The objects
 * are null, with an error, while their subgraph is down.
 */
export type MembersJoined = InboxEvent & {
  __typename?: 'MembersJoined';
  /** The user who added them. */
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** Null, with an error, if more than its `id` is selected by a viewer who has left the group. */
  group?: Maybe<Group>;
  groupId: Scalars['ID']['output'];
  /** How many members the group had then. Null for events of older versions. */
  memberCount?: Maybe<Scalars['Int']['output']>;
  /** The users who joined. */
  userIds: Array<Scalars['ID']['output']>;
  users: Array<Maybe<User>>;
};

/** Whom a message mentions. The ids are always present. The objects are null, with an error, while their subgraph is down. */
export type Mentions = {
  __typename?: 'Mentions';
  /** Whether it mentions everyone in the conversation. */
  everyone: Scalars['Boolean']['output'];
  userIds: Array<Scalars['ID']['output']>;
  users: Array<Maybe<User>>;
};

export type MentionsInput = {
  everyone?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * At most 50 users, each a participant of the conversation. FORBIDDEN for members of a group who may not list its
   * members.
   */
  userIds?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** A message. */
export type Message = {
  __typename?: 'Message';
  /** The id that the sender's app gave it. Null for other viewers. */
  clientMessageId?: Maybe<Scalars['ID']['output']>;
  /**
   * What a LOCATION, CONTACT, SYSTEM or CUSTOM message says, else null. LOCATION: `latitude`, `longitude`, and maybe
   * `accuracyMeters`, `name`, `address`. STICKER: null, or `stickerId`, `packId`, and the fields of its `CatalogItem`; GIF the
   * same with `gifId`. CONTACT: `name`, and `phones`, `emails` or both. CUSTOM: the object that the
   * sender's app sent. SYSTEM: `event`, which says what the sender did: GROUP_CREATED (`title`), GROUP_UPDATED (`changed`,
   * the names of fields of `Group`, and `title` if it was one of them), MEMBERS_JOINED (`userIds`, 20 at most, and
   * `count`), MEMBER_LEFT, MEMBER_REMOVED or ROLE_CHANGED (`userIds`, and `role`), MESSAGE_PINNED (`messageId`), DISAPPEARING_TIMER_SET (`seconds`). New versions
   * add events.
   */
  content?: Maybe<Scalars['JSON']['output']>;
  /**
   * Null, with an error, if more than its `id` is selected by a viewer who no longer takes part: an inbox still delivers
   * earlier messages.
   */
  conversation?: Maybe<Conversation>;
  /**
   * When it was deleted for everyone; null if it was not. A deleted message keeps its number, its type and `replyToId`; its
   * text is '', and `content`, `mentions`, `forwardedFrom` and `editedAt` are null, `media` is empty.
   */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The user who deleted it. Null if no user did: an admin, or time. */
  deletedBy?: Maybe<User>;
  /**
   * As `readCount`, for participants whose device has got the message. Null in groups of more than 100 members and in
   * broadcast groups.
   */
  deliveredCount?: Maybe<Scalars['Int']['output']>;
  /** When it was edited the last time; null if it was not. */
  editedAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * When it disappears for everyone, by the conversation's timer that held when it was sent. Null if it stays; and when it has
   * disappeared: then it is deleted, by nobody.
   */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where a forwarded message comes from; null for a message that is no forward. */
  forwardedFrom?: Maybe<ForwardOrigin>;
  id: Scalars['ID']['output'];
  /** The files, in the order in which they were sent. */
  media: Array<Media>;
  /** Null if the message mentions nobody. */
  mentions?: Maybe<Mentions>;
  /** The reactions, in the order in which they came first. Empty for a viewer who no longer takes part. */
  reactions: Array<MessageReaction>;
  /**
   * The participants besides the sender who have read the message, those who have read least first: one who reads on while
   * the list is read may come twice. Who is not counted in `readCount` is left out, and it is empty while the viewer does not
   * show what was read. FORBIDDEN, and null, for a member of a group who may not list its members.
   */
  readBy?: Maybe<MessageReaderConnection>;
  /**
   * How many participants besides the sender have read the message; 1,000 means 1,000 or more. Users who do not show what
   * they have read are not counted, nor are those who have blocked the viewer or whom the viewer has blocked. Null while the
   * viewer does not show it.
   */
  readCount?: Maybe<Scalars['Int']['output']>;
  /** The answers to the message, in the order of their numbers. */
  replies: MessageConnection;
  /** Null also if the viewer may not see the message. */
  replyTo?: Maybe<Message>;
  /** The id of the message of the same conversation that this one answers. */
  replyToId?: Maybe<Scalars['ID']['output']>;
  sender: User;
  sentAt: Scalars['DateTime']['output'];
  sequence: Scalars['Int']['output'];
  /** The text, 1 to 10,000 characters (the operator may set another limit); of a message that is no TEXT its caption, '' without one. */
  text: Scalars['String']['output'];
  type: MessageType;
  /** 1 for a message as it was sent; each edit, and the deletion, has the next number. */
  version: Scalars['Int']['output'];
};


/** A message. */
export type MessageReadByArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A message. */
export type MessageRepliesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of messages, in the order of their numbers. */
export type MessageConnection = {
  __typename?: 'MessageConnection';
  edges: Array<MessageEdge>;
  pageInfo: PageInfo;
};

/**
 * A message was deleted for everyone that the viewer may see: what is left of it replaces what the client has. A client that
 * resumes from a cursor before gets what is left in a `MessageReceived` and each `MessageEdited` too.
 */
export type MessageDeleted = InboxEvent & {
  __typename?: 'MessageDeleted';
  cursor: Scalars['Cursor']['output'];
  message: Message;
};

/** A message in a page. */
export type MessageEdge = {
  __typename?: 'MessageEdge';
  cursor: Scalars['String']['output'];
  node: Message;
};

/** A message was edited that the viewer may see. It replaces what the client has, if its `version` is higher. */
export type MessageEdited = InboxEvent & {
  __typename?: 'MessageEdited';
  cursor: Scalars['Cursor']['output'];
  message: Message;
};

/** Which messages are listed. A field that is left out, or null, leaves out none. Deleted messages fit no filter. */
export type MessageFilter = {
  /** The sender, who may have left. */
  senderId?: InputMaybe<Scalars['ID']['input']>;
  /** Any but TEXT: IMAGE, VIDEO, AUDIO and FILE are what was shared. */
  types?: InputMaybe<Array<MessageType>>;
};

/**
 * A message that the viewer may see was pinned in its conversation. A deletion ends the pin without a `MessageUnpinned`; a client
 * that resumes may get this for a message that it already knows as deleted: it has no pin. The ids are always present, as
 * in `MembersJoined`.
 */
export type MessagePinned = InboxEvent & {
  __typename?: 'MessagePinned';
  /** The user who pinned it. */
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  messageId: Scalars['ID']['output'];
};

/** An emoji with which users reacted to a message. */
export type MessageReaction = {
  __typename?: 'MessageReaction';
  /** How many users reacted with it. */
  count: Scalars['Int']['output'];
  emoji: Scalars['String']['output'];
  /** Whether the viewer is one of them. */
  mine: Scalars['Boolean']['output'];
  /**
   * The users, in the order in which they reacted. FORBIDDEN, and null, for a member of a group who may not list its
   * members.
   */
  users?: Maybe<MessageReactorConnection>;
};


/** An emoji with which users reacted to a message. */
export type MessageReactionUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of users who reacted with an emoji. */
export type MessageReactorConnection = {
  __typename?: 'MessageReactorConnection';
  edges: Array<MessageReactorEdge>;
  pageInfo: PageInfo;
};

/** A user who reacted, in a page. */
export type MessageReactorEdge = {
  __typename?: 'MessageReactorEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

/** A page of users who have read a message. */
export type MessageReaderConnection = {
  __typename?: 'MessageReaderConnection';
  edges: Array<MessageReaderEdge>;
  pageInfo: PageInfo;
};

/** A user who has read a message, in a page. */
export type MessageReaderEdge = {
  __typename?: 'MessageReaderEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

/** A message was sent, possibly by another device of the viewer. */
export type MessageReceived = InboxEvent & {
  __typename?: 'MessageReceived';
  cursor: Scalars['Cursor']['output'];
  message: Message;
};

/** The type of a message. */
export type MessageType =
  | 'AUDIO'
  | 'CONTACT'
  /** Of a meaning that only apps know. A type that is newer than this server is CUSTOM too. */
  | 'CUSTOM'
  | 'FILE'
  | 'GIF'
  | 'IMAGE'
  | 'LOCATION'
  | 'STICKER'
  /** Made by the server; nobody can send one. */
  | 'SYSTEM'
  | 'TEXT'
  | 'VIDEO';

/** A message that the viewer may see is pinned no more. The ids are always present, as in `MembersJoined`. */
export type MessageUnpinned = InboxEvent & {
  __typename?: 'MessageUnpinned';
  /** The user who unpinned it. */
  by?: Maybe<User>;
  byId: Scalars['ID']['output'];
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  messageId: Scalars['ID']['output'];
};

/** What a message said until it was changed. */
export type MessageVersion = {
  __typename?: 'MessageVersion';
  content?: Maybe<Scalars['JSON']['output']>;
  madeAt: Scalars['DateTime']['output'];
  /** Its files, which may be gone. */
  mediaIds: Array<Scalars['ID']['output']>;
  mentions?: Maybe<Mentions>;
  text: Scalars['String']['output'];
  /** As in `Message`. */
  version: Scalars['Int']['output'];
};

/** A page of versions. */
export type MessageVersionConnection = {
  __typename?: 'MessageVersionConnection';
  edges: Array<MessageVersionEdge>;
  pageInfo: PageInfo;
};

/** A version in a page. */
export type MessageVersionEdge = {
  __typename?: 'MessageVersionEdge';
  cursor: Scalars['String']['output'];
  node: MessageVersion;
};

/** The viewer deleted messages for themselves on another device. The ids are always present, as in `MembersJoined`. */
export type MessagesDeletedForMe = InboxEvent & {
  __typename?: 'MessagesDeletedForMe';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** At most 100. */
  messageIds: Array<Scalars['ID']['output']>;
};

/** A device of a user has got messages that the viewer sent. The ids are always present, as in `MembersJoined`. */
export type MessagesDelivered = InboxEvent & {
  __typename?: 'MessagesDelivered';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** The number of the last message that the user's device has got. */
  upTo: Scalars['Int']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

/**
 * A user has read a conversation: the viewer on another device, or somebody to whom the viewer sent messages. What was read was
 * delivered too: no `MessagesDelivered` tells it. The ids are always present, as in `MembersJoined`.
 */
export type MessagesRead = InboxEvent & {
  __typename?: 'MessagesRead';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** The number of the last message that the user has read. */
  upTo: Scalars['Int']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Adds a reaction of the viewer to a message; nothing changes if it is there already. Everybody who may see the message
   * gets a `ReactionChanged`. Members may react also where only the owner and the admins may send, but not while they are
   * muted (MUTED). NOT_ACCEPTED if the other user of a direct conversation does not accept messages of the viewer.
   * MESSAGE_DELETED for a deleted message.
   * LIMIT_REACHED beyond 10 reactions of one user, or 50 different ones of all, to one message.
   */
  addReaction: AddReactionPayload;
  /** Takes a message back before it is sent. CONFLICT while it is being sent. */
  cancelScheduledMessage: CancelScheduledMessagePayload;
  /**
   * Removes all messages of a conversation that exist now from the viewer's history. The others keep them. The viewer's
   * devices get a `ConversationCleared`.
   */
  clearConversation: ClearConversationPayload;
  /**
   * Begins the upload of a file: send its bytes with the HTTP request `upload`, then name it in `sendMessage`. Until a
   * message has the file, only its owner sees it, and after 24 hours it is deleted. LIMIT_REACHED for too many such files,
   * or too many bytes in a day. MEDIA_OFF if this server takes no files.
   */
  createUpload: CreateUploadPayload;
  /**
   * Deletes a conversation for the viewer alone: like `clearConversation`, and it leaves the viewer's lists until the next
   * message. It is not pinned, archived, a favorite or marked as unread any more, and has no draft. The viewer still takes
   * part.
   */
  deleteConversation: DeleteConversationPayload;
  /**
   * Deletes a message for everyone: its sender may, and in a group its owner and admins. The message keeps its number, and says
   * nothing any more (`Message.deletedAt`). The participants who may see it get a `MessageDeleted`, and no push. A message that
   * is deleted already stays as it is. FORBIDDEN for others and for SYSTEM messages, DELETE_WINDOW_OVER with `until` if its
   * sender sent it too long ago. `deleteMessagesForMe` deletes for the viewer alone.
   */
  deleteMessage: DeleteMessagePayload;
  /**
   * Deletes messages for the viewer alone, whoever sent them: they are shown to the viewer nowhere any more, and the others
   * keep them (`deleteMessage` deletes for everyone). The viewer's other devices get a `MessagesDeletedForMe` for each
   * conversation. It cannot be undone; repeating it is harmless. NOT_FOUND if the viewer may not see one of the messages: then
   * none is deleted. LIMIT_REACHED beyond 10,000 messages of one conversation, until `clearConversation`.
   */
  deleteMessagesForMe: DeleteMessagesForMePayload;
  /**
   * Replaces the text of a message of the viewer, and whom it mentions; the rest stays. What it says already changes nothing.
   * The participants who may see the message get a `MessageEdited`, and no push. FORBIDDEN for a message of somebody else,
   * NOT_EDITABLE for a forward or a SYSTEM message, MESSAGE_DELETED for a deleted one. EDIT_WINDOW_OVER with `until` if it was
   * sent too long ago, EDIT_LIMIT after 99 edits, CONFLICT if it has another version than the expected one. Otherwise refused
   * as `sendMessage` would be, except by slow mode.
   */
  editMessage: EditMessagePayload;
  /** Changes the text or the time, also of one that was refused, which is then tried again. CONFLICT while it is being sent. */
  editScheduledMessage: EditScheduledMessagePayload;
  /**
   * A device of the viewer has got a conversation up to a message; an earlier position than the present one changes
   * nothing. The senders get `MessagesDelivered` as they get `MessagesRead`.
   */
  markDelivered: MarkDeliveredPayload;
  /**
   * The viewer has read a conversation up to a message; an earlier position than the present one changes nothing. It also
   * ends `markedUnread`. The viewer's other devices get `MessagesRead`. So do the senders of the messages, if both they and
   * the viewer show what they have read and neither has blocked the other, but not in groups of more than 100 members, in
   * broadcast groups, or where the sender may not list the members.
   */
  markRead: MarkReadPayload;
  /**
   * Returns the direct conversation between the viewer and another user; creates it if there is none. NOT_ACCEPTED if
   * there is none and the other user does not let the viewer begin it.
   */
  openDirectConversation: OpenDirectConversationPayload;
  /** Changes the order of the viewer's pinned conversations. CONFLICT if one of them is not pinned any more. */
  orderPinnedConversations: OrderPinnedConversationsPayload;
  /**
   * Pins a message in its conversation, for everybody in it; nothing changes if it is pinned already. In a group its owner
   * and admins may (else FORBIDDEN), in a direct conversation both users. Everybody who may see the message gets a
   * `MessagePinned`, and a message of the type SYSTEM tells of it. NOT_ACCEPTED if the other user of a direct conversation
   * does not accept messages of the viewer. MESSAGE_DELETED for a deleted message. LIMIT_REACHED beyond 100 pinned messages of a conversation.
   */
  pinMessage: PinMessagePayload;
  /**
   * Deletes a message for everyone, as `deleteMessage`, and for good: nothing of what it said is kept for moderators, also not
   * if it was deleted before. For admins. Repeating it is harmless.
   */
  purgeMessage: PurgeMessagePayload;
  /**
   * Deletes a message for everyone, as `deleteMessage`, whoever sent it and whenever. What it said is kept for moderators. For
   * admins. FORBIDDEN for SYSTEM messages. Repeating it is harmless.
   */
  removeMessage: RemoveMessagePayload;
  /** Removes a reaction of the viewer; nothing changes if there is none. Whoever may see the message may remove their own. */
  removeReaction: RemoveReactionPayload;
  /**
   * Shows an admin messages of any conversation, also deleted ones as tombstones. A mutation, because each call is in the
   * security log with its reason (MESSAGES_REVIEWED). For admins.
   */
  reviewMessages: ReviewMessagesPayload;
  /**
   * Keeps the text that the viewer is about to send into a conversation, for the viewer's other devices, which get a
   * `DraftChanged`. Null, or an empty text, removes it: apps do so when they send the message. Nothing changes if a later
   * text is kept already.
   */
  saveDraft: SaveDraftPayload;
  /**
   * Sends a message later, by the rules that hold then. If it is refused then, it stays with the reason
   * (`ScheduledMessage.refusal`). What it refers to is also checked now, as by `sendMessage`. The viewer's devices get a
   * `ScheduledMessageChanged` for each change. A repetition with the same `clientMessageId` returns the first one; the
   * same id with other content, or of a message that was sent, is a CONFLICT. LIMIT_REACHED if the viewer has 100.
   */
  scheduleMessage: ScheduleMessagePayload;
  /**
   * Sends a message into a conversation, or to a user. A repetition with the same `clientMessageId` returns the first
   * message. NOT_ACCEPTED if the other user of a direct conversation does not accept messages of the viewer. In a group
   * FORBIDDEN if only its owner and admins may send, MUTED with `until`, or SLOW_MODE with `retryAfterMs`. NOT_FOUND if
   * the viewer may not see the conversation, the answered message or the forwarded one. MENTIONS_NO_MEMBER with `userIds`
   * of mentioned users who take no part. MESSAGE_DELETED if the answered or the forwarded message was deleted.
   */
  sendMessage: SendMessagePayload;
  /** Sends it at once. Refused as `sendMessage` would be: then it stays as it is. CONFLICT while it is being sent. */
  sendScheduledMessageNow: SendScheduledMessageNowPayload;
  /**
   * Sets after how long messages that are sent from now on disappear, or that they stay. In a direct conversation both users may,
   * in a group its owner and admins (FORBIDDEN). NOT_ACCEPTED if the other user of a direct conversation does not accept messages of the
   * viewer. A message of the type SYSTEM tells everybody; what is set already changes nothing.
   */
  setDisappearingTimer: SetDisappearingTimerPayload;
  /**
   * Tells the others of a conversation who are online that the viewer types, for `TypingChanged.endsInMs`. Repeat it every
   * `repeatAfterMs` while the viewer goes on; earlier calls change nothing. Only who may send messages may. Nothing is told in
   * groups of more than 200 members, to users of whom one has blocked the other, by invisible users, and by plain
   * members of groups that do not show their members to each other.
   */
  startTyping: StartTypingPayload;
  /** Tells that the viewer no longer types. A message ends it too. */
  stopTyping: StopTypingPayload;
  /** Unpins a message; nothing changes if it is not pinned. Whoever may pin may unpin. */
  unpinMessage: UnpinMessagePayload;
  /**
   * Changes how the viewer keeps a conversation. Fields that are left out stay as they are; null brings back the default.
   * Nobody but the viewer sees any of it. The viewer's other devices get a `ConversationPreferencesChanged`.
   */
  updateConversationPreferences: UpdateConversationPreferencesPayload;
};


export type MutationAddReactionArgs = {
  input: AddReactionInput;
};


export type MutationCancelScheduledMessageArgs = {
  input: CancelScheduledMessageInput;
};


export type MutationClearConversationArgs = {
  input: ClearConversationInput;
};


export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


export type MutationDeleteConversationArgs = {
  input: DeleteConversationInput;
};


export type MutationDeleteMessageArgs = {
  input: DeleteMessageInput;
};


export type MutationDeleteMessagesForMeArgs = {
  input: DeleteMessagesForMeInput;
};


export type MutationEditMessageArgs = {
  input: EditMessageInput;
};


export type MutationEditScheduledMessageArgs = {
  input: EditScheduledMessageInput;
};


export type MutationMarkDeliveredArgs = {
  input: MarkDeliveredInput;
};


export type MutationMarkReadArgs = {
  input: MarkReadInput;
};


export type MutationOpenDirectConversationArgs = {
  input: OpenDirectConversationInput;
};


export type MutationOrderPinnedConversationsArgs = {
  input: OrderPinnedConversationsInput;
};


export type MutationPinMessageArgs = {
  input: PinMessageInput;
};


export type MutationPurgeMessageArgs = {
  input: PurgeMessageInput;
};


export type MutationRemoveMessageArgs = {
  input: RemoveMessageInput;
};


export type MutationRemoveReactionArgs = {
  input: RemoveReactionInput;
};


export type MutationReviewMessagesArgs = {
  input: ReviewMessagesInput;
};


export type MutationSaveDraftArgs = {
  input: SaveDraftInput;
};


export type MutationScheduleMessageArgs = {
  input: ScheduleMessageInput;
};


export type MutationSendMessageArgs = {
  input: SendMessageInput;
};


export type MutationSendScheduledMessageNowArgs = {
  input: SendScheduledMessageNowInput;
};


export type MutationSetDisappearingTimerArgs = {
  input: SetDisappearingTimerInput;
};


export type MutationStartTypingArgs = {
  input: StartTypingInput;
};


export type MutationStopTypingArgs = {
  input: StopTypingInput;
};


export type MutationUnpinMessageArgs = {
  input: UnpinMessageInput;
};


export type MutationUpdateConversationPreferencesArgs = {
  input: UpdateConversationPreferencesInput;
};

export type MyData = {
  __typename?: 'MyData';
  /**
   * Direct conversations, preferences of conversations, read positions, reactions, messages that
   * the viewer pinned, and all messages that the viewer sent.
   */
  chat?: Maybe<MyRecordConnection>;
  id: Scalars['ID']['output'];
};


export type MyDataChatArgs = {
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

export type OpenDirectConversationInput = {
  /** The other user. */
  userId: Scalars['ID']['input'];
};

/** The result of `openDirectConversation`. */
export type OpenDirectConversationPayload = {
  __typename?: 'OpenDirectConversationPayload';
  conversation: Conversation;
};

export type OrderPinnedConversationsInput = {
  /** Pinned conversations in their new order, each once. Those that are left out follow in their present order. */
  conversationIds: Array<Scalars['ID']['input']>;
};

/** The result of `orderPinnedConversations`. */
export type OrderPinnedConversationsPayload = {
  __typename?: 'OrderPinnedConversationsPayload';
  /** All pinned conversations, in their order. */
  conversations: Array<Conversation>;
};

/** The ends of a page, as in the Relay specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of participants. */
export type ParticipantConnection = {
  __typename?: 'ParticipantConnection';
  edges: Array<ParticipantEdge>;
  pageInfo: PageInfo;
};

/** A participant in a page. */
export type ParticipantEdge = {
  __typename?: 'ParticipantEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

export type PinMessageInput = {
  messageId: Scalars['ID']['input'];
};

/** The result of `pinMessage`. */
export type PinMessagePayload = {
  __typename?: 'PinMessagePayload';
  conversation: Conversation;
};

/** A page of pinned messages. */
export type PinnedMessageConnection = {
  __typename?: 'PinnedMessageConnection';
  edges: Array<PinnedMessageEdge>;
  pageInfo: PageInfo;
};

/** A pinned message in a page. */
export type PinnedMessageEdge = {
  __typename?: 'PinnedMessageEdge';
  cursor: Scalars['String']['output'];
  node: Message;
  pinnedAt: Scalars['DateTime']['output'];
  pinnedBy?: Maybe<User>;
  /** Who pinned it. Null if the user was deleted. */
  pinnedById?: Maybe<Scalars['ID']['output']>;
};

/** The viewer's profile was changed on another device. */
export type ProfileChanged = InboxEvent & {
  __typename?: 'ProfileChanged';
  cursor: Scalars['Cursor']['output'];
  user?: Maybe<User>;
};

export type PurgeMessageInput = {
  messageId: Scalars['ID']['input'];
  /** 1 to 500 characters, for the security log. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `purgeMessage`. */
export type PurgeMessagePayload = {
  __typename?: 'PurgeMessagePayload';
  messageId: Scalars['ID']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** A conversation by id. Null if it does not exist or the viewer may not see it. */
  conversation?: Maybe<Conversation>;
  /** How many conversations `conversations` has in all with the same filter. It costs as much as a page. */
  conversationCount: Scalars['Int']['output'];
  /**
   * The viewer's conversations: the pinned ones in their order, then the most recently active first. Each page costs a look
   * at each of the viewer's conversations.
   */
  conversations: ConversationConnection;
  /**
   * A file by id: one of the viewer, or of a message that the viewer may see. Null if it does not exist or the viewer may
   * not see it.
   */
  media?: Maybe<Media>;
  /** Messages of others that mention the viewer, or everyone, in the viewer's conversations, the newest first. */
  mentions: MessageConnection;
  /** A message by id. Null if it does not exist or the viewer may not see it. */
  message?: Maybe<Message>;
  /**
   * What a changed message has said, the newest version first, for moderators: admins of the server, and of a group's messages
   * its owner and admins. The present version is among them, a deletion is not. A message that was never changed has none.
   */
  messageVersions: MessageVersionConnection;
  /** The viewer's messages that are to be sent later, and those that could not be sent, by the time of sending. */
  scheduledMessages: ScheduledMessageConnection;
  /** The GIFs that the server offers, the best first; those that fit all words of `query`, if there are any. */
  searchGifs: CatalogItemConnection;
  /**
   * Messages with these words in their text, the newest first, in one conversation or in all of the viewer's: only what the
   * viewer may see. The index has a message about a second after it was sent. Without `conversationId` the last 2,000 messages of
   * up to 2,000 conversations are looked at, or more of fewer. NOT_FOUND if the viewer may not see the conversation.
   */
  searchMessages: MessageConnection;
  /** The packs of stickers that the server offers. */
  stickerPacks: Array<StickerPack>;
  /** The stickers of a pack, in their order. Null if there is no such pack. */
  stickers?: Maybe<Array<CatalogItem>>;
  /**
   * The events that `inbox` brings after the cursor, in pages, for clients without a socket. Without `after` there are no events,
   * only the cursor of now. CURSOR_TOO_OLD as in `inbox`. RATE_LIMITED with `retryAfterMs` while four
   * calls of the viewer are being answered by one server: send the next one after the answer. Clients without a stream get pushes.
   */
  sync: SyncPage;
  /**
   * What the viewer has not read in all conversations, or in those of a filter. It costs a look at each of the viewer's
   * conversations.
   */
  unreadCounts: UnreadCounts;
};


export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConversationCountArgs = {
  filter?: InputMaybe<ConversationFilter>;
};


export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ConversationFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMediaArgs = {
  id: Scalars['ID']['input'];
};


export type QueryMentionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMessageArgs = {
  id: Scalars['ID']['input'];
};


export type QueryMessageVersionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  messageId: Scalars['ID']['input'];
};


export type QueryScheduledMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySearchGifsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySearchMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


export type QueryStickersArgs = {
  packId: Scalars['ID']['input'];
};


export type QuerySyncArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryUnreadCountsArgs = {
  filter?: InputMaybe<ConversationFilter>;
};

/**
 * A user reacted to a message that the viewer may see, or removed a reaction: the viewer too, on any device. A client that resumes
 * may get it for a message that it already knows as deleted: it has no reactions. `conversationId` and `messageId`
 * are always present.
 */
export type ReactionChanged = InboxEvent & {
  __typename?: 'ReactionChanged';
  /** Whether it was added; else it was removed. */
  added: Scalars['Boolean']['output'];
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  /**
   * How many users react to the message with the emoji now. With 1 for an added one, it is the last of the message's
   * reactions.
   */
  count: Scalars['Int']['output'];
  cursor: Scalars['Cursor']['output'];
  emoji: Scalars['String']['output'];
  messageId: Scalars['ID']['output'];
  reactor?: Maybe<User>;
  /** Null in a group whose members do not learn of each other, except for the user itself. */
  reactorId?: Maybe<Scalars['ID']['output']>;
};

export type RemoveMessageInput = {
  messageId: Scalars['ID']['input'];
  /** 1 to 500 characters, for the security log. */
  reason: Scalars['String']['input'];
};

/** The result of `removeMessage`. */
export type RemoveMessagePayload = {
  __typename?: 'RemoveMessagePayload';
  messageId: Scalars['ID']['output'];
};

export type RemoveReactionInput = {
  /** One emoji. */
  emoji: Scalars['String']['input'];
  messageId: Scalars['ID']['input'];
};

/** The result of `removeReaction`. */
export type RemoveReactionPayload = {
  __typename?: 'RemoveReactionPayload';
  message: Message;
};

/** Which messages: those of a conversation, or those around a message. Exactly one of the ids is given. */
export type ReviewMessagesInput = {
  /** Only messages with a lower sequence: that of the oldest message of the page before. Not with `messageId`. */
  beforeSequence?: InputMaybe<Scalars['Int']['input']>;
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** The maximum number, 1 to 100. */
  first?: InputMaybe<Scalars['Int']['input']>;
  /** The message in the middle of the page. */
  messageId?: InputMaybe<Scalars['ID']['input']>;
  /** Why they are read, 1 to 500 characters. */
  reason: Scalars['String']['input'];
};

/** The result of `reviewMessages`. */
export type ReviewMessagesPayload = {
  __typename?: 'ReviewMessagesPayload';
  conversationId: Scalars['ID']['output'];
  /** Whether the conversation has earlier messages. */
  hasEarlier: Scalars['Boolean']['output'];
  /** The newest first. */
  messages: Array<ReviewedMessage>;
};

/** A message as an admin of the server sees it. */
export type ReviewedMessage = {
  __typename?: 'ReviewedMessage';
  /** As in `Message`. */
  content?: Maybe<Scalars['JSON']['output']>;
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The user who deleted it. Null if it was an admin of the server, or its time was over. */
  deletedById?: Maybe<Scalars['ID']['output']>;
  id: Scalars['ID']['output'];
  mediaIds: Array<Scalars['ID']['output']>;
  replyToId?: Maybe<Scalars['ID']['output']>;
  sender?: Maybe<User>;
  senderId: Scalars['ID']['output'];
  sentAt: Scalars['DateTime']['output'];
  sequence: Scalars['Int']['output'];
  /** Empty for a deleted message. */
  text: Scalars['String']['output'];
  type: MessageType;
  /** As in `Message`: `messageVersions` shows the earlier ones. */
  version: Scalars['Int']['output'];
};

export type SaveDraftInput = {
  conversationId: Scalars['ID']['input'];
  /** 1 to 10,000 characters (the operator may set another limit), or null. */
  text?: InputMaybe<Scalars['String']['input']>;
  /**
   * When the device's user wrote it, by the device's clock. Default: now; one in the future counts as now. An earlier one than
   * that of the kept text changes nothing.
   */
  writtenAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The result of `saveDraft`. */
export type SaveDraftPayload = {
  __typename?: 'SaveDraftPayload';
  /** Whose `draft` is what is kept now: a later text of another device, if there is one. */
  conversation: Conversation;
};

export type ScheduleMessageInput = {
  /** As in `SendMessageInput`, like all that follows. */
  clientMessageId: Scalars['ID']['input'];
  content?: InputMaybe<Scalars['JSON']['input']>;
  conversationId: Scalars['ID']['input'];
  forwardOfId?: InputMaybe<Scalars['ID']['input']>;
  mediaIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  mentions?: InputMaybe<MentionsInput>;
  replyToId?: InputMaybe<Scalars['ID']['input']>;
  /** In the future, at most 366 days ahead. */
  sendAt: Scalars['DateTime']['input'];
  text?: InputMaybe<Scalars['String']['input']>;
  type?: InputMaybe<MessageType>;
};

/** The result of `scheduleMessage`. */
export type ScheduleMessagePayload = {
  __typename?: 'ScheduleMessagePayload';
  scheduledMessage: ScheduledMessage;
};

/** A message of the viewer that is to be sent later. Only that user sees it. */
export type ScheduledMessage = {
  __typename?: 'ScheduledMessage';
  clientMessageId: Scalars['ID']['output'];
  content?: Maybe<Scalars['JSON']['output']>;
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** The message that is to be forwarded. */
  forwardOfId?: Maybe<Scalars['ID']['output']>;
  id: Scalars['ID']['output'];
  mediaIds: Array<Scalars['ID']['output']>;
  mentions?: Maybe<Mentions>;
  /** Why it could not be sent. Null while it waits. */
  refusal?: Maybe<ScheduledMessageRefusal>;
  replyToId?: Maybe<Scalars['ID']['output']>;
  sendAt: Scalars['DateTime']['output'];
  text: Scalars['String']['output'];
  type: MessageType;
};

/** What happened to a message that is to be sent later. */
export type ScheduledMessageChange =
  | 'CANCELLED'
  | 'EDITED'
  /** It could not be sent; `ScheduledMessage.refusal` says why. */
  | 'REFUSED'
  | 'SCHEDULED'
  | 'SENT';

/**
 * A message of the viewer that is to be sent later was changed: on another device, or because its time came. The ids are always
 * present, as in `MembersJoined`.
 */
export type ScheduledMessageChanged = InboxEvent & {
  __typename?: 'ScheduledMessageChanged';
  change: ScheduledMessageChange;
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** The message as it is now. Null if it waits no more: it was sent or taken back. */
  scheduledMessage?: Maybe<ScheduledMessage>;
  scheduledMessageId: Scalars['ID']['output'];
};

/** A page of messages that are to be sent later. */
export type ScheduledMessageConnection = {
  __typename?: 'ScheduledMessageConnection';
  edges: Array<ScheduledMessageEdge>;
  pageInfo: PageInfo;
};

/** A message in a page. */
export type ScheduledMessageEdge = {
  __typename?: 'ScheduledMessageEdge';
  cursor: Scalars['String']['output'];
  node: ScheduledMessage;
};

/** Why a message could not be sent. */
export type ScheduledMessageRefusal = {
  __typename?: 'ScheduledMessageRefusal';
  /** The code that `sendMessage` would have given. */
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type SendMessageInput = {
  /**
   * The app's id of the message, one line of 1 to 100 characters, never used again by the sender: it makes a retry safe.
   * The same id with another content or conversation is a CONFLICT.
   */
  clientMessageId: Scalars['ID']['input'];
  /**
   * Needed for LOCATION, CONTACT and CUSTOM, as `Message.content` says. CUSTOM takes any object of at most 8,192 bytes as
   * JSON and 8 levels of objects and lists. Of a STICKER `stickerId`, of a GIF `gifId`, in place of `mediaIds`: one of the
   * catalog (`stickerPacks`, `searchGifs`).
   */
  content?: InputMaybe<Scalars['JSON']['input']>;
  /** Either this or `userId`. */
  conversationId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * A message of any conversation to forward. It says what is sent: leave out `type`, `text`, `content`,
   * `mentions` and `mediaIds`.
   */
  forwardOfId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * Files of the viewer that have come (`createUpload`): 1 to 10 of an IMAGE, VIDEO, AUDIO or FILE, one of a STICKER or GIF that is not of the
   * catalog.
   * MEDIA_INCOMPLETE if one has not come.
   */
  mediaIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  mentions?: InputMaybe<MentionsInput>;
  /** A message of the same conversation to answer. */
  replyToId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * 1 to 10,000 characters (the operator may set another limit), at least one of them visible; no control characters except line feed and tab. Needed for
   * TEXT; a caption for other types.
   */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Default: TEXT. SYSTEM cannot be sent. */
  type?: InputMaybe<MessageType>;
  /** Sends into the direct conversation with this user, and begins it if there is none. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** The result of `sendMessage`. */
export type SendMessagePayload = {
  __typename?: 'SendMessagePayload';
  message: Message;
};

export type SendScheduledMessageNowInput = {
  id: Scalars['ID']['input'];
};

/** The result of `sendScheduledMessageNow`. */
export type SendScheduledMessageNowPayload = {
  __typename?: 'SendScheduledMessageNowPayload';
  message: Message;
};

/** The viewer's account was signed in to on a device for the first time. */
export type SessionStarted = InboxEvent & {
  __typename?: 'SessionStarted';
  cursor: Scalars['Cursor']['output'];
  deviceId: Scalars['ID']['output'];
  sessionId: Scalars['ID']['output'];
  /** The viewer, for the present list of sessions. */
  user?: Maybe<User>;
};

/** Sessions of the viewer were ended: by another device, by an admin, or by a newer sign-in. */
export type SessionsEnded = InboxEvent & {
  __typename?: 'SessionsEnded';
  cursor: Scalars['Cursor']['output'];
  sessionIds: Array<Scalars['ID']['output']>;
  /** The viewer, for the present list of sessions. */
  user?: Maybe<User>;
};

export type SetDisappearingTimerInput = {
  conversationId: Scalars['ID']['input'];
  /** 5 to 31,536,000 (a year). Null: messages stay. */
  seconds?: InputMaybe<Scalars['Int']['input']>;
};

/** The result of `setDisappearingTimer`. */
export type SetDisappearingTimerPayload = {
  __typename?: 'SetDisappearingTimerPayload';
  conversation: Conversation;
};

/** The viewer's settings were changed on another device. */
export type SettingsChanged = InboxEvent & {
  __typename?: 'SettingsChanged';
  cursor: Scalars['Cursor']['output'];
  user?: Maybe<User>;
};

export type StartTypingInput = {
  conversationId: Scalars['ID']['input'];
};

/** The result of `startTyping`. */
export type StartTypingPayload = {
  __typename?: 'StartTypingPayload';
  /** When to call it again, if the viewer goes on typing. */
  repeatAfterMs: Scalars['Int']['output'];
};

/** A pack of stickers. */
export type StickerPack = {
  __typename?: 'StickerPack';
  id: Scalars['ID']['output'];
  stickers: Array<CatalogItem>;
  title: Scalars['String']['output'];
};

export type StopTypingInput = {
  conversationId: Scalars['ID']['input'];
};

/** The result of `stopTyping`. */
export type StopTypingPayload = {
  __typename?: 'StopTypingPayload';
  conversationId: Scalars['ID']['output'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * All events in the viewer's conversations, in order. Without `after` the first event is an `InboxOpened`, which only
   * has the cursor. With `after` the events since that cursor come first.
   */
  inbox: InboxEvent;
};


export type SubscriptionInboxArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

/** A page of events. */
export type SyncPage = {
  __typename?: 'SyncPage';
  /** Continues right after the page, by `sync` or by `inbox`. */
  cursor: Scalars['Cursor']['output'];
  /**
   * In the order of the inbox. A page may have fewer than were asked for, or none, also if more follow. An element is null, with an
   * error, if it could not be shown for the moment: ask for the page again.
   */
  events: Array<Maybe<InboxEvent>>;
  /** Whether more may follow: ask for the next page at once. Otherwise the page ends at the present. */
  hasMore: Scalars['Boolean']['output'];
};

/**
 * A user of a conversation types, or has stopped. It is not stored: it is told only while it happens. Its cursor is
 * one to resume from, like that of any event. A message of the user (`MessageReceived`) ends it too.
 */
export type TypingChanged = InboxEvent & {
  __typename?: 'TypingChanged';
  /** Null, with an error, if more than its `id` is selected by a viewer who no longer takes part. */
  conversation?: Maybe<Conversation>;
  conversationId: Scalars['ID']['output'];
  cursor: Scalars['Cursor']['output'];
  /** After this time the user no longer types, unless another event says that they go on. 0: they have stopped. */
  endsInMs: Scalars['Int']['output'];
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

export type UnpinMessageInput = {
  messageId: Scalars['ID']['input'];
};

/** The result of `unpinMessage`. */
export type UnpinMessagePayload = {
  __typename?: 'UnpinMessagePayload';
  conversation: Conversation;
};

/** What a user has not read. */
export type UnreadCounts = {
  __typename?: 'UnreadCounts';
  /** Conversations with unread messages, or marked as unread. */
  conversations: Scalars['Int']['output'];
  /** The sum of `Conversation.unreadCount`. 10,000 means 10,000 or more. */
  messages: Scalars['Int']['output'];
};

export type UpdateConversationPreferencesInput = {
  /** An archived conversation is not pinned any more. */
  archived?: InputMaybe<Scalars['Boolean']['input']>;
  conversationId: Scalars['ID']['input'];
  favorite?: InputMaybe<Scalars['Boolean']['input']>;
  markedUnread?: InputMaybe<Scalars['Boolean']['input']>;
  /** Null ends the mute. */
  mute?: InputMaybe<ConversationMuteInput>;
  /**
   * A newly pinned conversation comes first, and is not archived any more. A user may pin 20 conversations: then
   * LIMIT_REACHED.
   */
  pinned?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The result of `updateConversationPreferences`. */
export type UpdateConversationPreferencesPayload = {
  __typename?: 'UpdateConversationPreferencesPayload';
  conversation: Conversation;
};

/** A header to send. */
export type UploadHeader = {
  __typename?: 'UploadHeader';
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

/** The HTTP request that carries the bytes of a file as its body. */
export type UploadRequest = {
  __typename?: 'UploadRequest';
  /** Until when the request may be sent. */
  expiresAt: Scalars['DateTime']['output'];
  headers: Array<UploadHeader>;
  /** PATCH or PUT. */
  method: Scalars['String']['output'];
  /**
   * Whether an upload that broke off can be continued, by the tus protocol 1.0: ask with HEAD for `upload-offset`, and send
   * the rest with it. Clients of that protocol take `url` as the address of an upload that exists.
   */
  resumable: Scalars['Boolean']['output'];
  /** An absolute URL, or a path at the server's address. */
  url: Scalars['String']['output'];
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
  Media: Media;
  Message: Message;
  MyData: MyData;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Conversation:
    ( { __typename: 'Conversation' }
    & GraphQLRecursivePick<FederationTypes['Conversation'], {"id":true}> );
  Media:
    ( { __typename: 'Media' }
    & GraphQLRecursivePick<FederationTypes['Media'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}> );
  MyData:
    ( { __typename: 'MyData' }
    & GraphQLRecursivePick<FederationTypes['MyData'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  InboxEvent:
    | ( BlocksChanged )
    | ( Omit<ConversationCleared, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<ConversationPreferencesChanged, 'conversations'> & { conversations: Array<Maybe<_RefType['Conversation']>> } )
    | ( Omit<DraftChanged, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( FriendRemoved )
    | ( FriendRequestApproved )
    | ( FriendRequestCancelled )
    | ( FriendRequestRejected )
    | ( FriendRequested )
    | ( GroupDeleted )
    | ( GroupInviteEnded )
    | ( GroupInviteReceived )
    | ( GroupJoinRequestEnded )
    | ( GroupJoinRequested )
    | ( GroupMemberMuted )
    | ( GroupRoleChanged )
    | ( GroupUpdated )
    | ( InboxOpened )
    | ( MemberLeft )
    | ( MembersJoined )
    | ( Omit<MessageDeleted, 'message'> & { message: _RefType['Message'] } )
    | ( Omit<MessageEdited, 'message'> & { message: _RefType['Message'] } )
    | ( Omit<MessagePinned, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<MessageReceived, 'message'> & { message: _RefType['Message'] } )
    | ( Omit<MessageUnpinned, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<MessagesDeletedForMe, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<MessagesDelivered, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<MessagesRead, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( ProfileChanged )
    | ( Omit<ReactionChanged, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
    | ( Omit<ScheduledMessageChanged, 'conversation' | 'scheduledMessage'> & { conversation?: Maybe<_RefType['Conversation']>, scheduledMessage?: Maybe<_RefType['ScheduledMessage']> } )
    | ( SessionStarted )
    | ( SessionsEnded )
    | ( SettingsChanged )
    | ( Omit<TypingChanged, 'conversation'> & { conversation?: Maybe<_RefType['Conversation']> } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddReactionInput: AddReactionInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AddReactionPayload: ResolverTypeWrapper<Omit<AddReactionPayload, 'message'> & { message: ResolversTypes['Message'] }>;
  BlocksChanged: ResolverTypeWrapper<BlocksChanged>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CancelScheduledMessageInput: CancelScheduledMessageInput;
  CancelScheduledMessagePayload: ResolverTypeWrapper<CancelScheduledMessagePayload>;
  CatalogItem: ResolverTypeWrapper<CatalogItem>;
  CatalogItemConnection: ResolverTypeWrapper<CatalogItemConnection>;
  CatalogItemEdge: ResolverTypeWrapper<CatalogItemEdge>;
  ClearConversationInput: ClearConversationInput;
  ClearConversationPayload: ResolverTypeWrapper<Omit<ClearConversationPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  Conversation: ResolverTypeWrapper<ConversationRef>;
  ConversationCleared: ResolverTypeWrapper<Omit<ConversationCleared, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  ConversationConnection: ResolverTypeWrapper<Omit<ConversationConnection, 'edges'> & { edges: Array<ResolversTypes['ConversationEdge']> }>;
  ConversationEdge: ResolverTypeWrapper<Omit<ConversationEdge, 'node'> & { node: ResolversTypes['Conversation'] }>;
  ConversationFilter: ConversationFilter;
  ConversationKind: ConversationKind;
  ConversationMuteInput: ConversationMuteInput;
  ConversationPreferences: ResolverTypeWrapper<ConversationPreferences>;
  ConversationPreferencesChanged: ResolverTypeWrapper<Omit<ConversationPreferencesChanged, 'conversations'> & { conversations: Array<Maybe<ResolversTypes['Conversation']>> }>;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: ResolverTypeWrapper<Omit<CreateUploadPayload, 'media'> & { media: ResolversTypes['Media'] }>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteConversationInput: DeleteConversationInput;
  DeleteConversationPayload: ResolverTypeWrapper<Omit<DeleteConversationPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  DeleteMessageInput: DeleteMessageInput;
  DeleteMessagePayload: ResolverTypeWrapper<Omit<DeleteMessagePayload, 'message'> & { message: ResolversTypes['Message'] }>;
  DeleteMessagesForMeInput: DeleteMessagesForMeInput;
  DeleteMessagesForMePayload: ResolverTypeWrapper<Omit<DeleteMessagesForMePayload, 'conversations'> & { conversations: Array<ResolversTypes['Conversation']> }>;
  Draft: ResolverTypeWrapper<Draft>;
  DraftChanged: ResolverTypeWrapper<Omit<DraftChanged, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  EditMessageInput: EditMessageInput;
  EditMessagePayload: ResolverTypeWrapper<Omit<EditMessagePayload, 'message'> & { message: ResolversTypes['Message'] }>;
  EditScheduledMessageInput: EditScheduledMessageInput;
  EditScheduledMessagePayload: ResolverTypeWrapper<Omit<EditScheduledMessagePayload, 'scheduledMessage'> & { scheduledMessage: ResolversTypes['ScheduledMessage'] }>;
  ForwardOrigin: ResolverTypeWrapper<Origin>;
  FriendRemoved: ResolverTypeWrapper<FriendRemoved>;
  FriendRequestApproved: ResolverTypeWrapper<FriendRequestApproved>;
  FriendRequestCancelled: ResolverTypeWrapper<FriendRequestCancelled>;
  FriendRequestRejected: ResolverTypeWrapper<FriendRequestRejected>;
  FriendRequested: ResolverTypeWrapper<FriendRequested>;
  Group: ResolverTypeWrapper<Group>;
  GroupDeleted: ResolverTypeWrapper<GroupDeleted>;
  GroupInviteEnded: ResolverTypeWrapper<GroupInviteEnded>;
  GroupInviteOutcome: GroupInviteOutcome;
  GroupInviteReceived: ResolverTypeWrapper<GroupInviteReceived>;
  GroupJoinRequestEnded: ResolverTypeWrapper<GroupJoinRequestEnded>;
  GroupJoinRequestOutcome: GroupJoinRequestOutcome;
  GroupJoinRequested: ResolverTypeWrapper<GroupJoinRequested>;
  GroupMemberMuted: ResolverTypeWrapper<GroupMemberMuted>;
  GroupRoleChanged: ResolverTypeWrapper<GroupRoleChanged>;
  GroupUpdated: ResolverTypeWrapper<GroupUpdated>;
  InboxEvent: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['InboxEvent']>;
  InboxOpened: ResolverTypeWrapper<InboxOpened>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LeaveReason: LeaveReason;
  MarkDeliveredInput: MarkDeliveredInput;
  MarkDeliveredPayload: ResolverTypeWrapper<Omit<MarkDeliveredPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  MarkReadInput: MarkReadInput;
  MarkReadPayload: ResolverTypeWrapper<Omit<MarkReadPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  Media: ResolverTypeWrapper<MediaRow>;
  MemberLeft: ResolverTypeWrapper<MemberLeft>;
  MembersJoined: ResolverTypeWrapper<MembersJoined>;
  Mentions: ResolverTypeWrapper<Mentions>;
  MentionsInput: MentionsInput;
  Message: ResolverTypeWrapper<VisibleMessage>;
  MessageConnection: ResolverTypeWrapper<Omit<MessageConnection, 'edges'> & { edges: Array<ResolversTypes['MessageEdge']> }>;
  MessageDeleted: ResolverTypeWrapper<Omit<MessageDeleted, 'message'> & { message: ResolversTypes['Message'] }>;
  MessageEdge: ResolverTypeWrapper<Omit<MessageEdge, 'node'> & { node: ResolversTypes['Message'] }>;
  MessageEdited: ResolverTypeWrapper<Omit<MessageEdited, 'message'> & { message: ResolversTypes['Message'] }>;
  MessageFilter: MessageFilter;
  MessagePinned: ResolverTypeWrapper<Omit<MessagePinned, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MessageReaction: ResolverTypeWrapper<ReactionRow>;
  MessageReactorConnection: ResolverTypeWrapper<MessageReactorConnection>;
  MessageReactorEdge: ResolverTypeWrapper<MessageReactorEdge>;
  MessageReaderConnection: ResolverTypeWrapper<MessageReaderConnection>;
  MessageReaderEdge: ResolverTypeWrapper<MessageReaderEdge>;
  MessageReceived: ResolverTypeWrapper<Omit<MessageReceived, 'message'> & { message: ResolversTypes['Message'] }>;
  MessageType: MessageType;
  MessageUnpinned: ResolverTypeWrapper<Omit<MessageUnpinned, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MessageVersion: ResolverTypeWrapper<MessageVersion>;
  MessageVersionConnection: ResolverTypeWrapper<MessageVersionConnection>;
  MessageVersionEdge: ResolverTypeWrapper<MessageVersionEdge>;
  MessagesDeletedForMe: ResolverTypeWrapper<Omit<MessagesDeletedForMe, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MessagesDelivered: ResolverTypeWrapper<Omit<MessagesDelivered, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  MessagesRead: ResolverTypeWrapper<Omit<MessagesRead, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MyData: ResolverTypeWrapper<MyDataRef>;
  MyRecord: ResolverTypeWrapper<ExportedRecord>;
  MyRecordConnection: ResolverTypeWrapper<Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversTypes['MyRecordEdge']> }>;
  MyRecordEdge: ResolverTypeWrapper<Omit<MyRecordEdge, 'node'> & { node: ResolversTypes['MyRecord'] }>;
  OpenDirectConversationInput: OpenDirectConversationInput;
  OpenDirectConversationPayload: ResolverTypeWrapper<Omit<OpenDirectConversationPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  OrderPinnedConversationsInput: OrderPinnedConversationsInput;
  OrderPinnedConversationsPayload: ResolverTypeWrapper<Omit<OrderPinnedConversationsPayload, 'conversations'> & { conversations: Array<ResolversTypes['Conversation']> }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  ParticipantConnection: ResolverTypeWrapper<ParticipantConnection>;
  ParticipantEdge: ResolverTypeWrapper<ParticipantEdge>;
  PinMessageInput: PinMessageInput;
  PinMessagePayload: ResolverTypeWrapper<Omit<PinMessagePayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  PinnedMessageConnection: ResolverTypeWrapper<Omit<PinnedMessageConnection, 'edges'> & { edges: Array<ResolversTypes['PinnedMessageEdge']> }>;
  PinnedMessageEdge: ResolverTypeWrapper<Omit<PinnedMessageEdge, 'node'> & { node: ResolversTypes['Message'] }>;
  ProfileChanged: ResolverTypeWrapper<ProfileChanged>;
  PurgeMessageInput: PurgeMessageInput;
  PurgeMessagePayload: ResolverTypeWrapper<PurgeMessagePayload>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReactionChanged: ResolverTypeWrapper<Omit<ReactionChanged, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  RemoveMessageInput: RemoveMessageInput;
  RemoveMessagePayload: ResolverTypeWrapper<RemoveMessagePayload>;
  RemoveReactionInput: RemoveReactionInput;
  RemoveReactionPayload: ResolverTypeWrapper<Omit<RemoveReactionPayload, 'message'> & { message: ResolversTypes['Message'] }>;
  ReviewMessagesInput: ReviewMessagesInput;
  ReviewMessagesPayload: ResolverTypeWrapper<Omit<ReviewMessagesPayload, 'messages'> & { messages: Array<ResolversTypes['ReviewedMessage']> }>;
  ReviewedMessage: ResolverTypeWrapper<MessageRow>;
  SaveDraftInput: SaveDraftInput;
  SaveDraftPayload: ResolverTypeWrapper<Omit<SaveDraftPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  ScheduleMessageInput: ScheduleMessageInput;
  ScheduleMessagePayload: ResolverTypeWrapper<Omit<ScheduleMessagePayload, 'scheduledMessage'> & { scheduledMessage: ResolversTypes['ScheduledMessage'] }>;
  ScheduledMessage: ResolverTypeWrapper<ScheduledRow>;
  ScheduledMessageChange: ScheduledMessageChange;
  ScheduledMessageChanged: ResolverTypeWrapper<Omit<ScheduledMessageChanged, 'conversation' | 'scheduledMessage'> & { conversation?: Maybe<ResolversTypes['Conversation']>, scheduledMessage?: Maybe<ResolversTypes['ScheduledMessage']> }>;
  ScheduledMessageConnection: ResolverTypeWrapper<Omit<ScheduledMessageConnection, 'edges'> & { edges: Array<ResolversTypes['ScheduledMessageEdge']> }>;
  ScheduledMessageEdge: ResolverTypeWrapper<Omit<ScheduledMessageEdge, 'node'> & { node: ResolversTypes['ScheduledMessage'] }>;
  ScheduledMessageRefusal: ResolverTypeWrapper<ScheduledMessageRefusal>;
  SendMessageInput: SendMessageInput;
  SendMessagePayload: ResolverTypeWrapper<Omit<SendMessagePayload, 'message'> & { message: ResolversTypes['Message'] }>;
  SendScheduledMessageNowInput: SendScheduledMessageNowInput;
  SendScheduledMessageNowPayload: ResolverTypeWrapper<Omit<SendScheduledMessageNowPayload, 'message'> & { message: ResolversTypes['Message'] }>;
  SessionStarted: ResolverTypeWrapper<SessionStarted>;
  SessionsEnded: ResolverTypeWrapper<SessionsEnded>;
  SetDisappearingTimerInput: SetDisappearingTimerInput;
  SetDisappearingTimerPayload: ResolverTypeWrapper<Omit<SetDisappearingTimerPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  SettingsChanged: ResolverTypeWrapper<SettingsChanged>;
  StartTypingInput: StartTypingInput;
  StartTypingPayload: ResolverTypeWrapper<StartTypingPayload>;
  StickerPack: ResolverTypeWrapper<Pack>;
  StopTypingInput: StopTypingInput;
  StopTypingPayload: ResolverTypeWrapper<StopTypingPayload>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SyncPage: ResolverTypeWrapper<Omit<SyncPage, 'events'> & { events: Array<Maybe<ResolversTypes['InboxEvent']>> }>;
  TypingChanged: ResolverTypeWrapper<Omit<TypingChanged, 'conversation'> & { conversation?: Maybe<ResolversTypes['Conversation']> }>;
  UnpinMessageInput: UnpinMessageInput;
  UnpinMessagePayload: ResolverTypeWrapper<Omit<UnpinMessagePayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  UnreadCounts: ResolverTypeWrapper<UnreadCounts>;
  UpdateConversationPreferencesInput: UpdateConversationPreferencesInput;
  UpdateConversationPreferencesPayload: ResolverTypeWrapper<Omit<UpdateConversationPreferencesPayload, 'conversation'> & { conversation: ResolversTypes['Conversation'] }>;
  UploadHeader: ResolverTypeWrapper<UploadHeader>;
  UploadRequest: ResolverTypeWrapper<UploadRequest>;
  User: ResolverTypeWrapper<User>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddReactionInput: AddReactionInput;
  ID: Scalars['ID']['output'];
  AddReactionPayload: Omit<AddReactionPayload, 'message'> & { message: ResolversParentTypes['Message'] };
  BlocksChanged: BlocksChanged;
  Boolean: Scalars['Boolean']['output'];
  CancelScheduledMessageInput: CancelScheduledMessageInput;
  CancelScheduledMessagePayload: CancelScheduledMessagePayload;
  CatalogItem: CatalogItem;
  CatalogItemConnection: CatalogItemConnection;
  CatalogItemEdge: CatalogItemEdge;
  ClearConversationInput: ClearConversationInput;
  ClearConversationPayload: Omit<ClearConversationPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  Conversation: ConversationRef;
  ConversationCleared: Omit<ConversationCleared, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  ConversationConnection: Omit<ConversationConnection, 'edges'> & { edges: Array<ResolversParentTypes['ConversationEdge']> };
  ConversationEdge: Omit<ConversationEdge, 'node'> & { node: ResolversParentTypes['Conversation'] };
  ConversationFilter: ConversationFilter;
  ConversationMuteInput: ConversationMuteInput;
  ConversationPreferences: ConversationPreferences;
  ConversationPreferencesChanged: Omit<ConversationPreferencesChanged, 'conversations'> & { conversations: Array<Maybe<ResolversParentTypes['Conversation']>> };
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: Omit<CreateUploadPayload, 'media'> & { media: ResolversParentTypes['Media'] };
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  DeleteConversationInput: DeleteConversationInput;
  DeleteConversationPayload: Omit<DeleteConversationPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  DeleteMessageInput: DeleteMessageInput;
  DeleteMessagePayload: Omit<DeleteMessagePayload, 'message'> & { message: ResolversParentTypes['Message'] };
  DeleteMessagesForMeInput: DeleteMessagesForMeInput;
  DeleteMessagesForMePayload: Omit<DeleteMessagesForMePayload, 'conversations'> & { conversations: Array<ResolversParentTypes['Conversation']> };
  Draft: Draft;
  DraftChanged: Omit<DraftChanged, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  EditMessageInput: EditMessageInput;
  EditMessagePayload: Omit<EditMessagePayload, 'message'> & { message: ResolversParentTypes['Message'] };
  EditScheduledMessageInput: EditScheduledMessageInput;
  EditScheduledMessagePayload: Omit<EditScheduledMessagePayload, 'scheduledMessage'> & { scheduledMessage: ResolversParentTypes['ScheduledMessage'] };
  ForwardOrigin: Origin;
  FriendRemoved: FriendRemoved;
  FriendRequestApproved: FriendRequestApproved;
  FriendRequestCancelled: FriendRequestCancelled;
  FriendRequestRejected: FriendRequestRejected;
  FriendRequested: FriendRequested;
  Group: Group;
  GroupDeleted: GroupDeleted;
  GroupInviteEnded: GroupInviteEnded;
  GroupInviteReceived: GroupInviteReceived;
  GroupJoinRequestEnded: GroupJoinRequestEnded;
  GroupJoinRequested: GroupJoinRequested;
  GroupMemberMuted: GroupMemberMuted;
  GroupRoleChanged: GroupRoleChanged;
  GroupUpdated: GroupUpdated;
  InboxEvent: ResolversInterfaceTypes<ResolversParentTypes>['InboxEvent'];
  InboxOpened: InboxOpened;
  JSON: Scalars['JSON']['output'];
  MarkDeliveredInput: MarkDeliveredInput;
  MarkDeliveredPayload: Omit<MarkDeliveredPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  MarkReadInput: MarkReadInput;
  MarkReadPayload: Omit<MarkReadPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  Media: MediaRow;
  MemberLeft: MemberLeft;
  MembersJoined: MembersJoined;
  Mentions: Mentions;
  MentionsInput: MentionsInput;
  Message: VisibleMessage;
  MessageConnection: Omit<MessageConnection, 'edges'> & { edges: Array<ResolversParentTypes['MessageEdge']> };
  MessageDeleted: Omit<MessageDeleted, 'message'> & { message: ResolversParentTypes['Message'] };
  MessageEdge: Omit<MessageEdge, 'node'> & { node: ResolversParentTypes['Message'] };
  MessageEdited: Omit<MessageEdited, 'message'> & { message: ResolversParentTypes['Message'] };
  MessageFilter: MessageFilter;
  MessagePinned: Omit<MessagePinned, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MessageReaction: ReactionRow;
  MessageReactorConnection: MessageReactorConnection;
  MessageReactorEdge: MessageReactorEdge;
  MessageReaderConnection: MessageReaderConnection;
  MessageReaderEdge: MessageReaderEdge;
  MessageReceived: Omit<MessageReceived, 'message'> & { message: ResolversParentTypes['Message'] };
  MessageUnpinned: Omit<MessageUnpinned, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MessageVersion: MessageVersion;
  MessageVersionConnection: MessageVersionConnection;
  MessageVersionEdge: MessageVersionEdge;
  MessagesDeletedForMe: Omit<MessagesDeletedForMe, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MessagesDelivered: Omit<MessagesDelivered, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  MessagesRead: Omit<MessagesRead, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  Mutation: Record<PropertyKey, never>;
  MyData: MyDataRef;
  MyRecord: ExportedRecord;
  MyRecordConnection: Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversParentTypes['MyRecordEdge']> };
  MyRecordEdge: Omit<MyRecordEdge, 'node'> & { node: ResolversParentTypes['MyRecord'] };
  OpenDirectConversationInput: OpenDirectConversationInput;
  OpenDirectConversationPayload: Omit<OpenDirectConversationPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  OrderPinnedConversationsInput: OrderPinnedConversationsInput;
  OrderPinnedConversationsPayload: Omit<OrderPinnedConversationsPayload, 'conversations'> & { conversations: Array<ResolversParentTypes['Conversation']> };
  PageInfo: PageInfo;
  ParticipantConnection: ParticipantConnection;
  ParticipantEdge: ParticipantEdge;
  PinMessageInput: PinMessageInput;
  PinMessagePayload: Omit<PinMessagePayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  PinnedMessageConnection: Omit<PinnedMessageConnection, 'edges'> & { edges: Array<ResolversParentTypes['PinnedMessageEdge']> };
  PinnedMessageEdge: Omit<PinnedMessageEdge, 'node'> & { node: ResolversParentTypes['Message'] };
  ProfileChanged: ProfileChanged;
  PurgeMessageInput: PurgeMessageInput;
  PurgeMessagePayload: PurgeMessagePayload;
  Query: Record<PropertyKey, never>;
  ReactionChanged: Omit<ReactionChanged, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  RemoveMessageInput: RemoveMessageInput;
  RemoveMessagePayload: RemoveMessagePayload;
  RemoveReactionInput: RemoveReactionInput;
  RemoveReactionPayload: Omit<RemoveReactionPayload, 'message'> & { message: ResolversParentTypes['Message'] };
  ReviewMessagesInput: ReviewMessagesInput;
  ReviewMessagesPayload: Omit<ReviewMessagesPayload, 'messages'> & { messages: Array<ResolversParentTypes['ReviewedMessage']> };
  ReviewedMessage: MessageRow;
  SaveDraftInput: SaveDraftInput;
  SaveDraftPayload: Omit<SaveDraftPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  ScheduleMessageInput: ScheduleMessageInput;
  ScheduleMessagePayload: Omit<ScheduleMessagePayload, 'scheduledMessage'> & { scheduledMessage: ResolversParentTypes['ScheduledMessage'] };
  ScheduledMessage: ScheduledRow;
  ScheduledMessageChanged: Omit<ScheduledMessageChanged, 'conversation' | 'scheduledMessage'> & { conversation?: Maybe<ResolversParentTypes['Conversation']>, scheduledMessage?: Maybe<ResolversParentTypes['ScheduledMessage']> };
  ScheduledMessageConnection: Omit<ScheduledMessageConnection, 'edges'> & { edges: Array<ResolversParentTypes['ScheduledMessageEdge']> };
  ScheduledMessageEdge: Omit<ScheduledMessageEdge, 'node'> & { node: ResolversParentTypes['ScheduledMessage'] };
  ScheduledMessageRefusal: ScheduledMessageRefusal;
  SendMessageInput: SendMessageInput;
  SendMessagePayload: Omit<SendMessagePayload, 'message'> & { message: ResolversParentTypes['Message'] };
  SendScheduledMessageNowInput: SendScheduledMessageNowInput;
  SendScheduledMessageNowPayload: Omit<SendScheduledMessageNowPayload, 'message'> & { message: ResolversParentTypes['Message'] };
  SessionStarted: SessionStarted;
  SessionsEnded: SessionsEnded;
  SetDisappearingTimerInput: SetDisappearingTimerInput;
  SetDisappearingTimerPayload: Omit<SetDisappearingTimerPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  SettingsChanged: SettingsChanged;
  StartTypingInput: StartTypingInput;
  StartTypingPayload: StartTypingPayload;
  StickerPack: Pack;
  StopTypingInput: StopTypingInput;
  StopTypingPayload: StopTypingPayload;
  Subscription: Record<PropertyKey, never>;
  SyncPage: Omit<SyncPage, 'events'> & { events: Array<Maybe<ResolversParentTypes['InboxEvent']>> };
  TypingChanged: Omit<TypingChanged, 'conversation'> & { conversation?: Maybe<ResolversParentTypes['Conversation']> };
  UnpinMessageInput: UnpinMessageInput;
  UnpinMessagePayload: Omit<UnpinMessagePayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  UnreadCounts: UnreadCounts;
  UpdateConversationPreferencesInput: UpdateConversationPreferencesInput;
  UpdateConversationPreferencesPayload: Omit<UpdateConversationPreferencesPayload, 'conversation'> & { conversation: ResolversParentTypes['Conversation'] };
  UploadHeader: UploadHeader;
  UploadRequest: UploadRequest;
  User: User;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
};

export type RateCostDirectiveArgs = {
  points: Scalars['Int']['input'];
};

export type RateCostDirectiveResolver<Result, Parent, ContextType = unknown, Args = RateCostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ResumableDirectiveArgs = {
  argument: Scalars['String']['input'];
  cursor: Scalars['String']['input'];
};

export type ResumableDirectiveResolver<Result, Parent, ContextType = unknown, Args = ResumableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AddReactionPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AddReactionPayload'] = ResolversParentTypes['AddReactionPayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type BlocksChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['BlocksChanged'] = ResolversParentTypes['BlocksChanged']> = {
  blocked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CancelScheduledMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CancelScheduledMessagePayload'] = ResolversParentTypes['CancelScheduledMessagePayload']> = {
  scheduledMessageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CatalogItemResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CatalogItem'] = ResolversParentTypes['CatalogItem']> = {
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CatalogItemConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CatalogItemConnection'] = ResolversParentTypes['CatalogItemConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CatalogItemEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CatalogItemEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CatalogItemEdge'] = ResolversParentTypes['CatalogItemEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CatalogItem'], ParentType, ContextType>;
};

export type ClearConversationPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ClearConversationPayload'] = ResolversParentTypes['ClearConversationPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation'], FederationReferenceType extends FederationReferenceTypes['Conversation'] = FederationReferenceTypes['Conversation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Conversation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  disappearAfterSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  draft?: Resolver<Maybe<ResolversTypes['Draft']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ConversationKind'], ParentType, ContextType>;
  lastActiveAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastMessage?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  lastSequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  messages?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, Partial<ConversationMessagesArgs>>;
  participants?: Resolver<Maybe<ResolversTypes['ParticipantConnection']>, ParentType, ContextType, RequireFields<ConversationParticipantsArgs, 'first'>>;
  peer?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  pinnedMessages?: Resolver<ResolversTypes['PinnedMessageConnection'], ParentType, ContextType, RequireFields<ConversationPinnedMessagesArgs, 'first'>>;
  preferences?: Resolver<ResolversTypes['ConversationPreferences'], ParentType, ContextType>;
  readUpTo?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unreadCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ConversationClearedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ConversationCleared'] = ResolversParentTypes['ConversationCleared']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  upTo?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConversationConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ConversationConnection'] = ResolversParentTypes['ConversationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ConversationEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ConversationEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ConversationEdge'] = ResolversParentTypes['ConversationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type ConversationPreferencesResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ConversationPreferences'] = ResolversParentTypes['ConversationPreferences']> = {
  archived?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  favorite?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  markedUnread?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  muted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mutedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  pinOrder?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  pinned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ConversationPreferencesChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ConversationPreferencesChanged'] = ResolversParentTypes['ConversationPreferencesChanged']> = {
  conversationIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  conversations?: Resolver<Array<Maybe<ResolversTypes['Conversation']>>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreateUploadPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  media?: Resolver<ResolversTypes['Media'], ParentType, ContextType>;
  upload?: Resolver<ResolversTypes['UploadRequest'], ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteConversationPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeleteConversationPayload'] = ResolversParentTypes['DeleteConversationPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type DeleteMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeleteMessagePayload'] = ResolversParentTypes['DeleteMessagePayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type DeleteMessagesForMePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeleteMessagesForMePayload'] = ResolversParentTypes['DeleteMessagesForMePayload']> = {
  conversations?: Resolver<Array<ResolversTypes['Conversation']>, ParentType, ContextType>;
};

export type DraftResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Draft'] = ResolversParentTypes['Draft']> = {
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type DraftChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DraftChanged'] = ResolversParentTypes['DraftChanged']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EditMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['EditMessagePayload'] = ResolversParentTypes['EditMessagePayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type EditScheduledMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['EditScheduledMessagePayload'] = ResolversParentTypes['EditScheduledMessagePayload']> = {
  scheduledMessage?: Resolver<ResolversTypes['ScheduledMessage'], ParentType, ContextType>;
};

export type ForwardOriginResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ForwardOrigin'] = ResolversParentTypes['ForwardOrigin']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
};

export type FriendRemovedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRemoved'] = ResolversParentTypes['FriendRemoved']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FriendRequestApprovedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequestApproved'] = ResolversParentTypes['FriendRequestApproved']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  fromId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  toId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FriendRequestCancelledResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequestCancelled'] = ResolversParentTypes['FriendRequestCancelled']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  fromId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  toId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FriendRequestRejectedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequestRejected'] = ResolversParentTypes['FriendRequestRejected']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  fromId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  toId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FriendRequestedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequested'] = ResolversParentTypes['FriendRequested']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  fromId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  toId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type GroupDeletedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupDeleted'] = ResolversParentTypes['GroupDeleted']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupInviteEndedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupInviteEnded'] = ResolversParentTypes['GroupInviteEnded']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['GroupInviteOutcome'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupInviteReceivedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupInviteReceived'] = ResolversParentTypes['GroupInviteReceived']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupJoinRequestEndedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupJoinRequestEnded'] = ResolversParentTypes['GroupJoinRequestEnded']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['GroupJoinRequestOutcome'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupJoinRequestedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupJoinRequested'] = ResolversParentTypes['GroupJoinRequested']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupMemberMutedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupMemberMuted'] = ResolversParentTypes['GroupMemberMuted']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mutedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupRoleChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupRoleChanged'] = ResolversParentTypes['GroupRoleChanged']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type GroupUpdatedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupUpdated'] = ResolversParentTypes['GroupUpdated']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  changed?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboxEventResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['InboxEvent'] = ResolversParentTypes['InboxEvent']> = {
  __resolveType: TypeResolveFn<'BlocksChanged' | 'ConversationCleared' | 'ConversationPreferencesChanged' | 'DraftChanged' | 'FriendRemoved' | 'FriendRequestApproved' | 'FriendRequestCancelled' | 'FriendRequestRejected' | 'FriendRequested' | 'GroupDeleted' | 'GroupInviteEnded' | 'GroupInviteReceived' | 'GroupJoinRequestEnded' | 'GroupJoinRequested' | 'GroupMemberMuted' | 'GroupRoleChanged' | 'GroupUpdated' | 'InboxOpened' | 'MemberLeft' | 'MembersJoined' | 'MessageDeleted' | 'MessageEdited' | 'MessagePinned' | 'MessageReceived' | 'MessageUnpinned' | 'MessagesDeletedForMe' | 'MessagesDelivered' | 'MessagesRead' | 'ProfileChanged' | 'ReactionChanged' | 'ScheduledMessageChanged' | 'SessionStarted' | 'SessionsEnded' | 'SettingsChanged' | 'TypingChanged', ParentType, ContextType>;
};

export type InboxOpenedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['InboxOpened'] = ResolversParentTypes['InboxOpened']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MarkDeliveredPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MarkDeliveredPayload'] = ResolversParentTypes['MarkDeliveredPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type MarkReadPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MarkReadPayload'] = ResolversParentTypes['MarkReadPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type MediaResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Media'] = ResolversParentTypes['Media'], FederationReferenceType extends FederationReferenceTypes['Media'] = FederationReferenceTypes['Media']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Media']> | FederationReferenceType, FederationReferenceType, ContextType>;
  bytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  fileName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  height?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  width?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type MemberLeftResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MemberLeft'] = ResolversParentTypes['MemberLeft']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  memberCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['LeaveReason'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MembersJoinedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MembersJoined'] = ResolversParentTypes['MembersJoined']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
  groupId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  memberCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  users?: Resolver<Array<Maybe<ResolversTypes['User']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MentionsResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mentions'] = ResolversParentTypes['Mentions']> = {
  everyone?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  users?: Resolver<Array<Maybe<ResolversTypes['User']>>, ParentType, ContextType>;
};

export type MessageResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message'], FederationReferenceType extends FederationReferenceTypes['Message'] = FederationReferenceTypes['Message']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Message']> | FederationReferenceType, FederationReferenceType, ContextType>;
  clientMessageId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  content?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  deliveredCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  editedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  forwardedFrom?: Resolver<Maybe<ResolversTypes['ForwardOrigin']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  media?: Resolver<Array<ResolversTypes['Media']>, ParentType, ContextType>;
  mentions?: Resolver<Maybe<ResolversTypes['Mentions']>, ParentType, ContextType>;
  reactions?: Resolver<Array<ResolversTypes['MessageReaction']>, ParentType, ContextType>;
  readBy?: Resolver<Maybe<ResolversTypes['MessageReaderConnection']>, ParentType, ContextType, RequireFields<MessageReadByArgs, 'first'>>;
  readCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  replies?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<MessageRepliesArgs, 'first'>>;
  replyTo?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  replyToId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  sender?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['MessageType'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MessageConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageConnection'] = ResolversParentTypes['MessageConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MessageEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageDeletedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageDeleted'] = ResolversParentTypes['MessageDeleted']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageEdge'] = ResolversParentTypes['MessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type MessageEditedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageEdited'] = ResolversParentTypes['MessageEdited']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessagePinnedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessagePinned'] = ResolversParentTypes['MessagePinned']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageReactionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReaction'] = ResolversParentTypes['MessageReaction']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  emoji?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mine?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  users?: Resolver<Maybe<ResolversTypes['MessageReactorConnection']>, ParentType, ContextType, RequireFields<MessageReactionUsersArgs, 'first'>>;
};

export type MessageReactorConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReactorConnection'] = ResolversParentTypes['MessageReactorConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MessageReactorEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageReactorEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReactorEdge'] = ResolversParentTypes['MessageReactorEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type MessageReaderConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReaderConnection'] = ResolversParentTypes['MessageReaderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MessageReaderEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageReaderEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReaderEdge'] = ResolversParentTypes['MessageReaderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type MessageReceivedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageReceived'] = ResolversParentTypes['MessageReceived']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageUnpinnedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageUnpinned'] = ResolversParentTypes['MessageUnpinned']> = {
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  byId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessageVersionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageVersion'] = ResolversParentTypes['MessageVersion']> = {
  content?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  madeAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  mediaIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  mentions?: Resolver<Maybe<ResolversTypes['Mentions']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MessageVersionConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageVersionConnection'] = ResolversParentTypes['MessageVersionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MessageVersionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MessageVersionEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessageVersionEdge'] = ResolversParentTypes['MessageVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['MessageVersion'], ParentType, ContextType>;
};

export type MessagesDeletedForMeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessagesDeletedForMe'] = ResolversParentTypes['MessagesDeletedForMe']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  messageIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessagesDeliveredResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessagesDelivered'] = ResolversParentTypes['MessagesDelivered']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  upTo?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MessagesReadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MessagesRead'] = ResolversParentTypes['MessagesRead']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  upTo?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addReaction?: Resolver<ResolversTypes['AddReactionPayload'], ParentType, ContextType, RequireFields<MutationAddReactionArgs, 'input'>>;
  cancelScheduledMessage?: Resolver<ResolversTypes['CancelScheduledMessagePayload'], ParentType, ContextType, RequireFields<MutationCancelScheduledMessageArgs, 'input'>>;
  clearConversation?: Resolver<ResolversTypes['ClearConversationPayload'], ParentType, ContextType, RequireFields<MutationClearConversationArgs, 'input'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  deleteConversation?: Resolver<ResolversTypes['DeleteConversationPayload'], ParentType, ContextType, RequireFields<MutationDeleteConversationArgs, 'input'>>;
  deleteMessage?: Resolver<ResolversTypes['DeleteMessagePayload'], ParentType, ContextType, RequireFields<MutationDeleteMessageArgs, 'input'>>;
  deleteMessagesForMe?: Resolver<ResolversTypes['DeleteMessagesForMePayload'], ParentType, ContextType, RequireFields<MutationDeleteMessagesForMeArgs, 'input'>>;
  editMessage?: Resolver<ResolversTypes['EditMessagePayload'], ParentType, ContextType, RequireFields<MutationEditMessageArgs, 'input'>>;
  editScheduledMessage?: Resolver<ResolversTypes['EditScheduledMessagePayload'], ParentType, ContextType, RequireFields<MutationEditScheduledMessageArgs, 'input'>>;
  markDelivered?: Resolver<ResolversTypes['MarkDeliveredPayload'], ParentType, ContextType, RequireFields<MutationMarkDeliveredArgs, 'input'>>;
  markRead?: Resolver<ResolversTypes['MarkReadPayload'], ParentType, ContextType, RequireFields<MutationMarkReadArgs, 'input'>>;
  openDirectConversation?: Resolver<ResolversTypes['OpenDirectConversationPayload'], ParentType, ContextType, RequireFields<MutationOpenDirectConversationArgs, 'input'>>;
  orderPinnedConversations?: Resolver<ResolversTypes['OrderPinnedConversationsPayload'], ParentType, ContextType, RequireFields<MutationOrderPinnedConversationsArgs, 'input'>>;
  pinMessage?: Resolver<ResolversTypes['PinMessagePayload'], ParentType, ContextType, RequireFields<MutationPinMessageArgs, 'input'>>;
  purgeMessage?: Resolver<ResolversTypes['PurgeMessagePayload'], ParentType, ContextType, RequireFields<MutationPurgeMessageArgs, 'input'>>;
  removeMessage?: Resolver<ResolversTypes['RemoveMessagePayload'], ParentType, ContextType, RequireFields<MutationRemoveMessageArgs, 'input'>>;
  removeReaction?: Resolver<ResolversTypes['RemoveReactionPayload'], ParentType, ContextType, RequireFields<MutationRemoveReactionArgs, 'input'>>;
  reviewMessages?: Resolver<ResolversTypes['ReviewMessagesPayload'], ParentType, ContextType, RequireFields<MutationReviewMessagesArgs, 'input'>>;
  saveDraft?: Resolver<ResolversTypes['SaveDraftPayload'], ParentType, ContextType, RequireFields<MutationSaveDraftArgs, 'input'>>;
  scheduleMessage?: Resolver<ResolversTypes['ScheduleMessagePayload'], ParentType, ContextType, RequireFields<MutationScheduleMessageArgs, 'input'>>;
  sendMessage?: Resolver<ResolversTypes['SendMessagePayload'], ParentType, ContextType, RequireFields<MutationSendMessageArgs, 'input'>>;
  sendScheduledMessageNow?: Resolver<ResolversTypes['SendScheduledMessageNowPayload'], ParentType, ContextType, RequireFields<MutationSendScheduledMessageNowArgs, 'input'>>;
  setDisappearingTimer?: Resolver<ResolversTypes['SetDisappearingTimerPayload'], ParentType, ContextType, RequireFields<MutationSetDisappearingTimerArgs, 'input'>>;
  startTyping?: Resolver<ResolversTypes['StartTypingPayload'], ParentType, ContextType, RequireFields<MutationStartTypingArgs, 'input'>>;
  stopTyping?: Resolver<ResolversTypes['StopTypingPayload'], ParentType, ContextType, RequireFields<MutationStopTypingArgs, 'input'>>;
  unpinMessage?: Resolver<ResolversTypes['UnpinMessagePayload'], ParentType, ContextType, RequireFields<MutationUnpinMessageArgs, 'input'>>;
  updateConversationPreferences?: Resolver<ResolversTypes['UpdateConversationPreferencesPayload'], ParentType, ContextType, RequireFields<MutationUpdateConversationPreferencesArgs, 'input'>>;
};

export type MyDataResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyData'] = ResolversParentTypes['MyData'], FederationReferenceType extends FederationReferenceTypes['MyData'] = FederationReferenceTypes['MyData']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MyData']> | FederationReferenceType, FederationReferenceType, ContextType>;
  chat?: Resolver<Maybe<ResolversTypes['MyRecordConnection']>, ParentType, ContextType, RequireFields<MyDataChatArgs, 'first'>>;
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

export type OpenDirectConversationPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['OpenDirectConversationPayload'] = ResolversParentTypes['OpenDirectConversationPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type OrderPinnedConversationsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['OrderPinnedConversationsPayload'] = ResolversParentTypes['OrderPinnedConversationsPayload']> = {
  conversations?: Resolver<Array<ResolversTypes['Conversation']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ParticipantConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParticipantConnection'] = ResolversParentTypes['ParticipantConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ParticipantEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ParticipantEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParticipantEdge'] = ResolversParentTypes['ParticipantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type PinMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PinMessagePayload'] = ResolversParentTypes['PinMessagePayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type PinnedMessageConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PinnedMessageConnection'] = ResolversParentTypes['PinnedMessageConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PinnedMessageEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PinnedMessageEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PinnedMessageEdge'] = ResolversParentTypes['PinnedMessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  pinnedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  pinnedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  pinnedById?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type ProfileChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ProfileChanged'] = ResolversParentTypes['ProfileChanged']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PurgeMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PurgeMessagePayload'] = ResolversParentTypes['PurgeMessagePayload']> = {
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType, RequireFields<QueryConversationArgs, 'id'>>;
  conversationCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType, Partial<QueryConversationCountArgs>>;
  conversations?: Resolver<ResolversTypes['ConversationConnection'], ParentType, ContextType, RequireFields<QueryConversationsArgs, 'first'>>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType, RequireFields<QueryMediaArgs, 'id'>>;
  mentions?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<QueryMentionsArgs, 'first'>>;
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType, RequireFields<QueryMessageArgs, 'id'>>;
  messageVersions?: Resolver<ResolversTypes['MessageVersionConnection'], ParentType, ContextType, RequireFields<QueryMessageVersionsArgs, 'first' | 'messageId'>>;
  scheduledMessages?: Resolver<ResolversTypes['ScheduledMessageConnection'], ParentType, ContextType, RequireFields<QueryScheduledMessagesArgs, 'first'>>;
  searchGifs?: Resolver<ResolversTypes['CatalogItemConnection'], ParentType, ContextType, RequireFields<QuerySearchGifsArgs, 'first' | 'query'>>;
  searchMessages?: Resolver<ResolversTypes['MessageConnection'], ParentType, ContextType, RequireFields<QuerySearchMessagesArgs, 'first' | 'query'>>;
  stickerPacks?: Resolver<Array<ResolversTypes['StickerPack']>, ParentType, ContextType>;
  stickers?: Resolver<Maybe<Array<ResolversTypes['CatalogItem']>>, ParentType, ContextType, RequireFields<QueryStickersArgs, 'packId'>>;
  sync?: Resolver<ResolversTypes['SyncPage'], ParentType, ContextType, RequireFields<QuerySyncArgs, 'first'>>;
  unreadCounts?: Resolver<ResolversTypes['UnreadCounts'], ParentType, ContextType, Partial<QueryUnreadCountsArgs>>;
};

export type ReactionChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReactionChanged'] = ResolversParentTypes['ReactionChanged']> = {
  added?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  emoji?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reactor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reactorId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RemoveMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveMessagePayload'] = ResolversParentTypes['RemoveMessagePayload']> = {
  messageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RemoveReactionPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveReactionPayload'] = ResolversParentTypes['RemoveReactionPayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type ReviewMessagesPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReviewMessagesPayload'] = ResolversParentTypes['ReviewMessagesPayload']> = {
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  hasEarlier?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  messages?: Resolver<Array<ResolversTypes['ReviewedMessage']>, ParentType, ContextType>;
};

export type ReviewedMessageResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReviewedMessage'] = ResolversParentTypes['ReviewedMessage']> = {
  content?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedById?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mediaIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  replyToId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  sender?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  senderId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['MessageType'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SaveDraftPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SaveDraftPayload'] = ResolversParentTypes['SaveDraftPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type ScheduleMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduleMessagePayload'] = ResolversParentTypes['ScheduleMessagePayload']> = {
  scheduledMessage?: Resolver<ResolversTypes['ScheduledMessage'], ParentType, ContextType>;
};

export type ScheduledMessageResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduledMessage'] = ResolversParentTypes['ScheduledMessage']> = {
  clientMessageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  content?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  forwardOfId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mediaIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  mentions?: Resolver<Maybe<ResolversTypes['Mentions']>, ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['ScheduledMessageRefusal']>, ParentType, ContextType>;
  replyToId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  sendAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['MessageType'], ParentType, ContextType>;
};

export type ScheduledMessageChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduledMessageChanged'] = ResolversParentTypes['ScheduledMessageChanged']> = {
  change?: Resolver<ResolversTypes['ScheduledMessageChange'], ParentType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  scheduledMessage?: Resolver<Maybe<ResolversTypes['ScheduledMessage']>, ParentType, ContextType>;
  scheduledMessageId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ScheduledMessageConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduledMessageConnection'] = ResolversParentTypes['ScheduledMessageConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ScheduledMessageEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ScheduledMessageEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduledMessageEdge'] = ResolversParentTypes['ScheduledMessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ScheduledMessage'], ParentType, ContextType>;
};

export type ScheduledMessageRefusalResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ScheduledMessageRefusal'] = ResolversParentTypes['ScheduledMessageRefusal']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SendMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SendMessagePayload'] = ResolversParentTypes['SendMessagePayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type SendScheduledMessageNowPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SendScheduledMessageNowPayload'] = ResolversParentTypes['SendScheduledMessageNowPayload']> = {
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
};

export type SessionStartedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionStarted'] = ResolversParentTypes['SessionStarted']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  deviceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionsEndedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionsEnded'] = ResolversParentTypes['SessionsEnded']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  sessionIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SetDisappearingTimerPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SetDisappearingTimerPayload'] = ResolversParentTypes['SetDisappearingTimerPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type SettingsChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SettingsChanged'] = ResolversParentTypes['SettingsChanged']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StartTypingPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['StartTypingPayload'] = ResolversParentTypes['StartTypingPayload']> = {
  repeatAfterMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StickerPackResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['StickerPack'] = ResolversParentTypes['StickerPack']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stickers?: Resolver<Array<ResolversTypes['CatalogItem']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StopTypingPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['StopTypingPayload'] = ResolversParentTypes['StopTypingPayload']> = {
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  inbox?: SubscriptionResolver<ResolversTypes['InboxEvent'], "inbox", ParentType, ContextType, Partial<SubscriptionInboxArgs>>;
};

export type SyncPageResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SyncPage'] = ResolversParentTypes['SyncPage']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  events?: Resolver<Array<Maybe<ResolversTypes['InboxEvent']>>, ParentType, ContextType>;
  hasMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TypingChangedResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['TypingChanged'] = ResolversParentTypes['TypingChanged']> = {
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  conversationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  endsInMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UnpinMessagePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UnpinMessagePayload'] = ResolversParentTypes['UnpinMessagePayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type UnreadCountsResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UnreadCounts'] = ResolversParentTypes['UnreadCounts']> = {
  conversations?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  messages?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UpdateConversationPreferencesPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UpdateConversationPreferencesPayload'] = ResolversParentTypes['UpdateConversationPreferencesPayload']> = {
  conversation?: Resolver<ResolversTypes['Conversation'], ParentType, ContextType>;
};

export type UploadHeaderResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UploadHeader'] = ResolversParentTypes['UploadHeader']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UploadRequestResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UploadRequest'] = ResolversParentTypes['UploadRequest']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  headers?: Resolver<Array<ResolversTypes['UploadHeader']>, ParentType, ContextType>;
  method?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resumable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = unknown> = {
  AddReactionPayload?: AddReactionPayloadResolvers<ContextType>;
  BlocksChanged?: BlocksChangedResolvers<ContextType>;
  CancelScheduledMessagePayload?: CancelScheduledMessagePayloadResolvers<ContextType>;
  CatalogItem?: CatalogItemResolvers<ContextType>;
  CatalogItemConnection?: CatalogItemConnectionResolvers<ContextType>;
  CatalogItemEdge?: CatalogItemEdgeResolvers<ContextType>;
  ClearConversationPayload?: ClearConversationPayloadResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  ConversationCleared?: ConversationClearedResolvers<ContextType>;
  ConversationConnection?: ConversationConnectionResolvers<ContextType>;
  ConversationEdge?: ConversationEdgeResolvers<ContextType>;
  ConversationPreferences?: ConversationPreferencesResolvers<ContextType>;
  ConversationPreferencesChanged?: ConversationPreferencesChangedResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DeleteConversationPayload?: DeleteConversationPayloadResolvers<ContextType>;
  DeleteMessagePayload?: DeleteMessagePayloadResolvers<ContextType>;
  DeleteMessagesForMePayload?: DeleteMessagesForMePayloadResolvers<ContextType>;
  Draft?: DraftResolvers<ContextType>;
  DraftChanged?: DraftChangedResolvers<ContextType>;
  EditMessagePayload?: EditMessagePayloadResolvers<ContextType>;
  EditScheduledMessagePayload?: EditScheduledMessagePayloadResolvers<ContextType>;
  ForwardOrigin?: ForwardOriginResolvers<ContextType>;
  FriendRemoved?: FriendRemovedResolvers<ContextType>;
  FriendRequestApproved?: FriendRequestApprovedResolvers<ContextType>;
  FriendRequestCancelled?: FriendRequestCancelledResolvers<ContextType>;
  FriendRequestRejected?: FriendRequestRejectedResolvers<ContextType>;
  FriendRequested?: FriendRequestedResolvers<ContextType>;
  Group?: GroupResolvers<ContextType>;
  GroupDeleted?: GroupDeletedResolvers<ContextType>;
  GroupInviteEnded?: GroupInviteEndedResolvers<ContextType>;
  GroupInviteReceived?: GroupInviteReceivedResolvers<ContextType>;
  GroupJoinRequestEnded?: GroupJoinRequestEndedResolvers<ContextType>;
  GroupJoinRequested?: GroupJoinRequestedResolvers<ContextType>;
  GroupMemberMuted?: GroupMemberMutedResolvers<ContextType>;
  GroupRoleChanged?: GroupRoleChangedResolvers<ContextType>;
  GroupUpdated?: GroupUpdatedResolvers<ContextType>;
  InboxEvent?: InboxEventResolvers<ContextType>;
  InboxOpened?: InboxOpenedResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  MarkDeliveredPayload?: MarkDeliveredPayloadResolvers<ContextType>;
  MarkReadPayload?: MarkReadPayloadResolvers<ContextType>;
  Media?: MediaResolvers<ContextType>;
  MemberLeft?: MemberLeftResolvers<ContextType>;
  MembersJoined?: MembersJoinedResolvers<ContextType>;
  Mentions?: MentionsResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  MessageConnection?: MessageConnectionResolvers<ContextType>;
  MessageDeleted?: MessageDeletedResolvers<ContextType>;
  MessageEdge?: MessageEdgeResolvers<ContextType>;
  MessageEdited?: MessageEditedResolvers<ContextType>;
  MessagePinned?: MessagePinnedResolvers<ContextType>;
  MessageReaction?: MessageReactionResolvers<ContextType>;
  MessageReactorConnection?: MessageReactorConnectionResolvers<ContextType>;
  MessageReactorEdge?: MessageReactorEdgeResolvers<ContextType>;
  MessageReaderConnection?: MessageReaderConnectionResolvers<ContextType>;
  MessageReaderEdge?: MessageReaderEdgeResolvers<ContextType>;
  MessageReceived?: MessageReceivedResolvers<ContextType>;
  MessageUnpinned?: MessageUnpinnedResolvers<ContextType>;
  MessageVersion?: MessageVersionResolvers<ContextType>;
  MessageVersionConnection?: MessageVersionConnectionResolvers<ContextType>;
  MessageVersionEdge?: MessageVersionEdgeResolvers<ContextType>;
  MessagesDeletedForMe?: MessagesDeletedForMeResolvers<ContextType>;
  MessagesDelivered?: MessagesDeliveredResolvers<ContextType>;
  MessagesRead?: MessagesReadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  MyData?: MyDataResolvers<ContextType>;
  MyRecord?: MyRecordResolvers<ContextType>;
  MyRecordConnection?: MyRecordConnectionResolvers<ContextType>;
  MyRecordEdge?: MyRecordEdgeResolvers<ContextType>;
  OpenDirectConversationPayload?: OpenDirectConversationPayloadResolvers<ContextType>;
  OrderPinnedConversationsPayload?: OrderPinnedConversationsPayloadResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  ParticipantConnection?: ParticipantConnectionResolvers<ContextType>;
  ParticipantEdge?: ParticipantEdgeResolvers<ContextType>;
  PinMessagePayload?: PinMessagePayloadResolvers<ContextType>;
  PinnedMessageConnection?: PinnedMessageConnectionResolvers<ContextType>;
  PinnedMessageEdge?: PinnedMessageEdgeResolvers<ContextType>;
  ProfileChanged?: ProfileChangedResolvers<ContextType>;
  PurgeMessagePayload?: PurgeMessagePayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReactionChanged?: ReactionChangedResolvers<ContextType>;
  RemoveMessagePayload?: RemoveMessagePayloadResolvers<ContextType>;
  RemoveReactionPayload?: RemoveReactionPayloadResolvers<ContextType>;
  ReviewMessagesPayload?: ReviewMessagesPayloadResolvers<ContextType>;
  ReviewedMessage?: ReviewedMessageResolvers<ContextType>;
  SaveDraftPayload?: SaveDraftPayloadResolvers<ContextType>;
  ScheduleMessagePayload?: ScheduleMessagePayloadResolvers<ContextType>;
  ScheduledMessage?: ScheduledMessageResolvers<ContextType>;
  ScheduledMessageChanged?: ScheduledMessageChangedResolvers<ContextType>;
  ScheduledMessageConnection?: ScheduledMessageConnectionResolvers<ContextType>;
  ScheduledMessageEdge?: ScheduledMessageEdgeResolvers<ContextType>;
  ScheduledMessageRefusal?: ScheduledMessageRefusalResolvers<ContextType>;
  SendMessagePayload?: SendMessagePayloadResolvers<ContextType>;
  SendScheduledMessageNowPayload?: SendScheduledMessageNowPayloadResolvers<ContextType>;
  SessionStarted?: SessionStartedResolvers<ContextType>;
  SessionsEnded?: SessionsEndedResolvers<ContextType>;
  SetDisappearingTimerPayload?: SetDisappearingTimerPayloadResolvers<ContextType>;
  SettingsChanged?: SettingsChangedResolvers<ContextType>;
  StartTypingPayload?: StartTypingPayloadResolvers<ContextType>;
  StickerPack?: StickerPackResolvers<ContextType>;
  StopTypingPayload?: StopTypingPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  SyncPage?: SyncPageResolvers<ContextType>;
  TypingChanged?: TypingChangedResolvers<ContextType>;
  UnpinMessagePayload?: UnpinMessagePayloadResolvers<ContextType>;
  UnreadCounts?: UnreadCountsResolvers<ContextType>;
  UpdateConversationPreferencesPayload?: UpdateConversationPreferencesPayloadResolvers<ContextType>;
  UploadHeader?: UploadHeaderResolvers<ContextType>;
  UploadRequest?: UploadRequestResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = unknown> = {
  rateCost?: RateCostDirectiveResolver<any, any, ContextType>;
  resumable?: ResumableDirectiveResolver<any, any, ContextType>;
};
