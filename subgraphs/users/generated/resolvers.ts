import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PersonRow } from '../people/store.ts';
import type { MyDataRef, ExportedRecord } from '../../export.ts';
import type { SessionRow } from '../sessions/store.ts';
import type { DeviceRow } from '../devices/store.ts';
import type { SettingsRow } from '../settings/store.ts';
import type { FriendRequestRow } from '../friends/store.ts';
import type { SignedIn } from '../sign-in/sign-in.ts';
import type { SecurityEventRow } from '../security-log/store.ts';
import type { PushDecisionRow } from '../push-log/store.ts';
import type { ParkedEventRow } from '../parked/ports.ts';
import type { Tokens } from '../admin-sign-in/sign-in.ts';
import type { SuspensionRow } from '../suspension/store.ts';
import type { PresenceRow } from '../presence/presence.ts';
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

/** Which accounts to show. An account must fit all given fields. */
export type AccountFilter = {
  /** Accounts made at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  state?: InputMaybe<AccountState>;
  /** 1 to 100 characters: the id, the whole address, or the beginning of the username or of the name, upper or lower case. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Accounts made before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Whether the user of an account may sign in. */
export type AccountState =
  | 'ACTIVE'
  /** Everything personal is erased; the id is left. */
  | 'DELETED'
  | 'SUSPENDED';

export type AdminRefreshInput = {
  refreshToken: Scalars['String']['input'];
};

/** The result of `adminRefresh`. */
export type AdminRefreshPayload = {
  __typename?: 'AdminRefreshPayload';
  tokens: AdminTokens;
};

/** Why an admin was not signed in. */
export type AdminSignInFailure =
  /** The password is right: send it again with a code. */
  | 'CODE_REQUIRED'
  /** The password is right, but the code is wrong or was used before. */
  | 'CODE_WRONG'
  /** The address is no admin's, or the password is wrong. */
  | 'WRONG';

export type AdminSignInInput = {
  /** Six digits of the admin's authenticator app, if the admin has one. Each code works once. */
  code?: InputMaybe<Scalars['String']['input']>;
  email: Scalars['String']['input'];
  password: Scalars['String']['input'];
};

/** The result of `adminSignIn`: tokens, or the reason why there are none. */
export type AdminSignInPayload = {
  __typename?: 'AdminSignInPayload';
  failure?: Maybe<AdminSignInFailure>;
  /** Null unless `failure` is null. */
  tokens?: Maybe<AdminTokens>;
};

export type AdminSignOutInput = {
  refreshToken: Scalars['String']['input'];
};

/** The result of `adminSignOut`, whether or not the token was known. */
export type AdminSignOutPayload = {
  __typename?: 'AdminSignOutPayload';
  signedOut: Scalars['Boolean']['output'];
};

/** What an admin's client keeps. Shown once. */
export type AdminTokens = {
  __typename?: 'AdminTokens';
  /** For the header `Authorization: Bearer`. */
  accessToken: Scalars['String']['output'];
  expiresAt: Scalars['DateTime']['output'];
  refreshExpiresAt: Scalars['DateTime']['output'];
  /** Good for one `adminRefresh`. */
  refreshToken: Scalars['String']['output'];
  /** What the admin may do, such as `admin`. */
  scopes: Array<Scalars['String']['output']>;
};

/** Which of Apple's servers knows the token. */
export type ApnsEnvironment =
  | 'PRODUCTION'
  /** Builds for development. */
  | 'SANDBOX';

/** An app that the Apple Push Notification service reaches. */
export type ApnsTargetInput = {
  environment: ApnsEnvironment;
  /** The device token in hexadecimal, 64 to 200 digits. */
  token: Scalars['String']['input'];
};

export type ApproveFriendRequestInput = {
  /** The user who sent the request. */
  userId: Scalars['ID']['input'];
};

/** The result of `approveFriendRequest`. */
export type ApproveFriendRequestPayload = {
  __typename?: 'ApproveFriendRequestPayload';
  user: User;
};

/** A page of blocked users. */
export type BlockConnection = {
  __typename?: 'BlockConnection';
  edges: Array<BlockEdge>;
  pageInfo: PageInfo;
};

/** A blocked user in a page. */
export type BlockEdge = {
  __typename?: 'BlockEdge';
  blockedAt: Scalars['DateTime']['output'];
  cursor: Scalars['String']['output'];
  node: User;
};

export type BlockUserInput = {
  userId: Scalars['ID']['input'];
};

/** The result of `blockUser`. */
export type BlockUserPayload = {
  __typename?: 'BlockUserPayload';
  user: User;
};

/** For whom a value is the same. */
export type CacheControlScope =
  /** Only the viewer. */
  | 'PRIVATE'
  /** Everybody who may select it. */
  | 'PUBLIC';

export type CancelFriendRequestInput = {
  /** The user to whom the request was sent. */
  userId: Scalars['ID']['input'];
};

/** The result of `cancelFriendRequest`. */
export type CancelFriendRequestPayload = {
  __typename?: 'CancelFriendRequestPayload';
  user: User;
};

export type DeleteAccountInput = {
  /** The address that the viewer signs in with, as a confirmation. */
  address: Scalars['String']['input'];
};

/** The result of `deleteAccount`. */
export type DeleteAccountPayload = {
  __typename?: 'DeleteAccountPayload';
  /** The id that the deleted user keeps. */
  deletedId: Scalars['ID']['output'];
};

/** An installed app. */
export type Device = {
  __typename?: 'Device';
  /** The app's version, as it was when it registered. */
  appVersion?: Maybe<Scalars['String']['output']>;
  /** True for the device of this request. */
  current: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  /** The hardware, as the app named it when it registered. */
  model?: Maybe<Scalars['String']['output']>;
  name: Scalars['String']['output'];
  platform: DevicePlatform;
  /** Through which service pushes are sent to it. Null if no target is set. */
  pushService?: Maybe<PushService>;
};

/** A page of devices. */
export type DeviceConnection = {
  __typename?: 'DeviceConnection';
  edges: Array<DeviceEdge>;
  pageInfo: PageInfo;
};

/** A device in a page. */
export type DeviceEdge = {
  __typename?: 'DeviceEdge';
  cursor: Scalars['String']['output'];
  node: Device;
};

/** A device's platform. */
export type DevicePlatform =
  | 'ANDROID'
  | 'IOS'
  | 'OTHER'
  | 'WEB';

export type DropParkedEventsInput = {
  /** 1 to 100 ids of parked events. */
  ids: Array<Scalars['ID']['input']>;
};

/** The result of `dropParkedEvents`. */
export type DropParkedEventsPayload = {
  __typename?: 'DropParkedEventsPayload';
  /** What became of each event, in the order of the ids. */
  results: Array<ParkedEventResult>;
};

export type EraseUserInput = {
  /** 1 to 500 characters, for the security log. It stays there: name nobody in it. */
  reason: Scalars['String']['input'];
  userId: Scalars['ID']['input'];
};

/** The result of `eraseUser`. */
export type EraseUserPayload = {
  __typename?: 'EraseUserPayload';
  /** The id that the deleted user keeps. */
  deletedId: Scalars['ID']['output'];
};

/** An app that Firebase Cloud Messaging reaches. */
export type FcmTargetInput = {
  /** The registration token: letters, digits and `_:.-`, at most 4,096. */
  token: Scalars['String']['input'];
};

/** A page of friends. */
export type FriendConnection = {
  __typename?: 'FriendConnection';
  edges: Array<FriendEdge>;
  pageInfo: PageInfo;
};

/** A friend in a page. */
export type FriendEdge = {
  __typename?: 'FriendEdge';
  cursor: Scalars['String']['output'];
  node: User;
  /** When the two became friends. */
  since: Scalars['DateTime']['output'];
};

/** A request to be friends that waits for an answer. */
export type FriendRequest = {
  __typename?: 'FriendRequest';
  from: User;
  sentAt: Scalars['DateTime']['output'];
  to: User;
};

/** A page of requests. */
export type FriendRequestConnection = {
  __typename?: 'FriendRequestConnection';
  edges: Array<FriendRequestEdge>;
  pageInfo: PageInfo;
};

/** A request in a page. */
export type FriendRequestEdge = {
  __typename?: 'FriendRequestEdge';
  cursor: Scalars['String']['output'];
  node: FriendRequest;
};

/** What the viewer and another user are to each other. */
export type FriendStatus =
  | 'FRIENDS'
  | 'NONE'
  /** The other user's request waits for the viewer's answer. */
  | 'REQUEST_RECEIVED'
  /** The viewer's request waits for the other user's answer. */
  | 'REQUEST_SENT';

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Exchanges a refresh token for new tokens, once. A refresh token that comes a second time ends the whole sign-in, because
   * it was copied. TOKEN_INVALID: sign in again.
   */
  adminRefresh: AdminRefreshPayload;
  /**
   * Signs an admin in with e-mail and password. The tries are limited by address and network: RATE_LIMITED says in
   * `retryAfterMs` when to retry.
   */
  adminSignIn: AdminSignInPayload;
  /** Ends the sign-in that the refresh token came from. An access token stays valid until it expires, a few minutes later. */
  adminSignOut: AdminSignOutPayload;
  /** Accepts another user's request: the two are friends from then on. NOT_FOUND if there is no such request. */
  approveFriendRequest: ApproveFriendRequestPayload;
  /**
   * Blocks another user. It ends their friendship and their requests. From then on neither can send the other direct
   * messages or add the other to groups, and the blocked user does not find the viewer by username. No answer tells the
   * blocked user that they are blocked.
   */
  blockUser: BlockUserPayload;
  /** Takes back a request of the signed-in user. Afterwards there is none. */
  cancelFriendRequest: CancelFriendRequestPayload;
  /**
   * Deletes the viewer's account for good. All sessions end at once, the address may sign up again as a new user, and
   * everything personal is erased in every part of the system, soon after this answer. Messages stay, with a deleted user
   * as their sender; groups pass to the admin, else the member, who joined first. It needs a session that a one-time
   * password opened in the last ten minutes: otherwise it is refused with FRESH_SIGN_IN_REQUIRED, and the app signs in
   * again and repeats it with the new session.
   */
  deleteAccount: DeleteAccountPayload;
  /** Gives up events: they are never delivered. What they tell of stays, such as a message in its conversation. For admins. */
  dropParkedEvents: DropParkedEventsPayload;
  /** Deletes a user's account for good, as `deleteAccount` does, without the user. For admins. NOT_FOUND if it was deleted before. */
  eraseUser: EraseUserPayload;
  /** Registers a device. An installed app does it first, before anybody signs in on it. */
  registerDevice: RegisterDevicePayload;
  /** Refuses another user's request. Afterwards there is none; the other user is told. */
  rejectFriendRequest: RejectFriendRequestPayload;
  /**
   * Signs the viewer out of a device: ends the viewer's sessions on it, and their sockets close at once. Signing in on it
   * again counts as signing in on a new device.
   */
  removeDevice: RemoveDevicePayload;
  /** Ends a friendship. Afterwards there is none. */
  removeFriend: RemoveFriendPayload;
  /** Renames a device on which the viewer is signed in. */
  renameDevice: RenameDevicePayload;
  /**
   * Delivers events again whose cause is gone: each is appended to the event log anew, with what it says now, and goes the
   * way of every event. It comes after the later events of its conversation; clients order messages by their sequence. Each id has an
   * outcome of its own, so a repeated call does nothing twice. For admins.
   */
  replayParkedEvents: ReplayParkedEventsPayload;
  /**
   * Sends a one-time password to an address, valid only on this device. It replaces an earlier password. RATE_LIMITED
   * says in `retryAfterMs` when to retry. A device that was signed in to the account before has a limit of its own.
   */
  requestOtp: RequestOtpPayload;
  /** Ends the suspension of a user, who may sign in again. For a user who is not suspended it does nothing. For admins. */
  restoreUser: RestoreUserPayload;
  /** Ends sessions of the signed-in user, including the current one if it is named. Their sockets close at once. */
  revokeSessions: RevokeSessionsPayload;
  /** Ends every session of a user. For admins. */
  revokeUserSessions: RevokeUserSessionsPayload;
  /**
   * Asks another user to be a friend. If the other one has asked already, the two are friends at once. Asking again changes
   * nothing. Some requests are not shown to the other user, and the answer does not tell which.
   */
  sendFriendRequest: SendFriendRequestPayload;
  /**
   * Sets or clears where pushes for the device of this request are sent. A target that another device had registered moves
   * to this one.
   */
  setPushTarget: SetPushTargetPayload;
  /** Ends the session of this request. Its sockets close at once. */
  signOut: SignOutPayload;
  /**
   * Suspends a user: all sessions end, and sign-in is refused with USER_SUSPENDED. For a suspended user it changes the
   * reason and the end. For admins.
   */
  suspendUser: SuspendUserPayload;
  /** Ends a block. It brings back neither a friendship nor a request. */
  unblockUser: UnblockUserPayload;
  /** Changes the signed-in user's profile: the given fields, and no other. Null clears a field. */
  updateProfile: UpdateProfilePayload;
  /** Changes the signed-in user's settings: the given fields, and no other. Null sets a field back to its default. */
  updateSettings: UpdateSettingsPayload;
  /** Exchanges a one-time password for a session. The first time, it creates the user. */
  verifyOtp: VerifyOtpPayload;
};


