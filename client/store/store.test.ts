import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { eventually } from '../../test/support/eventually.ts'
import { type App, type ConnectionState, GraphError, Unreachable } from '../connect.ts'
import { makeWatched } from '../state.ts'
import { openStore } from './index.ts'

const VIEWER = 'me'
const name = (document: unknown) => {
  const [definition] = (document as DocumentNode).definitions
  return (definition as OperationDefinitionNode | undefined)?.name?.value ?? ''
}

const message = (conversationId: string, sequence: number, more: object = {}) => ({
  __typename: 'Message',
  id: `${conversationId}-${sequence}`,
  sequence,
  type: 'TEXT',
  text: `text ${sequence}`,
  content: null,
  mentions: null,
  replyToId: null,
  sentAt: `2026-01-01T00:00:0${sequence}.000Z`,
  version: 1,
  editedAt: null,
  deletedAt: null,
  clientMessageId: null,
  sender: { id: 'other', displayName: 'Other' },
  media: [],
  reactions: [],
  ...more,
})

const conversation = (id: string, last = 3) => ({
  __typename: 'Conversation',
  id,
  kind: 'DIRECT',
  lastSequence: last,
  unreadCount: 0,
  readUpTo: last,
  lastActiveAt: `2026-01-01T00:00:0${last}.000Z`,
  disappearAfterSeconds: null,
  peer: { id: 'other', displayName: 'Other', avatarUrl: null },
  lastMessage: message(id, last),
  draft: null,
  preferences: { muted: false, mutedUntil: null, pinned: false, pinOrder: null, archived: false, deleted: false },
})
const pageOf = (nodes: readonly object[]) => ({
  edges: nodes.map((node) => ({ cursor: '', node })),
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
})
const whole = (id: string, last = 3) => ({
  conversation: {
    ...conversation(id, last),
    group: null,
    messages: pageOf(Array.from({ length: last }, (_, n) => message(id, n + 1))),
    pinnedMessages: pageOf([]),
  },
})
const received = (id: string, sequence: number, more: object = {}) => ({
  __typename: 'MessageReceived',
  message: { ...message(id, sequence, more), reactions: undefined, conversation: { id } },
})

/** A server whose answers and events are the test's. */
function open(answers: Readonly<Record<string, (variables: Record<string, unknown>) => unknown>> = {}) {
  const asked: string[] = []
  const events: object[] = []
  let tell: () => void = () => undefined
  let broken: Error | undefined
  const say = (...said: object[]) => {
    for (const event of said) events.push({ inbox: { cursor: `c${events.length}`, ...event } })
    tell()
  }
  const ask = async (document: unknown, variables: unknown) => {
    asked.push(name(document))
    const given = variables as Record<string, unknown>
    const answer = answers[name(document)]
    if (answer) return (await answer(given)) as never
    if (name(document) === 'Sync') return { sync: { cursor: 'start', hasMore: false, events: [] } } as never
    if (name(document) === 'Conversation') return whole(given['id'] as string) as never
    throw new Unreachable(`Nobody answers ${name(document)}.`)
  }
  function subscribe(_: unknown, { after }: { after?: string | null }) {
    let at = after?.startsWith('c') === true ? Number(after.slice(1)) + 1 : 0
    let isOpening = after == null
    let isOver = false
    const stream = {
      async next(): Promise<unknown> {
        if (isOver) return { done: true, value: undefined }
        if (isOpening) {
          isOpening = false
          at = events.length
          return { done: false, value: { inbox: { __typename: 'InboxOpened', cursor: `c${at - 1}` } } }
        }
        if (at < events.length) return { done: false, value: events[at++] }
        const error = broken
        broken = undefined
        if (error) throw error
        await new Promise<void>((resolve) => (tell = resolve))
        return stream.next()
      },
      async return() {
        isOver = true
        tell()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => stream,
    }
    return stream
  }
  const connection = makeWatched<ConnectionState>({ phase: 'open' })
  const app = { query: ask, mutate: ask, subscribe, connection } as unknown as App
  const store = openStore({ app, userId: VIEWER })
  return {
    store,
    asked: (operation: string) => asked.filter((one) => one === operation).length,
    say,
    breakWith(error: Error) {
      broken = error
      tell()
    },
  }
}
const nothing = () => undefined

test('nothing is asked before something is watched, and what was loaded is not asked again', async () => {
  const { store, asked, say } = open()
  const messages = store.messages('a')
  expect(messages.get()).toMatchObject({ messages: [], isLoading: true })
  const stop = messages.watch(nothing)
  await eventually(() => expect(messages.get().messages).toHaveLength(3))
  stop()
  const again = messages.watch(nothing)
  say(received('a', 4))
  await eventually(() => expect(messages.get().messages).toHaveLength(4))
  expect([asked('Sync'), asked('Conversation')]).toEqual([1, 1])
  again()
  await store[Symbol.asyncDispose]()
})

test('an event that comes while a page is on its way is not lost by it', async () => {
  let answer: (data: unknown) => void = nothing
  const { store, say, asked } = open({ Conversation: () => new Promise((resolve) => (answer = resolve)) })
  const messages = store.messages('a')
  const stop = messages.watch(nothing)
  await eventually(() => expect(asked('Conversation')).toBe(1))
  say(received('a', 4, { id: 'a-4', text: 'meanwhile' }))
  const seen: string[] = []
  const stopHearing = store.onEvent(({ __typename }) => seen.push(__typename))
  say({ __typename: 'TypingChanged', conversationId: 'a', userId: 'other', endsInMs: 0 })
  await eventually(() => expect(seen).toContain('TypingChanged'))
  // The server answered before it knew of the fourth.
  answer(whole('a', 3))
  await eventually(() => expect(messages.get().messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]))
  stopHearing()
  stop()
  await store[Symbol.asyncDispose]()
})

