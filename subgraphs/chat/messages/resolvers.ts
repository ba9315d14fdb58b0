import type { Complete } from '../../complete.ts'
import { badInput, notFound } from '../../errors.ts'
import { encodePageCursor } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import { directWith } from '../conversations/direct.ts'
import { projectMessage, type VisibleMessage } from './events.ts'
import type {
  ConversationResolvers,
  ForwardOriginResolvers,
  MessageResolvers,
  MutationResolvers,
} from '../generated/resolvers.ts'
import { parseMessagePage, parseNewMessage } from './input.ts'
import type { MessagesPorts } from './ports.ts'
import { sequencesOf } from './pages.ts'

export const sendMessage: Required<MutationResolvers<MessagesPorts>>['sendMessage'] = async (
  _,
  { input },
  { identity, database, clock, send, conversations, signal },
) => {
  const viewer = requireUser(identity)
  const checked = parseNewMessage(input)
  const { conversationId, userId } = input
  if ((conversationId == null) === (userId == null))
    throw badInput('conversationId', 'Name either `conversationId` or `userId`, not both and not neither.')
  // One of the two is there.
  const target = conversationId ?? (await directWith({ database, clock }, viewer, userId!))
  const { message, conversation } = await send(viewer, target, checked, signal)
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

type OwnFields = Omit<MessageResolvers<MessagesPorts>, 'readCount' | 'deliveredCount' | 'readBy'>

/** All fields except those of other topics. */
export const Message: Complete<OwnFields, VisibleMessage> = {
  __resolveReference: ({ id }, context) => show(id, context),
  conversation: ({ conversationId }) => ({ id: conversationId }),
  sender: ({ senderId }) => ({ id: senderId }),
  media: async ({ mediaIds }, _, { mediaOfMessages }) =>
    (await mediaOfMessages.loadMany([...mediaIds])).flatMap((row) => {
      if (row instanceof Error) throw row
      return row ?? []
    }),
  replyTo: ({ replyToId }, _, context) => (replyToId === null ? null : show(replyToId, context)),
}

/** Only who may see the original learns where a forward comes from. */
export const ForwardOrigin: Complete<ForwardOriginResolvers<MessagesPorts>> = {
  message: ({ messageId }, _, context) => show(messageId, context),
}

/** Null if the viewer may not see the message. */
async function show(
  id: string,
  { identity, messages }: Pick<MessagesPorts, 'identity' | 'messages'>,
): Promise<VisibleMessage | null> {
  const message = await messages.load(id)
  return message && projectMessage(message, requireUser(identity).userId)
}
