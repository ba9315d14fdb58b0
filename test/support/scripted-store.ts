import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { type App, type ConnectionState, Unreachable } from '../../client/connect.ts'
import { makeWatched } from '../../client/state.ts'
import { openStore } from '../../client/store/index.ts'

export const VIEWER = 'me'
const name = (document: unknown) => {
  const [definition] = (document as DocumentNode).definitions
  return (definition as OperationDefinitionNode | undefined)?.name?.value ?? ''
}

export const message = (conversationId: string, sequence: number, more: object = {}) => ({
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
export const pageOf = (nodes: readonly object[]) => ({
  edges: nodes.map((node) => ({ cursor: '', node })),
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
})
export const whole = (id: string, last = 3) => ({
  conversation: {
    ...conversation(id, last),
    group: null,
    messages: pageOf(Array.from({ length: last }, (_, n) => message(id, n + 1))),
    pinnedMessages: pageOf([]),
  },
})
export const received = (id: string, sequence: number, more: object = {}) => ({
  __typename: 'MessageReceived',
  message: { ...message(id, sequence, more), reactions: undefined, conversation: { id } },
})

/** A stream that says that these users are online, and nothing more. */
function onlineFor(userIds: readonly string[]) {
  let isTold = false
  let end: () => void = () => undefined
  const over = new Promise<void>((resolve) => (end = resolve))
  const stream = {
    async next() {
      if (isTold) await over
      if (isTold) return { done: true, value: undefined }
      isTold = true
      return { done: false, value: { presence: userIds.map((userId) => ({ userId, online: true, lastSeenAt: null })) } }
    },
    async return() {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/** A server whose answers and events are the test's. */
export function open(answers: Readonly<Record<string, (variables: Record<string, unknown>) => unknown>> = {}) {
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
  function subscribe(document: unknown, { after, userIds }: { after?: string | null; userIds?: readonly string[] }) {
    asked.push(name(document))
    if (userIds) return onlineFor(userIds)
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
