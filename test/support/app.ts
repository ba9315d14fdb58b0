import { randomUUID } from 'node:crypto'
import { type App, connect, type Session } from '../../client/connect.ts'
import { mailbox } from '../../examples/development.ts'
import {
  InboxDocument,
  type InboxSubscription,
  OpenDirectConversationDocument,
  RegisterDeviceDocument,
  RequestOtpDocument,
  SendMessageDocument,
  VerifyOtpDocument,
} from '../../client/generated/operations.ts'

/** Somebody signed in on a running program, through its door alone. */
export interface Signed {
  readonly userId: string
  readonly deviceId: string
  readonly session: Session & { readonly hmacKey: string }
  readonly app: App
}

/** A new device and, unless the address is known, a new person, signed in by the code that the program left in its data folder. */
export async function signInAt(
  url: string,
  dataFolder: string,
  name: string,
  address = `${name.toLowerCase()}.${randomUUID()}@example.org`,
  pushToken?: string,
): Promise<Signed> {
  const anonymous = connect({ url })
  try {
    const { registerDevice } = await anonymous.mutate(RegisterDeviceDocument, {
      input: { name: `${name}'s phone`, platform: 'OTHER', ...(pushToken !== undefined && { pushToken }) },
    })
    const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
    await anonymous.mutate(RequestOtpDocument, { input: { ...device, address } })
    const code = await mailbox(dataFolder).findOtp(address)
    const { verifyOtp } = await anonymous.mutate(VerifyOtpDocument, {
      input: { ...device, address, code, displayName: name },
    })
    if (!verifyOtp.session) throw new Error(`The code was not taken: ${verifyOtp.failure}`)
    const { session } = verifyOtp
    return { userId: session.user.id, deviceId: device.deviceId, session, app: connect({ url, session }) }
  } finally {
    await anonymous[Symbol.asyncDispose]()
  }
}

/** The same person at another address: another process, or the same one after a restart. */
export const reconnect = (person: Signed, url: string): Signed => ({
  ...person,
  app: connect({ url, session: person.session }),
})

export async function openDirect(from: Signed, to: Signed): Promise<string> {
  const { openDirectConversation } = await from.app.mutate(OpenDirectConversationDocument, {
    input: { userId: to.userId },
  })
  return openDirectConversation.conversation.id
}

export async function sendText(from: Signed, conversationId: string, text: string): Promise<string> {
  const input = { conversationId, text, clientMessageId: randomUUID() }
  return (await from.app.mutate(SendMessageDocument, { input })).sendMessage.message.id
}

export type InboxItem = InboxSubscription['inbox']

export interface TestInbox extends AsyncDisposable {
  /** The next event, leaving out the server's own messages, which tell what happens to a group. */
  next(): Promise<InboxItem>
  /** The next event, which must be a message: its text. */
  text(): Promise<string>
}

export function openInbox(person: Signed, after?: string): TestInbox {
  const stream = person.app.subscribe(InboxDocument, after === undefined ? {} : { after })
  const next = async (): Promise<InboxItem> => {
    const result = await stream.next()
    if (result.done) throw new Error('The inbox ended.')
    const { inbox } = result.value
    return inbox.__typename === 'MessageReceived' && inbox.message.type === 'SYSTEM' ? next() : inbox
  }
  return {
    next,
    async text() {
      const event = await next()
      if (event.__typename !== 'MessageReceived') throw new Error(`${event.__typename} came where a message was due.`)
      return event.message.text
    },
    async [Symbol.asyncDispose]() {
      await stream.return?.()
    },
  }
}
