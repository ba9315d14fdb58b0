/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'
import type { ScheduledMessageChange } from '../generated/resolvers.ts'

export const SCHEDULED_CHANGED = 'chat.ScheduledMessageChanged'

/** The event's key is the user. The log keeps no text: it is read from this room. */
export type ScheduledChanged = {
  readonly userId: string
  /** The device that made the change; null: the clock did. */
  readonly deviceId: string | null
  readonly scheduledId: string
  readonly conversationId: string
  readonly change: ScheduledMessageChange
}

/** Delivered to the user's devices, except the one that made the change; never pushed. */
const scheduledChanged: EventKind<ScheduledChanged> = {
  name: SCHEDULED_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<ScheduledChanged>({
    userId: 'id',
    deviceId: 'idOrNull',
    scheduledId: 'id',
    conversationId: 'id',
    change: 'text',
  }),
  project: ({ scheduledId, conversationId, change }) => ({
    __typename: 'ScheduledMessageChanged',
    scheduledMessageId: scheduledId,
    conversationId,
    conversation: { id: conversationId },
    change,
    scheduledMessage: { id: scheduledId },
  }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [scheduledChanged]
