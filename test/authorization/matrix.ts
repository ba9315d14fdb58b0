/** What there is in the world of the matrix: ids that belong to somebody, given to everybody who asks. */
export interface World {
  /** The owner of the group, whose profile is looked at. */
  readonly ownerId: string
  readonly groupId: string
  /** A live session of somebody who is not in the matrix, and whose it is. */
  readonly otherSessionId: string
  readonly otherId: string
  /** A device that is nobody's yet. They take turns, since each may ask for a few passwords only. */
  readonly device: () => { readonly deviceId: string; readonly deviceSecret: string }
  /** Different at each call. */
  readonly fresh: () => string
}

/** In the order in which they ask: those who may not come first, so that nothing which was allowed helps them. */
export const viewers = ['anonymous', 'admin', 'stranger', 'former', 'member', 'owner'] as const
export type Viewer = (typeof viewers)[number]

/**
 * What a viewer gets: `seen`, a value; `null` or `empty`, an answer without one and without an error; else the code of the
 * refusal.
 */
export type Access = Readonly<Record<Viewer, string>>

const users = (verdict: string) => ({ stranger: verdict, former: verdict, member: verdict, owner: verdict })
const closed = { anonymous: 'UNAUTHENTICATED', admin: 'UNAUTHENTICATED' }

const everybody: Access = { anonymous: 'seen', admin: 'seen', ...users('seen') }
const whoeverIsSignedIn: Access = { ...everybody, anonymous: 'UNAUTHENTICATED' }
/** About the viewer: each user has one of their own. */
const eachTheirOwn: Access = { ...closed, ...users('seen') }
const onlyOneself: Access = { anonymous: 'UNAUTHENTICATED', admin: 'null', ...users('null'), owner: 'seen' }
const members: Access = { ...closed, stranger: 'null', former: 'null', member: 'seen', owner: 'seen' }
const managers: Access = { ...closed, stranger: 'NOT_FOUND', former: 'NOT_FOUND', member: 'FORBIDDEN', owner: 'seen' }
const writers: Access = { ...managers, member: 'seen' }
const admins: Access = { anonymous: 'UNAUTHENTICATED', admin: 'seen', ...users('FORBIDDEN') }

export interface Row {
  readonly access: Access
  /** The whole operation; it ends in the field, or in one leaf below it. */
  readonly ask: (world: World) => string
}

type Place = (selection: string) => Row['ask']

/** The fields of one place, each with what selects it there. */
const at = (access: Access, place: Place, fields: Readonly<Record<string, string>>): [string, Row][] =>
  Object.entries(fields).map(([coordinate, selection]) => [coordinate, { access, ask: place(selection) }])

const person: Place = (selection) => (world) => `{ user(id: "${world.ownerId}") { ${selection} } }`
const sessions: Place = (selection) => person(`sessions { ${selection} }`)
const session: Place = (selection) => sessions(`edges { node { ${selection} } }`)
const conversation: Place = (selection) => (world) => `{ conversation(id: "${world.groupId}") { ${selection} } }`
const messages: Place = (selection) => conversation(`messages(first: 1) { ${selection} }`)
const message: Place = (selection) => messages(`edges { node { ${selection} } }`)
const participants: Place = (selection) => conversation(`participants { ${selection} }`)
const group: Place = (selection) => (world) => `{ group(id: "${world.groupId}") { ${selection} } }`
const groupMembers: Place = (selection) => group(`members { ${selection} }`)
const groupMember: Place = (selection) => groupMembers(`edges { node { ${selection} } }`)
const own: Place = (selection) => () => `{ conversations { ${selection} } }`

/** One mutation. `input` is written anew for each viewer. */
const mutation =
  (name: string, input: (world: World) => string): Place =>
  (selection) =>
  (world) =>
    `mutation { ${name}(input: { ${input(world)} }) { ${selection} } }`

