import type { Identity } from '../../platform/signature/identity.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { notFound, PublicError } from '../errors.ts'
import { parseId } from '../parse.ts'
import { requireUser } from '../viewer.ts'
import { isDeviceSecret } from './codes.ts'
import type { Context } from './context.ts'
import type { Address } from './input.ts'
import { findDevice } from './store/devices.ts'
import type { PersonRow } from './store/people.ts'

/** The signed-in user's own row. */
export async function viewerFor({ identity, people }: Context): Promise<PersonRow> {
  const { userId } = requireUser(identity)
  const person = await people.load(userId)
  if (!person) throw notFound('user', userId)
  return person
}

/** Anybody, for whoever is signed in, admins too; null where there is none. What is only their own, `isSelf` says. */
export async function personFor({ identity, people }: Context, id: string): Promise<PersonRow | null> {
  if (identity.kind === 'anonymous') throw new PublicError('UNAUTHENTICATED', 'Sign in to do this.')
  const userId = parseId(id)
  return userId === null ? null : people.load(userId)
}

export function isSelf(identity: Identity, person: PersonRow): boolean {
  return identity.kind === 'user' && identity.userId === person.id
}

/** The device that the secret proves, and whether it was signed in to the account of the address before. */
export async function deviceFor(
  sql: Sql,
  claim: { readonly deviceId: string; readonly deviceSecret: string },
  address: Address,
): Promise<{ readonly deviceId: string; readonly known: boolean }> {
  const deviceId = parseId(claim.deviceId)
  const device = deviceId === null ? null : await findDevice(sql, deviceId, address)
  // An unknown device and a wrong secret answer alike.
  if (deviceId === null || device === null || !isDeviceSecret(device.secretHash, claim.deviceSecret)) {
    throw new PublicError('UNAUTHENTICATED', 'There is no such device with this secret: register the device anew.')
  }
  return { deviceId, known: device.known }
}
