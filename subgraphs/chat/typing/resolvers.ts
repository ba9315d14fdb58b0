import { requireUser } from '../../viewer.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'
import type { TypingPorts } from './ports.ts'
import { REPEAT_AFTER_MS } from './typing.ts'

export const startTyping: Required<MutationResolvers<TypingPorts>>['startTyping'] = async (
  _,
  { input },
  { identity, typing },
) => {
  await typing.start(requireUser(identity), input.conversationId)
  return { repeatAfterMs: REPEAT_AFTER_MS }
}

export const stopTyping: Required<MutationResolvers<TypingPorts>>['stopTyping'] = async (
  _,
  { input },
  { identity, typing },
) => {
  await typing.stop(requireUser(identity), input.conversationId)
  return { conversationId: input.conversationId }
}
