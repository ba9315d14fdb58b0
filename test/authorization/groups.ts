import { at, mutation, eachTheirOwn, managers, members, type Place, type Row } from './access.ts'

const group: Place = (selection) => (world) => `{ group(id: "${world.groupId}") { ${selection} } }`
const groupMembers: Place = (selection) => group(`members { ${selection} }`)
const groupMember: Place = (selection) => groupMembers(`edges { node { ${selection} } }`)
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
  ...at(eachTheirOwn, (selection) => () => `{ exportMyData { ${selection} } }`, {
    'MyData.groups': 'groups { pageInfo { hasNextPage } }',
  }),
]
