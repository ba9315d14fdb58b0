/** What screens show of entities: with what they refer to, as plain objects. */
import { type Ref, refOf } from '../cache/index.ts'
import type {
  ConversationFieldsFragment,
  GroupFieldsFragment,
  ListedMessageFragment,
  PresenceQuery,
} from '../generated/operations.ts'
import type { OutboxItem, Outgoing } from '../outbox.ts'
import type { Reader } from './track.ts'

export interface ChatUser {
  readonly id: string
  /** Null if it could not be told, and of a deleted account. */
  readonly displayName: string | null
  /** Undefined if it was not asked for. */
  readonly avatarUrl?: string | null
}

/** A message in a list: a stored one, or one of the outbox that has its place after all stored ones. */
export interface ChatMessage extends Omit<ListedMessageFragment, '__typename' | 'id' | 'sequence' | 'sender'> {
  /** The same before and after it is stored: the key of its element on a screen. */
  readonly key: string
  /** Null while it is not stored. */
  readonly id: string | null
  readonly sequence: number | null
  readonly sender: ChatUser
  readonly isMine: boolean
  readonly state: 'stored' | 'waiting' | 'sending' | 'sent' | 'refused'
  /** Why the server refused it for good: `retry` or `discard` it. */
  readonly refusal: { readonly code: string; readonly message: string } | null
  /** As it was handed to the outbox; null for a stored one. */
  readonly outgoing: Outgoing | null
}

export interface ChatConversation extends Omit<ConversationFieldsFragment, '__typename' | 'lastMessage' | 'peer'> {
  /** The group's title, or the name of the other user. */
  readonly title: string | null
  readonly avatarUrl: string | null
  /** The other user of a direct conversation. */
  readonly peer: ChatUser | null
  /** Null for a direct conversation. */
  readonly group: GroupFieldsFragment | null
  readonly lastMessage: ChatMessage | null
}

export interface ChatMember {
  readonly user: ChatUser
  readonly role: 'OWNER' | 'ADMIN' | 'MEMBER'
  /** Told to those who manage members. */
  readonly mutedUntil: string | null
}

export type ChatPresence = Omit<PresenceQuery['presence'][number], 'userId'>

export const idOf = (ref: Ref): string => ref.slice(ref.lastIndexOf(':') + 1)

export function viewUser({ entity }: Reader, id: string): ChatUser {
  const known = entity(refOf('User', id)) as ChatUser | undefined
  return {
    id,
    displayName: known?.displayName ?? null,
    ...(known?.avatarUrl !== undefined && { avatarUrl: known.avatarUrl }),
  }
}

type KnownMessage = Omit<ListedMessageFragment, 'sender'> & { readonly sender: Ref; readonly isHidden?: boolean }

/** Undefined for a message that is not known, or that the viewer deleted for themselves. */
export function viewMessage(reader: Reader, ref: Ref, viewerId: string): ChatMessage | undefined {
  const known = reader.entity(ref) as KnownMessage | undefined
  if (known?.sequence === undefined || known.isHidden === true) return undefined
  const { sender, isHidden: _, __typename, ...fields } = known
  const senderId = idOf(sender)
  return {
    ...fields,
    key: known.clientMessageId ?? known.id,
    sender: viewUser(reader, senderId),
    isMine: senderId === viewerId,
    state: 'stored',
    refusal: null,
    outgoing: null,
  }
}

/** A message of the outbox, as it will look. */
export function viewOutgoing(
  reader: Reader,
  { id, input, createdAt, state }: OutboxItem,
  viewerId: string,
): ChatMessage {
  return {
    key: id,
    id: state.phase === 'sent' ? state.message.id : null,
    sequence: state.phase === 'sent' ? state.message.sequence : null,
    type: input.type ?? 'TEXT',
    text: input.text ?? '',
    content: input.content ?? null,
    mentions: null,
    replyToId: input.replyToId == null ? null : String(input.replyToId),
    sentAt: new Date(createdAt).toISOString(),
    version: 1,
    editedAt: null,
    deletedAt: null,
    clientMessageId: id,
    media: [],
    reactions: [],
    sender: viewUser(reader, viewerId),
    isMine: true,
    state: state.phase,
    refusal: state.phase === 'refused' ? { code: state.code, message: state.message } : null,
    outgoing: input,
  }
}

type KnownConversation = Omit<ConversationFieldsFragment, 'lastMessage' | 'peer'> & {
  readonly lastMessage: Ref | null
  readonly peer: Ref | null
  /** Undefined for those that are known by more than their marks. */
  readonly kind?: ConversationFieldsFragment['kind']
  readonly clearedUpTo?: number
}

export const knownConversation = ({ entity }: Pick<Reader, 'entity'>, id: string): KnownConversation | undefined => {
  const known = entity(refOf('Conversation', id)) as KnownConversation | undefined
  return known?.kind === undefined ? undefined : known
}

/** Undefined for a conversation that is not known. */
export function viewConversation(reader: Reader, id: string, viewerId: string): ChatConversation | undefined {
  const known = knownConversation(reader, id)
  if (!known) return undefined
  const peer = known.peer && viewUser(reader, idOf(known.peer))
  const group = known.kind === 'GROUP' ? ((reader.entity(refOf('Group', id)) as GroupFieldsFragment) ?? null) : null
  const { lastSequence, unreadCount, readUpTo, kind, lastActiveAt, disappearAfterSeconds, draft, preferences } = known
  return {
    id,
    kind,
    title: group?.title ?? peer?.displayName ?? null,
    avatarUrl: group?.avatarUrl ?? peer?.avatarUrl ?? null,
    peer,
    group,
    lastMessage: known.lastMessage && (viewMessage(reader, known.lastMessage, viewerId) ?? null),
    lastSequence,
    lastActiveAt,
    unreadCount,
    readUpTo,
    disappearAfterSeconds,
    draft,
    preferences,
  }
}