export type MutationAdminRefreshArgs = {
  input: AdminRefreshInput;
};


export type MutationAdminSignInArgs = {
  input: AdminSignInInput;
};


export type MutationAdminSignOutArgs = {
  input: AdminSignOutInput;
};


export type MutationApproveFriendRequestArgs = {
  input: ApproveFriendRequestInput;
};


export type MutationBlockUserArgs = {
  input: BlockUserInput;
};


export type MutationCancelFriendRequestArgs = {
  input: CancelFriendRequestInput;
};


export type MutationDeleteAccountArgs = {
  input: DeleteAccountInput;
};


export type MutationDropParkedEventsArgs = {
  input: DropParkedEventsInput;
};


export type MutationEraseUserArgs = {
  input: EraseUserInput;
};


export type MutationRegisterDeviceArgs = {
  input: RegisterDeviceInput;
};


export type MutationRejectFriendRequestArgs = {
  input: RejectFriendRequestInput;
};


export type MutationRemoveDeviceArgs = {
  input: RemoveDeviceInput;
};


export type MutationRemoveFriendArgs = {
  input: RemoveFriendInput;
};


export type MutationRenameDeviceArgs = {
  input: RenameDeviceInput;
};


export type MutationReplayParkedEventsArgs = {
  input: ReplayParkedEventsInput;
};


export type MutationRequestOtpArgs = {
  input: RequestOtpInput;
};


export type MutationRestoreUserArgs = {
  input: RestoreUserInput;
};


export type MutationRevokeSessionsArgs = {
  input: RevokeSessionsInput;
};


export type MutationRevokeUserSessionsArgs = {
  input: RevokeUserSessionsInput;
};


export type MutationSendFriendRequestArgs = {
  input: SendFriendRequestInput;
};


export type MutationSetPushTargetArgs = {
  input: SetPushTargetInput;
};


export type MutationSuspendUserArgs = {
  input: SuspendUserInput;
};


