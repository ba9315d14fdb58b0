/**
 * Signs a new user in with a one-time password, by three plain requests without credentials. It asks for the code on
 * the terminal: a server in development mode prints it on its own terminal.
 */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'

/** Returns the session: its id, the key that signs its requests, and its user. It is not stored anywhere. */
export async function signIn(url, name) {
  const { registerDevice } = await ask(
    url,
    'mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { device { id } deviceSecret } }',
    { name: `${name}'s computer`, platform: 'OTHER' },
  )
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  const address = `${name.toLowerCase()}.${randomUUID()}@example.org`
  await ask(url, 'mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { expiresAt } }', {
    ...device,
    address,
  })

  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const code = await terminal.question(`One-time password for ${address}: `)
  terminal.close()

  const { verifyOtp } = await ask(
    url,
    `mutation ($input: VerifyOtpInput!) {
      verifyOtp(input: $input) { session { id hmacKey user { id displayName } } failure triesLeft }
    }`,
    { ...device, address, code: code.trim(), displayName: name },
  )
  if (!verifyOtp.session) throw new Error(`The code was refused: ${verifyOtp.failure}.`)
  console.log(`Signed in as ${name}, user ${verifyOtp.session.user.id}`)
  return verifyOtp.session
}

async function ask(url, query, input) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(errors[0].message)
  return data
}
