/** Events of messages. Those of one conversation come in order, but not in order with the viewer's own events. */
import type { MessageFieldsFragment } from '../generated/operations.ts'
import { countFields, placeConversation, writeMessage } from './entities.ts'
import {
  type Cases,
  conversationAt,
  type EventOf,
  type KnownConversation,
  type KnownMessage,
  type KnownPreferences,
  lists,
  messageAt,
  type Scene,
} from './scene.ts'
import { type Change, refOf } from './state.ts'

/** As the server counts: messages of others that say something. */
const isUnread = ({ sender, type, deletedAt, sequence }: MessageFieldsFragment, viewerId: string, readUpTo: number) =>
  sender.id !== viewerId && type !== 'SYSTEM' && deletedAt === null && sequence > readUpTo

/** A new message brings an archived conversation back unless it is muted, and a deleted one in any case. */
function afterMessage<Preferences extends KnownPreferences>(before: Preferences, sentAt: string): Preferences {
  const { muted, mutedUntil, archived } = before
  const isMuted = muted && (mutedUntil === null || sentAt < mutedUntil)
  return { ...before, deleted: false, archived: archived && isMuted }
}

/** The timer of a conversation is told by a message of the server. */
function timerOf({ type, content }: MessageFieldsFragment): { disappearAfterSeconds: unknown } | null {
  const said = (content ?? {}) as { readonly event?: unknown; readonly seconds?: unknown }
  return type === 'SYSTEM' && said.event === 'DISAPPEARING_TIMER_SET'
    ? { disappearAfterSeconds: said.seconds ?? null }
    : null
}

function conversationAfter(
  before: KnownConversation,
  message: MessageFieldsFragment,
  { viewerId }: Scene,
): Partial<KnownConversation> {
  const { sequence, sentAt } = message
  return {
    ...(sequence > before.lastSequence && {
      lastSequence: sequence,
      lastMessage: refOf('Message', message.id),
      unreadCount: Math.min(1_000, before.unreadCount + (isUnread(message, viewerId, before.readUpTo) ? 1 : 0)),
    }),
    ...(sentAt > before.lastActiveAt && { lastActiveAt: sentAt }),
    ...(sequence > before.preferencesUpTo && {
      preferences: afterMessage(before.preferences, sentAt),
      preferencesUpTo: sequence,
    }),
    ...(sequence > before.listedUpTo && { listedUpTo: sequence, ...timerOf(message) }),
  }
}

function received({ message: { conversation, ...message } }: EventOf<'MessageReceived'>, scene: Scene): Change[] {
  if (!conversation) return []
  const { id } = conversation
  const before = conversationAt(scene, id)
  if (!before) return [{ missing: 'Conversation', id }]
  const after = { ...before, ...conversationAfter(before, message, scene) }
  const ref = refOf('Message', message.id)
  const isListed = message.sequence > before.listedUpTo && messageAt(scene, ref)?.isHidden !== true
  return [
    ...writeMessage(message, scene),
    ...(isListed ? [{ list: lists.messages(id), insert: ref, at: 'order' as const }] : []),
    { merge: refOf('Conversation', id), fields: after },
    placeConversation(id, after.preferences),
    { list: lists.typing(id), remove: [refOf('Typing', id, message.sender.id)] },
  ]
}

function edited({ message: { conversation: _, ...message } }: EventOf<'MessageEdited'>, scene: Scene): Change[] {
  // A message that is not known is loaded as it is then.
  return messageAt(scene, refOf('Message', message.id)) ? writeMessage(message, scene) : []
}

function deleted({ message: { conversation, ...message } }: EventOf<'MessageDeleted'>, scene: Scene): Change[] {
  const ref = refOf('Message', message.id)
  return [
    ...(messageAt(scene, ref) ? writeMessage(message, scene) : []),
    ...(conversation ? [{ list: lists.pins(conversation.id), remove: [ref] }] : []),
    ...(conversation && conversationAt(scene, conversation.id)
      ? [{ merge: refOf('Conversation', conversation.id), fields: countFields(conversation) }]
      : []),
  ]
}

