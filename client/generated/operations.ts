/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A place in the viewer's inbox: opaque, under 200 characters, good for as long as the event log is kept. */
  Cursor: { input: string; output: string; }
  /** An instant, as ISO 8601 text in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
};

export type AddGroupMembersInput = {
  groupId: Scalars['ID']['input'];
  /** 1 to 500; who is in it already is left as they are. */
  userIds: Array<Scalars['ID']['input']>;
};

/** What `addGroupMembers` answers. */
export type AddGroupMembersPayload = {
  group: Group;
};

/** A place where people write to each other. */
export type Conversation = {
  id: Scalars['ID']['output'];
  kind: ConversationKind;
  lastMessage?: Maybe<Message>;
  /** The number of the last message; 0 before the first. Messages are numbered 1, 2, 3, … without a gap. */
  lastSequence: Scalars['Int']['output'];
  /** Messages by number: `first`/`after` forwards, `last`/`before` backwards. Without either, the last 20. */
  messages: MessageConnection;
  /** Who takes part now. */
  participants: ParticipantConnection;
};


/** A place where people write to each other. */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** A place where people write to each other. */
export type ConversationParticipantsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of conversations. */
export type ConversationConnection = {
  edges: Array<ConversationEdge>;
  pageInfo: PageInfo;
};

/** A conversation in a page. */
export type ConversationEdge = {
  cursor: Scalars['String']['output'];
  node: Conversation;
};

/** How a conversation came to be. */
export type ConversationKind =
  | 'DIRECT'
  | 'GROUP';

export type CreateGroupInput = {
  /** The other members, at most 500. */
  memberIds: Array<Scalars['ID']['input']>;
  /** 1 to 100 characters. */
  title: Scalars['String']['input'];
};

/** What `createGroup` answers. */
export type CreateGroupPayload = {
  group: Group;
};

/** An installed app. */
export type Device = {
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  platform: DevicePlatform;
};

/** What a device runs on; decides how a push is sent. */
export type DevicePlatform =
  | 'ANDROID'
  | 'IOS'
  | 'OTHER'
  | 'WEB';

/** People who talk under a common title. */
export type Group = {
  /** Where the group talks. */
  conversation: Conversation;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Who is in it now, the longest there first. */
  members: GroupMemberConnection;
  title: Scalars['String']['output'];
  /** Whether the viewer may add and remove members. */
  viewerCanManageMembers: Scalars['Boolean']['output'];
};


/** People who talk under a common title. */
export type GroupMembersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A user in a group. */
export type GroupMember = {
  joinedAt: Scalars['DateTime']['output'];
  role: GroupRole;
  user: User;
};

/** A page of members. */
export type GroupMemberConnection = {
  edges: Array<GroupMemberEdge>;
  pageInfo: PageInfo;
};

/** A member in a page. */
export type GroupMemberEdge = {
  cursor: Scalars['String']['output'];
  node: GroupMember;
};

/** What a member may do. */
export type GroupRole =
  | 'ADMIN'
  | 'MEMBER'
  | 'OWNER';

/** Something that happened, for one recipient. */
export type InboxEvent = {
  /** Resume from here once this event is handled. */
  cursor: Scalars['Cursor']['output'];
};

/** The stream is open; what happens from now on follows. */
export type InboxOpened = InboxEvent & {
  cursor: Scalars['Cursor']['output'];
};

/** A message. */
export type Message = {
  /** What the sender's app called it. Null for everybody else. */
  clientMessageId?: Maybe<Scalars['ID']['output']>;
  conversation: Conversation;
  id: Scalars['ID']['output'];
  sender: User;
  sentAt: Scalars['DateTime']['output'];
  sequence: Scalars['Int']['output'];
  /** 1 to 10,000 characters. */
  text: Scalars['String']['output'];
};

/** A page of messages, always in order of their number. */
export type MessageConnection = {
  edges: Array<MessageEdge>;
  pageInfo: PageInfo;
};

/** A message in a page. */
export type MessageEdge = {
  cursor: Scalars['String']['output'];
  node: Message;
};

/** A message was sent, by the viewer's other devices too. */
export type MessageReceived = InboxEvent & {
  cursor: Scalars['Cursor']['output'];
  message: Message;
};

