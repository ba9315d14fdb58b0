import { memoryStorage } from '../../../client/storage/storage.ts'
import { type ChatMessage, openStore, type Slice, type Store } from '../../../client/store/index.ts'
import { StartTypingDocument } from '../../../client/generated/operations.ts'
import { openDirect, sendText, signInAt, type Signed } from '../../support/app.ts'
import { eventually } from '../../support/eventually.ts'
import { makeFolder, type Program, startProgram } from '../../support/program.ts'

/** The live store of the SDK, against a running server. */
jest.setTimeout(120_000)

let folder: Awaited<ReturnType<typeof makeFolder>>
let program: Program
let ada: Signed
let bob: Signed

beforeAll(async () => {
  folder = await makeFolder()
  program = await startProgram({
    DATA_DIR: folder.path,
    PORT: '0',
    LOG_LEVEL: 'warn',
    RATE_USER_BURST: '10000',
    OTP_CLIENT_PER_HOUR: '1000',
  })
  const url = program.banner('GraphQL')
  ada = await signInAt(url, folder.path, 'Ada')
  bob = await signInAt(url, folder.path, 'Bob')
})
afterAll(async () => {
  for (const person of [ada, bob]) await person?.app[Symbol.asyncDispose]()
  await program?.stop()
  await folder?.[Symbol.asyncDispose]()
})

/** Watches a part, and notes each value that it told. */
function look<Value>(slice: Slice<Value>) {
  const seen: Value[] = []
  const stop = slice.watch(() => void seen.push(slice.get()))
  return { seen, get: slice.get, [Symbol.dispose]: stop }
}

const open = (person: Signed): Store => openStore({ app: person.app, userId: person.userId, storage: memoryStorage() })
const textsOf = (messages: readonly ChatMessage[]) => messages.map(({ text }) => text)

test('a list, its messages and what is sent: at once in its place, stored once, and told to its own listeners alone', async () => {
  const id = await openDirect(ada, bob)
  await sendText(bob, id, 'one')
  await using store = open(ada)
  using conversations = look(store.conversations())
  using messages = look(store.messages(id))
  using unread = look(store.unread())
  await eventually(() => expect(textsOf(messages.get().messages)).toEqual(['one']))
  await eventually(() => expect(conversations.get().conversations).toHaveLength(1))
  expect(conversations.get().conversations[0]).toMatchObject({
    id,
    title: 'Bob',
    unreadCount: 1,
    peer: { id: bob.userId },
  })
  await eventually(() => expect(unread.get()).toMatchObject({ messages: 1, conversations: 1 }))

  const { id: key } = await store.send({ conversationId: id, text: 'two' })
  await eventually(() => expect(messages.get().messages.at(-1)).toMatchObject({ key, state: 'stored', isMine: true }))
  for (const { messages: listed } of messages.seen) {
    const texts = textsOf(listed)
    if (texts.includes('two')) expect(texts).toEqual(['one', 'two'])
  }
  const appeared = messages.seen.findIndex(({ messages: listed }) => listed.length === 2)
  expect(messages.seen.slice(appeared).filter(({ messages: listed }) => listed.length !== 2)).toEqual([])

  await store.markRead(id)
  expect(unread.get()).toMatchObject({ messages: 0, conversations: 0 })
  expect(conversations.get().conversations[0]).toMatchObject({ unreadCount: 0 })

  const before = messages.seen.length
  const eve = await signInAt(program.banner('GraphQL'), folder.path, 'Eve')
  const other = await openDirect(eve, ada)
  await sendText(eve, other, 'hello')
  await eventually(() => expect(conversations.get().conversations[0]).toMatchObject({ id: other, title: 'Eve' }))
  await eventually(() => expect(unread.get()).toMatchObject({ messages: 1, conversations: 1 }))
  expect(messages.seen.length).toBe(before)
  await eve.app[Symbol.asyncDispose]()
})

test('history pages both ways, and jumps to a message and back to the end', async () => {
  const eve = await signInAt(program.banner('GraphQL'), folder.path, 'Eve')
  const id = await openDirect(ada, eve)
  const ids: string[] = []
  for (let n = 1; n <= 230; n++) ids.push(await sendText(ada, id, String(n)))
  await using store = open(eve)
  const list = store.messages(id)
  using messages = look(list)
  const range = () => {
    const texts = textsOf(messages.get().messages)
    return [texts[0], texts.at(-1), texts.length]
  }
  await eventually(() => expect(range()).toEqual(['181', '230', 50]))
  await list.loadOlder()
  expect(range()).toEqual(['131', '230', 100])
  expect(await list.jumpTo(ids[29]!)).toBe(true)
  const [first, last] = range()
  expect([Number(first) < 30, Number(last) > 30, messages.get().hasOlder, messages.get().hasNewer]).toEqual([
    true,
    true,
    true,
    true,
  ])
  // What is sent meanwhile waits at the end.
  await sendText(ada, id, '231')
  await list.loadOlder()
  expect(messages.get()).toMatchObject({ hasOlder: false })
  while (messages.get().hasNewer) await list.loadNewer()
  await eventually(() => expect(range()).toEqual(['1', '231', 231]))
  expect(textsOf(messages.get().messages)).toEqual(Array.from({ length: 231 }, (_, n) => String(n + 1)))
  expect(await list.jumpTo(ids[0]!)).toBe(true)
  expect(await list.jumpTo('01900000-0000-7000-8000-000000000000')).toBe(false)
  await eve.app[Symbol.asyncDispose]()
})

test('who types and who is online is told while it is so', async () => {
  const id = await openDirect(ada, bob)
  await using adas = open(ada)
  await using bobs = open(bob)
  using typing = look(adas.typing(id))
  using presence = look(adas.presence(bob.userId))
  await eventually(() => expect(presence.get()).not.toBeNull())
  using _bobs = look(bobs.messages(id))
  await eventually(() => expect(presence.get()).toMatchObject({ online: true }))
  await eventually(() => {
    bobs.startTyping(id)
    expect(typing.get()).toMatchObject([{ id: bob.userId }])
  })
  bobs.stopTyping(id)
  await eventually(() => expect(typing.get()).toEqual([]))
  // A device that goes without a word types no more after a while.
  await bob.app.mutate(StartTypingDocument, { input: { conversationId: id } })
  await eventually(() => expect(typing.get()).toHaveLength(1))
  await eventually(() => expect(typing.get()).toEqual([]), 20_000)
})

test('a store that nobody watched for a while has what came meanwhile', async () => {
  const id = await openDirect(ada, bob)
  await using store = open(ada)
  const first = look(store.messages(id))
  await eventually(() => expect(first.get().isLoading).toBe(false))
  const others = look(store.conversations())
  await eventually(() => expect(others.get().isLoading).toBe(false))
  first[Symbol.dispose]()
  others[Symbol.dispose]()
  await eventually(() => expect(ada.app.connection.get()).toEqual({ phase: 'idle' }))
  await sendText(bob, id, 'while you were away')
  using again = look(store.messages(id))
  await eventually(() => expect(textsOf(again.get().messages)).toContain('while you were away'))
  expect(new Set(again.get().messages.map(({ key }) => key)).size).toBe(again.get().messages.length)
})
