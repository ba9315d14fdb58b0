import type { Complete } from '../../complete.ts'
import { badInput, notFound } from '../../errors.ts'
import { connection, encodePageCursor, malformedCursor, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import { directWith } from '../conversations/direct.ts'
import { projectMessage, type VisibleMessage } from './events.ts'
import type {
  ConversationResolvers,
  ForwardOriginResolvers,
  MessageResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../generated/resolvers.ts'
import { filteredPage, parseMessageFilter } from './filtered.ts'
import { pageAround, parseMessagePage, parseNewMessage, parseSequencePlace } from './input.ts'
import { MAX_PAGE } from '../limits.ts'
import { findMentions } from './lists.ts'
import type { MessagesPorts } from './ports.ts'
import { wholePage } from './pages.ts'
import { showPage } from './show.ts'

export const sendMessage: Required<MutationResolvers<MessagesPorts>>['sendMessage'] = async (
  _,
  { input },
  { identity, database, clock, maxText, send, conversations, signal },
) => {
  const viewer = requireUser(identity)
  const checked = parseNewMessage(input, maxText)
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
  { identity, database, conversations, history, messages: known },
) => {
  const { userId } = requireUser(identity)
  let page = parseMessagePage(args)
  const filter = parseMessageFilter(args.filter)
  if (filter && args.around != null) throw badInput('filter', '`filter` must not be given with `around`.')
  const conversation = await conversations.load(id)
  if (!conversation) throw notFound('conversation', id)
  if (args.around != null) {
    const middle = await known.load(args.around)
    if (middle?.conversationId !== conversation.id) throw notFound('message', args.around)
    page = pageAround(page, middle.sequence)
  }
  const { rows, hasPreviousPage, hasNextPage } =
    filter || conversation.hasHidden
      ? await filteredPage({ database, history }, userId, conversation, filter, page)
      : await wholePage(history, conversation, page)
  const edges = rows.map((row) => ({
    cursor: encodePageCursor(String(row.sequence)),
    node: projectMessage(row, userId),
  }))
  const startCursor = edges[0]?.cursor ?? null
  const endCursor = edges.at(-1)?.cursor ?? null
  return { edges, pageInfo: { hasPreviousPage, hasNextPage, startCursor, endCursor } }
}

export const message: Required<QueryResolvers<MessagesPorts>>['message'] = (_, { id }, context) => show(id, context)

export const mentions: Required<QueryResolvers<MessagesPorts>>['mentions'] = async (_, args, context) => {
  const { userId } = requireUser(context.identity)
  const page = parsePage(args, MAX_PAGE)
  const before = page.after === null ? null : parseId(page.after)
  if (page.after !== null && before === null) throw malformedCursor()
  const rows = await findMentions(context.database, userId, before, page.limit + 1)
  return showPage(
    connection(rows, page, ({ id }) => id),
    context,
  )
}

type OwnFields = Omit<MessageResolvers<MessagesPorts>, 'reactions' | 'readCount' | 'deliveredCount' | 'readBy'>

/** All fields except those of other topics. */
export const Message: Complete<OwnFields, VisibleMessage> = {
  __resolveReference: ({ id }, context) => show(id, context),
  conversation: ({ conversationId }) => ({ id: conversationId }),
  sender: ({ senderId }) => ({ id: senderId }),
  deletedBy: ({ deletedById }) => (deletedById === null ? null : { id: deletedById }),
  media: async ({ mediaIds }, _, { mediaOfMessages }) =>
    (await mediaOfMessages.loadMany([...mediaIds])).flatMap((row) => {
      if (row instanceof Error) throw row
      return row ?? []
    }),
  replies: async ({ id }, args, context) => {
    const page = parsePage(args, MAX_PAGE)
    const after = page.after === null ? 0 : parseSequencePlace(page.after)
    const rows = await context.replies.load({ messageId: id, after, limit: page.limit + 1 })
    return showPage(
      connection(rows, page, ({ sequence }) => String(sequence)),
      context,
    )
  },
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
