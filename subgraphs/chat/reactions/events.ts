/** The kinds of events of this topic. */
import { inEachLanguage, type Language } from '../../push-texts/index.ts'
import { audienceOf } from '../../../platform/eventlog/audience.ts'
import type { EventKind, PushText } from '../../../platform/eventlog/kinds.ts'
import { findConversationsSince } from '../conversations/participants.ts'
import { payloadOf } from '../../payload.ts'
import { findPushNames } from '../messages/push-names.ts'
import { findOutdated, findUnwanted } from '../messages/push-refusals.ts'

export const REACTION_CHANGED = 'chat.ReactionChanged'

/** The event's key is the conversation. */
export type ReactionChanged = {
  readonly conversationId: string
  readonly messageId: string
  /** The sender of the message. */
  readonly authorId: string
  readonly userId: string
  readonly emoji: string
  readonly added: boolean
  /** How many users react with the emoji then. */
  readonly count: number
  /** Whether others may know who it was. */
  readonly named: boolean
}

/** Those who may see the message that an event is about, as of the event's position. */
export const findAboutMessage = audienceOf('chat.findAboutMessage', 'chat.recipients_about_message')

/** The streams of all who may see the message get it. Only its author may get a push, for an added one. */
const reactionChanged: EventKind<ReactionChanged> = {
  name: REACTION_CHANGED,
  orderedBy: 'conversation',
  audience: { of: 'position', find: findAboutMessage, keys: findConversationsSince, differs: true },
  keepsMembers: true,
  parse: payloadOf<ReactionChanged>({
    conversationId: 'id',
    messageId: 'id',
    authorId: 'id',
    userId: 'id',
    emoji: 'text',
    added: 'boolean',
    count: 'integer',
    named: 'boolean',
  }),
  project: ({ conversationId, messageId, emoji, added, count, named, userId }, viewer) => {
    const isShown = named || viewer.userId === userId
    return {
      __typename: 'ReactionChanged',
      conversationId,
      conversation: { id: conversationId },
      messageId,
      emoji,
      added,
      count,
      reactorId: isShown ? userId : null,
      reactor: isShown ? { id: userId } : null,
    }
  },
  view: ({ named, userId }, viewer) => (named || viewer.userId === userId ? 'named' : 'unnamed'),
  push: {
    withheldFrom: ({ authorId, userId, added }, recipientId) =>
      recipientId !== authorId ? 'not the author' : userId === authorId ? 'sender' : added ? null : 'removed reaction',
    refusedBy: (sql, asked) =>
      findUnwanted(
        sql,
        asked.map(({ payload: { conversationId, messageId }, userId }) => ({
          conversationId,
          messageId,
          userId,
          mentioned: false,
        })),
      ),
    async outdatedBy(sql, asked) {
      const rules = await findOutdated(
        sql,
        asked.map(({ userId, data }) => ({
          userId,
          conversationId: data['conversationId'] ?? '',
          messageId: data['messageId'] ?? '',
        })),
      )
      // Authors have always read their own messages.
      return rules.map((rule) => (rule === 'READ' ? null : rule))
    },
    isMention: () => false,
    async describe(sql, reactions) {
      const names = await findPushNames(
        sql,
        reactions.map(({ userId, conversationId }) => ({ senderId: userId, conversationId })),
      )
      return reactions.map(({ conversationId, messageId, emoji, named }, at): PushText => {
        const name = (named ? names[at]?.senderName : null) ?? null
        const who = ({ texts }: Language) => name ?? texts.somebody
        return {
          title: names[at]?.groupTitle ?? inEachLanguage(who),
          body: inEachLanguage((language) => language.texts.reacted(who(language), emoji)),
          data: { conversationId, messageId },
        }
      })
    },
    describeUnreadable: (key) => ({
      title: inEachLanguage(({ texts }) => texts.newReaction),
      body: '',
      data: { conversationId: key },
    }),
  },
}

export const kinds: readonly EventKind[] = [reactionChanged]