export type Mutation = {
  /** Adds users to a group. For its owner and its admins. */
  addGroupMembers: AddGroupMembersPayload;
  /** Makes a group with the viewer as its owner. */
  createGroup: CreateGroupPayload;
  /** The direct conversation between the viewer and another user, made where there was none. */
  openDirectConversation: OpenDirectConversationPayload;
  /** Makes a device known. The first thing that an installed app does, before anybody signs in on it. */
  registerDevice: RegisterDevicePayload;
  /**
   * Takes a user out of a group: anybody oneself, the owner and admins others. What was sent before stays unseen to who
   * comes later.
   */
  removeGroupMember: RemoveGroupMemberPayload;
  /** Sends a one-time password to an address. Asking again replaces the password before. */
  requestOtp: RequestOtpPayload;
  /** Ends sessions of the signed-in user, this one included where it is named. Their sockets close at once. */
  revokeSessions: RevokeSessionsPayload;
  /** Ends every session of a user. For admins. */
  revokeUserSessions: RevokeUserSessionsPayload;
  /** Sends a message. Sending it again with the same `clientMessageId` returns the first answer. */
  sendMessage: SendMessagePayload;
  /** Changes what others see of the signed-in user. */
  updateProfile: UpdateProfilePayload;
  /** Exchanges a one-time password for a session. The first time, this makes the user. */
  verifyOtp: VerifyOtpPayload;
};


export type MutationAddGroupMembersArgs = {
  input: AddGroupMembersInput;
};


export type MutationCreateGroupArgs = {
  input: CreateGroupInput;
};


export type MutationOpenDirectConversationArgs = {
  input: OpenDirectConversationInput;
};


export type MutationRegisterDeviceArgs = {
  input: RegisterDeviceInput;
};


export type MutationRemoveGroupMemberArgs = {
  input: RemoveGroupMemberInput;
};


export type MutationRequestOtpArgs = {
  input: RequestOtpInput;
};


export type MutationRevokeSessionsArgs = {
  input: RevokeSessionsInput;
};


export type MutationRevokeUserSessionsArgs = {
  input: RevokeUserSessionsInput;
};