function pinned({ conversationId, messageId }: EventOf<'MessagePinned'>, scene: Scene): Change[] {
  const ref = refOf('Message', messageId)
  const message = messageAt(scene, ref)
  const clearedUpTo = conversationAt(scene, conversationId)?.clearedUpTo ?? 0
  // A client that resumes hears of pins that have ended with their messages.
  if (message && (message.deletedAt !== null || message.isHidden === true || message.sequence <= clearedUpTo)) return []
  return [
    { list: lists.pins(conversationId), insert: ref, at: 'start' },
    ...(message ? [] : [{ missing: 'Message' as const, id: messageId }]),
  ]
}

function reactionsAfter(
  { reactions = [] }: KnownMessage,
  { emoji, added, count, reactorId }: EventOf<'ReactionChanged'>,
  viewerId: string,
): KnownMessage['reactions'] {
  const before = reactions.find((reaction) => reaction.emoji === emoji)
  const others = reactions.filter((reaction) => reaction !== before)
  if (count === 0) return others
  const after = { emoji, count, mine: reactorId === viewerId ? added : (before?.mine ?? false) }
  // The first one of its emoji is the last of the message's.
  if (!before || (added && count === 1)) return [...others, after]
  return reactions.map((reaction) => (reaction === before ? after : reaction))
}

function reacted(event: EventOf<'ReactionChanged'>, scene: Scene): Change[] {
  const ref = refOf('Message', event.messageId)
  const message = messageAt(scene, ref)
  if (!message || message.deletedAt !== null) return []
  return [{ merge: ref, fields: { reactions: reactionsAfter(message, event, scene.viewerId) } }]
}

/** Receipts are of one user: `Receipt:<conversation>:<user>`. */
const receipt =
  (field: 'readUpTo' | 'deliveredUpTo') =>
  ({ conversationId, userId, upTo }: EventOf<'MessagesRead' | 'MessagesDelivered'>, { state }: Scene): Change[] => {
    const merge = refOf('Receipt', conversationId, userId)
    const before = Number(state.entities.get(merge)?.[field] ?? 0)
    return [{ merge, fields: { [field]: Math.max(before, upTo) } }]
  }

function read(event: EventOf<'MessagesRead'>, scene: Scene): Change[] {
  const { conversation, conversationId, userId } = event
  if (userId !== scene.viewerId) return receipt('readUpTo')(event, scene)
  if (!conversation || !conversationAt(scene, conversationId)) return []
  const { preferences } = conversation
  const fields = { ...countFields(conversation), preferences, preferencesUpTo: conversation.lastSequence }
  return [{ merge: refOf('Conversation', conversationId), fields }, placeConversation(conversationId, preferences)]
}

type Names =
  | 'MessageReceived'
  | 'MessageEdited'
  | 'MessageDeleted'
  | 'MessagePinned'
  | 'MessageUnpinned'
  | 'ReactionChanged'
  | 'MessagesRead'
  | 'MessagesDelivered'
  | 'TypingChanged'

export const messageCases: Cases<Names> = {
  MessageReceived: received,
  MessageEdited: edited,
  MessageDeleted: deleted,
  MessagePinned: pinned,
  MessageUnpinned: ({ conversationId, messageId }) => [
    { list: lists.pins(conversationId), remove: [refOf('Message', messageId)] },
  ],
  ReactionChanged: reacted,
  MessagesRead: read,
  MessagesDelivered: receipt('deliveredUpTo'),
  // It ends by itself: whoever shows it forgets it after `endsInMs`.
  TypingChanged: ({ conversationId, userId, endsInMs }) => {
    const ref = refOf('Typing', conversationId, userId)
    const list = lists.typing(conversationId)
    return endsInMs === 0
      ? [{ list, remove: [ref] }]
      : [
          { merge: ref, fields: { userId, endsInMs } },
          { list, insert: ref, at: 'end' },
        ]
  },
}
