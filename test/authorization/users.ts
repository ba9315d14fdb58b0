import {
  at,
  mutation,
  admins,
  closed,
  eachTheirOwn,
  eachUser,
  everybody,
  onlyOneself,
  oneselfAndAdmins,
  whoeverIsSignedIn,
  type Place,
  type Row,
  type World,
} from './access.ts'

const person: Place = (selection) => (world) => `{ user(id: "${world.ownerId}") { ${selection} } }`
const found: Place = (selection) => () => `{ searchUsers(prefix: "olga.the") { ${selection} } }`
const setting: Place = (selection) => person(`settings { ${selection} }`)
const updateSettings = mutation('updateSettings', () => 'privacy: { readReceipts: true }')
const toOther = (name: string) => mutation(name, ({ otherId }) => `userId: "${otherId}"`)
const toBlocked = (name: string) => mutation(name, ({ blockedId }) => `userId: "${blockedId}"`)
const sessions: Place = (selection) => person(`sessions { ${selection} }`)
const session: Place = (selection) => sessions(`edges { node { ${selection} } }`)
const securityEvents: Place = (selection) => () => `{ securityEvents { ${selection} } }`
const devices: Place = (selection) => person(`devices { ${selection} }`)
const otherDevice = ({ otherDeviceId }: World) => `deviceId: "${otherDeviceId}"`
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

/** What the admin's rows of `revokeUserSessions` left in the log. */
const actsOnOther: Place =
  (selection) =>
  ({ otherId }) =>
    `{ securityEvents(filter: { userId: "${otherId}", kinds: [ADMIN_ENDED_SESSIONS] }) { ${selection} } }`
const deleteAccount = mutation('deleteAccount', () => 'address: "somebody.else@example.org"')
const mine: Place = (selection) => () => `{ exportMyData { ${selection} } }`
const myAccount = (selection: string) => mine(`account { ${selection} }`)
const adminSignIn = mutation('adminSignIn', ({ fresh }) => `email: "${fresh()}@example.org", password: "a guess at it"`)
const adminRefresh = mutation('adminRefresh', ({ fresh }) => `refreshToken: "${fresh()}"`)
const adminSignOut = mutation('adminSignOut', ({ fresh }) => `refreshToken: "${fresh()}"`)
const suspendUser = mutation(
  'suspendUser',
  ({ otherId }) => `userId: "${otherId}", reason: "Spam", until: "2999-01-01T00:00:00Z"`,
)
const restoreUser = mutation('restoreUser', ({ otherId }) => `userId: "${otherId}"`)

const parkedEvents: Place = (selection) => () => `{ parkedEvents { ${selection} } }`
/** Nothing is parked at this place. */
const replayParkedEvents = mutation('replayParkedEvents', () => 'ids: ["1:1:1"]')
const dropParkedEvents = mutation('dropParkedEvents', () => 'ids: ["1:1:1"]')

