import { eventually } from '../../test/support/eventually.ts'
import { message, open, pageOf, received, whole } from '../../test/support/scripted-store.ts'
import { GraphError, Unreachable } from '../connect.ts'

const nothing = () => undefined

test('an event of a newer server, of a kind that is not known here, is passed over', async () => {
  const { store, say } = open()
  const messages = store.messages('a')
  const stops = [messages.watch(nothing), store.failure().watch(nothing), store.unread().watch(nothing)]
  await eventually(() => expect(messages.get().messages).toHaveLength(3))
  say({ __typename: 'PollClosed' }, received('a', 4))
  await eventually(() => expect(messages.get().messages).toHaveLength(4))
  expect(store.failure().get()).toBeUndefined()
  for (const stop of stops) stop()
  await store[Symbol.asyncDispose]()
})

test('who types is told also after all was loaded anew', async () => {
  let last = 3
  const { store, breakWith, say } = open({ Conversation: ({ id }) => whole(id as string, last) })
  const [messages, typing] = [store.messages('a'), store.typing('a')]
  const stops = [messages.watch(nothing), typing.watch(nothing)]
  await eventually(() => expect(messages.get().messages).toHaveLength(3))
  last = 6
  breakWith(new GraphError([{ message: 'Too old.', extensions: { code: 'CURSOR_TOO_OLD' } }]))
  await eventually(() => expect(messages.get().messages).toHaveLength(6))
  say({ __typename: 'TypingChanged', conversationId: 'a', userId: 'other', endsInMs: 60_000 })
  await eventually(() => expect(typing.get()).toMatchObject([{ id: 'other' }]))
  for (const stop of stops) stop()
  await store[Symbol.asyncDispose]()
})

test('who types and who is online is told where only that is shown, also after all was loaded anew', async () => {
  const { store, asked, breakWith, say } = open()
  const [typing, presence] = [store.typing('a'), store.presence('other')]
  const stops = [typing.watch(nothing), presence.watch(nothing)]
  await eventually(() => expect(presence.get()).toMatchObject({ online: true }))
  await eventually(() => expect(asked('Inbox')).toBe(1))
  breakWith(new GraphError([{ message: 'Too old.', extensions: { code: 'CURSOR_TOO_OLD' } }]))
  await eventually(() => expect(asked('Inbox')).toBe(2))
  await eventually(() => {
    say({ __typename: 'TypingChanged', conversationId: 'a', userId: 'other', endsInMs: 60_000 })
    expect(typing.get()).toMatchObject([{ id: 'other' }])
  })
  await eventually(() => expect(presence.get()).toMatchObject({ online: true }))
  for (const stop of stops) stop()
  await store[Symbol.asyncDispose]()
})

test('a conversation that the viewer may not see has no messages, and is not being loaded for ever', async () => {
  const { store } = open({ Conversation: () => ({ conversation: null }) })
  const messages = store.messages('a')
  const stop = messages.watch(nothing)
  await eventually(() => expect(messages.get()).toMatchObject({ messages: [], isLoading: false, error: undefined }))
  stop()
  await store[Symbol.asyncDispose]()
})

test('who is removed from a group sees none of its messages, also those around one', async () => {
  const around = {
    edges: [{ cursor: '', node: message('a', 1) }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
  }
  const group = { ...whole('a', 9).conversation, messages: pageOf([message('a', 9)]) }
  const { store, say } = open({
    Conversation: () => ({ conversation: group }),
    ConversationMessages: () => ({ conversation: { messages: around } }),
  })
  const [messages, one] = [store.messages('a'), store.message('a-9')]
  const stop = messages.watch(nothing)
  expect(await messages.jumpTo('a-1')).toBe(true)
  expect(messages.get()).toMatchObject({ messages: [{ id: 'a-1' }], hasNewer: true })
  say({ __typename: 'GroupDeleted', groupId: 'a' })
  await eventually(() => expect(messages.get()).toMatchObject({ messages: [], hasNewer: false, isLoading: false }))
  expect(one.get().message).toBeNull()
  stop()
  await store[Symbol.asyncDispose]()
})

test('a store that was disposed of while something was being loaded asks nothing more', async () => {
  let refuse: (error: Error) => void = nothing
  const { store, asked } = open({ Conversation: () => new Promise((_, reject) => (refuse = reject)) })
  const stop = store.messages('a').watch(nothing)
  await eventually(() => expect(asked('Conversation')).toBe(1))
  stop()
  await store[Symbol.asyncDispose]()
  jest.useFakeTimers()
  try {
    refuse(new Unreachable('The network is away.'))
    await jest.advanceTimersByTimeAsync(60_000)
    expect([asked('Conversation'), jest.getTimerCount()]).toEqual([1, 0])
  } finally {
    jest.useRealTimers()
  }
})
