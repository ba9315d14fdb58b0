import {
  closed,
  eachUser,
  admins,
  at,
  eachTheirOwn,
  managers,
  managersOnly,
  members,
  mutation,
  writers,
  type Access,
  type Place,
  type Row,
  type World,
} from './access.ts'

const group: Place = (selection) => (world) => `{ group(id: "${world.groupId}") { ${selection} } }`
const list =
  (name: string): Place =>
  (selection) =>
    group(`${name} { ${selection} }`)
const node =
  (name: string): Place =>
  (selection) =>
    group(`${name} { edges { node { ${selection} } } }`)
/** A connection on the group, with the fields of its page. */
const page = (access: Access, field: string, type: string): [string, Row][] =>
  at(access, list(field), {
    [`${type}Connection.edges`]: 'edges { cursor }',
    [`${type}Connection.pageInfo`]: 'pageInfo { hasNextPage }',
    [`${type}Edge.cursor`]: 'edges { cursor }',
    [`${type}Edge.node`]: 'edges { node { __typename } }',
  })
const preview: Place = (selection) => (world) => `{ groupPreview(groupId: "${world.groupId}") { ${selection} } }`
const reports: Place = (selection) => () => `{ reports { ${selection} } }`
const reportsOf =
  (filter: (world: World) => string): Place =>
  (selection) =>
  (world) =>
    `{ reports(filter: { ${filter(world)} }) { edges { node { ${selection} } } } }`
const report = reportsOf(({ groupId }) => `groupId: "${groupId}"`)

