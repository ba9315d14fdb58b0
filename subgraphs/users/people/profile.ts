import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { notFound } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { PROFILE_CHANGED, type ProfileChanged } from './events.ts'
import type { DisplayName } from './input.ts'
import type { PeoplePorts } from './ports.ts'
import { renamePerson, type PersonRow } from './store.ts'

/** Renames the viewer, and notifies the viewer's other devices. */
export async function changeProfile(
  { database, eventLog, bus, log }: Pick<PeoplePorts, 'database' | 'eventLog' | 'bus' | 'log'>,
  { userId, deviceId }: Viewer,
  displayName: DisplayName,
): Promise<PersonRow> {
  const payload: ProfileChanged = { userId, deviceId }
  const person = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const renamed = await renamePerson(sql, userId, displayName)
    if (!renamed) throw notFound('user', userId)
    await eventLog.append(sql, { kind: PROFILE_CHANGED, key: userId, payload })
    return renamed
  })
  announceAppended(bus, userId, log)
  return person
}