test('a message that is sent is in its list with its state, and is the stored one afterwards under the same key', async () => {
  let isAway = true
  const { store, say } = open({
    SendMessage({ input }) {
      if (isAway) throw new Unreachable('The network is away.')
      const { text } = input as { text: string }
      if (text === 'bad') throw new GraphError([{ message: 'No.', extensions: { code: 'FORBIDDEN' } }])
      return { sendMessage: { message: { id: 'a-4', sequence: 4 } } }
    },
  })
  const messages = store.messages('a')
  const stop = messages.watch(nothing)
  await eventually(() => expect(messages.get().messages).toHaveLength(3))
  const { id: key } = await store.send({ conversationId: 'a', text: 'mine' })
  const bad = await store.send({ conversationId: 'a', text: 'bad' })
  await eventually(() =>
    expect(messages.get().messages.slice(3)).toMatchObject([
      { key, text: 'mine', state: 'waiting', isMine: true, id: null },
      { key: bad.id, state: 'waiting' },
    ]),
  )
  isAway = false
  // The outbox tries again by itself.
  await eventually(() => expect(messages.get().messages[3]).toMatchObject({ key, state: 'sent', id: 'a-4' }))
  await eventually(() =>
    expect(messages.get().messages[4]).toMatchObject({ state: 'refused', refusal: { code: 'FORBIDDEN' } }),
  )
  say(received('a', 4, { text: 'mine', clientMessageId: key, sender: { id: VIEWER, displayName: 'Me' } }))
  await eventually(() => expect(messages.get().messages[3]).toMatchObject({ key, state: 'stored', sequence: 4 }))
  expect(messages.get().messages).toHaveLength(5)
  expect(await store.discard(bad.id)).toBe(true)
  expect(messages.get().messages).toHaveLength(4)
  stop()
  await store[Symbol.asyncDispose]()
})

