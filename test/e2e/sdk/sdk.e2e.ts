import { randomUUID } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSessionEnded, openAccount, type SignedIn } from '../../../client/account.ts'
import { connect, GraphError, type Session } from '../../../client/connect.ts'
import { follow } from '../../../client/follow.ts'
import {
  ConversationMessagesDocument,
  InboxDocument,
  type InboxSubscription,
  MeDocument,
  SendMessageDocument,
} from '../../../client/generated/operations.ts'
import { openOutbox, type Outbox, type OutgoingState } from '../../../client/outbox.ts'
import { fileStorage } from '../../../client/storage/file.ts'
import { type ClientStorage, memoryStorage } from '../../../client/storage/storage.ts'
import { mailbox } from '../../../examples/development.ts'
import { openDirect, sendText, signInAt, type Signed } from '../../support/app.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** The SDK on Node against a running server, over a network that breaks. */
jest.setTimeout(120_000)

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string
let network: TcpProxy
let ada: Signed
let bob: Signed
let conversationId: string

beforeAll(async () => {
  folder = await makeFolder()
  program = await startProgram({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'warn' })
  url = program.banner('GraphQL')
  network = await startTcpProxy(url)
  ada = await signInAt(url, folder.path, 'Ada')
  bob = await signInAt(url, folder.path, 'Bob')
  conversationId = await openDirect(ada, bob)
})
afterAll(async () => {
  for (const person of [ada, bob]) await person?.app[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
  await program?.stop()
  await folder?.[Symbol.asyncDispose]()
})
afterEach(() => network.restore())

/** Ada over the network that breaks. A short patience, because a test has to wait for it. */
const onNetwork = (session: Session = ada.session) => connect({ url: network.url, session, timeoutMs: 1_000 })

async function textsOf(id = conversationId): Promise<string[]> {
  const { conversation } = await bob.app.query(ConversationMessagesDocument, { id, first: 100 })
  return conversation!.messages.edges.flatMap(({ node }) => (node.type === 'TEXT' ? [node.text] : []))
}

/** Resolves when the message is sent or refused. */
const outcomeOf = (outbox: Outbox, id: string) =>
  new Promise<OutgoingState>((resolve) => {
    const look = () => {
      const state = outbox.items.get().find((item) => item.id === id)?.state
      if (state?.phase === 'sent' || state?.phase === 'refused') {
        stop()
        resolve(state)
      }
    }
    const stop = outbox.items.watch(look)
    look()
  })

const phases = (outbox: Outbox) => outbox.items.get().map(({ state }) => state.phase)

describe('an account', () => {
  const address = () => `grace.${randomUUID()}@example.org`
  const open = (storage: ClientStorage) => openAccount({ url, storage, deviceName: 'A test', platform: 'OTHER' })
  const codeFor = (to: string) => mailbox(folder.path).findOtp(to)

  async function signIn(storage: ClientStorage, to = address()): Promise<SignedIn> {
    const account = open(storage)
    await account.requestCode(to)
    const { signedIn } = await account.verifyCode(to, await codeFor(to), 'Grace')
    return signedIn!
  }

  test('is kept across restarts in a file that only its owner reads, and signs out for good', async () => {
    const path = join(folder.path, 'sdk', 'session.json')
    const signedIn = await signIn(fileStorage(path))
    expect((await stat(path)).mode & 0o777).toBe(0o600)

    const again = open(fileStorage(path))
    const kept = await again.current()
    expect(kept).toEqual(signedIn)
    await using app = connect({ url, session: kept!.session })
    expect((await app.query(MeDocument, {})).me.id).toBe(signedIn.userId)

    await again.signOut()
    expect(await again.current()).toBeNull()
    const refusal = await app.query(MeDocument, {}).catch((error: unknown) => error)
    expect(isSessionEnded(refusal)).toBe(true)
    expect(await readFile(path, 'utf8')).not.toContain(signedIn.session.id)
  })

  test('signs with a key that no script reads out, where the storage can keep one', async () => {
    const storage = memoryStorage()
    const { session, userId } = await signIn(storage)
    expect(session.hmacKey).toMatchObject({ extractable: false, type: 'secret' })
    const kept = await open(storage).current()
    await using app = connect({ url, session: kept!.session })
    expect((await app.query(MeDocument, {})).me.id).toBe(userId)
  })

  test('a wrong code says how many tries are left, and the right one still works', async () => {
    const to = address()
    const account = open(memoryStorage())
    await account.requestCode(to)
    const code = await codeFor(to)
    const wrong = code === '000000' ? '000001' : '000000'
    expect(await account.verifyCode(to, wrong, 'Grace')).toEqual({ signedIn: null, failure: 'WRONG', triesLeft: 4 })
    expect((await account.verifyCode(to, code, 'Grace')).signedIn).not.toBeNull()
  })

  test('a device that the server does not know is registered anew', async () => {
    const storage = memoryStorage()
    await storage.set('device', { deviceId: randomUUID(), deviceSecret: 'a'.repeat(43) })
    const signedIn = await signIn(storage)
    expect(await storage.get('device')).toMatchObject({ deviceId: signedIn.deviceId })
  })

  test('while the server is away signing out rejects, and forgets nothing', async () => {
    const storage = memoryStorage()
    await signIn(storage)
    network.cut()
    const away = openAccount({ url: network.url, storage, deviceName: 'A test' })
    await expect(away.signOut()).rejects.toMatchObject({ name: 'Unreachable' })
    expect(await away.current()).not.toBeNull()
    await away.forget()
    expect(await away.current()).toBeNull()
  })

  test('a file that is none of the SDK is left alone, and said to be none', async () => {
    const path = join(folder.path, 'other.json')
    await writeFile(path, 'not JSON')
    await expect(open(fileStorage(path)).current()).rejects.toThrow('is not a file that this SDK wrote')
    expect(await readFile(path, 'utf8')).toBe('not JSON')
  })
})

describe('an outbox', () => {
  const openFor = (storage: ClientStorage, app = onNetwork()) => openOutbox({ app, userId: ada.userId, storage })

  test('keeps what is written offline, in its order, and sends it once the network is back', async () => {
    await using outbox = await openFor(memoryStorage())
    network.cut()
    const texts = Array.from({ length: 12 }, (_, n) => `offline ${n} ${randomUUID()}`)
    for (const text of texts) await outbox.send({ conversationId, text })
    expect(outbox.items.get()).toHaveLength(12)
    network.restore()
    outbox.wake()
    await eventually(() => expect(outbox.items.get()).toEqual([]), 20_000)
    expect((await textsOf()).slice(-12)).toEqual(texts)
  })

  test('sends once what the server took while its answer was lost, also after a reload', async () => {
    const path = join(folder.path, `outbox-${randomUUID()}.json`)
    const text = `once ${randomUUID()}`
    const first = await openFor(fileStorage(path))
    // The request comes through; its answer never does.
    const sent = new Promise<void>((resolve) => {
      const stop = first.items.watch(() => {
        if (phases(first)[0] !== 'sending') return
        stop()
        resolve()
      })
    })
    await first.send({ conversationId, text })
    await sent
    network.blink()
    await first[Symbol.asyncDispose]()

    await using second = await openFor(fileStorage(path))
    second.wake()
    await eventually(() => expect(second.items.get()).toEqual([]), 20_000)
    await eventually(async () => expect((await textsOf()).filter((one) => one === text)).toEqual([text]))
  })

  test('survives a network that swallows everything', async () => {
    await using outbox = await openFor(memoryStorage())
    network.hold()
    const { id } = await outbox.send({ conversationId, text: `held ${randomUUID()}` })
    await eventually(() => expect(phases(outbox)).toEqual(['waiting']), 5_000)
    network.restore()
    outbox.wake()
    expect(await outcomeOf(outbox, id)).toMatchObject({ phase: 'sent' })
  })

  test('says why a message was refused, sends those behind it, and sends it again or forgets it when told to', async () => {
    const storage = memoryStorage()
    const outbox = await openFor(storage)
    const refused = await outbox.send({ conversationId, text: ' ' })
    const good = await outbox.send({ conversationId, text: `behind ${randomUUID()}` })
    expect(await outcomeOf(outbox, good.id)).toMatchObject({ phase: 'sent' })
    expect(await outcomeOf(outbox, refused.id)).toMatchObject({ phase: 'refused', code: 'BAD_USER_INPUT' })
    await outbox[Symbol.asyncDispose]()

    await using reopened = await openFor(storage)
    expect(reopened.items.get()).toMatchObject([
      { id: refused.id, state: { phase: 'refused', code: 'BAD_USER_INPUT' } },
    ])
    expect(await reopened.retry(refused.id)).toBe(true)
    expect(await outcomeOf(reopened, refused.id)).toMatchObject({ phase: 'refused' })
    expect(await reopened.discard(refused.id)).toBe(true)
    expect(await reopened.discard(refused.id)).toBe(false)
    expect(reopened.items.get()).toEqual([])
    expect(await storage.list('outbox')).toEqual([])
  })

  test('two tabs with one outbox send each message once, and both forget it', async () => {
    const storage = memoryStorage()
    network.cut()
    await using one = await openFor(storage)
    const texts = [`tabs 1 ${randomUUID()}`, `tabs 2 ${randomUUID()}`]
    for (const text of texts) await one.send({ conversationId, text })
    await using other = await openFor(storage)
    expect(other.items.get()).toHaveLength(2)
    network.restore()
    one.wake()
    other.wake()
    await eventually(() => expect([...one.items.get(), ...other.items.get()]).toEqual([]), 20_000)
    expect((await textsOf()).slice(-2)).toEqual(texts)
    expect(await storage.list('outbox')).toEqual([])
  })

  test('stops when the session has ended, and keeps what waits for the next one', async () => {
    const storage = memoryStorage()
    let told = 0
    const ended = connect({ url, session: { ...ada.session, id: randomUUID() } })
    const first = await openOutbox({ app: ended, userId: ada.userId, storage, onSessionEnded: () => told++ })
    const text = `later ${randomUUID()}`
    await first.send({ conversationId, text })
    await eventually(() => expect(told).toBe(1))
    expect(phases(first)).toEqual(['waiting'])
    await first[Symbol.asyncDispose]()

    await using stranger = await openOutbox({ app: bob.app, userId: bob.userId, storage })
    expect(stranger.items.get()).toEqual([])
    await using second = await openFor(storage)
    await eventually(() => expect(second.items.get()).toEqual([]))
    expect((await textsOf()).at(-1)).toBe(text)
  })

  test('takes a thousand messages, and refuses one more while they wait', async () => {
    network.cut()
    await using outbox = await openFor(memoryStorage())
    for (let n = 0; n < 1_000; n++) await outbox.send({ conversationId, text: 'waits' })
    await expect(outbox.send({ conversationId, text: 'one more' })).rejects.toMatchObject({ name: 'OutboxFull' })
  })
})

describe('an app that follows its inbox', () => {
  type Event = InboxSubscription['inbox']
  interface Seen {
    readonly texts: string[]
    refetches: number
  }
  const textOf = (event: Event) =>
    event.__typename === 'MessageReceived' && event.message.type === 'TEXT' ? [event.message.text] : []

  function open(storage: ClientStorage, seen: Seen, session = bob.session) {
    const app = connect({ url: network.url, session })
    const following = follow(InboxDocument, {
      app,
      storage,
      userId: bob.userId,
      handle: ({ inbox }) => void seen.texts.push(...textOf(inbox)),
      refetch: () => void seen.refetches++,
    })
    return {
      app,
      following,
      async [Symbol.asyncDispose]() {
        await following[Symbol.asyncDispose]()
        await app[Symbol.asyncDispose]()
      },
    }
  }

  test('handles each event once and in order over breaks and reloads, and fetches only at the first start', async () => {
    const storage = memoryStorage()
    const seen: Seen = { texts: [], refetches: 0 }
    const sent: string[] = []
    const send = async () => {
      sent.push(`follow ${sent.length} ${randomUUID()}`)
      await sendText(ada, conversationId, sent.at(-1)!)
    }
    {
      await using app = open(storage, seen)
      await eventually(() => expect(seen.refetches).toBe(1))
      await send()
      await eventually(() => expect(seen.texts).toEqual(sent))
      network.cut()
      await send()
      network.restore()
      app.app.wake()
      await eventually(() => expect(seen.texts).toEqual(sent), 20_000)
    }
    await send()
    await send()
    await using again = open(storage, seen)
    await eventually(() => expect(seen.texts).toEqual(sent), 20_000)
    expect(seen.refetches).toBe(1)
    expect(again.app.connection.get().phase).toBe('open')
  })

  test('fetches anew when the server no longer knows its cursor, and goes on', async () => {
    const storage = memoryStorage()
    await storage.set(`cursor ${bob.userId} inbox`, 'of-another-server')
    const seen: Seen = { texts: [], refetches: 0 }
    await using _app = open(storage, seen)
    await eventually(() => expect(seen.refetches).toBe(1))
    const text = `after ${randomUUID()}`
    await sendText(ada, conversationId, text)
    await eventually(() => expect(seen.texts).toEqual([text]))
  })

  test('an event whose handling failed comes again after the next start', async () => {
    const storage = memoryStorage()
    const seen: Seen = { texts: [], refetches: 0 }
    await using app = connect({ url, session: bob.session })
    const failing = follow(InboxDocument, {
      app,
      storage,
      userId: bob.userId,
      handle({ inbox }) {
        if (textOf(inbox).length > 0) throw new Error('The disk is full.')
      },
      refetch: () => void seen.refetches++,
    })
    await eventually(() => expect(seen.refetches).toBe(1))
    const text = `again ${randomUUID()}`
    await sendText(ada, conversationId, text)
    await expect(failing.ended).rejects.toThrow('The disk is full.')
    await using _next = open(storage, seen)
    await eventually(() => expect(seen.texts).toEqual([text]))
  })

  test('what an outage makes fail is handled and fetched again, in its order', async () => {
    const storage = memoryStorage()
    await using app = connect({ url, session: bob.session })
    await using away = onNetwork(bob.session)
    const done: string[] = []
    let failures = 0
    const ask = async (what: string) => {
      await away.query(MeDocument, {}).catch((error: unknown) => {
        failures++
        throw error
      })
      done.push(what)
    }
    network.cut()
    await using _following = follow(InboxDocument, {
      app,
      storage,
      userId: bob.userId,
      handle: async ({ inbox }) => {
        for (const text of textOf(inbox)) await ask(text)
      },
      refetch: () => ask('refetch'),
    })
    const texts = [`outage ${randomUUID()}`, `outage ${randomUUID()}`]
    await eventually(() => expect(failures).toBe(1))
    for (const text of texts) await sendText(ada, conversationId, text)
    network.restore()
    await eventually(() => expect(done).toEqual(['refetch', ...texts]), 20_000)
  })

  test('stops at once when it is told to before it began', async () => {
    const storage = memoryStorage()
    const seen: Seen = { texts: [], refetches: 0 }
    {
      await using _app = open(storage, seen)
      await eventually(async () => expect(await storage.get(`cursor ${bob.userId} inbox`)).toBeDefined())
    }
    await using app = open(storage, seen)
    await app.following[Symbol.asyncDispose]()
    expect(app.app.connection.get().phase).toBe('idle')
    await app.following.ended
  })

  test('says that its session has ended', async () => {
    const seen: Seen = { texts: [], refetches: 0 }
    await using app = open(memoryStorage(), seen, { ...bob.session, id: randomUUID() })
    const failure = await app.following.ended.catch((error: unknown) => error)
    expect(isSessionEnded(failure)).toBe(true)
    expect(app.app.connection.get()).toMatchObject({ phase: 'closed', code: 4401 })
  })
})

test('an app sees what its connection does', async () => {
  await using app = connect({ url: network.url, session: bob.session })
  const seen: string[] = [app.connection.get().phase]
  const stop = app.connection.watch(() => void seen.push(app.connection.get().phase))
  const stream = app.subscribe(InboxDocument, {})
  await stream.next()
  network.cut()
  await eventually(() => expect(app.connection.get().phase).toBe('waiting'))
  network.restore()
  app.wake()
  await eventually(() => expect(app.connection.get().phase).toBe('open'), 20_000)
  await stream.return?.()
  await eventually(() => expect(app.connection.get().phase).toBe('idle'))
  stop()
  expect(seen.slice(0, 4)).toEqual(['idle', 'connecting', 'open', 'waiting'])
})

test('a server that is away is told apart from one that refuses', async () => {
  await using app = onNetwork()
  network.cut()
  await expect(app.query(MeDocument, {})).rejects.toMatchObject({ name: 'Unreachable' })
  network.restore()
  await expect(app.mutate(SendMessageDocument, { input: { clientMessageId: '' } })).rejects.toBeInstanceOf(GraphError)
})
