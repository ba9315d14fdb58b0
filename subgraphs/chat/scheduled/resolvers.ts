import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { formatPlace, placeAfter } from '../../place.ts'
import { requireUser } from '../../viewer.ts'
import type {
  MutationResolvers,
  QueryResolvers,
  ScheduledMessageChangedResolvers,
  ScheduledMessageResolvers,
} from '../generated/resolvers.ts'
import { MAX_PAGE } from '../limits.ts'
import { projectMessage } from '../messages/events.ts'
import type { ScheduledPorts } from './ports.ts'
import { cancel, edit, schedule, sendNow } from './rules.ts'
import { findScheduled, listScheduled, type ScheduledRow } from './store.ts'

export const scheduledMessages: Required<QueryResolvers<ScheduledPorts>>['scheduledMessages'] = async (
  _,
  { conversationId, ...args },
  { identity, database },
) => {
  const { userId } = requireUser(identity)
  const page = parsePage(args, MAX_PAGE)
  const after = placeAfter(page, 'oldest')
  const id = conversationId == null ? null : parseId(conversationId)
  const isNone = conversationId != null && id === null
  const rows = isNone ? [] : await listScheduled(database, userId, id, after, page.limit)
  return connection(rows, page, (row) => formatPlace({ at: row.sendAt, id: row.id }))
}

type Mutations = Required<MutationResolvers<ScheduledPorts>>

export const scheduleMessage: Mutations['scheduleMessage'] = async (_, { input }, ports) => ({
  scheduledMessage: await schedule(ports, requireUser(ports.identity), input),
})

export const editScheduledMessage: Mutations['editScheduledMessage'] = async (_, { input }, ports) => ({
  scheduledMessage: await edit(ports, requireUser(ports.identity), input),
})

export const cancelScheduledMessage: Mutations['cancelScheduledMessage'] = async (_, { input }, ports) => ({
  scheduledMessageId: (await cancel(ports, requireUser(ports.identity), input.id)).id,
})

export const sendScheduledMessageNow: Mutations['sendScheduledMessageNow'] = async (_, { input }, ports) => {
  const viewer = requireUser(ports.identity)
  const { message } = await sendNow(ports, viewer, input.id)
  return { message: projectMessage(message, viewer.userId) }
}

export const ScheduledMessage: Complete<ScheduledMessageResolvers<ScheduledPorts>, ScheduledRow> = {
  conversation: ({ conversationId }) => ({ id: conversationId }),
  // What is forwarded may be of another type; nobody knows before it is sent.
  type: ({ message }) => message.type ?? 'TEXT',
  text: ({ message }) => message.text,
  content: ({ message }) => message.content ?? null,
  mentions: ({ message: { mentions } }) =>
    mentions
      ? {
          everyone: mentions.everyone ?? false,
          userIds: [...(mentions.userIds ?? [])],
          users: (mentions.userIds ?? []).map((id) => ({ id })),
        }
      : null,
  replyToId: ({ message }) => message.replyToId ?? null,
  forwardOfId: ({ message }) => message.forwardOfId ?? null,
  mediaIds: ({ message }) => [...(message.mediaIds ?? [])],
  refusal: ({ refusedCode, refusal }) => (refusedCode === null ? null : { code: refusedCode, message: refusal ?? '' }),
}

export const ScheduledMessageChanged: Pick<ScheduledMessageChangedResolvers<ScheduledPorts>, 'scheduledMessage'> = {
  scheduledMessage: ({ scheduledMessageId }, _, { identity, database }) =>
    findScheduled(database, requireUser(identity).userId, scheduledMessageId),
}
