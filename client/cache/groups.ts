/** Events of groups. The conversation of a group has the group's id. */
import type { GroupFieldsFragment, GroupRightsFragment } from '../generated/operations.ts'
import { writeGroup, writeUsers } from './entities.ts'
import { type Cases, conversationAt, type EventOf, lists, type Scene } from './scene.ts'
import { type Change, refOf } from './state.ts'

/** The viewer has left, or the group has ended: only what the viewer scheduled for it stays. */
export const forgetGroup = (id: string): Change[] => [
  { list: lists.conversations, remove: [refOf('Conversation', id)] },
  ...[lists.messages(id), lists.pins(id), lists.typing(id), lists.members(id), lists.joinRequests(id)].map(
    (list): Change => ({ list, drop: true }),
  ),
  { forget: refOf('Conversation', id) },
  { forget: refOf('Group', id) },
]

const isKnown = (groupId: string, { state }: Scene) => state.entities.has(refOf('Group', groupId))

/** By the viewer, as an owner or an admin. */
const isManaged = (groupId: string, { state }: Scene) =>
  state.entities.get(refOf('Group', groupId))?.['viewerCanManageMembers'] === true

/** Null, with an error, for a viewer who has left since. */
const updated = (groupId: string, group: GroupFieldsFragment | GroupRightsFragment | null, scene: Scene): Change[] =>
  group && isKnown(groupId, scene) ? writeGroup(group, scene) : []

const counted = (groupId: string, memberCount: number | null, scene: Scene): Change[] =>
  memberCount !== null && isKnown(groupId, scene) ? [{ merge: refOf('Group', groupId), fields: { memberCount } }] : []

function joined({ groupId, userIds, users, memberCount }: EventOf<'MembersJoined'>, scene: Scene): Change[] {
  if (userIds.includes(scene.viewerId) && !conversationAt(scene, groupId)) {
    return [
      { missing: 'Conversation', id: groupId },
      { list: lists.groupInvites, remove: [refOf('GroupInvite', groupId)] },
    ]
  }
  const members = scene.state.lists.get(lists.members(groupId))
  // Who is listed was loaded later than this event happened, or the event tells it again: the role stays, as the owner's does.
  const added = members ? userIds.filter((userId) => !members.includes(refOf('GroupMember', groupId, userId))) : []
  return [
    ...writeUsers(users),
    ...added.flatMap((userId): Change[] => {
      const ref = refOf('GroupMember', groupId, userId)
      return [
        { merge: ref, fields: { userId, role: 'MEMBER', mutedUntil: null } },
        { list: lists.members(groupId), insert: ref, at: 'end' },
      ]
    }),
    // Who was muted when it left is so again, which only managers see.
    ...(added.length > 0 && isManaged(groupId, scene) ? [{ missing: 'GroupMembers' as const, id: groupId }] : []),
    ...counted(groupId, memberCount, scene),
    { list: lists.joinRequests(groupId), remove: userIds.map((id) => refOf('GroupJoinRequest', groupId, id)) },
  ]
}

function left({ groupId, userId, memberCount }: EventOf<'MemberLeft'>, scene: Scene): Change[] {
  if (userId === scene.viewerId) return forgetGroup(groupId)
  return [
    { list: lists.members(groupId), remove: [refOf('GroupMember', groupId, userId)] },
    { forget: refOf('GroupMember', groupId, userId) },
    { list: lists.typing(groupId), remove: [refOf('Typing', groupId, userId)] },
    ...counted(groupId, memberCount, scene),
  ]
}

/** Only plain members can be muted, and only managers see who is. */
function roleChanged({ groupId, group, userId, role }: EventOf<'GroupRoleChanged'>, scene: Scene): Change[] {
  const isPlain = role === 'MEMBER'
  const changes: Change[] = [
    ...updated(groupId, group, scene),
    {
      merge: refOf('GroupMember', groupId, userId),
      fields: { userId, role, ...(isPlain ? {} : { mutedUntil: null }) },
    },
  ]
  if (userId !== scene.viewerId) return changes
  if (isPlain) return [...changes, ...hideMutes(groupId, scene)]
  // Also if the viewer is known as a manager: mutes of the time before were not told.
  const shows = group?.viewerCanSeeMembers === true && isKnown(groupId, scene)
  return shows ? [...changes, { missing: 'GroupMembers', id: groupId }] : changes
}

function hideMutes(groupId: string, { state, viewerId }: Scene): Change[] {
  const own = refOf('GroupMember', groupId, viewerId)
  const others = (state.lists.get(lists.members(groupId)) ?? []).filter((ref) => ref !== own)
  return others.map((merge) => ({ merge, fields: { mutedUntil: null } }))
}

type Names =
  | 'GroupUpdated'
  | 'GroupDeleted'
  | 'GroupRoleChanged'
  | 'GroupMemberMuted'
  | 'GroupInviteReceived'
  | 'GroupInviteEnded'
  | 'GroupJoinRequested'
  | 'GroupJoinRequestEnded'
  | 'MembersJoined'
  | 'MemberLeft'

export const groupCases: Cases<Names> = {
  GroupUpdated: ({ groupId, group }, scene) => updated(groupId, group, scene),
  GroupDeleted: ({ groupId }) => forgetGroup(groupId),
  GroupRoleChanged: roleChanged,
  GroupMemberMuted: ({ groupId, group, userId, mutedUntil }, scene) => [
    ...updated(groupId, group, scene),
    { merge: refOf('GroupMember', groupId, userId), fields: { userId, mutedUntil } },
  ],
  // What the group is called is not among an event's fields: only invited users may see it, and only while they are.
  GroupInviteReceived: ({ groupId }) => [{ missing: 'GroupInvites', id: groupId }],
  GroupInviteEnded: ({ groupId, userId }, { viewerId }) =>
    userId === viewerId ? [{ list: lists.groupInvites, remove: [refOf('GroupInvite', groupId)] }] : [],
  GroupJoinRequested: ({ groupId, userId, user }) => [
    ...writeUsers([user]),
    { merge: refOf('GroupJoinRequest', groupId, userId), fields: { userId } },
    { list: lists.joinRequests(groupId), insert: refOf('GroupJoinRequest', groupId, userId), at: 'end' },
  ],
  GroupJoinRequestEnded: ({ groupId, userId }) => [
    { list: lists.joinRequests(groupId), remove: [refOf('GroupJoinRequest', groupId, userId)] },
  ],
  MembersJoined: joined,
  MemberLeft: left,
}
