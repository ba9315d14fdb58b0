/** The kinds of events of this topic. They pass by: none is ever in the log. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const TYPING_CHANGED = 'chat.TypingChanged'

export type TypingChanged = {
  readonly conversationId: string
  readonly userId: string
  /** 0: the user has stopped. */
  readonly endsInMs: number
}

const typingChanged: EventKind<TypingChanged> = {
  name: TYPING_CHANGED,
  orderedBy: 'conversation',
  // Whoever passes it names the users.
  audience: { of: 'users', users: () => [] },
  keepsMembers: true,
  parse: payloadOf<TypingChanged>({ conversationId: 'id', userId: 'id', endsInMs: 'integer' }),
  project: ({ conversationId, userId, endsInMs }) => ({
    __typename: 'TypingChanged',
    conversationId,
    conversation: { id: conversationId },
    userId,
    user: { id: userId },
    endsInMs,
  }),
  view: () => 'all',
  isFrom: (typing, { userId }) => typing.userId === userId,
}

export const kinds: readonly EventKind[] = [typingChanged]
