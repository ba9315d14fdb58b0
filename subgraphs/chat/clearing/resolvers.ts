import { requireUser } from '../../viewer.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import type { ClearingPorts } from './ports.ts'
import { clearFor } from './rules.ts'

const answer = async (ports: ClearingPorts, conversationId: string, hides: boolean) => {
  const id = await clearFor(ports, requireUser(ports.identity), conversationId, hides)
  for (const loader of [ports.conversations, ports.preferences, ports.drafts, ports.unread]) loader.clear(id)
  return { conversation: { id } }
}

export const clearConversation: Required<MutationResolvers<ClearingPorts>>['clearConversation'] = (
  _,
  { input },
  ports,
) => answer(ports, input.conversationId, false)

export const deleteConversation: Required<MutationResolvers<ClearingPorts>>['deleteConversation'] = (
  _,
  { input },
  ports,
) => answer(ports, input.conversationId, true)
