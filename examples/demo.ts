/**
 * `npm run demo`: shows what Parley does, as an app sees it, over real HTTP and graphql-ws against a running server.
 * Exits with 1 if anything goes wrong. `--data` is the server's data folder (development mode; default `data`), in
 * which the server also writes its address; `--url` names another.
 */
import { randomUUID } from 'node:crypto'
import { type App, connect, type Session } from '../client/connect.ts'
import { findServer, mailbox } from './development.ts'
import {
  CreateGroupDocument,
  InboxDocument,
  type InboxSubscription,
  MeDocument,
  OpenDirectConversationDocument,
  RegisterDeviceDocument,
  RequestOtpDocument,
  SendMessageDocument,
  VerifyOtpDocument,
} from '../client/generated/operations.ts'
import { sendRaw } from './raw.ts'

const argument = (name: string): string | undefined => {
  const at = process.argv.findIndex((one) => one === `--${name}` || one.startsWith(`--${name}=`))
  return at === -1 ? undefined : (process.argv[at]?.split('=', 2)[1] ?? process.argv[at + 1])
}

const dataFolder = argument('data') ?? 'data'
const { findOtp, findPush } = mailbox(dataFolder)
let url = ''
const say = (line: string) => process.stdout.write(`${line}\n`)

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`This should not happen: ${what}`)
}

interface Person {
  readonly name: string
  readonly userId: string
  readonly deviceId: string
  readonly session: Session
  readonly app: App
}

/** Registers a device, requests a one-time password, and exchanges it for a session. */
async function signIn(name: string): Promise<Person> {
  const anonymous = connect({ url })
  const { registerDevice } = await anonymous.mutate(RegisterDeviceDocument, {
    input: { name: `${name}'s phone`, platform: 'OTHER' },
  })
  const address = `${name.toLowerCase()}.${randomUUID()}@example.org`
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  await anonymous.mutate(RequestOtpDocument, { input: { ...device, address } })
  const code = await findOtp(address)
  const { verifyOtp } = await anonymous.mutate(VerifyOtpDocument, {
    input: { ...device, address, code, displayName: name },
  })
  await anonymous[Symbol.asyncDispose]()
  const { session } = verifyOtp
  expect(session != null, `the code for ${name} was refused (${verifyOtp.failure ?? ''})`)
  say(`  ${name} signed in with a one-time password.`)
  return {
    name,
    userId: session.user.id,
    deviceId: device.deviceId,
    session,
    app: connect({ url, session }),
  }
}

type Event = InboxSubscription['inbox']
type MessageEvent = Extract<Event, { __typename: 'MessageReceived' }>

interface Inbox extends AsyncDisposable {
  next(): Promise<Event>
  message(): Promise<MessageEvent['message'] & { cursor: string }>
}

function openInbox(person: Person, after?: string): Inbox {
  const stream = person.app.subscribe(InboxDocument, after === undefined ? {} : { after })
  const next = async (): Promise<Event> => {
    const { value, done } = await stream.next()
    expect(!done, `${person.name}'s inbox ended`)
    return value.inbox
  }
  return {
    next,
    async message() {
      let event = await next()
      // The server's own messages tell what happens to a group.
      while (event.__typename === 'MessageReceived' && event.message.type === 'SYSTEM') event = await next()
      expect(event.__typename === 'MessageReceived', `${person.name} got ${event.__typename}, not a message`)
      return { ...event.message, cursor: event.cursor }
    },
    async [Symbol.asyncDispose]() {
      await stream.return?.()
    },
  }
}

async function send(person: Person, conversationId: string, text: string): Promise<string> {
  const { sendMessage } = await person.app.mutate(SendMessageDocument, {
    input: { conversationId, clientMessageId: randomUUID(), text },
  })
  return sendMessage.message.id
}

