import { UUID } from 'mongodb'
import { extrasOf, type JsonObject, type MessageExtras, type MessageType } from '../body.ts'
import type { StoredMessage } from './messages.ts'

/** A binary UUID takes half the space of its text in every index, and has the same order. */
type Id = UUID | string

/**
 * A message in MongoDB, under the names of the system that Parley replaces, so that programs that read its collection can
 * read this one. docs/migrating.md says what each field holds. What such programs filter by is in every document, also
 * where it says nothing; the fields with `?` are absent then.
 */
export interface MessageDocument {
  _id: UUID
  conversation_id: UUID
  sequence_number: number
  sender_id: UUID
  client_message_id: string
  created_at: Date
  version: number
  message_type: Lowercase<MessageType>
  /** The text. */
  content: string
  media_ids: readonly Id[]
  mentions: readonly Id[]
  is_deleted: boolean
  mentions_everyone?: true
  /** JSON text: the database takes no meaning from an app's keys, such as `$where`, and keeps numbers as they are. */
  custom_content?: string
  reply_to_message_id?: Id
  forwarded_from?: { readonly message_id: Id; readonly conversation_id: Id }
  expires_at?: Date
  edited_at?: Date
  deleted_at?: Date
  deleted_by?: Id
}

/** The fields that a version may add or take away. */
export const OPTIONAL = [
  'mentions_everyone',
  'custom_content',
  'reply_to_message_id',
  'forwarded_from',
  'expires_at',
  'edited_at',
  'deleted_at',
  'deleted_by',
] as const satisfies (keyof MessageDocument)[]

/** The fields that no version changes, beside the two ids that are in the filter of every write. */
export const fixedOf = ({ sequence, senderId, clientMessageId, sentAt }: StoredMessage) => ({
  sequence_number: sequence,
  sender_id: new UUID(senderId),
  client_message_id: clientMessageId,
  created_at: sentAt,
})

/** The fields that a version may change. */
export function changingOf(message: StoredMessage) {
  const { type, content, mentions, replyToId, forwardedFrom, mediaIds, ...rest } = extrasOf(message)
  return {
    content: message.text,
    version: message.version,
    message_type: (type ?? 'TEXT').toLowerCase() as Lowercase<MessageType>,
    media_ids: (mediaIds ?? []).map(toId),
    mentions: (mentions?.userIds ?? []).map(toId),
    is_deleted: rest.deletedAt !== undefined,
    ...(mentions?.everyone && { mentions_everyone: true as const }),
    ...(content && { custom_content: JSON.stringify(content) }),
    ...(replyToId !== undefined && { reply_to_message_id: toId(replyToId) }),
    ...(forwardedFrom && {
      forwarded_from: {
        message_id: toId(forwardedFrom.messageId),
        conversation_id: toId(forwardedFrom.conversationId),
      },
    }),
    ...(rest.expiresAt !== undefined && { expires_at: new Date(rest.expiresAt) }),
    ...(rest.editedAt !== undefined && { edited_at: new Date(rest.editedAt) }),
    ...(rest.deletedAt !== undefined && { deleted_at: new Date(rest.deletedAt) }),
    ...(rest.deletedById !== undefined && { deleted_by: toId(rest.deletedById) }),
  }
}

export function fromDocument(document: MessageDocument): StoredMessage {
  return {
    id: document._id.toString(),
    conversationId: document.conversation_id.toString(),
    sequence: document.sequence_number,
    senderId: document.sender_id.toString(),
    clientMessageId: document.client_message_id,
    text: document.content,
    sentAt: document.created_at,
    version: document.version,
    ...extrasIn(document),
  }
}

function extrasIn(document: MessageDocument): MessageExtras {
  const { message_type, custom_content, media_ids, mentions, mentions_everyone, forwarded_from } = document
  const userIds = mentions.map(String)
  return {
    ...(message_type !== 'text' && { type: message_type.toUpperCase() as MessageType }),
    ...(custom_content !== undefined && { content: JSON.parse(custom_content) as JsonObject }),
    ...((userIds.length > 0 || mentions_everyone) && {
      mentions: { ...(userIds.length > 0 && { userIds }), ...(mentions_everyone && { everyone: true }) },
    }),
    ...(document.reply_to_message_id && { replyToId: document.reply_to_message_id.toString() }),
    ...(forwarded_from && {
      forwardedFrom: {
        messageId: forwarded_from.message_id.toString(),
        conversationId: forwarded_from.conversation_id.toString(),
      },
    }),
    ...(media_ids.length > 0 && { mediaIds: media_ids.map(String) }),
    ...(document.expires_at && { expiresAt: document.expires_at.toISOString() }),
    ...(document.edited_at && { editedAt: document.edited_at.toISOString() }),
    ...(document.deleted_at && { deletedAt: document.deleted_at.toISOString() }),
    ...(document.deleted_by && { deletedById: document.deleted_by.toString() }),
  }
}

const CANONICAL = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Text that is no UUID as the driver would print it stays text, so that every id comes back as it was given. */
const toId = (id: string): Id => (CANONICAL.test(id) ? new UUID(id) : id)
