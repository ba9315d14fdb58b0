import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { connect as connectTcp, type AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { WebSocket } from 'ws'
import { connect, Unreachable } from '../../../client/connect.ts'
import { follow } from '../../../client/follow.ts'
import {
  ConversationMessagesDocument,
  InboxDocument,
  type InboxSubscription,
  MeDocument,
} from '../../../client/generated/operations.ts'
import { openOutbox } from '../../../client/outbox.ts'
import { memoryStorage } from '../../../client/storage/storage.ts'
import { assetPath } from '../../../platform/assets.ts'
import { trim } from '../../../platform/eventlog/log.ts'
import { silentLog } from '../../../platform/log/log.ts'
import { openDirect, sendText, signInAt, type Signed } from '../../support/app.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { type FrameProxy, startFrameProxy } from '../../support/frame-proxy.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

/** A sender with an outbox and a follower, on networks and behind proxies that break in every way. */
jest.setTimeout(300_000)

let database: TestDatabase
let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let url: string
let proxy: FrameProxy
let network: TcpProxy
let ada: Signed
let bob: Signed
let conversationId: string

beforeAll(async () => {
  database = await createDatabase({ max: 2 })
  folder = await makeFolder()
  program = await startProgram({
    POSTGRES_URL: database.url,
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'warn',
    RATE_USER_BURST: '100000',
  })
  url = program.banner('GraphQL')
  proxy = await startFrameProxy(url)
  network = await startTcpProxy(proxy.url)
  ada = await signInAt(url, folder.path, 'Ada')
  bob = await signInAt(url, folder.path, 'Bob')
  conversationId = await openDirect(ada, bob)
})
afterAll(async () => {
  for (const person of [ada, bob]) await person?.app[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
  await proxy?.[Symbol.asyncDispose]()
  await program?.stop()
  await database?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const textOf = ({ inbox }: InboxSubscription) =>
  inbox.__typename === 'MessageReceived' && inbox.message.type === 'TEXT' ? [inbox.message.text] : []

/** Ada's outbox and Bob's follower on the network that breaks, and what came of each message. */
async function openBoth() {
  const [sender, receiver] = [ada, bob].map(({ session }) => connect({ url: network.url, session, timeoutMs: 2_000 }))
  const outbox = await openOutbox({ app: sender!, userId: ada.userId, storage: memoryStorage() })
  const heard: string[] = []
  const outcomes: string[] = []
  const seen = { refetches: 0 }
  outbox.items.watch(() => {
    for (const { input, state } of outbox.items.get()) {
      if (state.phase === 'sent') outcomes.push(input.text!)
      if (state.phase === 'refused') outcomes.push(`${input.text}: ${state.code}`)
    }
  })
  const following = follow(InboxDocument, {
    app: receiver!,
    storage: memoryStorage(),
    userId: bob.userId,
    refetch: () => void seen.refetches++,
    handle: (event) => void heard.push(...textOf(event)),
  })
  await eventually(() => expect(seen.refetches).toBe(1), 30_000)
  return {
    outbox,
    following,
    heard,
    outcomes,
    seen,
    receiver: receiver!,
    wake() {
      outbox.wake()
      receiver!.wake()
    },
    async [Symbol.asyncDispose]() {
      await outbox[Symbol.asyncDispose]()
      await following[Symbol.asyncDispose]()
      for (const app of [sender!, receiver!]) await app[Symbol.asyncDispose]()
    },
  }
}

interface Fault {
  readonly what: string
  begin(): void
  end?(): void
}
const closes = [
  [1001, 'Going away'],
  [1011, 'Internal server error'],
  [1012, 'The gateway is restarting: connect again in 0 ms.'],
  [1013, 'Too slow: connect again and resume from your last cursor.'],
  [1013, 'RATE_LIMITED'],
  [4408, 'Connection initialisation timeout'],
] as const
const faults: readonly Fault[] = [
  { what: 'a network that blinks', begin: () => network.blink() },
  { what: 'a network that is cut', begin: () => network.cut(), end: () => network.restore() },
  { what: 'a network that is slow', begin: () => network.delay(400), end: () => network.restore() },
  { what: 'a network that holds every byte for a while', begin: () => network.hold(), end: () => network.restore() },
  {
    what: 'a network that swallows every byte, and forgets its connections',
    begin: () => network.hold(),
    end: () => (network.abandon(), network.restore()),
  },
  { what: 'connections that are dead, while new ones work', begin: () => network.abandon() },
  { what: 'sockets that end without a word', begin: () => proxy.cut() },
  ...closes.map(([code, reason]) => ({ what: `${code} ${reason}`, begin: () => proxy.close(code, reason) })),
  ...['UNAVAILABLE', 'RESUME', 'INTERNAL_SERVER_ERROR'].map((code) => ({
    what: `a stream that ends with ${code}`,
    begin: () => proxy.fail(code),
  })),
  ...[429, 502, 503, 504].map((status) => ({
    what: `a proxy that answers everything with ${status}`,
    begin: () => proxy.away(status),
    end: () => proxy.away(undefined),
  })),
]

test('over every fault each message is sent once and handled once, in order', async () => {
  await using both = await openBoth()
  const { outbox, heard, outcomes, seen } = both
  const said: string[] = []
  for (const { what, begin, end } of faults) {
    begin()
    for (let n = 0; n < 3; n++) {
      said.push(`${what} ${n}`)
      await outbox.send({ conversationId, text: said.at(-1)! })
    }
    if (end) {
      // The fault lasts until the outbox has met it.
      if (what !== 'a network that is slow') await eventually(() => outbox.items.get().some(isWaiting), 30_000)
      end()
      both.wake()
    }
    await eventually(() => expect([what, outcomes]).toEqual([what, said]), 60_000)
    await eventually(() => expect([what, heard]).toEqual([what, said]), 60_000)
  }
  expect(seen.refetches).toBe(1)
  const { conversation } = await bob.app.query(ConversationMessagesDocument, { id: conversationId, first: 100 })
  expect(conversation!.messages.edges.flatMap(({ node }) => node.text ?? [])).toEqual(said)
})

const isWaiting = ({ state }: { readonly state: { readonly phase: string } }) => state.phase === 'waiting'

test('what an older connection still says after a newer one began changes nothing', async () => {
  await using both = await openBoth()
  const { outbox, heard, outcomes, receiver } = both
  const said = Array.from({ length: 4 }, () => `late ${randomUUID()}`)
  // The events of the first two messages stay on the way, as does the second one's first request.
  await outbox.send({ conversationId, text: said[0]! })
  await eventually(() => expect(heard).toEqual(said.slice(0, 1)), 30_000)
  const phases: string[] = []
  receiver.connection.watch(() => void phases.push(receiver.connection.get().phase))
  network.strand()
  for (const text of said.slice(1, 3)) await outbox.send({ conversationId, text })
  await eventually(() => expect(heard).toEqual(said.slice(0, 3)), 60_000)
  expect(phases).toContain('open')
  network.restore()
  await outbox.send({ conversationId, text: said[3]! })
  await eventually(() => expect([outcomes, heard]).toEqual([said, said]), 60_000)
})

test('a name that is not known, and a certificate that is not trusted, are told with their cause', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
  const other = await generate([{ name: 'commonName', value: 'elsewhere.example.org' }])
  const target = new URL(url)
  const tls = createTlsServer({ cert: other.cert, key: other.private }, (socket) => {
    const upstream = connectTcp(Number(target.port), target.hostname)
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
  const secure = `https://localhost:${(tls.address() as AddressInfo).port}${target.pathname}`
  const trusting = class extends WebSocket {
    constructor(at: string, protocols: string[]) {
      super(at, protocols, {
        ca: cert,
        createConnection: (options: object) => connectTls({ ...options, ca: cert } as never),
      })
    }
  }
  try {
    await using app = connect({ url: secure, session: bob.session, webSocket: trusting })
    const refused = (await app.query(MeDocument, {}).catch((error: unknown) => error)) as Unreachable
    expect(refused).toBeInstanceOf(Unreachable)
    expect(String((refused.cause as Error).cause)).toMatch(/self-signed certificate/)
    const stream = app.subscribe(InboxDocument, {})
    await eventually(() => expect(app.connection.get().phase).toBe('waiting'))
    // It comes back once the server has its right certificate.
    tls.setSecureContext({ cert, key })
    app.wake()
    expect((await stream.next()).value).toMatchObject({ inbox: { __typename: 'InboxOpened' } })
    await stream.return?.()

    await using nowhere = connect({ url: 'https://chat.invalid/graphql', session: bob.session })
    const unknown = (await nowhere.query(MeDocument, {}).catch((error: unknown) => error)) as Unreachable
    expect(unknown).toBeInstanceOf(Unreachable)
    expect(String((unknown.cause as Error).cause)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    nowhere.subscribe(InboxDocument, {})
    await eventually(() => expect(nowhere.connection.get().phase).toBe('waiting'), 30_000)
  } finally {
    await new Promise((resolve) => tls.close(resolve))
  }
})

/** What `phone.mjs` tells. */
interface Told {
  readonly text?: string
  readonly phase?: string
  readonly refetched?: true
  readonly ended?: string
}

async function startPhone(owner: Signed) {
  const file = join(folder.path, `phone-${randomUUID()}.json`)
  const args = [network.url, file, owner.userId, JSON.stringify(owner.session)]
  const child = spawn(process.execPath, [assetPath('test/e2e/sdk/phone.mjs'), ...args], { stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
  const told = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Told)
  const phone = {
    told,
    texts: () => told().flatMap(({ text }) => text ?? []),
    refetches: () => told().filter(({ refetched }) => refetched).length,
    phase: () => told().findLast(({ phase }) => phase !== undefined)?.phase,
    tell: (command: string, given: object) => void child.stdin.write(`${JSON.stringify({ command, ...given })}\n`),
    /** It sleeps: nothing of it runs, and the network forgets its connections. */
    sleep() {
      child.kill('SIGSTOP')
      network.abandon()
    },
    wakeUp: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
  await eventually(() => {
    if (phone.refetches() === 0) throw new Error(`The phone does not listen:\n${stdout}\n${stderr}`)
  }, 30_000)
  return phone
}

describe('a phone', () => {
  test('that slept notices its dead socket within the time of a ping, and gets all that was said meanwhile', async () => {
    await using phone = await startPhone(bob)
    const said = Array.from({ length: 5 }, (_, n) => `asleep ${n} ${randomUUID()}`)
    await sendText(ada, conversationId, said[0]!)
    await eventually(() => expect(phone.texts()).toEqual(said.slice(0, 1)), 30_000)
    phone.sleep()
    for (const text of said.slice(1)) await sendText(ada, conversationId, text)
    phone.wakeUp()
    // 12 seconds until the ping, 5 for its answer, and as much again for a machine that is busy.
    await eventually(() => expect(phone.texts()).toEqual(said), 34_000)
    expect(phone.refetches()).toBe(1)
  })

  test('whose clock goes wrong comes back each time', async () => {
    await using phone = await startPhone(bob)
    const said: string[] = []
    for (const byMs of [3_600_000, -7_200_000]) {
      phone.tell('clock', { byMs })
      proxy.away(503)
      await eventually(() => expect(phone.phase()).toBe('waiting'), 30_000)
      proxy.away(undefined)
      said.push(`clock ${byMs} ${randomUUID()}`)
      await sendText(ada, conversationId, said.at(-1)!)
      await eventually(() => expect(phone.texts()).toEqual(said), 60_000)
    }
    phone.tell('send', { conversationId, text: `right ${randomUUID()}` })
    expect(phone.told().filter(({ ended }) => ended)).toEqual([])
  })

  test('that slept beyond the retention fetches anew, and goes on from there', async () => {
    await using phone = await startPhone(bob)
    const [first, lost, next] = ['first', 'lost', 'next'].map((word) => `${word} ${randomUUID()}`)
    await sendText(ada, conversationId, first!)
    await eventually(() => expect(phone.texts()).toEqual([first]), 30_000)
    phone.sleep()
    await sendText(ada, conversationId, lost!)
    await database.settled()
    await database.database.query(`update events.log set at = at - interval '31 days'`)
    const far = { epoch: 1_000_000, xid: 0n, id: 0n }
    expect(await trim(database.database, silentLog, far)).toBeGreaterThan(0)
    phone.wakeUp()
    await eventually(() => expect(phone.refetches()).toBe(2), 40_000)
    await sendText(ada, conversationId, next!)
    await eventually(() => expect(phone.texts()).toEqual([first, next]), 30_000)
    expect(phone.told().filter(({ ended }) => ended)).toEqual([])
  })
})
