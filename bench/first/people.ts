import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { print } from 'graphql'
import { RegisterDeviceDocument, RequestOtpDocument, VerifyOtpDocument } from '../../client/generated/operations.ts'
import type { Load } from './load.ts'
import type { Person } from './person.ts'

/**
 * Signs in `count` new users with one-time passwords, which a server in development mode writes into its data folder.
 */
export async function signIn(load: Load, folder: string, count: number): Promise<Person[]> {
  const newcomers = await load.each(count, async (index) => {
    const input = { name: `phone ${index}`, platform: 'OTHER' }
    const { registerDevice } = await load.ask(print(RegisterDeviceDocument), { input })
    const claim = {
      deviceId: registerDevice.device.id as string,
      deviceSecret: registerDevice.deviceSecret as string,
      address: `bench.${index}.${randomUUID()}@example.org`,
    }
    await load.ask(print(RequestOtpDocument), { input: claim })
    return claim
  })
  const lines = readFileSync(join(folder, 'development', 'otp.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const codes = new Map(
    lines.map((line) => JSON.parse(line) as { to: string; code: string }).map((otp) => [otp.to, otp.code]),
  )
  return load.each(count, async (index) => {
    const claim = newcomers[index]!
    const input = { ...claim, code: codes.get(claim.address), displayName: `Person ${index}` }
    const { verifyOtp } = await load.ask(print(VerifyOtpDocument), { input })
    const { id, hmacKey, user } = verifyOtp.session
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    return { address, userId: user.id, session: { id, hmacKey } }
  })
}
