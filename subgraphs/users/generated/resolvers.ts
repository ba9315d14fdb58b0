import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PersonRow } from '../people/store.ts';
import type { SessionRow } from '../sessions/store.ts';
import type { DeviceRow } from '../devices/store.ts';
import type { SignedIn } from '../sign-in/sign-in.ts';
import type { SecurityEventRow } from '../security-log/store.ts';
import type { SuspensionRow } from '../suspension/store.ts';
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
  /** An instant, as ISO 8601 text in UTC with milliseconds. */
  DateTime: { input: Date; output: string | Date; }
  _FieldSet: { input: string; output: string; }
};

/** For whom a value is the same. */
export type CacheControlScope =
  /** Only the viewer. */
  | 'PRIVATE'
  /** Everybody who may select it. */
  | 'PUBLIC';

/** An installed app. */
export type Device = {
  __typename?: 'Device';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  platform: DevicePlatform;
};

/** A device's platform; it decides how a push is sent. */
export type DevicePlatform =
  | 'ANDROID'
  | 'IOS'
  | 'OTHER'
  | 'WEB';

export type Mutation = {
  __typename?: 'Mutation';
  /** Registers a device. An installed app does it first, before anybody signs in on it. */
  registerDevice: RegisterDevicePayload;
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
   * Suspends a user: all sessions end, and sign-in is refused with USER_SUSPENDED. For a suspended user it changes the
   * reason and the end. For admins.
   */
  suspendUser: SuspendUserPayload;
  /** Changes the signed-in user's profile: the given fields, and no other. Null clears a field. */
  updateProfile: UpdateProfilePayload;
  /** Exchanges a one-time password for a session. The first time, it creates the user. */
  verifyOtp: VerifyOtpPayload;
};


