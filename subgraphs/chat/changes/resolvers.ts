import { requireUser } from '../../viewer.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import { projectMessage } from '../messages/events.ts'
import type { MessageRow } from '../messages/history.ts'
import type { ChangesPorts } from './ports.ts'

const answer = ({ identity, messages, knownMessages }: ChangesPorts, message: MessageRow) => {
  for (const loader of [messages, knownMessages]) loader.clear(message.id)
  return { message: projectMessage(message, requireUser(identity).userId) }
}

export const editMessage: Required<MutationResolvers<ChangesPorts>>['editMessage'] = async (_, { input }, ports) =>
  answer(ports, await ports.changes.edit(requireUser(ports.identity), input))

export const deleteMessage: Required<MutationResolvers<ChangesPorts>>['deleteMessage'] = async (_, { input }, ports) =>
  answer(ports, await ports.changes.delete(requireUser(ports.identity), input.messageId))