async function directConversation(ada: Person, bob: Person): Promise<void> {
  say('\nA direct conversation')
  const { openDirectConversation } = await ada.app.mutate(OpenDirectConversationDocument, {
    input: { userId: bob.userId },
  })
  await using inbox = openInbox(bob)
  const opened = await inbox.next()
  expect(opened.__typename === 'InboxOpened', 'the first event was not InboxOpened')
  const texts = ['Good morning!', 'Did you see the comet?', 'Look up tonight.']
  for (const text of texts) await send(ada, openDirectConversation.conversation.id, text)
  for (const text of texts) {
    const message = await inbox.message()
    expect(message.text === text, `"${message.text}" came instead of "${text}"`)
    say(`  ${bob.name} receives #${message.sequence} from ${message.sender.displayName}: ${message.text}`)
  }
}

async function group(ada: Person, bob: Person, carol: Person): Promise<void> {
  say('\nA group of three; two are online')
  const { createGroup } = await ada.app.mutate(CreateGroupDocument, {
    input: { title: 'Comet watchers', memberIds: [bob.userId, carol.userId] },
  })
  // A group's conversation has the group's id.
  const conversationId = createGroup.group.id

  // Carol was online before, and left with a cursor.
  const before = openInbox(carol)
  const { cursor } = await before.next()
  await before[Symbol.asyncDispose]()
  await carol.app[Symbol.asyncDispose]()

  await using inbox = openInbox(bob)
  await inbox.next()
  const messageId = await send(ada, conversationId, 'It is above the old mill.')
  const received = await inbox.message()
  expect(received.id === messageId, 'Bob got another message than was sent')
  say(`  ${bob.name} receives #${received.sequence} from ${received.sender.displayName}: ${received.text}`)
  const push = await findPush(carol.deviceId, messageId)
  say(`  ${carol.name} is offline: a push was decided on (${push.reason}): "${push.title}: ${push.body}"`)

  const back = { ...carol, app: connect({ url, session: carol.session }) }
  await using resumed = openInbox(back, cursor)
  const missed = await resumed.message()
  expect(missed.id === messageId, 'Carol did not get what she missed')
  const nextId = await send(ada, conversationId, 'Bring a thermos.')
  const fresh = await resumed.message()
  expect(fresh.id === nextId, 'Carol got something twice, or missed something')
  say(`  ${carol.name} is back with her last cursor and receives once: ${missed.text}`)
  say(`  and then live: ${fresh.text}`)
  await back.app[Symbol.asyncDispose]()
}

async function refusals(ada: Person): Promise<void> {
  say('\nWhat the gateway refuses')
  const request = { url, session: ada.session, document: MeDocument }
  const good = await sendRaw({ ...request, nonce: randomUUID() })
  expect(good.status === 200, 'a correctly signed request was refused')
  const used = randomUUID()
  await sendRaw({ ...request, nonce: used })
  const cases = [
    ['a tampered signature', 'SIGNATURE_INVALID', await sendRaw({ ...request, tamper: true })],
    ['a replayed nonce', 'NONCE_REPLAYED', await sendRaw({ ...request, nonce: used })],
    ['a stale timestamp', 'TIMESTAMP_STALE', await sendRaw({ ...request, now: Date.now() - 6 * 60_000 })],
  ] as const
  for (const [what, code, answer] of cases) {
    expect(answer.code === code, `${what} was answered ${answer.code ?? answer.status}, not ${code}`)
    say(`  ${what}: ${answer.status} ${answer.code}: ${answer.message}`)
  }
}

async function main(): Promise<void> {
  url = await findServer(argument('url'), dataFolder)
  say(`Parley demo against ${url}\n`)
  const [ada, bob, carol] = [await signIn('Ada'), await signIn('Bob'), await signIn('Carol')]
  try {
    await directConversation(ada, bob)
    await group(ada, bob, carol)
    await refusals(ada)
    say('\nAll of it worked.')
  } finally {
    await Promise.all([ada, bob, carol].map(({ app }) => app[Symbol.asyncDispose]()))
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
