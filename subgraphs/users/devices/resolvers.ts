import { v7 } from 'uuid'
import { hashDeviceSecret, newDeviceSecret } from './secret.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import { parseDevice } from './input.ts'
import type { DevicesPorts } from './ports.ts'
import { createDevice } from './store.ts'

export const registerDevice: Required<MutationResolvers<DevicesPorts>>['registerDevice'] = async (
  _,
  { input },
  { database, clock },
) => {
  const deviceSecret = newDeviceSecret()
  const now = clock.now()
  const id = v7({ msecs: now })
  const device = await createDevice(database, id, parseDevice(input), hashDeviceSecret(deviceSecret), new Date(now))
  return { device, deviceSecret }
}