/** A mutation of the group that may be repeated, and its payload's only field. */
const change = (
  access: Access,
  name: string,
  input: (world: World) => string,
  field = 'group',
  selection = 'group { id }',
): [string, Row][] =>
  at(
    access,
    mutation(name, (world) => `groupId: "${world.groupId}" ${input(world)}`),
    {
      [`Mutation.${name}`]: selection,
      [`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload.${field}`]: selection,
    },
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

/** Every field of the groups room: who may see it, and the operation that shows it. */
export const groups: readonly (readonly [string, Row])[] = [
  ...at(members, group, {
    'Query.group': 'id',
    'Group.id': 'id',
    'Group.kind': 'kind',
    'Group.title': 'title',
    'Group.description': 'description',
    'Group.createdAt': 'createdAt',
    'Group.whoMaySend': 'whoMaySend',
    'Group.whoMayInvite': 'whoMayInvite',
    'Group.whoMayEdit': 'whoMayEdit',
    'Group.whoMaySeeMembers': 'whoMaySeeMembers',
    'Group.slowModeSeconds': 'slowModeSeconds',
    'Group.memberCount': 'memberCount',
    'Group.members': 'members { edges { cursor } }',
    'Group.conversation': 'conversation { lastSequence }',
    'Group.viewerMembership': 'viewerMembership { role }',
    'Group.viewerCanManageMembers': 'viewerCanManageMembers',
    'Group.viewerCanInvite': 'viewerCanInvite',
    'Group.viewerCanEdit': 'viewerCanEdit',
    'Group.viewerCanSeeMembers': 'viewerCanSeeMembers',
    'Group.viewerCanSend': 'viewerCanSend',
  }),
  ...at(members, (selection) => (world) => `{ conversation(id: "${world.groupId}") { ${selection} } }`, {
    'Conversation.group': 'group { title }',
  }),
  // Nobody has set them.
  ...at({ ...members, member: 'null', owner: 'null' }, group, {
    'Group.avatarUrl': 'avatarUrl',
    'GroupMember.mutedUntil': 'viewerMembership { mutedUntil }',
  }),
  ...page(members, 'members', 'GroupMember'),
  ...at(members, node('members'), {
    'GroupMember.user': 'user { displayName }',
    'GroupMember.role': 'role',
    'GroupMember.joinedAt': 'joinedAt',
  }),
  ...at(managersOnly, group, {
    'Group.invites': 'invites { edges { cursor } }',
    'Group.links': 'links { edges { cursor } }',
    'Group.joinRequests': 'joinRequests { edges { cursor } }',
    'Group.bans': 'bans { edges { cursor } }',
    'Group.auditLog': 'auditLog { edges { cursor } }',
  }),
  ...page(managersOnly, 'invites', 'GroupInvite'),
  ...page(managersOnly, 'links', 'GroupLink'),
  ...page(managersOnly, 'joinRequests', 'GroupJoinRequest'),
  ...page(managersOnly, 'bans', 'GroupBan'),
  ...page(managersOnly, 'auditLog', 'GroupAudit'),
  ...at(managersOnly, node('invites'), {
    'GroupInvite.preview': 'preview { title }',
    'GroupInvite.user': 'user { displayName }',
    'GroupInvite.by': 'by { displayName }',
    'GroupInvite.createdAt': 'createdAt',
  }),
  ...at(managersOnly, node('links'), {
    'GroupLink.id': 'id',
    'GroupLink.code': 'code',
    'GroupLink.createdBy': 'createdBy { displayName }',
    'GroupLink.createdAt': 'createdAt',
    'GroupLink.expiresAt': 'expiresAt',
    'GroupLink.maxUses': 'maxUses',
    'GroupLink.uses': 'uses',
    'GroupLink.needsApproval': 'needsApproval',
  }),
  ...at(managersOnly, node('joinRequests'), {
    'GroupJoinRequest.user': 'user { displayName }',
    'GroupJoinRequest.createdAt': 'createdAt',
  }),
  ...at(managersOnly, node('bans'), {
    'GroupBan.user': 'user { displayName }',
    'GroupBan.by': 'by { displayName }',
    'GroupBan.reason': 'reason',
    'GroupBan.createdAt': 'createdAt',
  }),
  ...at(managersOnly, node('auditLog'), {
    'GroupAuditEntry.id': 'id',
    'GroupAuditEntry.act': 'act',
    'GroupAuditEntry.by': 'by { displayName }',
    'GroupAuditEntry.user': 'user { id }',
    'GroupAuditEntry.detail': 'detail',
    'GroupAuditEntry.createdAt': 'createdAt',
  }),
  // The newest act concerned one user.
  ...at({ ...managersOnly, owner: 'null' }, node('auditLog'), { 'GroupAuditEntry.users': 'users' }),
  ...at(members, preview, {
    'Query.groupPreview': 'groupId',
    'GroupPreview.groupId': 'groupId',
    'GroupPreview.kind': 'kind',
    'GroupPreview.title': 'title',
    'GroupPreview.description': 'description',
    'GroupPreview.memberCount': 'memberCount',
    'GroupPreview.needsApproval': 'needsApproval',
    'GroupPreview.group': 'group { id }',
    'GroupPreview.viewerHasAsked': 'viewerHasAsked',
    'GroupPreview.viewerIsInvited': 'viewerIsInvited',
  }),
  ...at({ ...members, member: 'null', owner: 'null' }, preview, { 'GroupPreview.avatarUrl': 'avatarUrl' }),
  ...at(eachTheirOwn, (selection) => () => `{ groupInvites { ${selection} } }`, {
    'Query.groupInvites': 'pageInfo { hasNextPage }',
  }),
  ...at(eachTheirOwn, createGroup, {
    'Mutation.createGroup': 'group { id }',
    'CreateGroupPayload.group': 'group { id }',
    'CreateGroupPayload.invited': '__typename invited { id }',
  }),
  ...at(managers, addMembers, {
    'Mutation.addGroupMembers': 'group { id }',
    'AddGroupMembersPayload.group': 'group { id }',
    'AddGroupMembersPayload.invited': '__typename invited { id }',
  }),
  ...change(managers, 'updateGroup', () => 'title: "Secret"'),
  ...change(managers, 'transferGroupOwnership', ({ ownerId }) => `userId: "${ownerId}"`),
  ...change(managers, 'setGroupRole', ({ memberId }) => `userId: "${memberId}" role: MEMBER`),
  ...change(writers, 'acceptGroupInvite', () => ''),
  ...change(eachTheirOwn, 'declineGroupInvite', () => '', 'groupId', 'groupId'),
  ...change(managers, 'cancelGroupInvite', ({ otherId }) => `userId: "${otherId}"`),
  ...change(managers, 'createGroupLink', () => '', 'link', 'link { id }'),
  ...change(managers, 'revokeGroupLink', ({ linkId }) => `linkId: "${linkId}"`),
  ...change(writers, 'joinGroup', () => ''),
  ...change(writers, 'joinGroup', () => '', 'preview', 'preview { title }'),
  ...change(eachTheirOwn, 'cancelGroupJoinRequest', () => '', 'groupId', 'groupId'),
  ...change(managers, 'approveGroupJoinRequest', ({ memberId }) => `userId: "${memberId}"`),
  ...change(managers, 'declineGroupJoinRequest', ({ otherId }) => `userId: "${otherId}"`),
  ...change(managers, 'banGroupMember', ({ bannedId }) => `userId: "${bannedId}"`),
  ...change(managers, 'unbanGroupMember', ({ otherId }) => `userId: "${otherId}"`),
  ...change(managers, 'muteGroupMember', ({ memberId }) => `userId: "${memberId}" until: null`),
  ...at(
    eachTheirOwn,
    mutation('leaveGroup', ({ endedGroupId }) => `groupId: "${endedGroupId}"`),
    {
      'Mutation.leaveGroup': 'groupId',
      'LeaveGroupPayload.groupId': 'groupId',
    },
  ),
  ...at(
    { ...managers, member: 'NOT_FOUND' },
    mutation('deleteGroup', ({ endedGroupId }) => `groupId: "${endedGroupId}"`),
    {
      'Mutation.deleteGroup': 'groupId',
      'DeleteGroupPayload.groupId': 'groupId',
    },
  ),
  // Nobody reports oneself.
  ...at(
    { ...writers, member: 'BAD_USER_INPUT' },
    mutation('reportGroup', ({ groupId, memberId }) => `groupId: "${groupId}" userId: "${memberId}" reason: SPAM`),
    { 'ReportGroupPayload.reportId': 'reportId' },
  ),
  ...at(
    writers,
    mutation('reportGroup', ({ groupId, messageId }) => `groupId: "${groupId}" messageId: "${messageId}" reason: SPAM`),
    { 'Mutation.reportGroup': 'reportId' },
  ),
  ...at(
    { ...closed, ...eachUser('seen') },
    mutation('reportUser', ({ otherId }) => `userId: "${otherId}" reason: SPAM`),
    { 'Mutation.reportUser': 'reportId' },
  ),
  // Nobody here wrote to the others alone.
  ...at(
    { ...closed, ...eachUser('NOT_FOUND') },
    mutation('reportUser', ({ otherId, messageId }) => `userId: "${otherId}" messageId: "${messageId}" reason: SPAM`),
    { 'ReportUserPayload.reportId': 'reportId' },
  ),
  ...at(
    admins,
    mutation('assignReport', ({ reportId, otherId }) => `reportId: "${reportId}" adminId: "${otherId}"`),
    { 'Mutation.assignReport': 'report { id }', 'AssignReportPayload.report': 'report { id }' },
  ),
  ...at(admins, reports, {
    'Query.reports': 'edges { cursor }',
    'ReportConnection.edges': 'edges { cursor }',
    'ReportEdge.cursor': 'edges { cursor }',
    'ReportEdge.node': 'edges { node { id } }',
  }),
  ...at(
    admins,
    (selection) =>
      ({ groupId, memberId, ownerId, otherId }) =>
        `{ reports(filter: { groupId: "${groupId}" userId: "${memberId}" reporterId: "${ownerId}" assignedTo: "${otherId}" }) { ${selection} } }`,
    { 'ReportConnection.pageInfo': 'pageInfo { hasNextPage }' },
  ),
  ...at(
    admins,
    mutation('resolveReport', ({ reportId }) => `reportId: "${reportId}" answer: "Warned"`),
    {
      'Mutation.resolveReport': 'report { id }',
      'ResolveReportPayload.report': 'report { id }',
      'Report.closedBy': 'report { closedBy }',
      'Report.closedAt': 'report { closedAt }',
      'Report.answer': 'report { answer }',
    },
  ),
  // It was resolved.
  ...at(
    { ...admins, admin: 'CONFLICT' },
    mutation('dismissReport', ({ reportId }) => `reportId: "${reportId}"`),
    { 'Mutation.dismissReport': 'report { id }', 'DismissReportPayload.report': 'report { id }' },
  ),
  ...at(admins, report, {
    'Report.id': 'id',
    'Report.groupId': 'groupId',
    'Report.userId': 'userId',
    'Report.user': 'user { id }',
    'Report.messageId': 'messageId',
    'Report.reporter': 'reporter { id }',
    'Report.reason': 'reason',
    'Report.note': 'note',
    'Report.state': 'state',
    'Report.createdAt': 'createdAt',
  }),
  ...at(
    admins,
    reportsOf(({ otherId }) => `assignedTo: "${otherId}"`),
    { 'Report.assignedTo': 'assignedTo' },
  ),
  ...at(managers, removeMember, { 'Mutation.removeGroupMember': 'group { id }' }),
  // By now there is nobody of that id in the group any more.
  ...at({ ...managers, owner: 'NOT_FOUND' }, removeMember, { 'RemoveGroupMemberPayload.group': 'group { id }' }),
  ...at(eachTheirOwn, (selection) => () => `{ exportMyData { ${selection} } }`, {
    'MyData.groups': 'groups { pageInfo { hasNextPage } }',
  }),
]
