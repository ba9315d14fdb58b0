/** How what queries answer is written. Each function takes the answer of one document of `schema/operations`. */
import type {
  AccountQuery,
  ContactsQuery,
  ConversationQuery,
  ConversationsQuery,
  GroupInvitesQuery,
  GroupJoinRequestsQuery,
  GroupMembersQuery,
  MessageQuery,
  ScheduledMessagesQuery,
} from '../generated/operations.ts'
import { writeConversation, writeGroup, writeMessage, writeUsers } from './entities.ts'
import { forgetGroup } from './groups.ts'
import { writeSignedIn } from './people.ts'
import { lists, type Scene } from './scene.ts'
import { type Change, refOf, type State } from './state.ts'

interface Edges<Node> {
  readonly edges: readonly { readonly node: Node }[]
}
const nodesOf = <Node>(connection: Edges<Node> | null | undefined): readonly Node[] =>
  (connection?.edges ?? []).map(({ node }) => node)

/** The first page of the list of conversations. */
export function loadConversations({ conversations }: ConversationsQuery, scene: Scene): Change[] {
  return [
    { list: lists.conversations, set: [] },
    ...nodesOf(conversations).flatMap(({ group, ...conversation }) => [
      ...writeConversation(conversation, scene),
      ...(group ? [{ merge: refOf('Group', group.id), fields: { ...group } }] : []),
    ]),
  ]
}

/** A conversation with its last messages and its pins; `id` is what was asked for. */
export function loadConversation({ conversation }: ConversationQuery, id: string, scene: Scene): Change[] {
  if (!conversation) return forgetGroup(id)
  const { messages, pinnedMessages, group, ...fields } = conversation
  const [shown, pinned] = [nodesOf(messages), nodesOf(pinnedMessages)]
  const refs = (nodes: typeof shown) => nodes.map((message) => refOf('Message', message.id))
  return [
    ...writeConversation(fields, scene),
    ...[...shown, ...pinned].flatMap((message) => writeMessage(message, scene)),
    {
      merge: refOf('Conversation', id),
      fields: { listedUpTo: Math.max(fields.lastSequence, shown.at(-1)?.sequence ?? 0) },
    },
    { list: lists.messages(id), set: refs(shown) },
    { list: lists.pins(id), set: refs(pinned) },
    { list: lists.typing(id), set: [] },
    ...(group ? writeGroup(group, scene) : []),
  ]
}

/** A message that an event named; null: the viewer may not see it any more. */
export function loadMessage({ message }: MessageQuery, id: string, scene: Scene & { readonly state: State }): Change[] {
  if (message) return writeMessage(message, scene)
  const gone = [refOf('Message', id)]
  const pins = [...scene.state.lists.keys()].filter((list) => list.startsWith(lists.pins('')))
  return pins.map((list) => ({ list, remove: gone }))
}

export const loadMembers = ({ group }: GroupMembersQuery): Change[] => {
  if (!group?.members) return []
  const members = nodesOf(group.members).map(({ user, role, mutedUntil }) => ({ userId: user.id, role, mutedUntil }))
  const ref = (userId: string) => refOf('GroupMember', group.id, userId)
  return [
    ...writeUsers(nodesOf(group.members).map(({ user }) => user)),
    ...members.map((member) => ({ merge: ref(member.userId), fields: member })),
    { list: lists.members(group.id), set: members.map(({ userId }) => ref(userId)) },
  ]
}

export const loadJoinRequests = ({ group }: GroupJoinRequestsQuery): Change[] => {
  if (!group?.joinRequests) return []
  const users = nodesOf(group.joinRequests).map(({ user }) => user)
  const ref = (userId: string) => refOf('GroupJoinRequest', group.id, userId)
  return [
    ...writeUsers(users),
    ...users.map(({ id }) => ({ merge: ref(id), fields: { userId: id } })),
    { list: lists.joinRequests(group.id), set: users.map(({ id }) => ref(id)) },
  ]
}

export const loadGroupInvites = ({ groupInvites }: GroupInvitesQuery): Change[] => {
  const invites = nodesOf(groupInvites).map(({ preview, by }) => ({ ...preview, byId: by.id }))
  return [
    ...invites.map((invite) => ({ merge: refOf('GroupInvite', invite.groupId), fields: invite })),
    { list: lists.groupInvites, set: invites.map(({ groupId }) => refOf('GroupInvite', groupId)) },
  ]
}

export const loadScheduled = ({ scheduledMessages }: ScheduledMessagesQuery): Change[] => [
  ...nodesOf(scheduledMessages).map((one) => ({ merge: refOf('ScheduledMessage', one.id), fields: { ...one } })),
  { list: lists.scheduled, set: nodesOf(scheduledMessages).map(({ id }) => refOf('ScheduledMessage', id)) },
]

export function loadAccount({ me: { sessions, devices, ...profile } }: AccountQuery): Change[] {
  return [{ merge: refOf('User', profile.id), fields: profile }, ...writeSignedIn({ sessions, devices })]
}

export function loadContacts({ me }: ContactsQuery): Change[] {
  const written = (list: string, users: readonly { readonly id: string; readonly displayName: string | null }[]) => [
    ...writeUsers(users),
    { list, set: users.map(({ id }) => refOf('User', id)) },
  ]
  return [
    ...written(lists.friends, nodesOf(me.friends)),
    ...written(
      lists.incomingRequests,
      nodesOf(me.incomingFriendRequests).map(({ from }) => from),
    ),
    ...written(
      lists.outgoingRequests,
      nodesOf(me.outgoingFriendRequests).map(({ to }) => to),
    ),
    ...written(lists.blocks, nodesOf(me.blocks)),
  ]
}
