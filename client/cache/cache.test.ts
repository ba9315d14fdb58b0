import { changesOf } from './changes.ts'
import type { InboxEventFields } from './scene.ts'
import { emptyState, refOf, writeChanges } from './state.ts'

const VIEWER = 'me'
const OTHER = 'other'

/** One conversation with messages 1 to 3, all read. */
function start() {
  const state = emptyState()
  const written = writeChanges(state, [
    {
      merge: refOf('Conversation', 'c'),
      fields: {
        id: 'c',
        lastSequence: 3,
        unreadCount: 0,
        readUpTo: 3,
        lastActiveAt: '2026-01-01T00:00:03.000Z',
        preferences: { muted: false, mutedUntil: null, pinOrder: null, archived: false, deleted: false },
        listedUpTo: 3,
        preferencesUpTo: 3,
      },
    },
    { list: 'conversations', set: [refOf('Conversation', 'c')] },
    ...[1, 2, 3].map((n) => ({ merge: refOf('Message', `m${n}`), fields: { ...message(n), reactions: [] } })),
    { list: 'messages:c', set: [1, 2, 3].map((n) => refOf('Message', `m${n}`)) },
    { list: 'pins:c', set: [refOf('Message', 'm1')] },
  ])
  expect(written).toEqual([])
  const take = (...events: readonly object[]) =>
    events.flatMap((event) =>
      writeChanges(state, changesOf({ cursor: '', ...event } as InboxEventFields, { viewerId: VIEWER, state })),
    )
  const list = (name: string) => state.lists.get(name)?.map((ref) => ref.slice(ref.indexOf(':') + 1))
  const conversation = () => state.entities.get(refOf('Conversation', 'c'))
  const known = (n: number) => state.entities.get(refOf('Message', `m${n}`))
  return { state, take, list, conversation, known }
}

const message = (sequence: number, more: object = {}) => ({
  __typename: 'Message',
  id: `m${sequence}`,
  sequence,
  type: 'TEXT',
  text: `text ${sequence}`,
  sentAt: `2026-01-01T00:00:0${sequence}.000Z`,
  version: 1,
  editedAt: null,
  deletedAt: null,
  sender: { id: OTHER, displayName: 'Other' },
  ...more,
})
const received = (sequence: number, more: object = {}) => ({
  __typename: 'MessageReceived',
  message: { ...message(sequence, more), conversation: { id: 'c' } },
})
const counts = { __typename: 'Conversation', id: 'c', readUpTo: 3, lastMessage: { id: 'm4' } }
const reaction = (count: number, added = true) => ({
  __typename: 'ReactionChanged',
  conversationId: 'c',
  messageId: 'm2',
  emoji: '👍',
  added,
  count,
  reactorId: OTHER,
})

test('a message that comes twice is listed and counted once', () => {
  const { take, list, conversation } = start()
  take(received(4), received(4))
  expect(list('messages:c')).toEqual(['m1', 'm2', 'm3', 'm4'])
  expect(conversation()).toMatchObject({ unreadCount: 1, lastSequence: 4, lastMessage: 'Message:m4' })
})

test('a message whose count came before it, with another event, is listed and not counted again', () => {
  const { take, list, conversation } = start()
  take({
    __typename: 'MessagesDeletedForMe',
    conversationId: 'c',
    messageIds: ['m3'],
    conversation: { ...counts, lastSequence: 4, unreadCount: 1 },
  })
  take(received(4))
  expect(list('messages:c')).toEqual(['m1', 'm2', 'm4'])
  expect(conversation()).toMatchObject({ unreadCount: 1 })
})

test('what was cleared or deleted by the viewer is not listed when it comes after that', () => {
  const { take, list } = start()
  take({ __typename: 'ConversationCleared', conversationId: 'c', upTo: 4, deleted: false, conversation: null })
  take(received(4), received(5))
  expect(list('messages:c')).toEqual(['m5'])
  expect(list('pins:c')).toEqual([])
  take({ __typename: 'MessagesDeletedForMe', conversationId: 'c', messageIds: ['m6'], conversation: null })
  take(received(6), received(7))
  expect(list('messages:c')).toEqual(['m5', 'm7'])
})

test('reactions to a deleted message and its pin, which a resume tells again, do not come back', () => {
  const { take, known, list } = start()
  const deleted = { ...message(2, { version: 2, deletedAt: '2026-01-02T00:00:00.000Z', text: '' }), conversation: null }
  take(reaction(1))
  expect(known(2)).toMatchObject({ reactions: [{ emoji: '👍', count: 1, mine: false }] })
  take({ __typename: 'MessageDeleted', message: deleted })
  take(reaction(1), { __typename: 'MessagePinned', conversationId: 'c', messageId: 'm2', byId: OTHER })
  expect(known(2)).toMatchObject({ text: '', reactions: [] })
  expect(list('pins:c')).toEqual(['m1'])
})

test('an earlier version does not replace a later one', () => {
  const { take, known } = start()
  const edit = (version: number) => ({
    __typename: 'MessageEdited',
    message: { ...message(2, { version, text: `version ${version}` }), conversation: null },
  })
  take(edit(3), edit(2))
  expect(known(2)).toMatchObject({ text: 'version 3', version: 3 })
})

test('a message of a conversation that is not known asks for the conversation', () => {
  const { take } = start()
  const elsewhere = { ...received(1), message: { ...message(1), conversation: { id: 'd' } } }
  expect(take(elsewhere)).toEqual([{ missing: 'Conversation', id: 'd' }])
})

test('a new message brings a conversation back that was archived or deleted, but not one that is muted from the archive', () => {
  for (const [before, after] of [
    [{ archived: true }, { archived: false }],
    [{ archived: true, muted: true }, { archived: true }],
    [{ archived: true, muted: true, mutedUntil: '2026-01-01T00:00:04.000Z' }, { archived: false }],
    [{ deleted: true }, { deleted: false }],
  ] as const) {
    const { state, take, list, conversation } = start()
    const had = conversation()?.['preferences'] as object
    writeChanges(state, [{ merge: refOf('Conversation', 'c'), fields: { preferences: { ...had, ...before } } }])
    take(received(4))
    expect(conversation()?.['preferences']).toMatchObject(after)
    expect(list('conversations')).toEqual(['c'])
  }
})

test('an edit of a list replaces it: who holds the old one can tell', () => {
  const { state, take } = start()
  const before = state.lists.get('messages:c')
  take(reaction(1))
  expect(state.lists.get('messages:c')).toBe(before)
  take(received(4))
  expect(state.lists.get('messages:c')).not.toBe(before)
})
