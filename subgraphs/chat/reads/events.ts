/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const MESSAGES_READ = 'chat.MessagesRead'
export const MESSAGES_DELIVERED = 'chat.MessagesDelivered'

/** The event's key is the user who has read: so each user's positions come in order. */
export type PositionMoved = {
  readonly conversationId: string
  readonly userId: string
  readonly deviceId: string
  readonly upTo: number
  /** Senders of the messages who may know of it. */
  readonly told: readonly string[]
}

const positionMoved = (
  name: string,
  __typename: 'MessagesRead' | 'MessagesDelivered',
  users: (moved: PositionMoved) => readonly string[],
): EventKind<PositionMoved> => ({
  name,
  orderedBy: 'user',
  audience: { of: 'users', users },
  parse: payloadOf<PositionMoved>({
    conversationId: 'id',
    userId: 'id',
    deviceId: 'id',
    upTo: 'integer',
    told: 'ids',
  }),
  project: ({ conversationId, userId, upTo }) => ({
    __typename,
    conversationId,
    conversation: { id: conversationId },
    userId,
    user: { id: userId },
    upTo,
  }),
  view: () => 'all',
  isFrom: (moved, { deviceId }) => moved.deviceId === deviceId,
})

/** Neither is pushed. What was delivered is of no use to the user's own devices. */
export const kinds: readonly EventKind[] = [
  positionMoved(MESSAGES_READ, 'MessagesRead', ({ userId, told }) => [userId, ...told]),
  positionMoved(MESSAGES_DELIVERED, 'MessagesDelivered', ({ told }) => told),
]
