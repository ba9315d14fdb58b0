import { notFound } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import { requireUser } from '../../viewer.ts'
import type { ConversationResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import { projectMessage } from '../messages/events.ts'
import type { PinsPorts } from './ports.ts'
import { pin } from './rules.ts'

const answer = async (ports: PinsPorts, messageId: string, pins: boolean) => {
  const id = await pin(ports, requireUser(ports.identity), messageId, pins)
  // A message of the server may have come.
  ports.conversations.clear(id)
  return { conversation: { id } }
}

export const pinMessage: Required<MutationResolvers<PinsPorts>>['pinMessage'] = (_, { input }, ports) =>
  answer(ports, input.messageId, true)

export const unpinMessage: Required<MutationResolvers<PinsPorts>>['unpinMessage'] = (_, { input }, ports) =>
  answer(ports, input.messageId, false)

type OwnFields = Pick<Required<ConversationResolvers<PinsPorts>>, 'pinnedMessages'>

/** Fields of `Conversation`. */
export const conversationFields: OwnFields = {
  pinnedMessages: async ({ id }, args, { identity, conversations, pins, knownMessages }) => {
    const { userId } = requireUser(identity)
    const page = parsePage(args, MAX_PAGE)
    const before = page.after === null ? null : parseNumber(page.after)
    const conversation = await conversations.load(id)
    if (!conversation) throw notFound('conversation', id)
    const rows = await pins.load({ conversationId: conversation.id, before, limit: page.limit + 1 })
    const { edges, pageInfo } = connection(rows, page, ({ number }) => number)
    const messages = await Promise.all(edges.map(({ node }) => knownMessages.load(node.id)))
    return {
      pageInfo,
      edges: edges.flatMap(({ cursor, node: { pinnedAt, pinnedById } }, at) => {
        const message = messages[at]
        if (!message) return []
        const pinnedBy = pinnedById === null ? null : { id: pinnedById }
        return [{ cursor, node: projectMessage(message, userId), pinnedAt, pinnedById, pinnedBy }]
      }),
    }
  },
}

function parseNumber(key: string): string {
  if (!/^\d{1,18}$/.test(key)) throw malformedCursor()
  return key
}