export type MutationSendMessageArgs = {
  input: SendMessageInput;
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


export type MutationVerifyOtpArgs = {
  input: VerifyOtpInput;
};

/** What a client needs to sign its requests. Shown once. */
export type NewSession = {
  expiresAt: Scalars['DateTime']['output'];
  /** `serverHMACKey`: base64url; its decoded bytes are the key of the request signature. */
  hmacKey: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  user: User;
};

export type OpenDirectConversationInput = {
  /** The other user. */
  userId: Scalars['ID']['input'];
};

/** What `openDirectConversation` answers. */
export type OpenDirectConversationPayload = {
  conversation: Conversation;
};

/** Why a one-time password was not taken. */
export type OtpFailure =
  /** It is too late, or none was requested, or its tries are used up: request a new one. */
  | 'EXPIRED'
  /** It is another code. */
  | 'WRONG';

/** Where a page ends, as the Relay specification says. */
export type PageInfo = {
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of users who take part. */
export type ParticipantConnection = {
  edges: Array<ParticipantEdge>;
  pageInfo: PageInfo;
};

/** Somebody who takes part, in a page. */
export type ParticipantEdge = {
  cursor: Scalars['String']['output'];
  node: User;
};

export type Query = {
  /** A conversation of the viewer's; null where there is none that the viewer may see. */
  conversation?: Maybe<Conversation>;
  /** The viewer's conversations, the last active first. */
  conversations: ConversationConnection;
  /** A group of the viewer's; null where there is none that the viewer may see. */
  group?: Maybe<Group>;
  /** The signed-in user. */
  me: User;
  /** A user by id; null where there is none that the viewer may see. */
  user?: Maybe<User>;
};


export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryGroupArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};

export type RegisterDeviceInput = {
  /** A name that its owner recognises, 1 to 100 characters. */
  name: Scalars['String']['input'];
  platform: DevicePlatform;
  /** Where pushes go, as the platform's push service gave it. At most 4,096 characters. */
  pushToken?: InputMaybe<Scalars['String']['input']>;
};

/** What `registerDevice` answers. */
export type RegisterDevicePayload = {
  device: Device;
  /** Proves to be this device when it signs in. Shown once; keep it as safe as a password. */
  deviceSecret: Scalars['String']['output'];
};

export type RemoveGroupMemberInput = {
  groupId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};

/** What `removeGroupMember` answers. */
export type RemoveGroupMemberPayload = {
  /** Null when the viewer left. */
  group?: Maybe<Group>;
};

export type RequestOtpInput = {
  /** An e-mail address, or a telephone number as E.164 (`+` and 7 to 15 digits). */
  address: Scalars['String']['input'];
  deviceId: Scalars['ID']['input'];
  deviceSecret: Scalars['String']['input'];
};

/** What `requestOtp` answers; the same whether the address is known or not. */
export type RequestOtpPayload = {
  /** The password is good until then. */
  expiresAt: Scalars['DateTime']['output'];
};

export type RevokeSessionsInput = {
  /** Which of one's own sessions, 1 to 100; leave out for all but the one that asks. */
  sessionIds?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** What `revokeSessions` answers. */
export type RevokeSessionsPayload = {
  /** Those that were live until now. */
  revokedIds: Array<Scalars['ID']['output']>;
};

export type RevokeUserSessionsInput = {
  userId: Scalars['ID']['input'];
};

/** What `revokeUserSessions` answers. */
export type RevokeUserSessionsPayload = {
  revokedIds: Array<Scalars['ID']['output']>;
};

export type SendMessageInput = {
  /** The app's own name of the message, 1 to 100 characters, unique for the sender for ever: it makes a retry safe. */
  clientMessageId: Scalars['ID']['input'];
  conversationId: Scalars['ID']['input'];
  /** 1 to 10,000 characters, not only white space. */
  text: Scalars['String']['input'];
};

/** What `sendMessage` answers. */
export type SendMessagePayload = {
  message: Message;
};

/** A device that is signed in. */
export type Session = {
  createdAt: Scalars['DateTime']['output'];
  /** True for the session that asks. */
  current: Scalars['Boolean']['output'];
  device: Device;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
};

/** A page of sessions. */
export type SessionConnection = {
  edges: Array<SessionEdge>;
  pageInfo: PageInfo;
};

/** A session in a page. */
export type SessionEdge = {
  cursor: Scalars['String']['output'];
  node: Session;
};

export type Subscription = {
  /**
   * Everything that happens in the viewer's conversations, in order. Without `after` the first event is an `InboxOpened`
   * that carries only the cursor; with it, what was missed since then comes first.
   */
  inbox: InboxEvent;
};


export type SubscriptionInboxArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
};

export type UpdateProfileInput = {
  /** 1 to 100 characters. */
  displayName: Scalars['String']['input'];
};

/** What `updateProfile` answers. */
export type UpdateProfilePayload = {
  user: User;
};

/** A person. */
export type User = {
  /** The address that the user signs in with. Null for everybody else. */
  address?: Maybe<Scalars['String']['output']>;
  /** The name that others see. */
  displayName: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  /** The live sessions, newest first. Null for everybody else. */
  sessions?: Maybe<SessionConnection>;
};


/** A person. */
export type UserSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type VerifyOtpInput = {
  address: Scalars['String']['input'];
  /** Six digits. */
  code: Scalars['String']['input'];
  deviceId: Scalars['ID']['input'];
  deviceSecret: Scalars['String']['input'];
  /** The name of a new user, 1 to 100 characters. Ignored for a known one. */
  displayName?: InputMaybe<Scalars['String']['input']>;
};

/** What `verifyOtp` answers: a session, or why there is none. */
export type VerifyOtpPayload = {
  failure?: Maybe<OtpFailure>;
  /** Null unless `failure` is null. */
  session?: Maybe<NewSession>;
  /** How many more codes may be tried for this password; 0 when a new one must be requested. */
  triesLeft: Scalars['Int']['output'];
};

/** How a conversation came to be. */
export type ConversationKind =
  | 'DIRECT'
  | 'GROUP';

export type CreateGroupInput = {
  /** The other members, at most 500. */
  memberIds: Array<string | number>;
  /** 1 to 100 characters. */
  title: string;
};

/** What a device runs on; decides how a push is sent. */
export type DevicePlatform =
  | 'ANDROID'
  | 'IOS'
  | 'OTHER'
  | 'WEB';

export type OpenDirectConversationInput = {
  /** The other user. */
  userId: string | number;
};

/** Why a one-time password was not taken. */
export type OtpFailure =
  /** It is too late, or none was requested, or its tries are used up: request a new one. */
  | 'EXPIRED'
  /** It is another code. */
  | 'WRONG';

export type RegisterDeviceInput = {
  /** A name that its owner recognises, 1 to 100 characters. */
  name: string;
  platform: DevicePlatform;
  /** Where pushes go, as the platform's push service gave it. At most 4,096 characters. */
  pushToken?: string | null | undefined;
};

export type RequestOtpInput = {
  /** An e-mail address, or a telephone number as E.164 (`+` and 7 to 15 digits). */
  address: string;
  deviceId: string | number;
  deviceSecret: string;
};

export type SendMessageInput = {
  /** The app's own name of the message, 1 to 100 characters, unique for the sender for ever: it makes a retry safe. */
  clientMessageId: string | number;
  conversationId: string | number;
  /** 1 to 10,000 characters, not only white space. */
  text: string;
};

export type VerifyOtpInput = {
  address: string;
  /** Six digits. */
  code: string;
  deviceId: string | number;
  deviceSecret: string;
  /** The name of a new user, 1 to 100 characters. Ignored for a known one. */
  displayName?: string | null | undefined;
};

export type OpenDirectConversationMutationVariables = Exact<{
  input: OpenDirectConversationInput;
}>;


export type OpenDirectConversationMutation = { openDirectConversation: { conversation: { id: string } } };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { sendMessage: { message: { id: string, sequence: number } } };

export type ConversationMessagesQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ConversationMessagesQuery = { conversation: { id: string, kind: ConversationKind, lastSequence: number, messages: { edges: Array<{ cursor: string, node: { id: string, sequence: number, text: string, sender: { id: string, displayName: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type InboxSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type InboxSubscription = { inbox:
    | { __typename: 'InboxOpened', cursor: string }
    | { __typename: 'MessageReceived', cursor: string, message: { id: string, sequence: number, text: string, sender: { id: string, displayName: string }, conversation: { id: string } } }
   };

export type CreateGroupMutationVariables = Exact<{
  input: CreateGroupInput;
}>;


export type CreateGroupMutation = { createGroup: { group: { id: string, title: string, conversation: { id: string } } } };

export type RegisterDeviceMutationVariables = Exact<{
  input: RegisterDeviceInput;
}>;


export type RegisterDeviceMutation = { registerDevice: { deviceSecret: string, device: { id: string } } };

export type RequestOtpMutationVariables = Exact<{
  input: RequestOtpInput;
}>;


export type RequestOtpMutation = { requestOtp: { expiresAt: string } };

export type VerifyOtpMutationVariables = Exact<{
  input: VerifyOtpInput;
}>;


export type VerifyOtpMutation = { verifyOtp: { failure: OtpFailure | null, triesLeft: number, session: { id: string, hmacKey: string, expiresAt: string, user: { id: string, displayName: string } } | null } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { id: string, displayName: string } };


export const OpenDirectConversationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"OpenDirectConversation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OpenDirectConversationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"openDirectConversation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<OpenDirectConversationMutation, OpenDirectConversationMutationVariables>;
export const SendMessageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SendMessage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SendMessageInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sendMessage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}}]}}]}}]}}]} as unknown as DocumentNode<SendMessageMutation, SendMessageMutationVariables>;
export const ConversationMessagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ConversationMessages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conversation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"lastSequence"}},{"kind":"Field","name":{"kind":"Name","value":"messages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"sender"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ConversationMessagesQuery, ConversationMessagesQueryVariables>;
export const InboxDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Inbox"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Cursor"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inbox"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"MessageReceived"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"sender"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<InboxSubscription, InboxSubscriptionVariables>;
export const CreateGroupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateGroup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateGroupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"conversation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CreateGroupMutation, CreateGroupMutationVariables>;
export const RegisterDeviceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterDevice"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegisterDeviceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registerDevice"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"device"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"deviceSecret"}}]}}]}}]} as unknown as DocumentNode<RegisterDeviceMutation, RegisterDeviceMutationVariables>;
export const RequestOtpDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestOtp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RequestOtpInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestOtp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]} as unknown as DocumentNode<RequestOtpMutation, RequestOtpMutationVariables>;
export const VerifyOtpDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"VerifyOtp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"VerifyOtpInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"verifyOtp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"hmacKey"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"triesLeft"}}]}}]}}]} as unknown as DocumentNode<VerifyOtpMutation, VerifyOtpMutationVariables>;
export const MeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}}]}}]}}]} as unknown as DocumentNode<MeQuery, MeQueryVariables>;