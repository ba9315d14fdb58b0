import { DateTime } from '../date-time.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { Conversation, conversation, conversations, openDirectConversation } from './conversations/resolvers.ts'
import { inbox, InboxEvent } from './inbox/resolvers.ts'
import { Message, sendMessage } from './messages/resolvers.ts'

export const resolvers: Resolvers = {
  DateTime,
  Query: { conversation, conversations },
  Mutation: { openDirectConversation, sendMessage },
  Subscription: { inbox },
  Conversation,
  Message,
  InboxEvent,
}