test('after a cursor that is too old, what is watched is loaded anew, and shown without a moment of emptiness', async () => {
  let last = 3
  const { store, breakWith, say } = open({ Conversation: ({ id }) => whole(id as string, last) })
  const messages = store.messages('a')
  const lengths: number[] = []
  const stop = messages.watch(() => lengths.push(messages.get().messages.length))
  await eventually(() => expect(messages.get().messages).toHaveLength(3))
  // A month away: the events between are gone.
  last = 6
  breakWith(new GraphError([{ message: 'Too old.', extensions: { code: 'CURSOR_TOO_OLD' } }]))
  await eventually(() => expect(messages.get().messages).toHaveLength(6))
  expect(lengths).not.toContain(0)
  say(received('a', 7))
  await eventually(() => expect(messages.get().messages).toHaveLength(7))
  stop()
  await store[Symbol.asyncDispose]()
})

test('the messages of the conversations that were looked at last are kept, and those before are loaded again', async () => {
  const { store, asked } = open()
  const look = async (id: string) => {
    const messages = store.messages(id)
    const stop = messages.watch(nothing)
    await eventually(() => expect(messages.get().messages).toHaveLength(3))
    stop()
  }
  const ids = Array.from({ length: 30 }, (_, n) => `conversation${n}`)
  for (const id of ids) await look(id)
  expect(asked('Conversation')).toBe(30)
  await look('conversation29')
  expect(asked('Conversation')).toBe(30)
  await look('conversation0')
  expect(asked('Conversation')).toBe(31)
  await store[Symbol.asyncDispose]()
})

test('a session that has ended is told, and an answer that never came is asked for again', async () => {
  let isAway = true
  const { store, breakWith } = open({
    Conversation({ id }) {
      if (isAway) throw new Unreachable('The network is away.')
      return whole(id as string)
    },
  })
  const messages = store.messages('a')
  const stops = [messages.watch(nothing), store.failure().watch(nothing)]
  await eventually(() => expect(messages.get().error).toBeInstanceOf(Unreachable))
  isAway = false
  await eventually(() => expect(messages.get()).toMatchObject({ error: undefined, isLoading: false }))
  breakWith(new GraphError([{ message: 'Over.', extensions: { code: 'SESSION_REVOKED' } }]))
  await eventually(() => expect(store.failure().get()).toMatchObject({ code: 'SESSION_REVOKED' }))
  for (const stop of stops) stop()
  await store[Symbol.asyncDispose]()
})

test('a jump that could not be made is not made later, and of two jumps the last one counts', async () => {
  let isAway = true
  const answers: (() => void)[] = []
  const { store, asked } = open({
    Conversation: ({ id }) => whole(id as string),
    async ConversationMessages({ around }) {
      if (isAway) throw new Unreachable('The network is away.')
      await new Promise<void>((resolve) => answers.push(resolve))
      const page = pageOf([message('a', around === 'a-100' ? 100 : 200)])
      return { conversation: { messages: { ...page, pageInfo: { ...page.pageInfo, hasNextPage: true } } } }
    },
  })
  const messages = store.messages('a')
  const shown = () => messages.get().messages.map(({ sequence }) => sequence)
  const stops = [messages.watch(nothing), store.presence('other').watch(nothing)]
  await eventually(() => expect(shown()).toEqual([1, 2, 3]))
  const errors: unknown[] = []
  stops.push(messages.watch(() => errors.push(messages.get().error)))
  expect(await messages.jumpTo('a-100')).toBe(false)
  expect(errors.some((error) => error instanceof Unreachable)).toBe(true)
  isAway = false
  // Others that failed are asked again by then.
  await eventually(() => expect(messages.get().error).toBeUndefined())
  expect([shown(), asked('ConversationMessages')]).toEqual([[1, 2, 3], 1])

  const first = messages.jumpTo('a-100')
  await eventually(() => expect(answers).toHaveLength(1))
  const second = messages.jumpTo('a-200')
  answers.shift()?.()
  await eventually(() => expect(answers).toHaveLength(1))
  expect(shown()).toEqual([1, 2, 3])
  answers.shift()?.()
  expect([await first, await second, shown()]).toEqual([false, true, [200]])

  const third = messages.jumpTo('a-100')
  await eventually(() => expect(answers).toHaveLength(1))
  messages.jumpToEnd()
  answers.shift()?.()
  expect([await third, shown()]).toEqual([false, [1, 2, 3]])
  for (const stop of stops) stop()
  await store[Symbol.asyncDispose]()
})