const registerDevice = mutation('registerDevice', () => 'name: "Phone", platform: OTHER')
const claim = ({ device, fresh }: World) => {
  const { deviceId, deviceSecret } = device()
  return `deviceId: "${deviceId}", deviceSecret: "${deviceSecret}", address: "${fresh()}@example.org"`
}
const requestOtp = mutation('requestOtp', claim)
const verifyOtp = mutation('verifyOtp', (world) => `${claim(world)}, code: "123456"`)
const updateProfile = mutation('updateProfile', () => 'displayName: "Renamed"')
const revokeSessions = mutation('revokeSessions', ({ otherSessionId }) => `sessionIds: ["${otherSessionId}"]`)
const revokeUserSessions = mutation('revokeUserSessions', ({ otherId }) => `userId: "${otherId}"`)
const openDirect = mutation('openDirectConversation', ({ otherId }) => `userId: "${otherId}"`)
const sendMessage = mutation(
  'sendMessage',
  ({ groupId, fresh }) => `conversationId: "${groupId}", clientMessageId: "${fresh()}", text: "Let me in"`,
)
const createGroup = mutation('createGroup', ({ otherId }) => `title: "Mine", memberIds: ["${otherId}"]`)
const addMembers = mutation(
  'addGroupMembers',
  ({ groupId, otherId }) => `groupId: "${groupId}", userIds: ["${otherId}"]`,
)
const removeMember = mutation(
  'removeGroupMember',
  ({ groupId, otherId }) => `groupId: "${groupId}", userId: "${otherId}"`,
)

