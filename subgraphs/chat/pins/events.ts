/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { findConversationsSince } from '../conversations/participants.ts'
import { findAboutMessage } from '../reactions/events.ts'

export const MESSAGE_PINNED = 'chat.MessagePinned'
export const MESSAGE_UNPINNED = 'chat.MessageUnpinned'

/** The event's key is the conversation. */
export type PinChanged = {
  readonly conversationId: string
  readonly messageId: string
  readonly by: string
}

/** The streams of all who may see the message get it. Never pushed. */
const pinChanged = (name: string, __typename: 'MessagePinned' | 'MessageUnpinned'): EventKind<PinChanged> => ({
  name,
  orderedBy: 'conversation',
  audience: { of: 'position', find: findAboutMessage, keys: findConversationsSince, differs: true },
  keepsMembers: true,
  parse: payloadOf<PinChanged>({ conversationId: 'id', messageId: 'id', by: 'id' }),
  project: ({ conversationId, messageId, by }) => ({
    __typename,
    conversationId,
    conversation: { id: conversationId },
    messageId,
    byId: by,
    by: { id: by },
  }),
  view: () => 'all',
})

export const kinds: readonly EventKind[] = [
  pinChanged(MESSAGE_PINNED, 'MessagePinned'),
  pinChanged(MESSAGE_UNPINNED, 'MessageUnpinned'),
]
