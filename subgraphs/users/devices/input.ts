import { badInput } from '../../errors.ts'
import { parseLine, type Valid } from '../../parse.ts'
import type { RegisterDeviceInput } from '../generated/resolvers.ts'
import { MAX_NAME, MAX_PUSH_TOKEN } from '../limits.ts'

export type NewDevice = Valid<
  'device',
  { readonly name: string; readonly platform: RegisterDeviceInput['platform']; readonly pushToken: string | null }
>

export function parseDevice(input: RegisterDeviceInput): NewDevice {
  const pushToken = input.pushToken ?? null
  // Each push service's token is text or JSON in its own format; none contains control characters.
  if (
    pushToken !== null &&
    (pushToken.length < 1 || pushToken.length > MAX_PUSH_TOKEN || /[\p{Cc}\p{Cs}]/u.test(pushToken))
  ) {
    throw badInput('pushToken', `\`pushToken\` must be 1 to ${MAX_PUSH_TOKEN} characters without control characters.`)
  }
  const device = { name: parseLine('name', input.name, MAX_NAME), platform: input.platform, pushToken }
  return device as NewDevice // the only maker of NewDevice
}
