/** How what the documents select is written: the same for events and for what was loaded. */
import type {
  ConversationCountsFragment,
  ConversationFieldsFragment,
  GroupFieldsFragment,
  GroupRightsFragment,
  ListedMessageFragment,
  MessageFieldsFragment,
} from '../generated/operations.ts'
import { conversationAt, lists, messageAt, type Scene } from './scene.ts'
import { type Change, refOf } from './state.ts'

interface NamedUser {
  readonly id: string
  readonly displayName: string | null
}

/** Whose name an event told. It may be null: the part of the system that knows names was away. */
export const writeUsers = (users: readonly (NamedUser | null)[]): Change[] =>
  users.flatMap((user) =>
    user && user.displayName !== null ? [{ merge: refOf('User', user.id), fields: { ...user } }] : [],
  )

/** Nothing if a later version is known. */
export function writeMessage(
  { sender, ...fields }: MessageFieldsFragment | ListedMessageFragment,
  scene: Scene,
): Change[] {
  const ref = refOf('Message', fields.id)
  const known = messageAt(scene, ref)
  if (known && known.version > fields.version) return []
  const reactions = fields.deletedAt === null ? (known?.reactions ?? []) : []
  return [{ merge: ref, fields: { reactions, ...fields, sender: refOf('User', sender.id) } }, ...writeUsers([sender])]
}

/** The counts are of one moment: `unreadCount` counts up to `lastSequence`. */
export const countFields = ({
  lastSequence,
  unreadCount,
  readUpTo,
  lastMessage,
}: Omit<ConversationCountsFragment, '__typename' | 'id'>) => ({
  lastSequence,
  unreadCount,
  readUpTo,
  lastMessage: lastMessage && refOf('Message', lastMessage.id),
})

/** A conversation, and its place in the list of conversations. */
export function writeConversation(conversation: ConversationFieldsFragment, scene: Scene): Change[] {
  const { lastMessage, peer, ...fields } = conversation
  return [
    ...(lastMessage ? writeMessage(lastMessage, scene) : []),
    {
      merge: refOf('Conversation', fields.id),
      fields: {
        listedUpTo: conversationAt(scene, fields.id)?.listedUpTo ?? fields.lastSequence,
        ...fields,
        ...countFields(conversation),
        peer: peer && refOf('User', peer.id),
        preferencesUpTo: fields.lastSequence,
      },
    },
    ...writeUsers([peer]),
    placeConversation(fields.id, fields.preferences),
  ]
}

/** After its fields are written. */
export const placeConversation = (id: string, { deleted }: { readonly deleted: boolean }): Change => {
  const ref = refOf('Conversation', id)
  return deleted
    ? { list: lists.conversations, remove: [ref] }
    : { list: lists.conversations, insert: ref, at: 'order' }
}

/** What the viewer may see of the group has changed with the viewer's role or the group's rules. */
export function writeGroup(group: GroupFieldsFragment | GroupRightsFragment, { state }: Scene): Change[] {
  const { id, viewerCanSeeMembers, viewerCanManageMembers } = group
  const seen = (may: boolean, list: string, missing: 'GroupMembers' | 'GroupJoinRequests'): Change[] => {
    if (!may) return [{ list, drop: true }]
    return state.lists.has(list) ? [] : [{ missing, id }]
  }
  return [
    { merge: refOf('Group', id), fields: { ...group } },
    ...seen(viewerCanSeeMembers, lists.members(id), 'GroupMembers'),
    ...seen(viewerCanManageMembers, lists.joinRequests(id), 'GroupJoinRequests'),
  ]
}
