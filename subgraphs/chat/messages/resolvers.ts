import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { encodePageCursor } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import { projectMessage, type VisibleMessage } from './events.ts'
import type { ConversationResolvers, MessageResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { parseMessagePage, parseNewMessage } from './input.ts'
import type { MessagesPorts } from './ports.ts'
import { sequencesOf } from './pages.ts'

export const sendMessage: Required<MutationResolvers<MessagesPorts>>['sendMessage'] = async (
  _,
  { input },
  { identity, send, conversations, signal },
) => {
  const viewer = requireUser(identity)
  const { message, conversation } = await send(viewer, input.conversationId, parseNewMessage(input), signal)
  // The loader would find nothing if the sender was removed meanwhile. The message was sent nevertheless, so the answer
  // shows the conversation as it was then.
  conversations.clear(conversation.id).prime(conversation.id, conversation)
  return { message: projectMessage(message, viewer.userId) }
}

export const messages: Required<ConversationResolvers<MessagesPorts>>['messages'] = async (
  { id },
  args,
  { identity, conversations, history },
) => {
  const { userId } = requireUser(identity)
  const page = parseMessagePage(args)
  const conversation = await conversations.load(id)
  if (!conversation) throw notFound('conversation', id)
  const { first, last, hasPreviousPage, hasNextPage } = sequencesOf(page, conversation)
  const rows = await history.range(conversation.id, first, last)
  const edges = rows.map((row) => ({
    cursor: encodePageCursor(String(row.sequence)),
    node: projectMessage(row, userId),
  }))
  const startCursor = edges[0]?.cursor ?? null
  const endCursor = edges.at(-1)?.cursor ?? null
  return { edges, pageInfo: { hasPreviousPage, hasNextPage, startCursor, endCursor } }
}

export const Message: Complete<MessageResolvers<MessagesPorts>, VisibleMessage> = {
  __resolveReference: async ({ id }, { identity, messages }) => {
    const message = await messages.load(id)
    return message && projectMessage(message, requireUser(identity).userId)
  },
  conversation: ({ conversationId }) => ({ id: conversationId }),
  sender: ({ senderId }) => ({ id: senderId }),
}
