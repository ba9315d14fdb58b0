/** The kinds of events that this room appends to the event log. */
import type { EventKind, PushText } from '../../../platform/eventlog/kinds.ts'
import { parseId } from '../../parse.ts'
import { findParticipants } from '../conversations/participants.ts'
import { findMuted } from '../preferences/store.ts'
import { findPushNames } from './push-names.ts'

export const MESSAGE_SENT = 'chat.MessageSent'

/**
 * Maximum UTF-16 units of a push's text, without the ellipsis: providers accept 4,096 bytes in all. The app fetches the
 * whole message.
 */
const MAX_PUSH_BODY = 500
const MAX_PUSH_TITLE = 100

/** The payload is the whole message, so delivering it needs no read. The event's key is the conversation's id. */
export interface MessageSent {
  readonly id: string
  readonly conversationId: string
  readonly sequence: number
  readonly senderId: string
  readonly clientMessageId: string
  readonly text: string
  /** ISO 8601 in UTC. */
  readonly sentAt: string
  /** True if the same transaction wrote the message's row, because PostgreSQL is the message store. */
  readonly stored?: boolean
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
  readonly text: string
  readonly sentAt: Date | string
}

type Message = Omit<MessageSent, 'sentAt'> & { readonly sentAt: Date | string }

export function projectMessage(message: Message, userId: string): VisibleMessage {
  const { id, conversationId, sequence, senderId, clientMessageId, text, sentAt } = message
  return {
    visibleTo: userId,
    id,
    conversationId,
    sequence,
    senderId,
    clientMessageId: senderId === userId ? clientMessageId : null,
    text,
    sentAt,
  }
}

/**
 * Null for a payload that `sendMessage` did not append. Only the ids are checked, because all other code relies on
 * them.
 */
function parseMessageSent(payload: unknown): MessageSent | null {
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>
  const isId = (value: unknown) => typeof value === 'string' && parseId(value) !== null
  if (!isId(fields['id']) || !isId(fields['conversationId']) || !isId(fields['senderId'])) return null
  return { text: '', ...fields } as unknown as MessageSent
}

/** The streams of all participants get it, including the sender's. All participants but the sender may get a push. */
export const messageSent: EventKind<MessageSent> = {
  name: MESSAGE_SENT,
  orderedBy: 'conversation',
  audience: { of: 'position', find: findParticipants },
  keepsMembers: true,
  parse: parseMessageSent,
  project: (message, { userId }) => ({ __typename: 'MessageReceived', message: projectMessage(message, userId) }),
  view: ({ senderId }, { userId }) => (senderId === userId ? 'sender' : 'recipient'),
  finishedBy: 'messages',
  push: {
    withheldFrom: ({ senderId }, userId) => (userId === senderId ? 'sender' : null),
    refusedBy: (sql, asked) =>
      findMuted(
        sql,
        asked.map(({ payload: { conversationId }, userId }) => ({ conversationId, userId })),
      ),
    async describe(sql, messages) {
      const names = await findPushNames(sql, messages)
      return messages.map((message, at): PushText => {
        const { senderName, groupTitle } = names[at] ?? { senderName: null, groupTitle: null }
        const sender = senderName ?? 'Somebody'
        return {
          title: cut(groupTitle ?? sender, MAX_PUSH_TITLE),
          body: cut(groupTitle === null ? message.text : `${sender}: ${message.text}`, MAX_PUSH_BODY),
          data: { conversationId: message.conversationId, messageId: message.id },
        }
      })
    },
    describeUnreadable: (key) => ({ title: 'New message', body: '', data: { conversationId: key } }),
  },
}

export const kinds: readonly EventKind[] = [messageSent]

function cut(text: string, most: number): string {
  if (text.length <= most) return text
  // A surrogate pair must not be cut in half.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most
  return `${text.slice(0, end)}…`
}
