/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const MESSAGES_DELETED_FOR_ME = 'chat.MessagesDeletedForMe'

/** The event's key is the user. */
export type MessagesDeletedForMe = {
  readonly userId: string
  readonly deviceId: string
  readonly conversationId: string
  readonly messageIds: readonly string[]
}

/** Delivered to the user's other devices; never pushed. */
const messagesDeletedForMe: EventKind<MessagesDeletedForMe> = {
  name: MESSAGES_DELETED_FOR_ME,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<MessagesDeletedForMe>({ userId: 'id', deviceId: 'id', conversationId: 'id', messageIds: 'ids' }),
  project: ({ conversationId, messageIds }) => ({
    __typename: 'MessagesDeletedForMe',
    conversationId,
    conversation: { id: conversationId },
    messageIds,
  }),
  view: () => 'own',
  isFrom: (deleted, { deviceId }) => deleted.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [messagesDeletedForMe]