export type MutationUnblockUserArgs = {
  input: UnblockUserInput;
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


export type MutationUpdateSettingsArgs = {
  input: UpdateSettingsInput;
};


export type MutationVerifyOtpArgs = {
  input: VerifyOtpInput;
};

/** Everything that is kept about the viewer. Nobody else gets it. */
export type MyData = {
  __typename?: 'MyData';
  /**
   * The account, its devices, sessions, settings, friends and security log. Without secrets: neither the keys of sessions
   * nor the `auth` of a Web Push target are exported.
   */
  account?: Maybe<MyRecordConnection>;
  /** The viewer's id. */
  id: Scalars['ID']['output'];
};


/** Everything that is kept about the viewer. Nobody else gets it. */
export type MyDataAccountArgs = {
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

/** The key with which a client signs its requests. Shown once. */
export type NewSession = {
  __typename?: 'NewSession';
  expiresAt: Scalars['DateTime']['output'];
  /** The `serverHMACKey` as base64url; its decoded bytes are the key of the request signature. */
  hmacKey: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  user: User;
};

/** Which messages notify. */
export type NotificationLevel =
  | 'ALL'
  /** Only messages that mention the user. */
  | 'MENTIONS'
  | 'NONE';

/** What the user is notified of while no app is open. */
export type NotificationSettings = {
  __typename?: 'NotificationSettings';
  /** Default: ALL. */
  level: NotificationLevel;
  /** Whether notifications show the text of messages. Default: true. */
  previews: Scalars['Boolean']['output'];
  /** The hours of the day without notifications. Default: null, none. */
  quietHours?: Maybe<QuietHours>;
};

export type NotificationSettingsInput = {
  level?: InputMaybe<NotificationLevel>;
  previews?: InputMaybe<Scalars['Boolean']['input']>;
  quietHours?: InputMaybe<QuietHoursInput>;
};

/** Why a code was not accepted. */
export type OtpFailure =
  /** The password has expired, was not requested on this device, or has no tries left: request a new one. */
  | 'EXPIRED'
  /** The code is wrong. */
  | 'WRONG';

/** The ends of a page, as in the Relay specification. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** An event that could not be delivered. */
export type ParkedEvent = {
  __typename?: 'ParkedEvent';
  /** When it happened. */
  at: Scalars['DateTime']['output'];
  /** Its position in the event log. */
  id: Scalars['ID']['output'];
  /** The id of the conversation, group or user that it belongs to. */
  key: Scalars['ID']['output'];
  kind: Scalars['String']['output'];
  /** When it was set aside. */
  parkedAt: Scalars['DateTime']['output'];
  /** The error, at most 500 characters. It may quote a value that the database refused. */
  reason: Scalars['String']['output'];
};

/** A page of parked events. */
export type ParkedEventConnection = {
  __typename?: 'ParkedEventConnection';
  edges: Array<ParkedEventEdge>;
  pageInfo: PageInfo;
};

/** A parked event in a page. */
export type ParkedEventEdge = {
  __typename?: 'ParkedEventEdge';
  cursor: Scalars['String']['output'];
  node: ParkedEvent;
};

/** Which parked events to show. An event must fit all given fields. */
export type ParkedEventFilter = {
  /** Events of this kind, such as `chat.MessageSent`. */
  kind?: InputMaybe<Scalars['String']['input']>;
  /** Events whose reason contains this text, in any case. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** What became of an event that an admin replayed or dropped. */
export type ParkedEventOutcome =
  /**
   * It stays parked, because it would be told to somebody who may not see it: who joined since, or whom it names and who
   * has left, is no manager or is not invited any more.
   */
  | 'AUDIENCE_GREW'
  /** It was given up. */
  | 'DROPPED'
  /** It stays parked, because the event log does not keep it any more. */
  | 'EXPIRED'
  /** No event with this id is parked: it never was, or it was replayed, dropped or trimmed. */
  | 'NOT_PARKED'
  /** It is in the event log anew, and is delivered. */
  | 'REPLAYED'
  /** It stays parked, because it would fail again. */
  | 'STILL_FAILS';

/** What became of a parked event. */
export type ParkedEventResult = {
  __typename?: 'ParkedEventResult';
  id: Scalars['ID']['output'];
  outcome: ParkedEventOutcome;
};

/** Whom a privacy setting allows. */
export type PrivacyAudience =
  | 'EVERYONE'
  | 'FRIENDS'
  | 'NOBODY';

/** What others may do. The default of each field is EVERYONE, and true, except for `invisible`. */
export type PrivacySettings = {
  __typename?: 'PrivacySettings';
  /** Who finds the user by username. */
  foundBy: PrivacyAudience;
  /** Who may add the user to groups. */
  groupsFrom: PrivacyAudience;
  /**
   * Whether the user looks offline to everybody, as of the moment when it was set. What they do does not change when they
   * were last seen. The default is false.
   */
  invisible: Scalars['Boolean']['output'];
  /** Who sees whether the user is online, and when they last were. */
  lastSeenTo: PrivacyAudience;
  /**
   * Who may begin a direct conversation with the user. Existing ones stay open, except for NOBODY: then nobody can send the
   * user direct messages.
   */
  messagesFrom: PrivacyAudience;
  /** Whether others see that the user has read, or got, their messages, and whether the user sees it of others. */
  readReceipts: Scalars['Boolean']['output'];
};

export type PrivacySettingsInput = {
  foundBy?: InputMaybe<PrivacyAudience>;
  groupsFrom?: InputMaybe<PrivacyAudience>;
  invisible?: InputMaybe<Scalars['Boolean']['input']>;
  lastSeenTo?: InputMaybe<PrivacyAudience>;
  messagesFrom?: InputMaybe<PrivacyAudience>;
  readReceipts?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What became of the push of one event to one device. */
export type PushDecision = {
  __typename?: 'PushDecision';
  /** The ids that the push carried, such as `conversationId` and `messageId`. */
  data?: Maybe<Scalars['JSON']['output']>;
  decidedAt: Scalars['DateTime']['output'];
  deviceId: Scalars['ID']['output'];
  outcome: PushOutcome;
  /**
   * Why. SENT and PARKED: `offline` (the device had no stream), `unreached` (its stream did not take the event in time) or `parked` (the
   * event could not be read). SUPPRESSED: `MUTED`, `MENTIONS_ONLY`, `NOTIFICATIONS_OFF`, `QUIET_HOURS`, `READ`, `DELETED`, `LEFT`, `BLOCKED`, `COALESCED`
   * (a later push of the conversation took its place) or `STILL_UNREAD` (nothing was taken away). New versions add reasons.
   */
  reason: Scalars['String']['output'];
};

/** A page of decisions on pushes. */
export type PushDecisionConnection = {
  __typename?: 'PushDecisionConnection';
  edges: Array<PushDecisionEdge>;
  pageInfo: PageInfo;
};

/** A decision in a page. */
export type PushDecisionEdge = {
  __typename?: 'PushDecisionEdge';
  cursor: Scalars['String']['output'];
  node: PushDecision;
};

/** What became of a push. */
export type PushOutcome =
  /** The service says that the target is dead; the device lost it. */
  | 'DEAD_TOKEN'
  /** The service refused it for good, or for a day. */
  | 'PARKED'
  /** The service of the device took it. For a device without a push target: it would have been sent. */
  | 'SENT'
  /** A rule kept it back. */
  | 'SUPPRESSED'
  /** A notification was taken away, because it was read. */
  | 'WITHDRAWN';

/** A service that carries pushes. */
export type PushService =
  | 'APNS'
  | 'FCM'
  /** A token was given without its service. */
  | 'UNKNOWN'
  | 'WEB_PUSH';

/** A target of exactly one service. */
export type PushTargetInput = {
  apns?: InputMaybe<ApnsTargetInput>;
  fcm?: InputMaybe<FcmTargetInput>;
  webPush?: InputMaybe<WebPushTargetInput>;
};

export type Query = {
  __typename?: 'Query';
  /** Accounts, the newest first. For admins. */
  accounts: UserConnection;
  /**
   * Everything that is kept about the viewer, as records of each part of the system. What other people wrote is theirs, and
   * is not in it.
   */
  exportMyData: MyData;
  /** The signed-in user. */
  me: User;
  /**
   * Events that could not be delivered and were set aside, the newest first. For admins. It shows neither texts nor other
   * contents of events.
   */
  parkedEvents: ParkedEventConnection;
  /**
   * Who is online, in the order of the ids. A user who hides it from the viewer, whom the viewer blocked or by whom the
   * viewer is blocked, and who does not exist looks as if they had never been online.
   */
  presence: Array<UserPresence>;
  /**
   * What became of the pushes to the viewer's devices in the last 72 hours, the newest first. An event that came to a device by a
   * stream is not among them.
   */
  pushDecisions: PushDecisionConnection;
  /**
   * Users whose username begins with a prefix, in the order of the usernames; only those who let the viewer find them. Where
   * very many in a row do not, the search ends before them: ask with a longer prefix.
   */
  searchUsers: UserConnection;
  /** The security log, the newest event first. For admins. The log keeps events for a configured number of days. */
  securityEvents: SecurityEventConnection;
  /** A user by id. Null if it does not exist or the viewer may not see it. */
  user?: Maybe<User>;
  /** A user by username, upper or lower case. Null if nobody has it, or if its owner lets the viewer not find them. */
  userByUsername?: Maybe<User>;
  /** Users by their ids, in the order of the ids; null for each that does not exist or that the viewer may not see. */
  users: Array<Maybe<User>>;
  /** The key for `PushManager.subscribe` (`applicationServerKey`), base64url. Null if the server sends no pushes to browsers. */
  webPushKey?: Maybe<Scalars['String']['output']>;
};


export type QueryAccountsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AccountFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryParkedEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ParkedEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPresenceArgs = {
  userIds: Array<Scalars['ID']['input']>;
};


export type QueryPushDecisionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySearchUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  prefix: Scalars['String']['input'];
};


export type QuerySecurityEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SecurityEventFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryUserArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUserByUsernameArgs = {
  username: Scalars['String']['input'];
};


export type QueryUsersArgs = {
  ids: Array<Scalars['ID']['input']>;
};

/** Hours of the day in the user's time zone (`timeZone` of the profile; UTC if it is not set). */
export type QuietHours = {
  __typename?: 'QuietHours';
  /** The first minute, as `HH:MM`. If it is later than `to`, the hours go over midnight. */
  from: Scalars['String']['output'];
  /** The minute after the last one, as `HH:MM`. */
  to: Scalars['String']['output'];
};

export type QuietHoursInput = {
  /** `HH:MM`, from `00:00` to `23:59`; another time than `to`. */
  from: Scalars['String']['input'];
  /** `HH:MM`, from `00:00` to `23:59`. */
  to: Scalars['String']['input'];
};

export type RegisterDeviceInput = {
  /** The app's version, 1 to 50 characters. */
  appVersion?: InputMaybe<Scalars['String']['input']>;
  /** The hardware, such as `Pixel 9`, 1 to 100 characters. */
  model?: InputMaybe<Scalars['String']['input']>;
  /** A name that the owner recognises, 1 to 100 characters. */
  name: Scalars['String']['input'];
  platform: DevicePlatform;
  /**
   * Where pushes are sent; not together with `pushToken`. A target that another device has moves to this one when somebody signs
   * in on it.
   */
  pushTarget?: InputMaybe<PushTargetInput>;
  /** The token from the platform's push service, at most 4,096 characters. Better is `pushTarget`, which names the service. */
  pushToken?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `registerDevice`. */
export type RegisterDevicePayload = {
  __typename?: 'RegisterDevicePayload';
  device: Device;
  /** Proves at sign-in that the client is this device. Shown once; must be kept as safe as a password. */
  deviceSecret: Scalars['String']['output'];
};

export type RejectFriendRequestInput = {
  /** The user who sent the request. */
  userId: Scalars['ID']['input'];
};

/** The result of `rejectFriendRequest`. */
export type RejectFriendRequestPayload = {
  __typename?: 'RejectFriendRequestPayload';
  user: User;
};

export type RemoveDeviceInput = {
  deviceId: Scalars['ID']['input'];
};

/** The result of `removeDevice`. */
export type RemoveDevicePayload = {
  __typename?: 'RemoveDevicePayload';
  /** The sessions that were live until now. */
  revokedIds: Array<Scalars['ID']['output']>;
};

export type RemoveFriendInput = {
  userId: Scalars['ID']['input'];
};

/** The result of `removeFriend`. */
export type RemoveFriendPayload = {
  __typename?: 'RemoveFriendPayload';
  user: User;
};

export type RenameDeviceInput = {
  deviceId: Scalars['ID']['input'];
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
};

/** The result of `renameDevice`. */
export type RenameDevicePayload = {
  __typename?: 'RenameDevicePayload';
  device: Device;
};

export type ReplayParkedEventsInput = {
  /** 1 to 100 ids of parked events. */
  ids: Array<Scalars['ID']['input']>;
};

/** The result of `replayParkedEvents`. */
export type ReplayParkedEventsPayload = {
  __typename?: 'ReplayParkedEventsPayload';
  /** What became of each event, in the order of the ids. */
  results: Array<ParkedEventResult>;
};

export type RequestOtpInput = {
  /** An e-mail address, or a telephone number as E.164 (`+` and 7 to 15 digits). */
  address: Scalars['String']['input'];
  deviceId: Scalars['ID']['input'];
  deviceSecret: Scalars['String']['input'];
};

/** The result of `requestOtp`, whether or not the address is known. */
export type RequestOtpPayload = {
  __typename?: 'RequestOtpPayload';
  /** The password is valid until then. */
  expiresAt: Scalars['DateTime']['output'];
};

export type RestoreUserInput = {
  userId: Scalars['ID']['input'];
};

/** The result of `restoreUser`. */
export type RestoreUserPayload = {
  __typename?: 'RestoreUserPayload';
  user: User;
};

export type RevokeSessionsInput = {
  /** The ids of 1 to 100 own sessions; without it, all but the current one. */
  sessionIds?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** The result of `revokeSessions`. */
export type RevokeSessionsPayload = {
  __typename?: 'RevokeSessionsPayload';
  /** The sessions that were live until now. */
  revokedIds: Array<Scalars['ID']['output']>;
};

export type RevokeUserSessionsInput = {
  userId: Scalars['ID']['input'];
};

/** The result of `revokeUserSessions`. */
export type RevokeUserSessionsPayload = {
  __typename?: 'RevokeUserSessionsPayload';
  revokedIds: Array<Scalars['ID']['output']>;
};

/** Who did it. */
export type SecurityActorKind =
  | 'ADMIN'
  /** Somebody who has not signed in. */
  | 'STRANGER'
  /** The server itself, by its rules. */
  | 'SYSTEM'
  /** A signed-in user, or one who has just signed in. */
  | 'USER';

/** One more fact about an event. */
export type SecurityDetail = {
  __typename?: 'SecurityDetail';
  name: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

/** Something that happened to an account, or that an admin did. */
export type SecurityEvent = {
  __typename?: 'SecurityEvent';
  /** The id of the user or admin who did it. Null for strangers and the system, and for admins in the user's own view. */
  actorId?: Maybe<Scalars['ID']['output']>;
  actorKind: SecurityActorKind;
  at: Scalars['DateTime']['output'];
  /** The client's IPv4 address or IPv6 network. Null if it is not known, and for admins in the user's own view. */
  clientNetwork?: Maybe<Scalars['String']['output']>;
  /** More about it, by name. It contains no secret. */
  details: Array<SecurityDetail>;
  /** The device that it came from, or that it is about. */
  deviceId?: Maybe<Scalars['ID']['output']>;
  id: Scalars['ID']['output'];
  kind: SecurityEventKind;
  /** The session that it is about. */
  sessionId?: Maybe<Scalars['ID']['output']>;
  /** The id of the group, conversation, message or report that an admin acted on. Null for other events. */
  targetId?: Maybe<Scalars['ID']['output']>;
  /** The user whose account it is about. Null if there is no account. */
  userId?: Maybe<Scalars['ID']['output']>;
};

/** A page of the security log. */
export type SecurityEventConnection = {
  __typename?: 'SecurityEventConnection';
  edges: Array<SecurityEventEdge>;
  pageInfo: PageInfo;
};

/** An event in a page. */
export type SecurityEventEdge = {
  __typename?: 'SecurityEventEdge';
  cursor: Scalars['String']['output'];
  node: SecurityEvent;
};

/** Which events of the security log to show. An event must fit all given fields. */
export type SecurityEventFilter = {
  /** What this admin did. */
  adminId?: InputMaybe<Scalars['ID']['input']>;
  /** Events at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events of one of these kinds, 1 to 20. */
  kinds?: InputMaybe<Array<SecurityEventKind>>;
  /** Events about this group, conversation, message or report. */
  targetId?: InputMaybe<Scalars['ID']['input']>;
  /** Events before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events about this user's account. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** What happened. */
export type SecurityEventKind =
  /** The user deleted the account, or an admin did; the detail `note` is the admin's reason. */
  | 'ACCOUNT_DELETED'
  /** An operator added, changed or removed an admin by the command line; the detail `reason` says what. */
  | 'ADMIN_CHANGED'
  /** An admin ended all sessions of a user; the detail `count` says how many. */
  | 'ADMIN_ENDED_SESSIONS'
  /** An admin signed in with a password. */
  | 'ADMIN_SIGNED_IN'
  /** An admin signed out. */
  | 'ADMIN_SIGNED_OUT'
  /** A wrong password was tried for an admin; `actorId` is the admin's, if the address is one. */
  | 'ADMIN_SIGN_IN_FAILED'
  /** A refresh token of an admin came a second time, and the sign-in was ended. */
  | 'ADMIN_TOKEN_REUSED'
  /** A request came in an ended session. Recorded at most once an hour for each session. */
  | 'ENDED_SESSION_USED'
  /** An admin gave up an event that could not be delivered; the detail `note` names it. */
  | 'EVENT_DROPPED'
  /** An admin let an event be delivered again; the detail `note` names it. */
  | 'EVENT_REPLAYED'
  /** An admin read messages of a conversation; `targetId` is its id, and the detail `note` the reason. */
  | 'MESSAGES_REVIEWED'
  /** An admin deleted a message for good, with all that was kept of it. */
  | 'MESSAGE_PURGED'
  /** An admin deleted a message for everyone; `targetId` is its id, here and below, and the detail `note` the reason. */
  | 'MESSAGE_REMOVED'
  /** An admin gave a report to an admin, whom the detail `note` names, or to nobody. `targetId` is the report's id, here and below. */
  | 'REPORT_ASSIGNED'
  /** An admin closed a report about which nothing is done; the detail `note` is the answer. */
  | 'REPORT_DISMISSED'
  /** An admin closed a report after something was done; the detail `note` is the answer. */
  | 'REPORT_RESOLVED'
  /** A session was ended before it expired; the detail `reason` says why. */
  | 'SESSION_ENDED'
  /** A session began with a one-time password. */
  | 'SIGNED_IN'
  /** A wrong one-time password was tried for an address. */
  | 'SIGN_IN_FAILED'
  /** A suspended user gave the right one-time password, and was refused. */
  | 'SIGN_IN_REFUSED'
  /** A suspension ended: by an admin, or by the system at its end. */
  | 'USER_RESTORED'
  /** An admin suspended a user, or changed the suspension; the detail `note` is the given reason. */
  | 'USER_SUSPENDED';

export type SendFriendRequestInput = {
  /** The other user. */
  userId: Scalars['ID']['input'];
};

/** The result of `sendFriendRequest`. */
export type SendFriendRequestPayload = {
  __typename?: 'SendFriendRequestPayload';
  /** The other user; `friendStatus` says whether the two are friends now. */
  user: User;
};

/** A device that is signed in. */
export type Session = {
  __typename?: 'Session';
  createdAt: Scalars['DateTime']['output'];
  /** True for the session of this request. */
  current: Scalars['Boolean']['output'];
  device: Device;
  /** When the session ends if it is not used any more. Each use prolongs it, up to a maximum age. */
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** When the session was last used, some minutes late. Null if it has not been used yet. */
  lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of sessions. */
export type SessionConnection = {
  __typename?: 'SessionConnection';
  edges: Array<SessionEdge>;
  pageInfo: PageInfo;
};

/** A session in a page. */
export type SessionEdge = {
  __typename?: 'SessionEdge';
  cursor: Scalars['String']['output'];
  node: Session;
};

export type SetPushTargetInput = {
  /** The new target; without it, the device gets no pushes any more. */
  target?: InputMaybe<PushTargetInput>;
};

/** The result of `setPushTarget`. */
export type SetPushTargetPayload = {
  __typename?: 'SetPushTargetPayload';
  device: Device;
};

/** A user's settings. */
export type Settings = {
  __typename?: 'Settings';
  notifications: NotificationSettings;
  privacy: PrivacySettings;
};

/** The result of `signOut`. */
export type SignOutPayload = {
  __typename?: 'SignOutPayload';
  /** The session that has ended. */
  sessionId: Scalars['ID']['output'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Who of some users is online: first all of them, in the order of the ids, then whoever changes. A user who has left
   * looks offline after 8 seconds, so that a reconnect is no change. Open it again after a break: it starts with the
   * present state.
   */
  presence: Array<UserPresence>;
};


export type SubscriptionPresenceArgs = {
  userIds: Array<Scalars['ID']['input']>;
};

export type SuspendUserInput = {
  /** 1 to 500 characters. The user is told it at sign-in. */
  reason: Scalars['String']['input'];
  /** When the suspension ends by itself: a time in the future. Without it an admin must end it. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  userId: Scalars['ID']['input'];
};

/** The result of `suspendUser`. */
export type SuspendUserPayload = {
  __typename?: 'SuspendUserPayload';
  /** The sessions that were live until now. */
  revokedIds: Array<Scalars['ID']['output']>;
  user: User;
};

/** Why a user may not sign in. */
export type Suspension = {
  __typename?: 'Suspension';
  /** The id of the admin who suspended the user. */
  byAdminId: Scalars['ID']['output'];
  reason: Scalars['String']['output'];
  since: Scalars['DateTime']['output'];
  /** When it ends by itself. Null if an admin must end it. */
  until?: Maybe<Scalars['DateTime']['output']>;
};

export type UnblockUserInput = {
  userId: Scalars['ID']['input'];
};

/** The result of `unblockUser`. */
export type UnblockUserPayload = {
  __typename?: 'UnblockUserPayload';
  user: User;
};

export type UpdateProfileInput = {
  /** An absolute `https` URL without credentials, at most 2,000 characters. */
  avatarUrl?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 500 characters, of one or more lines. */
  bio?: InputMaybe<Scalars['String']['input']>;
  /**
   * 1 to 100 characters, at least one of them visible. It cannot be cleared, and cannot be like the name of a role of the
   * server, such as `Admin`.
   */
  displayName?: InputMaybe<Scalars['String']['input']>;
  /** A BCP 47 tag, such as `en-GB`. */
  locale?: InputMaybe<Scalars['String']['input']>;
  /** An IANA name, such as `Europe/Berlin`. Quiet hours are in this time zone. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
  /**
   * 3 to 30 letters of `a` to `z`, digits, `_` and `.`, at least one of them a letter; upper case becomes lower case. Names
   * of roles of the server and names that look like them are refused, and so is another user's name, and for 90 days, or
   * what the server sets, one that another user gave up (USERNAME_TAKEN). The first one is free; a change or clearing it is
   * possible once in 30 days, or what the server sets (RATE_LIMITED with `retryAfterMs`).
   */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `updateProfile`. */
export type UpdateProfilePayload = {
  __typename?: 'UpdateProfilePayload';
  user: User;
};

export type UpdateSettingsInput = {
  notifications?: InputMaybe<NotificationSettingsInput>;
  privacy?: InputMaybe<PrivacySettingsInput>;
};

/** The result of `updateSettings`. */
export type UpdateSettingsPayload = {
  __typename?: 'UpdateSettingsPayload';
  settings: Settings;
};

/** A person. */
export type User = {
  __typename?: 'User';
  /** Whether the user may sign in. Null for viewers who are no admins. */
  accountState?: Maybe<AccountState>;
  /** The address that the user signs in with. Null for other viewers. */
  address?: Maybe<Scalars['String']['output']>;
  /** The user's picture: an `https` URL. */
  avatarUrl?: Maybe<Scalars['String']['output']>;
  /** What the user says about themselves. */
  bio?: Maybe<Scalars['String']['output']>;
  /** Whom the user has blocked, the newest first. Null for other viewers. */
  blocks?: Maybe<BlockConnection>;
  /** When the account was made. Null for other viewers; admins see it. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** The devices on which the user is signed in, the newest first. Null for other viewers. */
  devices?: Maybe<DeviceConnection>;
  /** The name that others see. Null, with an error, while its subgraph is down; the rest of the answer is not affected. */
  displayName?: Maybe<Scalars['String']['output']>;
  /** What the viewer and this user are to each other. Null for the viewer's own user, and for admins. */
  friendStatus?: Maybe<FriendStatus>;
  /** The user's friends, the newest first. Null for other viewers. */
  friends?: Maybe<FriendConnection>;
  id: Scalars['ID']['output'];
  /** Requests of others that wait for the user's answer, the newest first. Null for other viewers. */
  incomingFriendRequests?: Maybe<FriendRequestConnection>;
  /** Whether the account was deleted: then everything personal is null, and only the id is left. */
  isDeleted?: Maybe<Scalars['Boolean']['output']>;
  /** The user's language, as a BCP 47 tag such as `en-GB`. Null for other viewers; admins see it. */
  locale?: Maybe<Scalars['String']['output']>;
  /** The user's requests that wait for an answer, the newest first. Null for other viewers. */
  outgoingFriendRequests?: Maybe<FriendRequestConnection>;
  /**
   * Whether the user is online, and when they last were, as far as the viewer may see it. Null, with an error, while it
   * is not known.
   */
  presence?: Maybe<UserPresence>;
  /** What the security log keeps about the user's account, the newest event first. Null for other viewers. */
  securityEvents?: Maybe<SecurityEventConnection>;
  /** The user's live sessions, the newest first. Null for other viewers. */
  sessions?: Maybe<SessionConnection>;
  /** The user's settings. Null for other viewers. */
  settings?: Maybe<Settings>;
  /** The user's suspension. Null for a user who is not suspended, and for viewers who are no admins. */
  suspension?: Maybe<Suspension>;
  /** The user's time zone, as an IANA name such as `Europe/Berlin`. Null for other viewers; admins see it. */
  timeZone?: Maybe<Scalars['String']['output']>;
  /** The unique name by which others find the user, in lower case. Null if the user has none. */
  username?: Maybe<Scalars['String']['output']>;
  /** Rises with each change of the profile: a cached profile with the same version is up to date. */
  version?: Maybe<Scalars['Int']['output']>;
};


/** A person. */
export type UserBlocksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserDevicesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserFriendsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserIncomingFriendRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserOutgoingFriendRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserSecurityEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** A person. */
export type UserSessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of users. */
export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  pageInfo: PageInfo;
};

/** A user in a page. */
export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

/** Whether a user is online: they are while an app of theirs has the subscription `inbox` open. */
export type UserPresence = {
  __typename?: 'UserPresence';
  /** When the user was last online. Null while they are online, if they never were, and if the viewer may not see it. */
  lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
  online: Scalars['Boolean']['output'];
  /** Null, with an error, while its subgraph is down, and for an id that no user has. */
  user?: Maybe<User>;
  userId: Scalars['ID']['output'];
};

export type VerifyOtpInput = {
  address: Scalars['String']['input'];
  /** Six digits, or eight after many wrong codes. */
  code: Scalars['String']['input'];
  deviceId: Scalars['ID']['input'];
  deviceSecret: Scalars['String']['input'];
  /** The name of a new user, 1 to 100 characters. Ignored for an existing user. */
  displayName?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `verifyOtp`: a session, or the reason why there is none. */
export type VerifyOtpPayload = {
  __typename?: 'VerifyOtpPayload';
  failure?: Maybe<OtpFailure>;
  /** Null unless `failure` is null. */
  session?: Maybe<NewSession>;
  /** The number of codes that may still be tried for this password. If it is 0, a new one must be requested. */
  triesLeft: Scalars['Int']['output'];
};

/** A browser's subscription, from `PushManager.subscribe`. */
export type WebPushTargetInput = {
  /** The subscription's secret: 16 bytes as base64url. */
  auth: Scalars['String']['input'];
  /** The `https:` URL of the push service, at most 2,048 characters; its host is a public name. */
  endpoint: Scalars['String']['input'];
  /** The subscription's public key: a point of P-256, 65 bytes as base64url. */
  p256dh: Scalars['String']['input'];
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
  MyData: MyData;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  MyData:
    ( { __typename: 'MyData' }
    & GraphQLRecursivePick<FederationTypes['MyData'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AccountFilter: AccountFilter;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AccountState: AccountState;
  AdminRefreshInput: AdminRefreshInput;
  AdminRefreshPayload: ResolverTypeWrapper<Omit<AdminRefreshPayload, 'tokens'> & { tokens: ResolversTypes['AdminTokens'] }>;
  AdminSignInFailure: AdminSignInFailure;
  AdminSignInInput: AdminSignInInput;
  AdminSignInPayload: ResolverTypeWrapper<Omit<AdminSignInPayload, 'tokens'> & { tokens?: Maybe<ResolversTypes['AdminTokens']> }>;
  AdminSignOutInput: AdminSignOutInput;
  AdminSignOutPayload: ResolverTypeWrapper<AdminSignOutPayload>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AdminTokens: ResolverTypeWrapper<Tokens>;
  ApnsEnvironment: ApnsEnvironment;
  ApnsTargetInput: ApnsTargetInput;
  ApproveFriendRequestInput: ApproveFriendRequestInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  ApproveFriendRequestPayload: ResolverTypeWrapper<Omit<ApproveFriendRequestPayload, 'user'> & { user: ResolversTypes['User'] }>;
  BlockConnection: ResolverTypeWrapper<Omit<BlockConnection, 'edges'> & { edges: Array<ResolversTypes['BlockEdge']> }>;
  BlockEdge: ResolverTypeWrapper<Omit<BlockEdge, 'node'> & { node: ResolversTypes['User'] }>;
  BlockUserInput: BlockUserInput;
  BlockUserPayload: ResolverTypeWrapper<Omit<BlockUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  CacheControlScope: CacheControlScope;
  CancelFriendRequestInput: CancelFriendRequestInput;
  CancelFriendRequestPayload: ResolverTypeWrapper<Omit<CancelFriendRequestPayload, 'user'> & { user: ResolversTypes['User'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteAccountInput: DeleteAccountInput;
  DeleteAccountPayload: ResolverTypeWrapper<DeleteAccountPayload>;
  Device: ResolverTypeWrapper<DeviceRow>;
  DeviceConnection: ResolverTypeWrapper<Omit<DeviceConnection, 'edges'> & { edges: Array<ResolversTypes['DeviceEdge']> }>;
  DeviceEdge: ResolverTypeWrapper<Omit<DeviceEdge, 'node'> & { node: ResolversTypes['Device'] }>;
  DevicePlatform: DevicePlatform;
  DropParkedEventsInput: DropParkedEventsInput;
  DropParkedEventsPayload: ResolverTypeWrapper<DropParkedEventsPayload>;
  EraseUserInput: EraseUserInput;
  EraseUserPayload: ResolverTypeWrapper<EraseUserPayload>;
  FcmTargetInput: FcmTargetInput;
  FriendConnection: ResolverTypeWrapper<Omit<FriendConnection, 'edges'> & { edges: Array<ResolversTypes['FriendEdge']> }>;
  FriendEdge: ResolverTypeWrapper<Omit<FriendEdge, 'node'> & { node: ResolversTypes['User'] }>;
  FriendRequest: ResolverTypeWrapper<FriendRequestRow>;
  FriendRequestConnection: ResolverTypeWrapper<Omit<FriendRequestConnection, 'edges'> & { edges: Array<ResolversTypes['FriendRequestEdge']> }>;
  FriendRequestEdge: ResolverTypeWrapper<Omit<FriendRequestEdge, 'node'> & { node: ResolversTypes['FriendRequest'] }>;
  FriendStatus: FriendStatus;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MyData: ResolverTypeWrapper<MyDataRef>;
  MyRecord: ResolverTypeWrapper<ExportedRecord>;
  MyRecordConnection: ResolverTypeWrapper<Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversTypes['MyRecordEdge']> }>;
  MyRecordEdge: ResolverTypeWrapper<Omit<MyRecordEdge, 'node'> & { node: ResolversTypes['MyRecord'] }>;
  NewSession: ResolverTypeWrapper<SignedIn>;
  NotificationLevel: NotificationLevel;
  NotificationSettings: ResolverTypeWrapper<NotificationSettings>;
  NotificationSettingsInput: NotificationSettingsInput;
  OtpFailure: OtpFailure;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  ParkedEvent: ResolverTypeWrapper<ParkedEventRow>;
  ParkedEventConnection: ResolverTypeWrapper<Omit<ParkedEventConnection, 'edges'> & { edges: Array<ResolversTypes['ParkedEventEdge']> }>;
  ParkedEventEdge: ResolverTypeWrapper<Omit<ParkedEventEdge, 'node'> & { node: ResolversTypes['ParkedEvent'] }>;
  ParkedEventFilter: ParkedEventFilter;
  ParkedEventOutcome: ParkedEventOutcome;
  ParkedEventResult: ResolverTypeWrapper<ParkedEventResult>;
  PrivacyAudience: PrivacyAudience;
  PrivacySettings: ResolverTypeWrapper<SettingsRow>;
  PrivacySettingsInput: PrivacySettingsInput;
  PushDecision: ResolverTypeWrapper<PushDecisionRow>;
  PushDecisionConnection: ResolverTypeWrapper<Omit<PushDecisionConnection, 'edges'> & { edges: Array<ResolversTypes['PushDecisionEdge']> }>;
  PushDecisionEdge: ResolverTypeWrapper<Omit<PushDecisionEdge, 'node'> & { node: ResolversTypes['PushDecision'] }>;
  PushOutcome: PushOutcome;
  PushService: PushService;
  PushTargetInput: PushTargetInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuietHours: ResolverTypeWrapper<QuietHours>;
  QuietHoursInput: QuietHoursInput;
  RegisterDeviceInput: RegisterDeviceInput;
  RegisterDevicePayload: ResolverTypeWrapper<Omit<RegisterDevicePayload, 'device'> & { device: ResolversTypes['Device'] }>;
  RejectFriendRequestInput: RejectFriendRequestInput;
  RejectFriendRequestPayload: ResolverTypeWrapper<Omit<RejectFriendRequestPayload, 'user'> & { user: ResolversTypes['User'] }>;
  RemoveDeviceInput: RemoveDeviceInput;
  RemoveDevicePayload: ResolverTypeWrapper<RemoveDevicePayload>;
  RemoveFriendInput: RemoveFriendInput;
  RemoveFriendPayload: ResolverTypeWrapper<Omit<RemoveFriendPayload, 'user'> & { user: ResolversTypes['User'] }>;
  RenameDeviceInput: RenameDeviceInput;
  RenameDevicePayload: ResolverTypeWrapper<Omit<RenameDevicePayload, 'device'> & { device: ResolversTypes['Device'] }>;
  ReplayParkedEventsInput: ReplayParkedEventsInput;
  ReplayParkedEventsPayload: ResolverTypeWrapper<ReplayParkedEventsPayload>;
  RequestOtpInput: RequestOtpInput;
  RequestOtpPayload: ResolverTypeWrapper<RequestOtpPayload>;
  RestoreUserInput: RestoreUserInput;
  RestoreUserPayload: ResolverTypeWrapper<Omit<RestoreUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  RevokeSessionsInput: RevokeSessionsInput;
  RevokeSessionsPayload: ResolverTypeWrapper<RevokeSessionsPayload>;
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: ResolverTypeWrapper<RevokeUserSessionsPayload>;
  SecurityActorKind: SecurityActorKind;
  SecurityDetail: ResolverTypeWrapper<SecurityDetail>;
  SecurityEvent: ResolverTypeWrapper<SecurityEventRow>;
  SecurityEventConnection: ResolverTypeWrapper<Omit<SecurityEventConnection, 'edges'> & { edges: Array<ResolversTypes['SecurityEventEdge']> }>;
  SecurityEventEdge: ResolverTypeWrapper<Omit<SecurityEventEdge, 'node'> & { node: ResolversTypes['SecurityEvent'] }>;
  SecurityEventFilter: SecurityEventFilter;
  SecurityEventKind: SecurityEventKind;
  SendFriendRequestInput: SendFriendRequestInput;
  SendFriendRequestPayload: ResolverTypeWrapper<Omit<SendFriendRequestPayload, 'user'> & { user: ResolversTypes['User'] }>;
  Session: ResolverTypeWrapper<SessionRow>;
  SessionConnection: ResolverTypeWrapper<Omit<SessionConnection, 'edges'> & { edges: Array<ResolversTypes['SessionEdge']> }>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SetPushTargetInput: SetPushTargetInput;
  SetPushTargetPayload: ResolverTypeWrapper<Omit<SetPushTargetPayload, 'device'> & { device: ResolversTypes['Device'] }>;
  Settings: ResolverTypeWrapper<SettingsRow>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: ResolverTypeWrapper<Omit<SuspendUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  Suspension: ResolverTypeWrapper<SuspensionRow>;
  UnblockUserInput: UnblockUserInput;
  UnblockUserPayload: ResolverTypeWrapper<Omit<UnblockUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user: ResolversTypes['User'] }>;
  UpdateSettingsInput: UpdateSettingsInput;
  UpdateSettingsPayload: ResolverTypeWrapper<Omit<UpdateSettingsPayload, 'settings'> & { settings: ResolversTypes['Settings'] }>;
  User: ResolverTypeWrapper<PersonRow>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges'> & { edges: Array<ResolversTypes['UserEdge']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  UserPresence: ResolverTypeWrapper<PresenceRow>;
  VerifyOtpInput: VerifyOtpInput;
  VerifyOtpPayload: ResolverTypeWrapper<Omit<VerifyOtpPayload, 'session'> & { session?: Maybe<ResolversTypes['NewSession']> }>;
  WebPushTargetInput: WebPushTargetInput;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AccountFilter: AccountFilter;
  String: Scalars['String']['output'];
  AdminRefreshInput: AdminRefreshInput;
  AdminRefreshPayload: Omit<AdminRefreshPayload, 'tokens'> & { tokens: ResolversParentTypes['AdminTokens'] };
  AdminSignInInput: AdminSignInInput;
  AdminSignInPayload: Omit<AdminSignInPayload, 'tokens'> & { tokens?: Maybe<ResolversParentTypes['AdminTokens']> };
  AdminSignOutInput: AdminSignOutInput;
  AdminSignOutPayload: AdminSignOutPayload;
  Boolean: Scalars['Boolean']['output'];
  AdminTokens: Tokens;
  ApnsTargetInput: ApnsTargetInput;
  ApproveFriendRequestInput: ApproveFriendRequestInput;
  ID: Scalars['ID']['output'];
  ApproveFriendRequestPayload: Omit<ApproveFriendRequestPayload, 'user'> & { user: ResolversParentTypes['User'] };
  BlockConnection: Omit<BlockConnection, 'edges'> & { edges: Array<ResolversParentTypes['BlockEdge']> };
  BlockEdge: Omit<BlockEdge, 'node'> & { node: ResolversParentTypes['User'] };
  BlockUserInput: BlockUserInput;
  BlockUserPayload: Omit<BlockUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  CancelFriendRequestInput: CancelFriendRequestInput;
  CancelFriendRequestPayload: Omit<CancelFriendRequestPayload, 'user'> & { user: ResolversParentTypes['User'] };
  DateTime: Scalars['DateTime']['output'];
  DeleteAccountInput: DeleteAccountInput;
  DeleteAccountPayload: DeleteAccountPayload;
  Device: DeviceRow;
  DeviceConnection: Omit<DeviceConnection, 'edges'> & { edges: Array<ResolversParentTypes['DeviceEdge']> };
  DeviceEdge: Omit<DeviceEdge, 'node'> & { node: ResolversParentTypes['Device'] };
  DropParkedEventsInput: DropParkedEventsInput;
  DropParkedEventsPayload: DropParkedEventsPayload;
  EraseUserInput: EraseUserInput;
  EraseUserPayload: EraseUserPayload;
  FcmTargetInput: FcmTargetInput;
  FriendConnection: Omit<FriendConnection, 'edges'> & { edges: Array<ResolversParentTypes['FriendEdge']> };
  FriendEdge: Omit<FriendEdge, 'node'> & { node: ResolversParentTypes['User'] };
  FriendRequest: FriendRequestRow;
  FriendRequestConnection: Omit<FriendRequestConnection, 'edges'> & { edges: Array<ResolversParentTypes['FriendRequestEdge']> };
  FriendRequestEdge: Omit<FriendRequestEdge, 'node'> & { node: ResolversParentTypes['FriendRequest'] };
  JSON: Scalars['JSON']['output'];
  Mutation: Record<PropertyKey, never>;
  MyData: MyDataRef;
  MyRecord: ExportedRecord;
  MyRecordConnection: Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversParentTypes['MyRecordEdge']> };
  MyRecordEdge: Omit<MyRecordEdge, 'node'> & { node: ResolversParentTypes['MyRecord'] };
  NewSession: SignedIn;
  NotificationSettings: NotificationSettings;
  NotificationSettingsInput: NotificationSettingsInput;
  PageInfo: PageInfo;
  ParkedEvent: ParkedEventRow;
  ParkedEventConnection: Omit<ParkedEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['ParkedEventEdge']> };
  ParkedEventEdge: Omit<ParkedEventEdge, 'node'> & { node: ResolversParentTypes['ParkedEvent'] };
  ParkedEventFilter: ParkedEventFilter;
  ParkedEventResult: ParkedEventResult;
  PrivacySettings: SettingsRow;
  PrivacySettingsInput: PrivacySettingsInput;
  PushDecision: PushDecisionRow;
  PushDecisionConnection: Omit<PushDecisionConnection, 'edges'> & { edges: Array<ResolversParentTypes['PushDecisionEdge']> };
  PushDecisionEdge: Omit<PushDecisionEdge, 'node'> & { node: ResolversParentTypes['PushDecision'] };
  PushTargetInput: PushTargetInput;
  Query: Record<PropertyKey, never>;
  QuietHours: QuietHours;
  QuietHoursInput: QuietHoursInput;
  RegisterDeviceInput: RegisterDeviceInput;
  RegisterDevicePayload: Omit<RegisterDevicePayload, 'device'> & { device: ResolversParentTypes['Device'] };
  RejectFriendRequestInput: RejectFriendRequestInput;
  RejectFriendRequestPayload: Omit<RejectFriendRequestPayload, 'user'> & { user: ResolversParentTypes['User'] };
  RemoveDeviceInput: RemoveDeviceInput;
  RemoveDevicePayload: RemoveDevicePayload;
  RemoveFriendInput: RemoveFriendInput;
  RemoveFriendPayload: Omit<RemoveFriendPayload, 'user'> & { user: ResolversParentTypes['User'] };
  RenameDeviceInput: RenameDeviceInput;
  RenameDevicePayload: Omit<RenameDevicePayload, 'device'> & { device: ResolversParentTypes['Device'] };
  ReplayParkedEventsInput: ReplayParkedEventsInput;
  ReplayParkedEventsPayload: ReplayParkedEventsPayload;
  RequestOtpInput: RequestOtpInput;
  RequestOtpPayload: RequestOtpPayload;
  RestoreUserInput: RestoreUserInput;
  RestoreUserPayload: Omit<RestoreUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  RevokeSessionsInput: RevokeSessionsInput;
  RevokeSessionsPayload: RevokeSessionsPayload;
  RevokeUserSessionsInput: RevokeUserSessionsInput;
  RevokeUserSessionsPayload: RevokeUserSessionsPayload;
  SecurityDetail: SecurityDetail;
  SecurityEvent: SecurityEventRow;
  SecurityEventConnection: Omit<SecurityEventConnection, 'edges'> & { edges: Array<ResolversParentTypes['SecurityEventEdge']> };
  SecurityEventEdge: Omit<SecurityEventEdge, 'node'> & { node: ResolversParentTypes['SecurityEvent'] };
  SecurityEventFilter: SecurityEventFilter;
  SendFriendRequestInput: SendFriendRequestInput;
  SendFriendRequestPayload: Omit<SendFriendRequestPayload, 'user'> & { user: ResolversParentTypes['User'] };
  Session: SessionRow;
  SessionConnection: Omit<SessionConnection, 'edges'> & { edges: Array<ResolversParentTypes['SessionEdge']> };
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SetPushTargetInput: SetPushTargetInput;
  SetPushTargetPayload: Omit<SetPushTargetPayload, 'device'> & { device: ResolversParentTypes['Device'] };
  Settings: SettingsRow;
  SignOutPayload: SignOutPayload;
  Subscription: Record<PropertyKey, never>;
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: Omit<SuspendUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  Suspension: SuspensionRow;
  UnblockUserInput: UnblockUserInput;
  UnblockUserPayload: Omit<UnblockUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user: ResolversParentTypes['User'] };
  UpdateSettingsInput: UpdateSettingsInput;
  UpdateSettingsPayload: Omit<UpdateSettingsPayload, 'settings'> & { settings: ResolversParentTypes['Settings'] };
  User: PersonRow;
  UserConnection: Omit<UserConnection, 'edges'> & { edges: Array<ResolversParentTypes['UserEdge']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  UserPresence: PresenceRow;
  VerifyOtpInput: VerifyOtpInput;
  VerifyOtpPayload: Omit<VerifyOtpPayload, 'session'> & { session?: Maybe<ResolversParentTypes['NewSession']> };
  WebPushTargetInput: WebPushTargetInput;
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  scope?: Maybe<CacheControlScope>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = unknown, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PublicDirectiveArgs = { };

export type PublicDirectiveResolver<Result, Parent, ContextType = unknown, Args = PublicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RateCostDirectiveArgs = {
  points: Scalars['Int']['input'];
};

export type RateCostDirectiveResolver<Result, Parent, ContextType = unknown, Args = RateCostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SnapshotDirectiveArgs = { };

export type SnapshotDirectiveResolver<Result, Parent, ContextType = unknown, Args = SnapshotDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AdminRefreshPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AdminRefreshPayload'] = ResolversParentTypes['AdminRefreshPayload']> = {
  tokens?: Resolver<ResolversTypes['AdminTokens'], ParentType, ContextType>;
};

export type AdminSignInPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AdminSignInPayload'] = ResolversParentTypes['AdminSignInPayload']> = {
  failure?: Resolver<Maybe<ResolversTypes['AdminSignInFailure']>, ParentType, ContextType>;
  tokens?: Resolver<Maybe<ResolversTypes['AdminTokens']>, ParentType, ContextType>;
};

export type AdminSignOutPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AdminSignOutPayload'] = ResolversParentTypes['AdminSignOutPayload']> = {
  signedOut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AdminTokensResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AdminTokens'] = ResolversParentTypes['AdminTokens']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  refreshExpiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ApproveFriendRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ApproveFriendRequestPayload'] = ResolversParentTypes['ApproveFriendRequestPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type BlockConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['BlockConnection'] = ResolversParentTypes['BlockConnection']> = {
  edges?: Resolver<Array<ResolversTypes['BlockEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BlockEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['BlockEdge'] = ResolversParentTypes['BlockEdge']> = {
  blockedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type BlockUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['BlockUserPayload'] = ResolversParentTypes['BlockUserPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type CancelFriendRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CancelFriendRequestPayload'] = ResolversParentTypes['CancelFriendRequestPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteAccountPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeleteAccountPayload'] = ResolversParentTypes['DeleteAccountPayload']> = {
  deletedId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DeviceResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Device'] = ResolversParentTypes['Device']> = {
  appVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  model?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['DevicePlatform'], ParentType, ContextType>;
  pushService?: Resolver<Maybe<ResolversTypes['PushService']>, ParentType, ContextType>;
};

export type DeviceConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeviceConnection'] = ResolversParentTypes['DeviceConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeviceEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeviceEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DeviceEdge'] = ResolversParentTypes['DeviceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
};

export type DropParkedEventsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['DropParkedEventsPayload'] = ResolversParentTypes['DropParkedEventsPayload']> = {
  results?: Resolver<Array<ResolversTypes['ParkedEventResult']>, ParentType, ContextType>;
};

export type EraseUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['EraseUserPayload'] = ResolversParentTypes['EraseUserPayload']> = {
  deletedId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FriendConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendConnection'] = ResolversParentTypes['FriendConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FriendEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FriendEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendEdge'] = ResolversParentTypes['FriendEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type FriendRequestResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequest'] = ResolversParentTypes['FriendRequest']> = {
  from?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type FriendRequestConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequestConnection'] = ResolversParentTypes['FriendRequestConnection']> = {
  edges?: Resolver<Array<ResolversTypes['FriendRequestEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FriendRequestEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['FriendRequestEdge'] = ResolversParentTypes['FriendRequestEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['FriendRequest'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MutationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  adminRefresh?: Resolver<ResolversTypes['AdminRefreshPayload'], ParentType, ContextType, RequireFields<MutationAdminRefreshArgs, 'input'>>;
  adminSignIn?: Resolver<ResolversTypes['AdminSignInPayload'], ParentType, ContextType, RequireFields<MutationAdminSignInArgs, 'input'>>;
  adminSignOut?: Resolver<ResolversTypes['AdminSignOutPayload'], ParentType, ContextType, RequireFields<MutationAdminSignOutArgs, 'input'>>;
  approveFriendRequest?: Resolver<ResolversTypes['ApproveFriendRequestPayload'], ParentType, ContextType, RequireFields<MutationApproveFriendRequestArgs, 'input'>>;
  blockUser?: Resolver<ResolversTypes['BlockUserPayload'], ParentType, ContextType, RequireFields<MutationBlockUserArgs, 'input'>>;
  cancelFriendRequest?: Resolver<ResolversTypes['CancelFriendRequestPayload'], ParentType, ContextType, RequireFields<MutationCancelFriendRequestArgs, 'input'>>;
  deleteAccount?: Resolver<ResolversTypes['DeleteAccountPayload'], ParentType, ContextType, RequireFields<MutationDeleteAccountArgs, 'input'>>;
  dropParkedEvents?: Resolver<ResolversTypes['DropParkedEventsPayload'], ParentType, ContextType, RequireFields<MutationDropParkedEventsArgs, 'input'>>;
  eraseUser?: Resolver<ResolversTypes['EraseUserPayload'], ParentType, ContextType, RequireFields<MutationEraseUserArgs, 'input'>>;
  registerDevice?: Resolver<ResolversTypes['RegisterDevicePayload'], ParentType, ContextType, RequireFields<MutationRegisterDeviceArgs, 'input'>>;
  rejectFriendRequest?: Resolver<ResolversTypes['RejectFriendRequestPayload'], ParentType, ContextType, RequireFields<MutationRejectFriendRequestArgs, 'input'>>;
  removeDevice?: Resolver<ResolversTypes['RemoveDevicePayload'], ParentType, ContextType, RequireFields<MutationRemoveDeviceArgs, 'input'>>;
  removeFriend?: Resolver<ResolversTypes['RemoveFriendPayload'], ParentType, ContextType, RequireFields<MutationRemoveFriendArgs, 'input'>>;
  renameDevice?: Resolver<ResolversTypes['RenameDevicePayload'], ParentType, ContextType, RequireFields<MutationRenameDeviceArgs, 'input'>>;
  replayParkedEvents?: Resolver<ResolversTypes['ReplayParkedEventsPayload'], ParentType, ContextType, RequireFields<MutationReplayParkedEventsArgs, 'input'>>;
  requestOtp?: Resolver<ResolversTypes['RequestOtpPayload'], ParentType, ContextType, RequireFields<MutationRequestOtpArgs, 'input'>>;
  restoreUser?: Resolver<ResolversTypes['RestoreUserPayload'], ParentType, ContextType, RequireFields<MutationRestoreUserArgs, 'input'>>;
  revokeSessions?: Resolver<ResolversTypes['RevokeSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeSessionsArgs, 'input'>>;
  revokeUserSessions?: Resolver<ResolversTypes['RevokeUserSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'input'>>;
  sendFriendRequest?: Resolver<ResolversTypes['SendFriendRequestPayload'], ParentType, ContextType, RequireFields<MutationSendFriendRequestArgs, 'input'>>;
  setPushTarget?: Resolver<ResolversTypes['SetPushTargetPayload'], ParentType, ContextType, RequireFields<MutationSetPushTargetArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType>;
  suspendUser?: Resolver<ResolversTypes['SuspendUserPayload'], ParentType, ContextType, RequireFields<MutationSuspendUserArgs, 'input'>>;
  unblockUser?: Resolver<ResolversTypes['UnblockUserPayload'], ParentType, ContextType, RequireFields<MutationUnblockUserArgs, 'input'>>;
  updateProfile?: Resolver<ResolversTypes['UpdateProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  updateSettings?: Resolver<ResolversTypes['UpdateSettingsPayload'], ParentType, ContextType, RequireFields<MutationUpdateSettingsArgs, 'input'>>;
  verifyOtp?: Resolver<ResolversTypes['VerifyOtpPayload'], ParentType, ContextType, RequireFields<MutationVerifyOtpArgs, 'input'>>;
};

export type MyDataResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['MyData'] = ResolversParentTypes['MyData'], FederationReferenceType extends FederationReferenceTypes['MyData'] = FederationReferenceTypes['MyData']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MyData']> | FederationReferenceType, FederationReferenceType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['MyRecordConnection']>, ParentType, ContextType, RequireFields<MyDataAccountArgs, 'first'>>;
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

export type NewSessionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['NewSession'] = ResolversParentTypes['NewSession']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  hmacKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type NotificationSettingsResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['NotificationSettings'] = ResolversParentTypes['NotificationSettings']> = {
  level?: Resolver<ResolversTypes['NotificationLevel'], ParentType, ContextType>;
  previews?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  quietHours?: Resolver<Maybe<ResolversTypes['QuietHours']>, ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ParkedEventResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParkedEvent'] = ResolversParentTypes['ParkedEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ParkedEventConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParkedEventConnection'] = ResolversParentTypes['ParkedEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ParkedEventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ParkedEventEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParkedEventEdge'] = ResolversParentTypes['ParkedEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ParkedEvent'], ParentType, ContextType>;
};

export type ParkedEventResultResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ParkedEventResult'] = ResolversParentTypes['ParkedEventResult']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ParkedEventOutcome'], ParentType, ContextType>;
};

export type PrivacySettingsResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PrivacySettings'] = ResolversParentTypes['PrivacySettings']> = {
  foundBy?: Resolver<ResolversTypes['PrivacyAudience'], ParentType, ContextType>;
  groupsFrom?: Resolver<ResolversTypes['PrivacyAudience'], ParentType, ContextType>;
  invisible?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastSeenTo?: Resolver<ResolversTypes['PrivacyAudience'], ParentType, ContextType>;
  messagesFrom?: Resolver<ResolversTypes['PrivacyAudience'], ParentType, ContextType>;
  readReceipts?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PushDecisionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PushDecision'] = ResolversParentTypes['PushDecision']> = {
  data?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deviceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['PushOutcome'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PushDecisionConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PushDecisionConnection'] = ResolversParentTypes['PushDecisionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PushDecisionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PushDecisionEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PushDecisionEdge'] = ResolversParentTypes['PushDecisionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PushDecision'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  accounts?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryAccountsArgs, 'first'>>;
  exportMyData?: Resolver<ResolversTypes['MyData'], ParentType, ContextType>;
  me?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  parkedEvents?: Resolver<ResolversTypes['ParkedEventConnection'], ParentType, ContextType, RequireFields<QueryParkedEventsArgs, 'first'>>;
  presence?: Resolver<Array<ResolversTypes['UserPresence']>, ParentType, ContextType, RequireFields<QueryPresenceArgs, 'userIds'>>;
  pushDecisions?: Resolver<ResolversTypes['PushDecisionConnection'], ParentType, ContextType, RequireFields<QueryPushDecisionsArgs, 'first'>>;
  searchUsers?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QuerySearchUsersArgs, 'first' | 'prefix'>>;
  securityEvents?: Resolver<ResolversTypes['SecurityEventConnection'], ParentType, ContextType, RequireFields<QuerySecurityEventsArgs, 'first'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  userByUsername?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserByUsernameArgs, 'username'>>;
  users?: Resolver<Array<Maybe<ResolversTypes['User']>>, ParentType, ContextType, RequireFields<QueryUsersArgs, 'ids'>>;
  webPushKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QuietHoursResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['QuietHours'] = ResolversParentTypes['QuietHours']> = {
  from?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RegisterDevicePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RegisterDevicePayload'] = ResolversParentTypes['RegisterDevicePayload']> = {
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
  deviceSecret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RejectFriendRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RejectFriendRequestPayload'] = ResolversParentTypes['RejectFriendRequestPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type RemoveDevicePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveDevicePayload'] = ResolversParentTypes['RemoveDevicePayload']> = {
  revokedIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type RemoveFriendPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveFriendPayload'] = ResolversParentTypes['RemoveFriendPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type RenameDevicePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RenameDevicePayload'] = ResolversParentTypes['RenameDevicePayload']> = {
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
};

export type ReplayParkedEventsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['ReplayParkedEventsPayload'] = ResolversParentTypes['ReplayParkedEventsPayload']> = {
  results?: Resolver<Array<ResolversTypes['ParkedEventResult']>, ParentType, ContextType>;
};

export type RequestOtpPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RequestOtpPayload'] = ResolversParentTypes['RequestOtpPayload']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type RestoreUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RestoreUserPayload'] = ResolversParentTypes['RestoreUserPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type RevokeSessionsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RevokeSessionsPayload'] = ResolversParentTypes['RevokeSessionsPayload']> = {
  revokedIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type RevokeUserSessionsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RevokeUserSessionsPayload'] = ResolversParentTypes['RevokeUserSessionsPayload']> = {
  revokedIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SecurityDetailResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SecurityDetail'] = ResolversParentTypes['SecurityDetail']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SecurityEventResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SecurityEvent'] = ResolversParentTypes['SecurityEvent']> = {
  actorId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  actorKind?: Resolver<ResolversTypes['SecurityActorKind'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  clientNetwork?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  details?: Resolver<Array<ResolversTypes['SecurityDetail']>, ParentType, ContextType>;
  deviceId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SecurityEventKind'], ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  targetId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SecurityEventConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SecurityEventConnection'] = ResolversParentTypes['SecurityEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SecurityEventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SecurityEventEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SecurityEventEdge'] = ResolversParentTypes['SecurityEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SecurityEvent'], ParentType, ContextType>;
};

export type SendFriendRequestPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SendFriendRequestPayload'] = ResolversParentTypes['SendFriendRequestPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SetPushTargetPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SetPushTargetPayload'] = ResolversParentTypes['SetPushTargetPayload']> = {
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
};

export type SettingsResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Settings'] = ResolversParentTypes['Settings']> = {
  notifications?: Resolver<ResolversTypes['NotificationSettings'], ParentType, ContextType>;
  privacy?: Resolver<ResolversTypes['PrivacySettings'], ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  presence?: SubscriptionResolver<Array<ResolversTypes['UserPresence']>, "presence", ParentType, ContextType, RequireFields<SubscriptionPresenceArgs, 'userIds'>>;
};

export type SuspendUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SuspendUserPayload'] = ResolversParentTypes['SuspendUserPayload']> = {
  revokedIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type SuspensionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Suspension'] = ResolversParentTypes['Suspension']> = {
  byAdminId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type UnblockUserPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UnblockUserPayload'] = ResolversParentTypes['UnblockUserPayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UpdateProfilePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UpdateSettingsPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UpdateSettingsPayload'] = ResolversParentTypes['UpdateSettingsPayload']> = {
  settings?: Resolver<ResolversTypes['Settings'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  accountState?: Resolver<Maybe<ResolversTypes['AccountState']>, ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bio?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  blocks?: Resolver<Maybe<ResolversTypes['BlockConnection']>, ParentType, ContextType, RequireFields<UserBlocksArgs, 'first'>>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  devices?: Resolver<Maybe<ResolversTypes['DeviceConnection']>, ParentType, ContextType, RequireFields<UserDevicesArgs, 'first'>>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  friendStatus?: Resolver<Maybe<ResolversTypes['FriendStatus']>, ParentType, ContextType>;
  friends?: Resolver<Maybe<ResolversTypes['FriendConnection']>, ParentType, ContextType, RequireFields<UserFriendsArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  incomingFriendRequests?: Resolver<Maybe<ResolversTypes['FriendRequestConnection']>, ParentType, ContextType, RequireFields<UserIncomingFriendRequestsArgs, 'first'>>;
  isDeleted?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  locale?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outgoingFriendRequests?: Resolver<Maybe<ResolversTypes['FriendRequestConnection']>, ParentType, ContextType, RequireFields<UserOutgoingFriendRequestsArgs, 'first'>>;
  presence?: Resolver<Maybe<ResolversTypes['UserPresence']>, ParentType, ContextType>;
  securityEvents?: Resolver<Maybe<ResolversTypes['SecurityEventConnection']>, ParentType, ContextType, RequireFields<UserSecurityEventsArgs, 'first'>>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
  settings?: Resolver<Maybe<ResolversTypes['Settings']>, ParentType, ContextType>;
  suspension?: Resolver<Maybe<ResolversTypes['Suspension']>, ParentType, ContextType>;
  timeZone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  username?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserPresenceResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UserPresence'] = ResolversParentTypes['UserPresence']> = {
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  online?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type VerifyOtpPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['VerifyOtpPayload'] = ResolversParentTypes['VerifyOtpPayload']> = {
  failure?: Resolver<Maybe<ResolversTypes['OtpFailure']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['NewSession']>, ParentType, ContextType>;
  triesLeft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = unknown> = {
  AdminRefreshPayload?: AdminRefreshPayloadResolvers<ContextType>;
  AdminSignInPayload?: AdminSignInPayloadResolvers<ContextType>;
  AdminSignOutPayload?: AdminSignOutPayloadResolvers<ContextType>;
  AdminTokens?: AdminTokensResolvers<ContextType>;
  ApproveFriendRequestPayload?: ApproveFriendRequestPayloadResolvers<ContextType>;
  BlockConnection?: BlockConnectionResolvers<ContextType>;
  BlockEdge?: BlockEdgeResolvers<ContextType>;
  BlockUserPayload?: BlockUserPayloadResolvers<ContextType>;
  CancelFriendRequestPayload?: CancelFriendRequestPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteAccountPayload?: DeleteAccountPayloadResolvers<ContextType>;
  Device?: DeviceResolvers<ContextType>;
  DeviceConnection?: DeviceConnectionResolvers<ContextType>;
  DeviceEdge?: DeviceEdgeResolvers<ContextType>;
  DropParkedEventsPayload?: DropParkedEventsPayloadResolvers<ContextType>;
  EraseUserPayload?: EraseUserPayloadResolvers<ContextType>;
  FriendConnection?: FriendConnectionResolvers<ContextType>;
  FriendEdge?: FriendEdgeResolvers<ContextType>;
  FriendRequest?: FriendRequestResolvers<ContextType>;
  FriendRequestConnection?: FriendRequestConnectionResolvers<ContextType>;
  FriendRequestEdge?: FriendRequestEdgeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  MyData?: MyDataResolvers<ContextType>;
  MyRecord?: MyRecordResolvers<ContextType>;
  MyRecordConnection?: MyRecordConnectionResolvers<ContextType>;
  MyRecordEdge?: MyRecordEdgeResolvers<ContextType>;
  NewSession?: NewSessionResolvers<ContextType>;
  NotificationSettings?: NotificationSettingsResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  ParkedEvent?: ParkedEventResolvers<ContextType>;
  ParkedEventConnection?: ParkedEventConnectionResolvers<ContextType>;
  ParkedEventEdge?: ParkedEventEdgeResolvers<ContextType>;
  ParkedEventResult?: ParkedEventResultResolvers<ContextType>;
  PrivacySettings?: PrivacySettingsResolvers<ContextType>;
  PushDecision?: PushDecisionResolvers<ContextType>;
  PushDecisionConnection?: PushDecisionConnectionResolvers<ContextType>;
  PushDecisionEdge?: PushDecisionEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuietHours?: QuietHoursResolvers<ContextType>;
  RegisterDevicePayload?: RegisterDevicePayloadResolvers<ContextType>;
  RejectFriendRequestPayload?: RejectFriendRequestPayloadResolvers<ContextType>;
  RemoveDevicePayload?: RemoveDevicePayloadResolvers<ContextType>;
  RemoveFriendPayload?: RemoveFriendPayloadResolvers<ContextType>;
  RenameDevicePayload?: RenameDevicePayloadResolvers<ContextType>;
  ReplayParkedEventsPayload?: ReplayParkedEventsPayloadResolvers<ContextType>;
  RequestOtpPayload?: RequestOtpPayloadResolvers<ContextType>;
  RestoreUserPayload?: RestoreUserPayloadResolvers<ContextType>;
  RevokeSessionsPayload?: RevokeSessionsPayloadResolvers<ContextType>;
  RevokeUserSessionsPayload?: RevokeUserSessionsPayloadResolvers<ContextType>;
  SecurityDetail?: SecurityDetailResolvers<ContextType>;
  SecurityEvent?: SecurityEventResolvers<ContextType>;
  SecurityEventConnection?: SecurityEventConnectionResolvers<ContextType>;
  SecurityEventEdge?: SecurityEventEdgeResolvers<ContextType>;
  SendFriendRequestPayload?: SendFriendRequestPayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SetPushTargetPayload?: SetPushTargetPayloadResolvers<ContextType>;
  Settings?: SettingsResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  SuspendUserPayload?: SuspendUserPayloadResolvers<ContextType>;
  Suspension?: SuspensionResolvers<ContextType>;
  UnblockUserPayload?: UnblockUserPayloadResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  UpdateSettingsPayload?: UpdateSettingsPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserPresence?: UserPresenceResolvers<ContextType>;
  VerifyOtpPayload?: VerifyOtpPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = unknown> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
  rateCost?: RateCostDirectiveResolver<any, any, ContextType>;
  snapshot?: SnapshotDirectiveResolver<any, any, ContextType>;
};
