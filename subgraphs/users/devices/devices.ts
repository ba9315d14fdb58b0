import { v7 } from 'uuid'
import { notFound } from '../../errors.ts'
import type { Viewer } from '../../viewer.ts'
import { endSessions } from '../sessions/tell.ts'
import { endSessionsOfDevice } from '../sessions/store.ts'
import type { DeviceName, NewDevice } from './input.ts'
import type { DevicesPorts } from './ports.ts'
import { clearUnusedPushTarget, keepPushTarget, setPushTarget } from './push-store.ts'
import type { PushTarget } from './push-target.ts'
import { hashDeviceSecret, newDeviceSecret } from './secret.ts'
import { createDevice, type DeviceRow, findDeviceRow, renameDevice } from './store.ts'

/** A new device, and the secret that proves it. */
export async function addDevice(
  { database, clock }: Pick<DevicesPorts, 'database' | 'clock'>,
  device: NewDevice,
): Promise<{ readonly device: DeviceRow; readonly deviceSecret: string }> {
  const deviceSecret = newDeviceSecret()
  const now = clock.now()
  const id = v7({ msecs: now })
  await database.transaction(async (sql) => {
    await createDevice(sql, id, device, hashDeviceSecret(deviceSecret), new Date(now))
    if (device.push) await keepPushTarget(sql, id, device.push)
  })
  const { name, platform, model, appVersion, push } = device
  const row = { id, name, platform, model, appVersion, pushService: push && (push.kind ?? ('UNKNOWN' as const)) }
  return { device: row, deviceSecret }
}

export async function nameDevice(
  { database, clock }: Pick<DevicesPorts, 'database' | 'clock'>,
  { userId }: Viewer,
  deviceId: string,
  name: DeviceName,
): Promise<DeviceRow> {
  const device = await renameDevice(database, userId, deviceId, name, new Date(clock.now()))
  if (!device) throw notFound('device', deviceId)
  return device
}

/** Ends the viewer's sessions on a device. From then on it counts as a stranger's. Returns the ids of the sessions. */
export async function dropDevice(
  ports: DevicesPorts,
  { userId, deviceId: viewerDeviceId }: Viewer,
  deviceId: string,
): Promise<string[]> {
  const { clock, clientNetwork } = ports
  const at = new Date(clock.now())
  const about = { at, user: { id: userId }, actor: { kind: 'USER', id: userId }, deviceId, clientNetwork } as const
  const ending = { userId, reason: 'DEVICE_REMOVED', deviceId: viewerDeviceId, about } as const
  return endSessions(ports, ending, async (sql) => {
    const ids = await endSessionsOfDevice(sql, userId, deviceId, at)
    if (ids.length === 0) throw notFound('device', deviceId)
    await clearUnusedPushTarget(sql, deviceId, at)
    return ids
  })
}

/** Sets or clears the target of the viewer's present device. */
export async function changePushTarget(
  { database }: Pick<DevicesPorts, 'database'>,
  { deviceId }: Viewer,
  target: PushTarget | null,
): Promise<DeviceRow> {
  const device = await database.transaction(async (sql) => {
    await setPushTarget(sql, deviceId, target)
    return findDeviceRow(sql, deviceId)
  })
  if (!device) throw notFound('device', deviceId)
  return device
}
