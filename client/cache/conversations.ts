/** Events of how the viewer keeps conversations, on any device. */
import { countFields, placeConversation } from './entities.ts'
import { type Cases, conversationAt, type EventOf, lists, messageAt, type Scene } from './scene.ts'
import { type Change, refOf } from './state.ts'

function cleared({ conversationId, conversation, upTo }: EventOf<'ConversationCleared'>, scene: Scene): Change[] {
  const known = conversationAt(scene, conversationId)
  if (!known) return []
  const gone = (list: string): Change => ({
    list,
    remove: (scene.state.lists.get(list) ?? []).filter((ref) => (messageAt(scene, ref)?.sequence ?? 0) <= upTo),
  })
  return [
    {
      merge: refOf('Conversation', conversationId),
      fields: {
        ...(conversation && {
          ...countFields(conversation),
          draft: conversation.draft,
          preferences: conversation.preferences,
          preferencesUpTo: conversation.lastSequence,
        }),
        // Messages up to `upTo` may still be on their way.
        listedUpTo: Math.max(known.listedUpTo, upTo),
        clearedUpTo: Math.max(known.clearedUpTo ?? 0, upTo),
      },
    },
    placeConversation(conversationId, conversation?.preferences ?? known.preferences),
    gone(lists.messages(conversationId)),
    gone(lists.pins(conversationId)),
  ]
}

function hidden({ conversationId, conversation, messageIds }: EventOf<'MessagesDeletedForMe'>, scene: Scene): Change[] {
  const refs = messageIds.map((id) => refOf('Message', id))
  return [
    // Also of messages that are not known: they may still be on their way.
    ...refs.map((merge) => ({ merge, fields: { isHidden: true } })),
    { list: lists.messages(conversationId), remove: refs },
    { list: lists.pins(conversationId), remove: refs },
    ...(conversation && conversationAt(scene, conversationId)
      ? [{ merge: refOf('Conversation', conversationId), fields: countFields(conversation) }]
      : []),
  ]
}

function kept({ conversations }: EventOf<'ConversationPreferencesChanged'>, scene: Scene): Change[] {
  return conversations.flatMap((conversation): Change[] => {
    if (!conversation) return []
    const { id, preferences, lastSequence } = conversation
    if (!conversationAt(scene, id)) return [{ missing: 'Conversation', id }]
    return [
      { merge: refOf('Conversation', id), fields: { preferences, preferencesUpTo: lastSequence } },
      placeConversation(id, preferences),
    ]
  })
}

type Names =
  | 'ConversationCleared'
  | 'MessagesDeletedForMe'
  | 'ConversationPreferencesChanged'
  | 'DraftChanged'
  | 'ScheduledMessageChanged'

export const conversationCases: Cases<Names> = {
  ConversationCleared: cleared,
  MessagesDeletedForMe: hidden,
  ConversationPreferencesChanged: kept,
  DraftChanged: ({ conversationId, conversation }, scene) =>
    conversation && conversationAt(scene, conversationId)
      ? [{ merge: refOf('Conversation', conversationId), fields: { draft: conversation.draft } }]
      : [],
  ScheduledMessageChanged: ({ scheduledMessageId, scheduledMessage }) => {
    const ref = refOf('ScheduledMessage', scheduledMessageId)
    return scheduledMessage
      ? [
          { merge: ref, fields: { ...scheduledMessage } },
          { list: lists.scheduled, insert: ref, at: 'order' },
        ]
      : [{ list: lists.scheduled, remove: [ref] }, { forget: ref }]
  },
}
