import { eventually } from '../../test/support/eventually.ts'
import { message, open, pageOf, received, VIEWER, whole } from '../../test/support/scripted-store.ts'
import { GraphError, Unreachable } from '../connect.ts'

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

test('unread messages are counted again by the server also where the inbox is never quiet', async () => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] })
  try {
    const { store, say, asked } = open({ UnreadCounts: () => ({ unreadCounts: { messages: 0, conversations: 0 } }) })
    const stop = store.unread().watch(nothing)
    const messages = store.messages('busy').watch(nothing)
    await jest.advanceTimersByTimeAsync(100)
    const counted = () => asked('UnreadCounts')
    const before = counted()
    for (let n = 4; n < 9; n++) {
      say(received('busy', n))
      await jest.advanceTimersByTimeAsync(1_000)
    }
    expect(counted()).toBe(before)
    for (let n = 9; n < 50; n++) {
      say(received('busy', n, { sentAt: '2026-01-01T00:00:09.000Z' }))
      await jest.advanceTimersByTimeAsync(1_000)
    }
    expect(counted()).toBeGreaterThan(before)
    stop()
    messages()
    await store[Symbol.asyncDispose]()
  } finally {
    jest.useRealTimers()
  }
})
