import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Complete } from '../../complete.ts'
import { requireUser } from '../../viewer.ts'
import { isSelf, viewerFor } from '../people/rules.ts'
import type { MutationResolvers, SettingsResolvers, UserResolvers } from '../generated/resolvers.ts'
import { SETTINGS_CHANGED, type SettingsChanged } from './events.ts'
import { parseSettings } from './input.ts'
import type { SettingsPorts } from './ports.ts'
import { hintPresence } from '../presence/hints.ts'
import { freezeLastSeen } from '../presence/store.ts'
import { findSettings, saveSettings, type SettingsRow } from './store.ts'

/** A field of `User`. */
export const settings: Required<UserResolvers<SettingsPorts>>['settings'] = (person, _args, { identity, database }) =>
  isSelf(identity, person) ? findSettings(database, person.id) : null

export const updateSettings: Required<MutationResolvers<SettingsPorts>>['updateSettings'] = async (
  _,
  { input },
  context,
) => {
  const { userId, deviceId } = requireUser(context.identity)
  const changes = parseSettings(input)
  await viewerFor(context)
  const { database, eventLog, bus, log } = context
  const payload: SettingsChanged = { userId, deviceId }
  const { saved, changed } = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const before = await findSettings(sql, userId)
    const saved: SettingsRow = { ...before, ...changes }
    const changed = (Object.keys(saved) as (keyof SettingsRow)[]).some((field) => saved[field] !== before[field])
    if (changed) {
      await saveSettings(sql, userId, saved)
      if (saved.invisible && !before.invisible) await freezeLastSeen(sql, userId)
      await eventLog.append(sql, { kind: SETTINGS_CHANGED, key: userId, payload })
    }
    return { saved, changed }
  })
  if (changed) {
    announceAppended(bus, userId, log)
    hintPresence(bus, [userId], log)
  }
  return { settings: saved }
}

export const Settings: Complete<SettingsResolvers<SettingsPorts>> = {
  notifications: ({ level, previews, quietFrom, quietTo }) => ({
    level,
    previews,
    quietHours: quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo },
  }),
  privacy: (row) => row,
}
