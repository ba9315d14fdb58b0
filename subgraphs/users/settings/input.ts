import { badInput } from '../../errors.ts'
import type { UpdateSettingsInput } from '../generated/resolvers.ts'
import { DEFAULTS, type SettingsRow } from './store.ts'

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

/** The given settings, checked, with the default for a field that is null. Only `parseSettings` makes it. */
export type SettingsChanges = Partial<SettingsRow>

export function parseSettings({ notifications, privacy }: UpdateSettingsInput): SettingsChanges {
  const { quietHours, ...fields } = { ...notifications, ...privacy }
  // A field that is left out is undefined; one that is null goes back to its default.
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const changes = Object.fromEntries(
    given.map(([field, value]) => [field, value ?? DEFAULTS[field as keyof typeof fields]]),
  )
  if (quietHours === undefined) return changes
  if (quietHours === null) return { ...changes, quietFrom: null, quietTo: null }
  const { from, to } = quietHours
  for (const time of [from, to]) {
    if (!TIME.test(time)) throw badInput('quietHours', '`quietHours` must have times as `HH:MM`, from 00:00 to 23:59.')
  }
  if (from === to)
    throw badInput('quietHours', '`quietHours` must have two different times; null means no quiet hours.')
  return { ...changes, quietFrom: from, quietTo: to }
}
