/** The kinds of events of this topic. */
import type { EventKind } from '../../../platform/eventlog/kinds.ts'
import { parseId } from '../../parse.ts'

export const SETTINGS_CHANGED = 'users.SettingsChanged'

/** The event's key is the user. The present settings are read from this room. */
export type SettingsChanged = { readonly userId: string; readonly deviceId: string }

/** Delivered to the user's other devices; never pushed. */
const settingsChanged: EventKind<SettingsChanged> = {
  name: SETTINGS_CHANGED,
  orderedBy: 'user',
  audience: { of: 'users', users: ({ userId }) => [userId] },
  parse(payload) {
    const { userId, deviceId } = (payload ?? {}) as Partial<Record<keyof SettingsChanged, unknown>>
    const ids = [userId, deviceId].every((id) => typeof id === 'string' && parseId(id) !== null)
    return ids ? (payload as SettingsChanged) : null
  },
  project: ({ userId }) => ({ __typename: 'SettingsChanged', user: { id: userId } }),
  view: () => 'own',
  isFrom: (changed, { deviceId }) => changed.deviceId === deviceId,
}

export const kinds: readonly EventKind[] = [settingsChanged]
