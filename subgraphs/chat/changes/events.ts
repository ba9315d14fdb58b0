/** The kinds of events of this topic. */
import type { EventKind, FindAudience, PushRule } from '../../../platform/eventlog/kinds.ts'
import { findConversationsSince } from '../conversations/participants.ts'
import { type MessageSent, parseMessage, projectMessage } from '../messages/events.ts'
import { findChangeAudience } from './store.ts'

export const MESSAGE_EDITED = 'chat.MessageEdited'
export const MESSAGE_DELETED = 'chat.MessageDeleted'

/** The payload is the whole message in its new version. The event's key is the conversation's id. */
export type MessageChanged = MessageSent & { readonly version: number }

/** Whoever joined after the message was sent must not learn of it now: each event has an audience of its own. */
const find: FindAudience = (sql, events, among) =>
  findChangeAudience(
    sql,
    events.map((event) => ({ ...event, messageId: parseMessage(event.payload)?.id ?? null })),
    among,
  )

/** Takes the notification away that shows the deleted message. */
const withdrawing: PushRule<MessageChanged> = {
  withdraws: true,
  withheldFrom: () => null,
  describe: async (_sql, messages) =>
    messages.map(({ id, conversationId }) => ({
      title: '',
      body: '',
      collapseKey: conversationId,
      data: { conversationId, messageId: id },
    })),
}

/** The streams of all participants get it who may see the message. An edit is never pushed. */
const messageChanged = (name: string, __typename: 'MessageEdited' | 'MessageDeleted'): EventKind<MessageChanged> => ({
  name,
  orderedBy: 'conversation',
  audience: { of: 'position', find, keys: findConversationsSince, differs: true },
  keepsMembers: true,
  isRewritten: true,
  parse: (payload) => parseMessage(payload) as MessageChanged | null,
  project: (message, { userId }) => ({ __typename, message: projectMessage(message, userId) }),
  view: ({ senderId }, { userId }) => (senderId === userId ? 'sender' : 'recipient'),
  finishedBy: 'messages',
})

export const kinds: readonly EventKind[] = [
  messageChanged(MESSAGE_EDITED, 'MessageEdited'),
  { ...messageChanged(MESSAGE_DELETED, 'MessageDeleted'), push: withdrawing },
]
