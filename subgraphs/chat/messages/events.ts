/** The kinds of events that this room appends to the event log. */
import { inEachLanguage } from '../../push-texts/index.ts'
import type { DecidedPush, EventKind, PushText } from '../../../platform/eventlog/kinds.ts'
import { parseId } from '../../parse.ts'
import { findConversationsSince, findParticipants } from '../conversations/participants.ts'
import {
  extrasOf,
  isExpired,
  type JsonObject,
  type Mentions,
  type MessageBody,
  type MessageType,
  type Origin,
} from './body.ts'
import { findOutdated, findUnwanted, type PushAsked } from './push-refusals.ts'
import { findPushNames } from './push-names.ts'
import { pushTextOf } from './push-text.ts'

export const MESSAGE_SENT = 'chat.MessageSent'

/** The payload is the whole message, so delivering it needs no read. The event's key is the conversation's id. */
export interface MessageSent extends MessageBody {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  /** ISO 8601 in UTC. */
  readonly sentAt: string
  /** True if the same transaction wrote the message's row, because PostgreSQL is the message store. */
  readonly stored?: boolean
  /** Absent: 1. Of an event whose message was deleted later it is the tombstone's: the payload was replaced by it. */
  readonly version?: number
}

/** A message as one user sees it. Only `projectMessage` makes it. */
export interface VisibleMessage {
  readonly visibleTo: string
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  /** The id that the sender's client gave the message; null for all other users. */
  readonly clientMessageId: string | null
  readonly type: MessageType
  readonly text: string
  readonly content: JsonObject | null
  readonly mentions: VisibleMentions | null
  readonly replyToId: string | null
  readonly forwardedFrom: Origin | null
  readonly mediaIds: readonly string[]
  readonly sentAt: Date | string
  readonly version: number
  /** When it disappears. Null: it stays, or has disappeared. */
  readonly expiresAt: string | null
  readonly editedAt: string | null
  readonly deletedAt: string | null
  readonly deletedById: string | null
}

interface VisibleMentions {
  readonly everyone: boolean
  readonly userIds: string[]
  readonly users: { readonly id: string }[]
}

const TYPES: ReadonlySet<string> = new Set<MessageType>([
  'TEXT',
  'IMAGE',
  'VIDEO',
  'AUDIO',
  'FILE',
  'LOCATION',
  'CONTACT',
  'STICKER',
  'GIF',
  'SYSTEM',
  'CUSTOM',
])

export function showMentions({ userIds = [], everyone }: Mentions): VisibleMentions {
  return { everyone: everyone === true, userIds: [...userIds], users: userIds.map((id) => ({ id })) }
}

type Message = Omit<MessageSent, 'sentAt'> & { readonly sentAt: Date | string }

export function projectMessage(message: Message, userId: string): VisibleMessage {
  // The job deletes it a moment later: nobody must read it until then.
  if (isExpired(message)) return projectMessage(tombstoneOf(message), userId)
  const { id, conversationId, sequence, senderId, clientMessageId, text, sentAt, version = 1 } = message
  const { type = 'TEXT', content, mentions, replyToId, forwardedFrom, mediaIds, ...changes } = extrasOf(message)
  return {
    visibleTo: userId,
    id,
    conversationId,
    sequence,
    senderId,
    clientMessageId: senderId === userId && type !== 'SYSTEM' ? clientMessageId : null,
    // A newer version may have sent a type that this one does not know.
    type: TYPES.has(type) ? type : 'CUSTOM',
    text,
    content: content ?? null,
    mentions: mentions ? showMentions(mentions) : null,
    replyToId: replyToId ?? null,
    forwardedFrom: forwardedFrom ?? null,
    mediaIds: mediaIds ?? [],
    sentAt,
    version,
    expiresAt: changes.expiresAt ?? null,
    editedAt: changes.editedAt ?? null,
    deletedAt: changes.deletedAt ?? null,
    deletedById: changes.deletedById ?? null,
  }
}

/** What is left of a message that has disappeared. */
function tombstoneOf(message: Message): Message {
  const { id, conversationId, sequence, senderId, clientMessageId, sentAt, version, type, replyToId, expiresAt } =
    message
  return {
    ...{ id, conversationId, sequence, senderId, clientMessageId, sentAt, text: '' },
    ...(version !== undefined && { version }),
    ...(type && { type }),
    ...(replyToId !== undefined && { replyToId }),
    ...(expiresAt !== undefined && { deletedAt: expiresAt }),
  }
}

/**
 * Null for a payload that is no whole message. Only the ids are checked, because all other code relies on
 * them.
 */
export function parseMessage(payload: unknown): MessageSent | null {
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>
  const isId = (value: unknown) => typeof value === 'string' && parseId(value) !== null
  if (!isId(fields['id']) || !isId(fields['conversationId']) || !isId(fields['senderId'])) return null
  return { text: '', ...fields } as unknown as MessageSent
}

const mentions = ({ mentions: mentioned }: MessageBody, userId: string) => mentioned?.userIds?.includes(userId) ?? false

/** The question about a push of a message; its ids are those of `describe`. */
const questionOf = ({ userId, data }: DecidedPush): PushAsked => ({
  userId,
  conversationId: data['conversationId'] ?? '',
  messageId: data['messageId'] ?? '',
})

/** The streams of all participants get it, including the sender's. All participants but the sender may get a push. */
export const messageSent: EventKind<MessageSent> = {
  name: MESSAGE_SENT,
  orderedBy: 'conversation',
  audience: { of: 'position', find: findParticipants, keys: findConversationsSince },
  keepsMembers: true,
  isRewritten: true,
  parse: parseMessage,
  project: (message, { userId }) => ({ __typename: 'MessageReceived', message: projectMessage(message, userId) }),
  view: ({ senderId }, { userId }) => (senderId === userId ? 'sender' : 'recipient'),
  finishedBy: 'messages',
  push: {
    refusedBy: (sql, asked) =>
      findUnwanted(
        sql,
        asked.map(({ payload, userId }) => ({
          messageId: payload.id,
          conversationId: payload.conversationId,
          userId,
          mentioned: mentions(payload, userId),
        })),
      ),
    outdatedBy: (sql, asked) => findOutdated(sql, asked.map(questionOf)),
    isMention: (payload, userId) => payload.mentions?.everyone === true || mentions(payload, userId),
    withheldFrom: ({ senderId, type, deletedAt, expiresAt }, userId) =>
      isExpired(expiresAt === undefined ? {} : { expiresAt })
        ? 'expired'
        : deletedAt
          ? 'deleted'
          : type === 'SYSTEM'
            ? 'system message'
            : userId === senderId
              ? 'sender'
              : null,
    async describe(sql, messages) {
      const names = await findPushNames(sql, messages)
      return messages.map((message, at): PushText => ({
        ...pushTextOf(message, names[at]),
        collapseKey: message.conversationId,
        data: { conversationId: message.conversationId, messageId: message.id },
      }))
    },
    describeUnreadable: (key) => ({
      title: inEachLanguage(({ texts }) => texts.newMessage),
      body: '',
      data: { conversationId: key },
    }),
  },
}

export const kinds: readonly EventKind[] = [messageSent]
