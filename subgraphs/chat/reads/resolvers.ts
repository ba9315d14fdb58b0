import { notFound, PublicError } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type {
  ConversationResolvers,
  MessageResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import type { ReadsPorts } from './ports.ts'
import type { ReaderPlace } from './readers.ts'
import { mark } from './rules.ts'
import { countUnread, type UnreadRow } from './unread.ts'

export const unreadCounts: Required<QueryResolvers<ReadsPorts>>['unreadCounts'] = (
  _,
  { filter },
  { identity, database },
) => countUnread(database, requireUser(identity).userId, filter ?? {})

export const markRead: Required<MutationResolvers<ReadsPorts>>['markRead'] = async (_, { input }, ports) => {
  const id = await mark(ports, requireUser(ports.identity), 'read', input)
  ports.unread.clear(id)
  return { conversation: { id } }
}

export const markDelivered: Required<MutationResolvers<ReadsPorts>>['markDelivered'] = async (_, { input }, ports) => ({
  conversation: { id: await mark(ports, requireUser(ports.identity), 'delivered', input) },
})

async function unreadOf(id: string, { identity, unread }: ReadsPorts): Promise<UnreadRow> {
  requireUser(identity)
  const row = await unread.load(id)
  if (!row) throw notFound('conversation', id)
  return row
}

type OwnFields = Pick<Required<ConversationResolvers<ReadsPorts>>, 'readUpTo' | 'unreadCount'>

/** Fields of `Conversation`. */
export const conversationFields: OwnFields = {
  readUpTo: async ({ id }, _, ports) => (await unreadOf(id, ports)).readUpTo,
  unreadCount: async ({ id }, _, ports) => (await unreadOf(id, ports)).unreadCount,
}

/** Whether the viewer may list the participants. Throws NOT_FOUND for a message of a conversation that the viewer left. */
async function mayListOf(conversationId: string, { identity, mayList }: ReadsPorts): Promise<boolean> {
  requireUser(identity)
  const may = await mayList.load(conversationId)
  if (may === null) throw notFound('conversation', conversationId)
  return may
}

type MessageFields = Pick<Required<MessageResolvers<ReadsPorts>>, 'readCount' | 'deliveredCount' | 'readBy'>

/** Fields of `Message`. */
export const messageFields: MessageFields = {
  readCount: async ({ id, conversationId }, _, ports) => {
    await mayListOf(conversationId, ports)
    return (await ports.readerCounts.load(id))?.readCount ?? null
  },

  deliveredCount: async ({ id, conversationId }, _, ports) => {
    await mayListOf(conversationId, ports)
    return (await ports.readerCounts.load(id))?.deliveredCount ?? null
  },

  readBy: async ({ id, conversationId }, args, ports) => {
    const page = parsePage(args, MAX_PAGE)
    const after = page.after === null ? null : parseReaderPlace(page.after)
    if (!(await mayListOf(conversationId, ports)))
      throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may list its members.')
    const rows = await ports.readers.load({ messageId: id, after, limit: page.limit + 1 })
    return connection(rows, page, ({ readUpTo, id: readerId }) => `${readUpTo} ${readerId}`)
  },
}

function parseReaderPlace(key: string): ReaderPlace {
  const match = /^(\d{1,9}) (\S+)$/.exec(key)
  const id = parseId(match?.[2] ?? '')
  if (!match || !id) throw malformedCursor()
  return { readUpTo: Number(match[1]), id }
}