/** Every field of the users room: who may see it, and the operation that shows it. */
export const users: readonly (readonly [string, Row])[] = [
  ...at(eachTheirOwn, (selection) => () => `{ me { ${selection} } }`, { 'Query.me': 'id' }),
  ...at(whoeverIsSignedIn, person, {
    'Query.user': 'id',
    'User.id': 'id',
    'User.displayName': 'displayName',
    'User.username': 'username',
    'User.bio': 'bio',
    'User.avatarUrl': 'avatarUrl',
    'User.version': 'version',
  }),
  ...at(oneselfAndAdmins, person, {
    'User.address': 'address',
    'User.locale': 'locale',
    'User.timeZone': 'timeZone',
    'User.createdAt': 'createdAt',
  }),
  ...at({ ...onlyOneself, admin: 'seen', owner: 'null' }, person, { 'User.accountState': 'accountState' }),
  ...at(admins, (selection) => () => `{ accounts { ${selection} } }`, { 'Query.accounts': 'edges { cursor }' }),
  // Nobody has this id, so that nobody is erased here.
  ...at(
    { ...admins, admin: 'NOT_FOUND' },
    mutation('eraseUser', () => 'userId: "01926f3a-0b7c-7c4e-8f00-5a1d2b3c4d5e", reason: "Spam"'),
    { 'Mutation.eraseUser': 'deletedId', 'EraseUserPayload.deletedId': 'deletedId' },
  ),
  ...at(onlyOneself, setting, {
    'User.settings': 'privacy { foundBy }',
    'Settings.notifications': 'notifications { level }',
    'Settings.privacy': 'privacy { foundBy }',
    'NotificationSettings.level': 'notifications { level }',
    'NotificationSettings.previews': 'notifications { previews }',
    'NotificationSettings.quietHours': 'notifications { quietHours { from } }',
    'QuietHours.from': 'notifications { quietHours { from } }',
    'QuietHours.to': 'notifications { quietHours { to } }',
    'PrivacySettings.messagesFrom': 'privacy { messagesFrom }',
    'PrivacySettings.groupsFrom': 'privacy { groupsFrom }',
    'PrivacySettings.foundBy': 'privacy { foundBy }',
    'PrivacySettings.lastSeenTo': 'privacy { lastSeenTo }',
    'PrivacySettings.readReceipts': 'privacy { readReceipts }',
    'PrivacySettings.invisible': 'privacy { invisible }',
  }),
  // Nobody is a friend of oneself.
  ...at({ ...whoeverIsSignedIn, admin: 'null', owner: 'null' }, person, { 'User.friendStatus': 'friendStatus' }),
  ...at(onlyOneself, person, {
    'User.friends': 'friends { edges { cursor } }',
    'FriendConnection.edges': 'friends { edges { cursor } }',
    'FriendConnection.pageInfo': 'friends { pageInfo { hasNextPage } }',
    'FriendEdge.cursor': 'friends { edges { cursor } }',
    'FriendEdge.node': 'friends { edges { node { displayName } } }',
    'FriendEdge.since': 'friends { edges { since } }',
    'User.incomingFriendRequests': 'incomingFriendRequests { edges { cursor } }',
    'User.outgoingFriendRequests': 'outgoingFriendRequests { edges { cursor } }',
    'FriendRequestConnection.edges': 'incomingFriendRequests { edges { cursor } }',
    'FriendRequestConnection.pageInfo': 'incomingFriendRequests { pageInfo { hasNextPage } }',
    'FriendRequestEdge.cursor': 'incomingFriendRequests { edges { cursor } }',
    'FriendRequestEdge.node': 'incomingFriendRequests { edges { node { sentAt } } }',
    'FriendRequest.from': 'incomingFriendRequests { edges { node { from { displayName } } } }',
    'FriendRequest.to': 'outgoingFriendRequests { edges { node { to { displayName } } } }',
    'FriendRequest.sentAt': 'incomingFriendRequests { edges { node { sentAt } } }',
    'User.blocks': 'blocks { edges { cursor } }',
    'BlockConnection.edges': 'blocks { edges { cursor } }',
    'BlockConnection.pageInfo': 'blocks { pageInfo { hasNextPage } }',
    'BlockEdge.cursor': 'blocks { edges { cursor } }',
    'BlockEdge.node': 'blocks { edges { node { displayName } } }',
    'BlockEdge.blockedAt': 'blocks { edges { blockedAt } }',
  }),
  ...at(
    whoeverIsSignedIn,
    (selection) =>
      ({ ownerId }) =>
        `{ users(ids: ["${ownerId}"]) { ${selection} } }`,
    {
      'Query.users': 'id',
    },
  ),
  ...at({ ...whoeverIsSignedIn, admin: 'null' }, person, { 'User.presence': 'presence { online }' }),
  ...at(
    eachTheirOwn,
    (selection) =>
      ({ ownerId }) =>
        `{ presence(userIds: ["${ownerId}"]) { ${selection} } }`,
    {
      'Query.presence': 'online',
      'UserPresence.userId': 'userId',
      'UserPresence.user': 'user { displayName }',
      'UserPresence.online': 'online',
      'UserPresence.lastSeenAt': 'lastSeenAt',
    },
  ),
  ...at(eachTheirOwn, (selection) => () => `{ userByUsername(username: "olga.the.owner") { ${selection} } }`, {
    'Query.userByUsername': 'id',
  }),
  ...at(eachTheirOwn, found, {
    'Query.searchUsers': 'pageInfo { hasNextPage }',
    'UserConnection.edges': 'edges { cursor }',
    'UserConnection.pageInfo': 'pageInfo { hasNextPage }',
    'UserEdge.cursor': 'edges { cursor }',
    'UserEdge.node': 'edges { node { id } }',
  }),
  ...at(oneselfAndAdmins, sessions, {
    'User.sessions': 'edges { cursor }',
    'SessionConnection.edges': 'edges { cursor }',
    'SessionConnection.pageInfo': 'pageInfo { hasNextPage }',
    'SessionEdge.cursor': 'edges { cursor }',
    'SessionEdge.node': 'edges { node { id } }',
  }),
  ...at(oneselfAndAdmins, session, {
    'Session.id': 'id',
    'Session.device': 'device { id }',
    'Session.createdAt': 'createdAt',
    'Session.lastSeenAt': 'lastSeenAt',
    'Session.expiresAt': 'expiresAt',
    'Session.current': 'current',
    'Device.id': 'device { id }',
    'Device.name': 'device { name }',
    'Device.platform': 'device { platform }',
    'Device.current': 'device { current }',
  }),
  // The people of this test never gave the model of their device, its version, or a push target.
  ...at({ ...onlyOneself, owner: 'null' }, session, {
    'Device.model': 'device { model }',
    'Device.appVersion': 'device { appVersion }',
    'Device.pushService': 'device { pushService }',
  }),
  ...at(oneselfAndAdmins, devices, {
    'User.devices': 'edges { cursor }',
    'DeviceConnection.edges': 'edges { cursor }',
    'DeviceConnection.pageInfo': 'pageInfo { hasNextPage }',
    'DeviceEdge.cursor': 'edges { cursor }',
    'DeviceEdge.node': 'edges { node { id } }',
  }),
  // Somebody else's device: nobody renames or removes it, or learns that it exists.
  ...at(
    { ...closed, ...eachUser('NOT_FOUND') },
    mutation('renameDevice', (world) => `${otherDevice(world)}, name: "Mine"`),
    {
      'Mutation.renameDevice': 'device { name }',
      'RenameDevicePayload.device': 'device { name }',
    },
  ),
  ...at({ ...closed, ...eachUser('NOT_FOUND') }, mutation('removeDevice', otherDevice), {
    'Mutation.removeDevice': 'revokedIds',
    'RemoveDevicePayload.revokedIds': 'revokedIds',
  }),
  ...at(
    eachTheirOwn,
    mutation('setPushTarget', () => ''),
    {
      'Mutation.setPushTarget': 'device { id }',
      'SetPushTargetPayload.device': 'device { id }',
    },
  ),

  // This server sends no pushes to browsers: it has no key to tell.
  ...at({ ...eachUser('null'), anonymous: 'null', admin: 'null' }, () => () => 'query { webPushKey }', {
    'Query.webPushKey': '',
  }),
  ...at(eachTheirOwn, (selection) => () => `{ pushDecisions { ${selection} } }`, {
    'Query.pushDecisions': 'pageInfo { hasNextPage }',
    'PushDecisionConnection.pageInfo': 'pageInfo { hasNextPage }',
  }),
  // Nobody wrote to the stranger.
  ...at({ ...eachTheirOwn, stranger: 'empty' }, (selection) => () => `{ pushDecisions { ${selection} } }`, {
    'PushDecisionConnection.edges': 'edges { cursor }',
    'PushDecisionEdge.cursor': 'edges { cursor }',
    'PushDecisionEdge.node': 'edges { node { outcome } }',
    'PushDecision.deviceId': 'edges { node { deviceId } }',
    'PushDecision.outcome': 'edges { node { outcome } }',
    'PushDecision.reason': 'edges { node { reason } }',
    'PushDecision.data': 'edges { node { data } }',
    'PushDecision.decidedAt': 'edges { node { decidedAt } }',
  }),

  ...at(oneselfAndAdmins, person, { 'User.securityEvents': 'securityEvents { edges { cursor } }' }),
  ...at(admins, securityEvents, {
    'Query.securityEvents': 'edges { cursor }',
    'SecurityEventConnection.edges': 'edges { cursor }',
    'SecurityEventEdge.cursor': 'edges { cursor }',
    'SecurityEventEdge.node': 'edges { node { id } }',
  }),
  ...at(
    admins,
    (selection) =>
      ({ otherId, groupId }) =>
        `{ securityEvents(filter: { adminId: "${otherId}", targetId: "${groupId}" }) { ${selection} } }`,
    { 'SecurityEventConnection.pageInfo': 'pageInfo { hasNextPage }' },
  ),
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
  ...at({ ...eachUser('null'), anonymous: 'null', admin: 'null' }, verifyOtp, {
    'VerifyOtpPayload.session': 'session { id }',
    'NewSession.id': 'session { id }',
    'NewSession.hmacKey': 'session { hmacKey }',
    'NewSession.expiresAt': 'session { expiresAt }',
    'NewSession.user': 'session { user { id } }',
  }),
  ...at({ ...whoeverIsSignedIn, admin: 'null', ...eachUser('null') }, person, {
    'User.suspension': 'suspension { reason }',
  }),
  ...at(eachTheirOwn, updateProfile, {
    'Mutation.updateProfile': 'user { displayName }',
    'UpdateProfilePayload.user': 'user { displayName }',
  }),
  ...at(eachTheirOwn, updateSettings, {
    'Mutation.updateSettings': 'settings { privacy { foundBy } }',
    'UpdateSettingsPayload.settings': 'settings { privacy { foundBy } }',
  }),
  ...at(eachTheirOwn, toOther('sendFriendRequest'), {
    'Mutation.sendFriendRequest': 'user { id }',
    'SendFriendRequestPayload.user': 'user { friendStatus }',
  }),
  // Otto asked none of them.
  ...at({ ...closed, ...eachUser('NOT_FOUND') }, toOther('approveFriendRequest'), {
    'Mutation.approveFriendRequest': 'user { id }',
    'ApproveFriendRequestPayload.user': 'user { id }',
  }),
  ...at(eachTheirOwn, toOther('rejectFriendRequest'), {
    'Mutation.rejectFriendRequest': 'user { id }',
    'RejectFriendRequestPayload.user': 'user { id }',
  }),
  ...at(eachTheirOwn, toOther('cancelFriendRequest'), {
    'Mutation.cancelFriendRequest': 'user { id }',
    'CancelFriendRequestPayload.user': 'user { id }',
  }),
  ...at(eachTheirOwn, toOther('removeFriend'), {
    'Mutation.removeFriend': 'user { id }',
    'RemoveFriendPayload.user': 'user { id }',
  }),
  ...at(eachTheirOwn, toBlocked('blockUser'), {
    'Mutation.blockUser': 'user { id }',
    'BlockUserPayload.user': 'user { id }',
  }),
  ...at(eachTheirOwn, toBlocked('unblockUser'), {
    'Mutation.unblockUser': 'user { id }',
    'UnblockUserPayload.user': 'user { id }',
  }),
  // Somebody else's session: it is not theirs to end, and they do not learn that there is one.
  ...at({ ...closed, ...eachUser('empty') }, revokeSessions, {
    'Mutation.revokeSessions': 'revokedIds',
    'RevokeSessionsPayload.revokedIds': 'revokedIds',
  }),
  ...at({ ...admins, admin: 'seen' }, revokeUserSessions, { 'Mutation.revokeUserSessions': 'revokedIds' }),
  // By now there is none left.
  ...at({ ...admins, admin: 'empty' }, revokeUserSessions, { 'RevokeUserSessionsPayload.revokedIds': 'revokedIds' }),
  ...at(admins, actsOnOther, {
    'SecurityEvent.id': 'edges { node { id } }',
    'SecurityEvent.kind': 'edges { node { kind } }',
    'SecurityEvent.at': 'edges { node { at } }',
    'SecurityEvent.userId': 'edges { node { userId } }',
    'SecurityEvent.actorKind': 'edges { node { actorKind } }',
    'SecurityEvent.actorId': 'edges { node { actorId } }',
    'SecurityEvent.clientNetwork': 'edges { node { clientNetwork } }',
    'SecurityEvent.details': 'edges { node { details { name } } }',
    'SecurityDetail.name': 'edges { node { details { name } } }',
    'SecurityDetail.value': 'edges { node { details { value } } }',
  }),
  // An admin acts on no device and no session in particular.
  ...at({ ...admins, admin: 'null' }, actsOnOther, {
    'SecurityEvent.deviceId': 'edges { node { deviceId } }',
    'SecurityEvent.sessionId': 'edges { node { sessionId } }',
    'SecurityEvent.targetId': 'edges { node { targetId } }',
  }),
  ...at(admins, parkedEvents, {
    'Query.parkedEvents': 'edges { cursor }',
    'ParkedEventConnection.edges': 'edges { cursor }',
    'ParkedEventConnection.pageInfo': 'pageInfo { hasNextPage }',
    'ParkedEventEdge.cursor': 'edges { cursor }',
    'ParkedEventEdge.node': 'edges { node { id } }',
    'ParkedEvent.id': 'edges { node { id } }',
    'ParkedEvent.kind': 'edges { node { kind } }',
    'ParkedEvent.key': 'edges { node { key } }',
    'ParkedEvent.reason': 'edges { node { reason } }',
    'ParkedEvent.at': 'edges { node { at } }',
    'ParkedEvent.parkedAt': 'edges { node { parkedAt } }',
  }),
  ...at(admins, replayParkedEvents, {
    'Mutation.replayParkedEvents': 'results { id }',
    'ReplayParkedEventsPayload.results': 'results { id }',
    'ParkedEventResult.id': 'results { id }',
    'ParkedEventResult.outcome': 'results { outcome }',
  }),
  ...at(admins, dropParkedEvents, {
    'Mutation.dropParkedEvents': 'results { id }',
    'DropParkedEventsPayload.results': 'results { id }',
  }),
  ...at(admins, suspendUser, {
    'Mutation.suspendUser': 'user { id }',
    'SuspendUserPayload.user': 'user { id }',
    'Suspension.reason': 'user { suspension { reason } }',
    'Suspension.byAdminId': 'user { suspension { byAdminId } }',
    'Suspension.since': 'user { suspension { since } }',
    'Suspension.until': 'user { suspension { until } }',
  }),
  ...at({ ...admins, admin: 'empty' }, suspendUser, { 'SuspendUserPayload.revokedIds': 'revokedIds' }),
  ...at(admins, restoreUser, { 'Mutation.restoreUser': 'user { id }', 'RestoreUserPayload.user': 'user { id }' }),
  ...at(whoeverIsSignedIn, person, { 'User.isDeleted': 'isDeleted' }),
  // The address is not theirs, so that nobody is deleted here.
  ...at({ ...closed, ...eachUser('BAD_USER_INPUT') }, deleteAccount, {
    'Mutation.deleteAccount': 'deletedId',
    'DeleteAccountPayload.deletedId': 'deletedId',
  }),
  ...at(eachTheirOwn, mine, { 'Query.exportMyData': 'id', 'MyData.id': 'id' }),
  ...at(eachTheirOwn, myAccount, {
    'MyData.account': 'edges { cursor }',
    'MyRecordConnection.edges': 'edges { cursor }',
    'MyRecordConnection.pageInfo': 'pageInfo { hasNextPage }',
    'MyRecordEdge.cursor': 'edges { cursor }',
    'MyRecordEdge.node': 'edges { node { kind } }',
    'MyRecord.kind': 'edges { node { kind } }',
    'MyRecord.data': 'edges { node { data } }',
  }),
  // Nobody knows an admin's password here: a guess opens nothing, to whoever guesses.
  ...at(everybody, adminSignIn, { 'Mutation.adminSignIn': 'failure', 'AdminSignInPayload.failure': 'failure' }),
  ...at({ ...eachUser('null'), anonymous: 'null', admin: 'null' }, adminSignIn, {
    'AdminSignInPayload.tokens': 'tokens { scopes }',
    'AdminTokens.accessToken': 'tokens { accessToken }',
    'AdminTokens.expiresAt': 'tokens { expiresAt }',
    'AdminTokens.refreshToken': 'tokens { refreshToken }',
    'AdminTokens.refreshExpiresAt': 'tokens { refreshExpiresAt }',
    'AdminTokens.scopes': 'tokens { scopes }',
  }),
  ...at({ ...eachUser('TOKEN_INVALID'), anonymous: 'TOKEN_INVALID', admin: 'TOKEN_INVALID' }, adminRefresh, {
    'Mutation.adminRefresh': 'tokens { scopes }',
    'AdminRefreshPayload.tokens': 'tokens { scopes }',
  }),
  ...at(everybody, adminSignOut, {
    'Mutation.adminSignOut': 'signedOut',
    'AdminSignOutPayload.signedOut': 'signedOut',
  }),
]