/** Every field of the schema: who may see it, and the operation that shows it. */
export const matrix: ReadonlyMap<string, Row> = new Map([
  ...at(eachTheirOwn, (selection) => () => `{ me { ${selection} } }`, { 'Query.me': 'id' }),
  ...at(whoeverIsSignedIn, person, { 'Query.user': 'id', 'User.id': 'id', 'User.displayName': 'displayName' }),
  ...at(onlyOneself, person, { 'User.address': 'address' }),
  ...at(onlyOneself, sessions, {
    'User.sessions': 'edges { cursor }',
    'SessionConnection.edges': 'edges { cursor }',
    'SessionConnection.pageInfo': 'pageInfo { hasNextPage }',
    'SessionEdge.cursor': 'edges { cursor }',
    'SessionEdge.node': 'edges { node { id } }',
  }),
  ...at(onlyOneself, session, {
    'Session.id': 'id',
    'Session.device': 'device { id }',
    'Session.createdAt': 'createdAt',
    'Session.expiresAt': 'expiresAt',
    'Session.current': 'current',
    'Device.id': 'device { id }',
    'Device.name': 'device { name }',
    'Device.platform': 'device { platform }',
  }),

  ...at(eachTheirOwn, own, {
    'Query.conversations': 'pageInfo { hasNextPage }',
    'ConversationConnection.pageInfo': 'pageInfo { hasNextPage }',
    'ConversationConnection.edges': 'edges { cursor }',
    'ConversationEdge.cursor': 'edges { cursor }',
    'ConversationEdge.node': 'edges { node { id } }',
  }),
  ...at(members, conversation, {
    'Query.conversation': 'id',
    'Conversation.id': 'id',
    'Conversation.kind': 'kind',
    'Conversation.lastSequence': 'lastSequence',
    'Conversation.lastMessage': 'lastMessage { text }',
    'Conversation.participants': 'participants { edges { cursor } }',
    'Conversation.messages': 'messages { edges { cursor } }',
  }),
  ...at(members, participants, {
    'ParticipantConnection.edges': 'edges { cursor }',
    'ParticipantConnection.pageInfo': 'pageInfo { hasNextPage }',
    'ParticipantEdge.cursor': 'edges { cursor }',
    'ParticipantEdge.node': 'edges { node { displayName } }',
  }),
  ...at(members, messages, {
    'MessageConnection.edges': 'edges { cursor }',
    'MessageConnection.pageInfo': 'pageInfo { hasNextPage }',
    'MessageEdge.cursor': 'edges { cursor }',
    'MessageEdge.node': 'edges { node { id } }',
    'PageInfo.hasNextPage': 'pageInfo { hasNextPage }',
    'PageInfo.hasPreviousPage': 'pageInfo { hasPreviousPage }',
    'PageInfo.startCursor': 'pageInfo { startCursor }',
    'PageInfo.endCursor': 'pageInfo { endCursor }',
  }),
  ...at(members, message, {
    'Message.id': 'id',
    'Message.conversation': 'conversation { kind }',
    'Message.sequence': 'sequence',
    'Message.sender': 'sender { displayName }',
    'Message.text': 'text',
    'Message.sentAt': 'sentAt',
  }),
  ...at({ ...members, member: 'null' }, message, { 'Message.clientMessageId': 'clientMessageId' }),

  ...at(members, group, {
    'Query.group': 'id',
    'Group.id': 'id',
    'Group.title': 'title',
    'Group.createdAt': 'createdAt',
    'Group.members': 'members { edges { cursor } }',
    'Group.conversation': 'conversation { lastSequence }',
    'Group.viewerCanManageMembers': 'viewerCanManageMembers',
  }),
  ...at(members, groupMembers, {
    'GroupMemberConnection.edges': 'edges { cursor }',
    'GroupMemberConnection.pageInfo': 'pageInfo { hasNextPage }',
    'GroupMemberEdge.cursor': 'edges { cursor }',
    'GroupMemberEdge.node': 'edges { node { role } }',
  }),
  ...at(members, groupMember, {
    'GroupMember.user': 'user { displayName }',
    'GroupMember.role': 'role',
    'GroupMember.joinedAt': 'joinedAt',
  }),

  ...at(everybody, registerDevice, {
    'Mutation.registerDevice': 'device { id }',
    'RegisterDevicePayload.device': 'device { id }',
    'RegisterDevicePayload.deviceSecret': 'deviceSecret',
  }),
  ...at(everybody, requestOtp, { 'Mutation.requestOtp': 'expiresAt', 'RequestOtpPayload.expiresAt': 'expiresAt' }),
  ...at(everybody, verifyOtp, {
    'Mutation.verifyOtp': 'triesLeft',
    'VerifyOtpPayload.triesLeft': 'triesLeft',
    'VerifyOtpPayload.failure': 'failure',
  }),
  // Nobody asked for a password of that address: a guess opens no session, to whoever guesses.
  ...at({ ...users('null'), anonymous: 'null', admin: 'null' }, verifyOtp, {
    'VerifyOtpPayload.session': 'session { id }',
    'NewSession.id': 'session { id }',
    'NewSession.hmacKey': 'session { hmacKey }',
    'NewSession.expiresAt': 'session { expiresAt }',
    'NewSession.user': 'session { user { id } }',
  }),
  ...at(eachTheirOwn, updateProfile, {
    'Mutation.updateProfile': 'user { displayName }',
    'UpdateProfilePayload.user': 'user { displayName }',
  }),
  // Somebody else's session: it is not theirs to end, and they do not learn that there is one.
  ...at({ ...closed, ...users('empty') }, revokeSessions, {
    'Mutation.revokeSessions': 'revokedIds',
    'RevokeSessionsPayload.revokedIds': 'revokedIds',
  }),
  ...at(eachTheirOwn, openDirect, {
    'Mutation.openDirectConversation': 'conversation { id }',
    'OpenDirectConversationPayload.conversation': 'conversation { id }',
  }),
  ...at(writers, sendMessage, {
    'Mutation.sendMessage': 'message { id }',
    'SendMessagePayload.message': 'message { id }',
  }),
  ...at(eachTheirOwn, createGroup, {
    'Mutation.createGroup': 'group { id }',
    'CreateGroupPayload.group': 'group { id }',
  }),
  ...at(managers, addMembers, {
    'Mutation.addGroupMembers': 'group { id }',
    'AddGroupMembersPayload.group': 'group { id }',
  }),
  ...at(managers, removeMember, { 'Mutation.removeGroupMember': 'group { id }' }),
  // By now there is nobody of that id in the group any more.
  ...at({ ...managers, owner: 'NOT_FOUND' }, removeMember, { 'RemoveGroupMemberPayload.group': 'group { id }' }),
  ...at({ ...admins, admin: 'seen' }, revokeUserSessions, { 'Mutation.revokeUserSessions': 'revokedIds' }),
  // By now there is none left.
  ...at({ ...admins, admin: 'empty' }, revokeUserSessions, { 'RevokeUserSessionsPayload.revokedIds': 'revokedIds' }),
])

/** Fields that an inbox brings, which has its own test: each user their own. */
export const streamed = [
  'Subscription.inbox',
  'InboxEvent.cursor',
  'InboxOpened.cursor',
  'MessageReceived.cursor',
  'MessageReceived.message',
  'MembersJoined.cursor',
  'MembersJoined.groupId',
  'MembersJoined.group',
  'MembersJoined.userIds',
  'MembersJoined.users',
  'MembersJoined.byId',
  'MembersJoined.by',
  'MemberLeft.groupId',
  'MemberLeft.userId',
  'MemberLeft.byId',
  'MemberLeft.cursor',
  'MemberLeft.group',
  'MemberLeft.user',
  'MemberLeft.by',
  'ProfileChanged.cursor',
  'ProfileChanged.user',
] as const
