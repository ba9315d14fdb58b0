/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const PREFERENCES_CHANGED = 'chat.ConversationPreferencesChanged'

/** The event's key is the user. The present preferences are read from this room. */
export type PreferencesChanged = {
  readonly userId: string
  readonly deviceId: string
  readonly conversationIds: readonly string[]
}

/** Delivered to the user's other devices; never pushed. */
const preferencesChanged: EventKind<PreferencesChanged> = {
  name: PREFERENCES_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<PreferencesChanged>({ userId: 'id', deviceId: 'id', conversationIds: 'ids' }),
  project: ({ conversationIds }) => ({
    __typename: 'ConversationPreferencesChanged',
    conversationIds,
    conversations: conversationIds.map((id) => ({ id })),
  }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [preferencesChanged]