export type MutationRegisterDeviceArgs = {
  input: RegisterDeviceInput;
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


export type MutationSuspendUserArgs = {
  input: SuspendUserInput;
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


export type MutationVerifyOtpArgs = {
  input: VerifyOtpInput;
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

export type Query = {
  __typename?: 'Query';
  /** The signed-in user. */
  me: User;
  /** Users whose username begins with a prefix, in the order of the usernames; only those who let the viewer find them. */
  searchUsers: UserConnection;
  /** The security log, the newest event first. For admins. The log keeps events for a configured number of days. */
  securityEvents: SecurityEventConnection;
  /** A user by id. Null if it does not exist or the viewer may not see it. */
  user?: Maybe<User>;
  /** A user by username, upper or lower case. Null if nobody has it, or if its owner lets the viewer not find them. */
  userByUsername?: Maybe<User>;
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

export type RegisterDeviceInput = {
  /** A name that the owner recognises, 1 to 100 characters. */
  name: Scalars['String']['input'];
  platform: DevicePlatform;
  /** The token from the platform's push service, at most 4,096 characters. */
  pushToken?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `registerDevice`. */
export type RegisterDevicePayload = {
  __typename?: 'RegisterDevicePayload';
  device: Device;
  /** Proves at sign-in that the client is this device. Shown once; must be kept as safe as a password. */
  deviceSecret: Scalars['String']['output'];
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
  /** The client's IPv4 address or IPv6 network. Null if it is not known. */
  clientNetwork?: Maybe<Scalars['String']['output']>;
  /** More about it, by name. It contains no secret. */
  details: Array<SecurityDetail>;
  /** The device that it came from, or that it is about. */
  deviceId?: Maybe<Scalars['ID']['output']>;
  id: Scalars['ID']['output'];
  kind: SecurityEventKind;
  /** The session that it is about. */
  sessionId?: Maybe<Scalars['ID']['output']>;
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
  /** Events at this time or later. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events of one of these kinds, 1 to 20. */
  kinds?: InputMaybe<Array<SecurityEventKind>>;
  /** Events before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Events about this user's account. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** What happened. */
export type SecurityEventKind =
  /** An admin ended all sessions of a user; the detail `count` says how many. */
  | 'ADMIN_ENDED_SESSIONS'
  /** A request came in an ended session. Recorded at most once an hour for each session. */
  | 'ENDED_SESSION_USED'
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

/** A device that is signed in. */
export type Session = {
  __typename?: 'Session';
  createdAt: Scalars['DateTime']['output'];
  /** True for the session of this request. */
  current: Scalars['Boolean']['output'];
  device: Device;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
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
   * of roles of the server and names that look like them are refused, and so is another user's name (USERNAME_TAKEN). The
   * first one is free; a change or clearing it is possible once in 30 days, or what the server sets (RATE_LIMITED with
   * `retryAfterMs`).
   */
  username?: InputMaybe<Scalars['String']['input']>;
};

/** The result of `updateProfile`. */
export type UpdateProfilePayload = {
  __typename?: 'UpdateProfilePayload';
  user: User;
};

/** A person. */
export type User = {
  __typename?: 'User';
  /** The address that the user signs in with. Null for other viewers. */
  address?: Maybe<Scalars['String']['output']>;
  /** The user's picture: an `https` URL. */
  avatarUrl?: Maybe<Scalars['String']['output']>;
  /** What the user says about themselves. */
  bio?: Maybe<Scalars['String']['output']>;
  /** The name that others see. Null, with an error, while its subgraph is down; the rest of the answer is not affected. */
  displayName?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** The user's language, as a BCP 47 tag such as `en-GB`. Null for other viewers. */
  locale?: Maybe<Scalars['String']['output']>;
  /** What the security log keeps about the user's account, the newest event first. Null for other viewers. */
  securityEvents?: Maybe<SecurityEventConnection>;
  /** The user's live sessions, the newest first. Null for other viewers. */
  sessions?: Maybe<SessionConnection>;
  /** The user's suspension. Null for a user who is not suspended, and for viewers who are no admins. */
  suspension?: Maybe<Suspension>;
  /** The user's time zone, as an IANA name such as `Europe/Berlin`. Null for other viewers. */
  timeZone?: Maybe<Scalars['String']['output']>;
  /** The unique name by which others find the user, in lower case. Null if the user has none. */
  username?: Maybe<Scalars['String']['output']>;
  /** Rises with each change of the profile: a cached profile with the same version is up to date. */
  version?: Maybe<Scalars['Int']['output']>;
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
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Device: ResolverTypeWrapper<DeviceRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  DevicePlatform: DevicePlatform;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NewSession: ResolverTypeWrapper<SignedIn>;
  OtpFailure: OtpFailure;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterDeviceInput: RegisterDeviceInput;
  RegisterDevicePayload: ResolverTypeWrapper<Omit<RegisterDevicePayload, 'device'> & { device: ResolversTypes['Device'] }>;
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
  Session: ResolverTypeWrapper<SessionRow>;
  SessionConnection: ResolverTypeWrapper<Omit<SessionConnection, 'edges'> & { edges: Array<ResolversTypes['SessionEdge']> }>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: ResolverTypeWrapper<Omit<SuspendUserPayload, 'user'> & { user: ResolversTypes['User'] }>;
  Suspension: ResolverTypeWrapper<SuspensionRow>;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: ResolverTypeWrapper<Omit<UpdateProfilePayload, 'user'> & { user: ResolversTypes['User'] }>;
  User: ResolverTypeWrapper<PersonRow>;
  UserConnection: ResolverTypeWrapper<Omit<UserConnection, 'edges'> & { edges: Array<ResolversTypes['UserEdge']> }>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  VerifyOtpInput: VerifyOtpInput;
  VerifyOtpPayload: ResolverTypeWrapper<Omit<VerifyOtpPayload, 'session'> & { session?: Maybe<ResolversTypes['NewSession']> }>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Device: DeviceRow;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Mutation: Record<PropertyKey, never>;
  NewSession: SignedIn;
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  RegisterDeviceInput: RegisterDeviceInput;
  RegisterDevicePayload: Omit<RegisterDevicePayload, 'device'> & { device: ResolversParentTypes['Device'] };
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
  Session: SessionRow;
  SessionConnection: Omit<SessionConnection, 'edges'> & { edges: Array<ResolversParentTypes['SessionEdge']> };
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SuspendUserInput: SuspendUserInput;
  SuspendUserPayload: Omit<SuspendUserPayload, 'user'> & { user: ResolversParentTypes['User'] };
  Suspension: SuspensionRow;
  UpdateProfileInput: UpdateProfileInput;
  UpdateProfilePayload: Omit<UpdateProfilePayload, 'user'> & { user: ResolversParentTypes['User'] };
  User: PersonRow;
  UserConnection: Omit<UserConnection, 'edges'> & { edges: Array<ResolversParentTypes['UserEdge']> };
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  VerifyOtpInput: VerifyOtpInput;
  VerifyOtpPayload: Omit<VerifyOtpPayload, 'session'> & { session?: Maybe<ResolversParentTypes['NewSession']> };
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeviceResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Device'] = ResolversParentTypes['Device']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<ResolversTypes['DevicePlatform'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  registerDevice?: Resolver<ResolversTypes['RegisterDevicePayload'], ParentType, ContextType, RequireFields<MutationRegisterDeviceArgs, 'input'>>;
  requestOtp?: Resolver<ResolversTypes['RequestOtpPayload'], ParentType, ContextType, RequireFields<MutationRequestOtpArgs, 'input'>>;
  restoreUser?: Resolver<ResolversTypes['RestoreUserPayload'], ParentType, ContextType, RequireFields<MutationRestoreUserArgs, 'input'>>;
  revokeSessions?: Resolver<ResolversTypes['RevokeSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeSessionsArgs, 'input'>>;
  revokeUserSessions?: Resolver<ResolversTypes['RevokeUserSessionsPayload'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'input'>>;
  suspendUser?: Resolver<ResolversTypes['SuspendUserPayload'], ParentType, ContextType, RequireFields<MutationSuspendUserArgs, 'input'>>;
  updateProfile?: Resolver<ResolversTypes['UpdateProfilePayload'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  verifyOtp?: Resolver<ResolversTypes['VerifyOtpPayload'], ParentType, ContextType, RequireFields<MutationVerifyOtpArgs, 'input'>>;
};

export type NewSessionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['NewSession'] = ResolversParentTypes['NewSession']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  hmacKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  me?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  searchUsers?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QuerySearchUsersArgs, 'first' | 'prefix'>>;
  securityEvents?: Resolver<ResolversTypes['SecurityEventConnection'], ParentType, ContextType, RequireFields<QuerySecurityEventsArgs, 'first'>>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'id'>>;
  userByUsername?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserByUsernameArgs, 'username'>>;
};

export type RegisterDevicePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RegisterDevicePayload'] = ResolversParentTypes['RegisterDevicePayload']> = {
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
  deviceSecret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
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

export type SessionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<ResolversTypes['Device'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
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

export type UpdateProfilePayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['UpdateProfilePayload'] = ResolversParentTypes['UpdateProfilePayload']> = {
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  avatarUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bio?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  locale?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  securityEvents?: Resolver<Maybe<ResolversTypes['SecurityEventConnection']>, ParentType, ContextType, RequireFields<UserSecurityEventsArgs, 'first'>>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
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

export type VerifyOtpPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['VerifyOtpPayload'] = ResolversParentTypes['VerifyOtpPayload']> = {
  failure?: Resolver<Maybe<ResolversTypes['OtpFailure']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['NewSession']>, ParentType, ContextType>;
  triesLeft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = unknown> = {
  DateTime?: GraphQLScalarType;
  Device?: DeviceResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NewSession?: NewSessionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterDevicePayload?: RegisterDevicePayloadResolvers<ContextType>;
  RequestOtpPayload?: RequestOtpPayloadResolvers<ContextType>;
  RestoreUserPayload?: RestoreUserPayloadResolvers<ContextType>;
  RevokeSessionsPayload?: RevokeSessionsPayloadResolvers<ContextType>;
  RevokeUserSessionsPayload?: RevokeUserSessionsPayloadResolvers<ContextType>;
  SecurityDetail?: SecurityDetailResolvers<ContextType>;
  SecurityEvent?: SecurityEventResolvers<ContextType>;
  SecurityEventConnection?: SecurityEventConnectionResolvers<ContextType>;
  SecurityEventEdge?: SecurityEventEdgeResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SuspendUserPayload?: SuspendUserPayloadResolvers<ContextType>;
  Suspension?: SuspensionResolvers<ContextType>;
  UpdateProfilePayload?: UpdateProfilePayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  VerifyOtpPayload?: VerifyOtpPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = unknown> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
  rateCost?: RateCostDirectiveResolver<any, any, ContextType>;
};
