import type { Sql } from '../../../platform/sql/sql.ts'
import { PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Address } from '../sign-in/input.ts'
import { isDeviceSecret } from './secret.ts'
import { findDevice } from './store.ts'

/** The device that the secret proves, and whether it was signed in to the account of the address before. */
export async function deviceFor(
  sql: Sql,
  claim: { readonly deviceId: string; readonly deviceSecret: string },
  address: Address,
): Promise<{ readonly deviceId: string; readonly known: boolean }> {
  const deviceId = parseId(claim.deviceId)
  const device = deviceId === null ? null : await findDevice(sql, deviceId, address)
  // An unknown device and a wrong secret get the same answer.
  if (deviceId === null || device === null || !isDeviceSecret(device.secretHash, claim.deviceSecret)) {
    throw new PublicError('UNAUTHENTICATED', 'There is no such device with this secret: register the device again.')
  }
  return { deviceId, known: device.known }
}
