/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const DRAFT_CHANGED = 'chat.DraftChanged'

/** The event's key is the user. The log keeps no text: the present draft is read from this room. */
export type DraftChanged = { readonly userId: string; readonly deviceId: string; readonly conversationId: string }

/** Delivered to the user's other devices; never pushed. */
const draftChanged: EventKind<DraftChanged> = {
  name: DRAFT_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<DraftChanged>({ userId: 'id', deviceId: 'id', conversationId: 'id' }),
  project: ({ conversationId }) => ({
    __typename: 'DraftChanged',
    conversationId,
    conversation: { id: conversationId },
  }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [draftChanged]
