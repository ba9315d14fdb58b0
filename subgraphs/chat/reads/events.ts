/** The kinds of events of this topic. */
import type { EventKind, PushRule } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import { findWhetherUnread } from './unread.ts'

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

/**
 * Takes the notification of the conversation away on the devices of the user on which nothing is open, once nothing in it is
 * unread any more.
 */
const withdrawing: PushRule<PositionMoved> = {
  withdraws: true,
  withheldFrom: (moved, userId) => (moved.userId === userId ? null : 'not the reader'),
  async outdatedBy(sql, asked) {
    const questions = asked.map(({ userId, data }) => ({ userId, conversationId: data['conversationId'] ?? '' }))
    return (await findWhetherUnread(sql, questions)).map((unread) => (unread ? 'STILL_UNREAD' : null))
  },
  describe: async (_sql, moved) =>
    moved.map(({ conversationId }) => ({
      title: '',
      body: '',
      collapseKey: conversationId,
      data: { conversationId },
    })),
}

/** What was delivered is of no use to the user's own devices. */
export const kinds: readonly EventKind[] = [
  { ...positionMoved(MESSAGES_READ, 'MessagesRead', ({ userId, told }) => [userId, ...told]), push: withdrawing },
  positionMoved(MESSAGES_DELIVERED, 'MessagesDelivered', ({ told }) => told),
]
