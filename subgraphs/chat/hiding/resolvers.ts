import { requireUser } from '../../viewer.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import type { HidingPorts } from './ports.ts'
import { hideFor } from './rules.ts'

export const deleteMessagesForMe: Required<MutationResolvers<HidingPorts>>['deleteMessagesForMe'] = async (
  _,
  { input },
  ports,
) => {
  const ids = await hideFor(ports, requireUser(ports.identity), input.messageIds)
  for (const id of ids) {
    ports.conversations.clear(id)
    ports.unread.clear(id)
  }
  for (const loader of [ports.messages, ports.replies, ports.pins]) loader.clearAll()
  return { conversations: ids.map((id) => ({ id })) }
}
