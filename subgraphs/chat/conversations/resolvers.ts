import type { Complete } from '../../complete.ts'
import { notFound, PublicError } from '../../errors.ts'
import { connection, parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import { projectMessage } from '../messages/events.ts'
import type { ConversationResolvers, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import { directWith } from './direct.ts'
import { formatListPlace, parseListPlace, parseUserPlace } from './input.ts'
import type { ConversationRef, ConversationsPorts } from './ports.ts'
import { countConversations, listConversations, type ConversationRow } from './store.ts'

/** The conversation's row, or NOT_FOUND if the viewer is no participant. */
export async function rowOf(
  { id }: ConversationRef,
  { conversations }: Pick<ConversationsPorts, 'conversations'>,
): Promise<ConversationRow> {
  const row = await conversations.load(id)
  if (!row) throw notFound('conversation', id)
  return row
}

export const conversation: Required<QueryResolvers<ConversationsPorts>>['conversation'] = (_, { id }, context) => {
  requireUser(context.identity)
  return context.conversations.load(id)
}

export const conversations: Required<QueryResolvers<ConversationsPorts>>['conversations'] = async (
  _,
  args,
  { identity, database, conversations },
) => {
  const { userId } = requireUser(identity)
  const page = parsePage(args, MAX_PAGE)
  const after = page.after === null ? null : parseListPlace(page.after)
  const rows = await listConversations(database, userId, args.filter ?? {}, after, page.limit + 1)
  for (const row of rows) conversations.prime(row.id, row)
  return connection(rows, page, formatListPlace)
}

export const conversationCount: Required<QueryResolvers<ConversationsPorts>>['conversationCount'] = (
  _,
  { filter },
  { identity, database },
) => countConversations(database, requireUser(identity).userId, filter ?? {})

export const openDirectConversation: Required<MutationResolvers<ConversationsPorts>>['openDirectConversation'] = async (
  _,
  { input },
  { identity, database, clock },
) => {
  const id = await directWith({ database, clock }, requireUser(identity), input.userId)
  return { conversation: { id } }
}

type OwnFields = Omit<
  ConversationResolvers<ConversationsPorts>,
  'messages' | 'disappearAfterSeconds' | 'draft' | 'pinnedMessages' | 'preferences' | 'readUpTo' | 'unreadCount'
>

/** All fields except those of other topics. */
export const Conversation: Complete<OwnFields, ConversationRef> = {
  __resolveReference: ({ id }, { conversations }) => conversations.load(id),

  kind: async (ref, _, context) => (await rowOf(ref, context)).kind,

  lastSequence: async (ref, _, context) => (await rowOf(ref, context)).lastSequence,

  lastActiveAt: async (ref, _, context) => (await rowOf(ref, context)).lastAt,

  lastMessage: async (ref, _, context) => {
    const { lastMessageId, lastSequence, firstVisible } = await rowOf(ref, context)
    if (!lastMessageId || lastSequence < firstVisible) return null
    const message = await context.knownMessages.load(lastMessageId)
    return message && projectMessage(message, requireUser(context.identity).userId)
  },

  participants: async (ref, args, context) => {
    const page = parsePage(args, MAX_PAGE)
    const after = page.after === null ? null : parseUserPlace(page.after)
    const { id } = await rowOf(ref, context)
    if (!(await context.mayList.load(id))) {
      throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may list its members.')
    }
    const rows = await context.participants.load({ conversationId: id, after, limit: page.limit + 1 })
    return connection(rows, page, (row) => row.id)
  },

  peer: async (ref, _, context) => {
    const { id, kind } = await rowOf(ref, context)
    if (kind !== 'DIRECT') return null
    const { userId } = requireUser(context.identity)
    const rows = await context.participants.load({ conversationId: id, after: null, limit: 2 })
    return rows.find((row) => row.id !== userId) ?? null
  },
}
