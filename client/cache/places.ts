/** Where the schema has the lists of the state: as connections of a parent. */
import type { CachedNode } from './normalized.ts'
import { ROOT } from './normalized.ts'
import { type Fields, type Ref, refOf } from './state.ts'

export interface Place {
  readonly parent: Ref
  readonly field: string
  /** The reference that the state has for a node. */
  refOf(node: CachedNode): Ref | undefined
  /** The node of something new in the list. `fields` is what an event said of it, if it is no entity with an id. */
  nodeOf(ref: Ref, fields: Fields): CachedNode
  /** False, or undefined if that cannot be told, for what the filter leaves out. Default: no filter can be told. */
  belongs?(filter: Fields, fields: Fields): boolean | undefined
}

const lastOf = (ref: Ref) => ref.slice(ref.lastIndexOf(':') + 1)

/** Its nodes are entities. */
const entities = (parent: Ref, field: string, belongs?: Place['belongs']): Place => ({
  parent,
  field,
  refOf: (node) => (typeof node === 'string' ? node : undefined),
  nodeOf: (ref) => ref,
  ...(belongs && { belongs }),
})

/** Its nodes have no id, and tell of one user each. */
const ofUsers = (parent: Ref, field: string, type: string, groupId: string): Place => ({
  parent,
  field,
  refOf(node) {
    const user = typeof node === 'string' ? undefined : node['user']
    return typeof user === 'string' ? refOf(type, groupId, user.slice('User:'.length)) : undefined
  },
  nodeOf: (ref, { userId: _, ...fields }) => ({ __typename: type, user: refOf('User', lastOf(ref)), ...fields }),
})

const requests = (viewer: Ref, field: string, viewerIs: 'from' | 'to'): Place => {
  const other = viewerIs === 'from' ? 'to' : 'from'
  return {
    parent: viewer,
    field,
    refOf(node) {
      const user = typeof node === 'string' ? undefined : node[other]
      return typeof user === 'string' ? (user as Ref) : undefined
    },
    nodeOf: (ref) => ({ __typename: 'FriendRequest', [viewerIs]: viewer, [other]: ref }),
  }
}

interface Kept {
  readonly kind?: unknown
  readonly unreadCount?: unknown
  readonly preferences?: { readonly archived?: unknown; readonly favorite?: unknown; readonly markedUnread?: unknown }
}

/** Undefined if the fields that it looks at were not selected. */
function passes(filter: Fields, { kind, unreadCount, preferences = {} }: Kept): boolean | undefined {
  const { archived, favorite, markedUnread } = preferences
  const isUnread =
    typeof unreadCount === 'number' && typeof markedUnread === 'boolean' ? unreadCount > 0 || markedUnread : undefined
  const has: Fields = { kind, archived, favorite, unread: isUnread }
  const asked = Object.entries((filter['filter'] ?? {}) as Fields).filter(([, value]) => value != null)
  if (asked.some(([name]) => has[name] === undefined)) return undefined
  return asked.every(([name, value]) => has[name] === value)
}

const isOfConversation = (filter: Fields, { conversationId }: Fields): boolean | undefined =>
  filter['conversationId'] == null ? true : conversationId === filter['conversationId']

/** Undefined for lists that no query shows: who is typing. */
export function placeOf(list: string, viewerId: string): Place | undefined {
  const [kind = list, id = ''] = list.split(':')
  const viewer = refOf('User', viewerId)
  switch (kind) {
    case 'conversations':
      return entities(ROOT, 'conversations', passes)
    case 'messages':
      return entities(refOf('Conversation', id), 'messages')
    case 'pins':
      return entities(refOf('Conversation', id), 'pinnedMessages')
    case 'members':
      return ofUsers(refOf('Group', id), 'members', 'GroupMember', id)
    case 'joinRequests':
      return ofUsers(refOf('Group', id), 'joinRequests', 'GroupJoinRequest', id)
    case 'groupInvites':
      return {
        parent: ROOT,
        field: 'groupInvites',
        refOf(node) {
          const preview = typeof node === 'string' ? undefined : (node['preview'] as Fields | undefined)
          const groupId = preview?.['groupId']
          return typeof groupId === 'string' ? refOf('GroupInvite', groupId) : undefined
        },
        nodeOf: (ref) => ref,
      }
    case 'scheduled':
      return entities(ROOT, 'scheduledMessages', isOfConversation)
    case 'friends':
    case 'blocks':
    case 'sessions':
    case 'devices':
      return entities(viewer, kind)
    case 'incomingRequests':
      return requests(viewer, 'incomingFriendRequests', 'to')
    case 'outgoingRequests':
      return requests(viewer, 'outgoingFriendRequests', 'from')
    default:
      return undefined
  }
}

/** The kinds of lists whose nodes are written with their fields, in the list itself. */
export const embedded: Readonly<Record<string, string>> = { GroupMember: 'members', GroupJoinRequest: 'joinRequests' }
