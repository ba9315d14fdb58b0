/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const CONVERSATION_CLEARED = 'chat.ConversationCleared'

/** The event's key is the user. */
export type ConversationCleared = {
  readonly userId: string
  readonly deviceId: string
  readonly conversationId: string
  readonly upTo: number
  readonly deleted: boolean
}

/**
 * Delivered to all of the user's devices, never pushed. The device that cleared gets it too: if its stream was behind, older
 * messages come after the answer to its request, and the event then says that they are gone.
 */
const conversationCleared: EventKind<ConversationCleared> = {
  name: CONVERSATION_CLEARED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<ConversationCleared>({
    userId: 'id',
    deviceId: 'id',
    conversationId: 'id',
    upTo: 'integer',
    deleted: 'boolean',
  }),
  project: ({ conversationId, upTo, deleted }) => ({
    __typename: 'ConversationCleared',
    conversationId,
    conversation: { id: conversationId },
    upTo,
    deleted,
  }),
  view: () => 'own',
}

export const kinds: readonly EventKind[] = [conversationCleared]
