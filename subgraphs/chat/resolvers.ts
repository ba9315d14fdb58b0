import type { Complete } from '../complete.ts'
import type { Context } from './context.ts'
import { DateTime } from '../date-time.ts'
import { MyData } from './export/resolvers.ts'
import { JSONValue } from '../json.ts'
import type {
  ConversationResolvers,
  MessageResolvers,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
  SubscriptionResolvers,
} from './generated/resolvers.ts'
import { removeMessage, ReviewedMessage, reviewMessages } from './administration/resolvers.ts'
import { deleteMessage, editMessage, messageVersions, purgeMessage } from './changes/resolvers.ts'
import { disappearAfterSeconds, setDisappearingTimer } from './disappearing/resolvers.ts'
import { draft, saveDraft } from './drafts/resolvers.ts'
import { searchGifs, StickerPack, stickerPacks, stickers } from './catalog/resolvers.ts'
import { clearConversation, deleteConversation } from './clearing/resolvers.ts'
import type { ConversationRef } from './conversations/ports.ts'
import {
  Conversation as conversationFields,
  conversation,
  conversationCount,
  conversations,
  openDirectConversation,
} from './conversations/resolvers.ts'
import type { VisibleMessage } from './messages/events.ts'
import { deleteMessagesForMe } from './hiding/resolvers.ts'
import { Cursor } from './inbox/cursor.ts'
import { inbox, InboxEvent } from './inbox/resolvers.ts'
import { sync } from './inbox/sync.ts'
import { createUpload, media, Media } from './media/resolvers.ts'
import {
  ForwardOrigin,
  mentions,
  message,
  Message as ownMessageFields,
  messages,
  sendMessage,
} from './messages/resolvers.ts'
import { conversationFields as pinFields, pinMessage, unpinMessage } from './pins/resolvers.ts'
import { orderPinnedConversations, preferences, updateConversationPreferences } from './preferences/resolvers.ts'
import { addReaction, messageFields as reactionFields, MessageReaction, removeReaction } from './reactions/resolvers.ts'
import {
  conversationFields as readFields,
  markDelivered,
  markRead,
  messageFields as readMessageFields,
  unreadCounts,
} from './reads/resolvers.ts'
import {
  cancelScheduledMessage,
  editScheduledMessage,
  ScheduledMessage,
  ScheduledMessageChanged,
  scheduledMessages,
  scheduleMessage,
  sendScheduledMessageNow,
} from './scheduled/resolvers.ts'
import { searchMessages } from './search/resolvers.ts'
import { startTyping, stopTyping } from './typing/resolvers.ts'

const Query: Complete<QueryResolvers<Context>> = {
  searchGifs,
  stickerPacks,
  stickers,
  conversation,
  conversationCount,
  conversations,
  media,
  mentions,
  message,
  messageVersions,
  scheduledMessages,
  searchMessages,
  sync,
  unreadCounts,
}
const Mutation: Complete<MutationResolvers<Context>> = {
  addReaction,
  cancelScheduledMessage,
  clearConversation,
  createUpload,
  deleteConversation,
  deleteMessage,
  deleteMessagesForMe,
  editMessage,
  editScheduledMessage,
  markDelivered,
  markRead,
  openDirectConversation,
  orderPinnedConversations,
  pinMessage,
  purgeMessage,
  removeMessage,
  reviewMessages,
  removeReaction,
  saveDraft,
  scheduleMessage,
  sendMessage,
  unpinMessage,
  startTyping,
  stopTyping,
  sendScheduledMessageNow,
  setDisappearingTimer,
  updateConversationPreferences,
}
const Subscription: Complete<SubscriptionResolvers<Context>> = { inbox }
const Conversation: Complete<ConversationResolvers<Context>, ConversationRef> = {
  ...conversationFields,
  ...pinFields,
  ...readFields,
  disappearAfterSeconds,
  draft,
  messages,
  preferences,
}
const Message: Complete<MessageResolvers<Context>, VisibleMessage> = {
  ...ownMessageFields,
  ...reactionFields,
  ...readMessageFields,
}

export const resolvers: Resolvers<Context> = {
  Cursor,
  DateTime,
  JSON: JSONValue,
  MyData,
  Query,
  Mutation,
  Subscription,
  Conversation,
  Media,
  StickerPack,
  ReviewedMessage,
  Message,
  MessageReaction,
  ScheduledMessage,
  ScheduledMessageChanged,
  ForwardOrigin,
  InboxEvent,
}
