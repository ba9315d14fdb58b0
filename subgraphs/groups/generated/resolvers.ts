import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { GroupRow } from '../groups/store.ts';
import type { MyDataRef, ExportedRecord } from '../../export.ts';
import type { MemberRow } from '../members/store.ts';
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
  /** Any JSON value. */
  JSON: { input: never; output: object; }
  _FieldSet: { input: string; output: string; }
};

export type AddGroupMembersInput = {
  groupId: Scalars['ID']['input'];
  /** 1 to 500. Users who are members already stay unchanged. */
  userIds: Array<Scalars['ID']['input']>;
};

/** The result of `addGroupMembers`. */
export type AddGroupMembersPayload = {
  __typename?: 'AddGroupMembersPayload';
  group: Group;
};

export type Conversation = {
  __typename?: 'Conversation';
  id: Scalars['ID']['output'];
};

export type CreateGroupInput = {
  /** The other members, at most 500. */
  memberIds: Array<Scalars['ID']['input']>;
  /** 1 to 100 characters. */
  title: Scalars['String']['input'];
};

/** The result of `createGroup`. */
export type CreateGroupPayload = {
  __typename?: 'CreateGroupPayload';
  group: Group;
};

/** Users who share a conversation with a title. */
export type Group = {
  __typename?: 'Group';
  /** The group's conversation. Null, with an error, if more than its `id` is selected while its subgraph is down. */
  conversation?: Maybe<Conversation>;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** The current members, in the order in which they joined. */
  members: GroupMemberConnection;
  title: Scalars['String']['output'];
  /** Whether the viewer may add and remove members. */
  viewerCanManageMembers: Scalars['Boolean']['output'];
};


/** Users who share a conversation with a title. */
export type GroupMembersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A user in a group. */
export type GroupMember = {
  __typename?: 'GroupMember';
  joinedAt: Scalars['DateTime']['output'];
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

/** What a member may do. */
export type GroupRole =
  | 'ADMIN'
  | 'MEMBER'
  | 'OWNER';

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Adds users to a group. Only for its owner and its admins. NOT_ACCEPTED, and nothing changes, if some of the users do
   * not accept it; the error lists them in `userIds`.
   */
  addGroupMembers: AddGroupMembersPayload;
  /**
   * Creates a group with the viewer as its owner. NOT_ACCEPTED, and nothing is created, if some of the members do not
   * accept it; the error lists them in `userIds`.
   */
  createGroup: CreateGroupPayload;
  /**
   * Removes a user from a group. Every member may leave; the owner and admins may remove others. Members see only
   * messages since they joined.
   */
  removeGroupMember: RemoveGroupMemberPayload;
};


export type MutationAddGroupMembersArgs = {
  input: AddGroupMembersInput;
};


export type MutationCreateGroupArgs = {
  input: CreateGroupInput;
};


export type MutationRemoveGroupMemberArgs = {
  input: RemoveGroupMemberInput;
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
};


