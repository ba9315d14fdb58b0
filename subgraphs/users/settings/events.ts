/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { payloadOf } from '../../payload.ts'

export const SETTINGS_CHANGED = 'users.SettingsChanged'

/** The event's key is the user. The present settings are read from this room. */
export type SettingsChanged = { readonly userId: string; readonly deviceId: string }

/** Delivered to the user's other devices; never pushed. */
const settingsChanged: EventKind<SettingsChanged> = {
  name: SETTINGS_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse: payloadOf<SettingsChanged>({ userId: 'id', deviceId: 'id' }),
  project: ({ userId }) => ({ __typename: 'SettingsChanged', user: { id: userId } }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [settingsChanged]
