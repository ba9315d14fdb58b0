/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const BLOCKS_CHANGED = 'users.BlocksChanged'

/** The event's key is `userId`, who blocked or unblocked. */
export type BlocksChanged = {
  readonly userId: string
  readonly otherId: string
  readonly blocked: boolean
  readonly deviceId: string
}

/** Delivered to the other devices of who blocked, and never to who is blocked; never pushed. */
const blocksChanged: EventKind<BlocksChanged> = {
  name: BLOCKS_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<BlocksChanged>({ userId: 'id', otherId: 'id', blocked: 'boolean', deviceId: 'id' }),
  project: ({ otherId, blocked }) => ({
    __typename: 'BlocksChanged',
    userId: otherId,
    user: { id: otherId },
    blocked,
  }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [blocksChanged]
