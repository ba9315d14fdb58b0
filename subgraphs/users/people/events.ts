/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const PROFILE_CHANGED = 'users.ProfileChanged'

/**
 * The event's key is the user. It only says who changed their profile on which device; the present profile is read
 * from this room.
 */
export type ProfileChanged = { readonly userId: string; readonly deviceId: string }

/** Delivered to the user's other devices; never pushed. */
export const profileChanged: EventKind<ProfileChanged> = {
  name: PROFILE_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<ProfileChanged>({ userId: 'id', deviceId: 'id' }),
  project: ({ userId }) => ({ __typename: 'ProfileChanged', user: { id: userId } }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [profileChanged]
