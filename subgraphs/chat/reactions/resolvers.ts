import type { Complete } from '../../complete.ts'
import { notFound, PublicError } from '../../errors.ts'
import { connection, malformedCursor, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { MessageReactionResolvers, MessageResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import { projectMessage } from '../messages/events.ts'
import type { ReactionsPorts } from './ports.ts'
import { react } from './rules.ts'
import type { ReactionRow, ReactorPlace } from './store.ts'

const answer = async (ports: ReactionsPorts, input: { messageId: string; emoji: string }, added: boolean) => {
  const viewer = requireUser(ports.identity)
  const id = await react(ports, viewer, input, added)
  ports.reactions.clear(id)
  const message = await ports.messages.load(id)
  // The viewer was removed from the group meanwhile.
  if (!message) throw notFound('message', id)
  return { message: projectMessage(message, viewer.userId) }
}

export const addReaction: Required<MutationResolvers<ReactionsPorts>>['addReaction'] = (_, { input }, ports) =>
  answer(ports, input, true)

export const removeReaction: Required<MutationResolvers<ReactionsPorts>>['removeReaction'] = (_, { input }, ports) =>
  answer(ports, input, false)

type MessageFields = Pick<Required<MessageResolvers<ReactionsPorts>>, 'reactions'>

/** Fields of `Message`. */
export const messageFields: MessageFields = {
  reactions: ({ id }, _, { reactions }) => reactions.load(id),
}

export const MessageReaction: Complete<MessageReactionResolvers<ReactionsPorts>, ReactionRow> = {
  users: async ({ messageId, conversationId, emoji }, args, { mayList, reactors }) => {
    const page = parsePage(args, MAX_PAGE)
    const after = page.after === null ? null : parseReactorPlace(page.after)
    if (!(await mayList.load(conversationId)))
      throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may list its members.')
    const rows = await reactors.load({ messageId, emoji, after, limit: page.limit + 1 })
    return connection(rows, page, ({ reactedAt, id }) => `${reactedAt.getTime()} ${id}`)
  },
}

function parseReactorPlace(key: string): ReactorPlace {
  const match = /^(\d{1,15}) (\S+)$/.exec(key)
  const id = parseId(match?.[2] ?? '')
  if (!match || !id) throw malformedCursor()
  return { reactedAt: new Date(Number(match[1])), id }
}
