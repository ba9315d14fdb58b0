import type { Complete } from '../../complete.ts'
import { requireAdmin } from '../../viewer.ts'
import type { MutationResolvers, ReviewedMessageResolvers } from '../generated/resolvers.ts'
import type { MessageRow } from '../messages/history.ts'
import { parseReason, parseReview } from './input.ts'
import type { AdministrationPorts } from './ports.ts'
import { review } from './review.ts'

type Mutations = Required<MutationResolvers<AdministrationPorts>>

export const reviewMessages: Mutations['reviewMessages'] = async (_, { input }, ports) => {
  const { adminId } = requireAdmin(ports.identity, 'messages:read')
  const { conversationId, messages, hasEarlier } = await review(ports, adminId, parseReview(input))
  return { conversationId, messages: [...messages], hasEarlier }
}

export const removeMessage: Mutations['removeMessage'] = async (_, { input }, ports) => {
  const { adminId } = requireAdmin(ports.identity, 'messages:write')
  const by = { adminId, reason: parseReason(input.reason), clientNetwork: ports.clientNetwork }
  return { messageId: await ports.changes.remove(by, input.messageId) }
}

export const ReviewedMessage: Complete<ReviewedMessageResolvers<AdministrationPorts>, MessageRow> = {
  sender: ({ senderId }) => ({ id: senderId }),
  type: ({ type = 'TEXT' }) => type,
  content: ({ content }) => content ?? null,
  mediaIds: ({ mediaIds = [] }) => [...mediaIds],
  replyToId: ({ replyToId }) => replyToId ?? null,
  version: ({ version = 1 }) => version,
  deletedAt: ({ deletedAt }) => deletedAt ?? null,
  deletedById: ({ deletedById }) => deletedById ?? null,
}
