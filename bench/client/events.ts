/** What a server of many conversations would answer, and the events that it would send. */
export const VIEWER = 'viewer'

const timeOf = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString()
const PAGE = 30

const message = (conversation: number, sequence: number, at: number) => ({
  __typename: 'Message' as const,
  id: `message-${conversation}-${sequence}`,
  sequence,
  type: 'TEXT' as const,
  text: `Message ${sequence}`,
  content: null,
  mentions: null,
  replyToId: null,
  sentAt: timeOf(at),
  version: 1,
  editedAt: null,
  deletedAt: null,
  clientMessageId: null,
  sender: { id: `user-${conversation}`, displayName: `User ${conversation}` },
  media: [],
})

const preferences = {
  muted: false,
  mutedUntil: null,
  pinned: false,
  pinOrder: null,
  favorite: false,
  archived: false,
  markedUnread: false,
  deleted: false,
}

/** The last conversation was active last. */
const conversationAt = (n: number) => ({
  __typename: 'Conversation' as const,
  id: `conversation-${n}`,
  kind: 'DIRECT' as const,
  lastSequence: 1,
  unreadCount: 0,
  readUpTo: 1,
  lastActiveAt: timeOf(n),
  disappearAfterSeconds: null,
  peer: { id: `user-${n}`, displayName: `User ${n}`, avatarUrl: null },
  lastMessage: message(n, 1, n),
  draft: null,
  preferences,
})

export function conversationsPage(count: number, after: number, most = PAGE) {
  const nodes = Array.from({ length: Math.min(most, count - after) }, (_, at) => conversationAt(count - 1 - after - at))
  const next = after + nodes.length
  return {
    conversations: {
      edges: nodes.map((node) => ({ cursor: '', node: { ...node, group: null } })),
      pageInfo: { hasNextPage: next < count, endCursor: String(next) },
    },
  }
}

export function wholeConversation(id: string) {
  const n = Number(id.split('-')[1])
  const page = (nodes: readonly object[]) => ({
    edges: nodes.map((node) => ({ cursor: '', node })),
    pageInfo: { hasPreviousPage: false, hasNextPage: false, startCursor: null, endCursor: null },
  })
  const messages = page([{ ...message(n, 1, n), reactions: [] }])
  return { conversation: { ...conversationAt(n), group: null, messages, pinnedMessages: page([]) } }
}

/** Of ten events eight are messages, one is a reaction, and one a reading, spread over the conversations. */
export function eventAt(n: number, conversations: number): object {
  // A step that has no divisor in common with round numbers: each conversation has its turn, and none at once again.
  const conversation = (n * 7919) % conversations
  const round = Math.floor(n / conversations)
  const cursor = String(n)
  const id = `conversation-${conversation}`
  if (n % 10 === 8) {
    const messageId = `message-${conversation}-1`
    const reactorId = `user-${conversation}`
    const said = { conversationId: id, messageId, emoji: '👍', added: true, count: round + 1, reactorId }
    return { __typename: 'ReactionChanged', cursor, ...said }
  }
  if (n % 10 === 9) {
    const said = { conversationId: id, conversation: null, userId: `user-${conversation}`, upTo: round + 1 }
    return { __typename: 'MessagesRead', cursor, ...said }
  }
  const sent = message(conversation, round + 2, conversations + n)
  return { __typename: 'MessageReceived', cursor, message: { ...sent, conversation: { id } } }
}