export type QueryGroupArgs = {
  id: Scalars['ID']['input'];
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
  Group: Group;
  MyData: MyData;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Group:
    ( { __typename: 'Group' }
    & GraphQLRecursivePick<FederationTypes['Group'], {"id":true}> );
  MyData:
    ( { __typename: 'MyData' }
    & GraphQLRecursivePick<FederationTypes['MyData'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddGroupMembersInput: AddGroupMembersInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AddGroupMembersPayload: ResolverTypeWrapper<Omit<AddGroupMembersPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  Conversation: ResolverTypeWrapper<Conversation>;
  CreateGroupInput: CreateGroupInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  CreateGroupPayload: ResolverTypeWrapper<Omit<CreateGroupPayload, 'group'> & { group: ResolversTypes['Group'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Group: ResolverTypeWrapper<GroupRow>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  GroupMember: ResolverTypeWrapper<MemberRow>;
  GroupMemberConnection: ResolverTypeWrapper<Omit<GroupMemberConnection, 'edges'> & { edges: Array<ResolversTypes['GroupMemberEdge']> }>;
  GroupMemberEdge: ResolverTypeWrapper<Omit<GroupMemberEdge, 'node'> & { node: ResolversTypes['GroupMember'] }>;
  GroupRole: GroupRole;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  MyData: ResolverTypeWrapper<MyDataRef>;
  MyRecord: ResolverTypeWrapper<ExportedRecord>;
  MyRecordConnection: ResolverTypeWrapper<Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversTypes['MyRecordEdge']> }>;
  MyRecordEdge: ResolverTypeWrapper<Omit<MyRecordEdge, 'node'> & { node: ResolversTypes['MyRecord'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RemoveGroupMemberInput: RemoveGroupMemberInput;
  RemoveGroupMemberPayload: ResolverTypeWrapper<Omit<RemoveGroupMemberPayload, 'group'> & { group?: Maybe<ResolversTypes['Group']> }>;
  User: ResolverTypeWrapper<User>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddGroupMembersInput: AddGroupMembersInput;
  ID: Scalars['ID']['output'];
  AddGroupMembersPayload: Omit<AddGroupMembersPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  Conversation: Conversation;
  CreateGroupInput: CreateGroupInput;
  String: Scalars['String']['output'];
  CreateGroupPayload: Omit<CreateGroupPayload, 'group'> & { group: ResolversParentTypes['Group'] };
  DateTime: Scalars['DateTime']['output'];
  Group: GroupRow;
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
  GroupMember: MemberRow;
  GroupMemberConnection: Omit<GroupMemberConnection, 'edges'> & { edges: Array<ResolversParentTypes['GroupMemberEdge']> };
  GroupMemberEdge: Omit<GroupMemberEdge, 'node'> & { node: ResolversParentTypes['GroupMember'] };
  JSON: Scalars['JSON']['output'];
  Mutation: Record<PropertyKey, never>;
  MyData: MyDataRef;
  MyRecord: ExportedRecord;
  MyRecordConnection: Omit<MyRecordConnection, 'edges'> & { edges: Array<ResolversParentTypes['MyRecordEdge']> };
  MyRecordEdge: Omit<MyRecordEdge, 'node'> & { node: ResolversParentTypes['MyRecord'] };
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RemoveGroupMemberInput: RemoveGroupMemberInput;
  RemoveGroupMemberPayload: Omit<RemoveGroupMemberPayload, 'group'> & { group?: Maybe<ResolversParentTypes['Group']> };
  User: User;
};

export type AddGroupMembersPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['AddGroupMembersPayload'] = ResolversParentTypes['AddGroupMembersPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export type ConversationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Conversation'] = ResolversParentTypes['Conversation']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CreateGroupPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['CreateGroupPayload'] = ResolversParentTypes['CreateGroupPayload']> = {
  group?: Resolver<ResolversTypes['Group'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type GroupResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Group'] = ResolversParentTypes['Group'], FederationReferenceType extends FederationReferenceTypes['Group'] = FederationReferenceTypes['Group']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Group']> | FederationReferenceType, FederationReferenceType, ContextType>;
  conversation?: Resolver<Maybe<ResolversTypes['Conversation']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  members?: Resolver<ResolversTypes['GroupMemberConnection'], ParentType, ContextType, RequireFields<GroupMembersArgs, 'first'>>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  viewerCanManageMembers?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type GroupMemberResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['GroupMember'] = ResolversParentTypes['GroupMember']> = {
  joinedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
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

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MutationResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addGroupMembers?: Resolver<ResolversTypes['AddGroupMembersPayload'], ParentType, ContextType, RequireFields<MutationAddGroupMembersArgs, 'input'>>;
  createGroup?: Resolver<ResolversTypes['CreateGroupPayload'], ParentType, ContextType, RequireFields<MutationCreateGroupArgs, 'input'>>;
  removeGroupMember?: Resolver<ResolversTypes['RemoveGroupMemberPayload'], ParentType, ContextType, RequireFields<MutationRemoveGroupMemberArgs, 'input'>>;
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
};

export type RemoveGroupMemberPayloadResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['RemoveGroupMemberPayload'] = ResolversParentTypes['RemoveGroupMemberPayload']> = {
  group?: Resolver<Maybe<ResolversTypes['Group']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = unknown, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type Resolvers<ContextType = unknown> = {
  AddGroupMembersPayload?: AddGroupMembersPayloadResolvers<ContextType>;
  Conversation?: ConversationResolvers<ContextType>;
  CreateGroupPayload?: CreateGroupPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Group?: GroupResolvers<ContextType>;
  GroupMember?: GroupMemberResolvers<ContextType>;
  GroupMemberConnection?: GroupMemberConnectionResolvers<ContextType>;
  GroupMemberEdge?: GroupMemberEdgeResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  MyData?: MyDataResolvers<ContextType>;
  MyRecord?: MyRecordResolvers<ContextType>;
  MyRecordConnection?: MyRecordConnectionResolvers<ContextType>;
  MyRecordEdge?: MyRecordEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RemoveGroupMemberPayload?: RemoveGroupMemberPayloadResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
};

