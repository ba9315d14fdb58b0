import { notFound } from '../../errors.ts'
import { requireUser } from '../../viewer.ts'
import type { ConversationResolvers, MutationResolvers } from '../generated/resolvers.ts'
import type { DisappearingPorts } from './ports.ts'
import { changeTimer } from './rules.ts'

/** A field of `Conversation`. */
export const disappearAfterSeconds: Required<
  ConversationResolvers<DisappearingPorts>
>['disappearAfterSeconds'] = async ({ id }, _, { identity, timers }) => {
  requireUser(identity)
  const row = await timers.load(id)
  if (!row) throw notFound('conversation', id)
  return row.seconds
}

export const setDisappearingTimer: Required<MutationResolvers<DisappearingPorts>>['setDisappearingTimer'] = async (
  _,
  { input },
  ports,
) => {
  const id = await changeTimer(ports, requireUser(ports.identity), input.conversationId, input.seconds ?? null)
  ports.timers.clear(id)
  return { conversation: { id } }
}
