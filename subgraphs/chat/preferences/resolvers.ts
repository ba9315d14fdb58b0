import { notFound } from '../../errors.ts'
import { requireUser } from '../../viewer.ts'
import type { ConversationResolvers, MutationResolvers } from '../generated/resolvers.ts'
import { parseOrder, parseWanted } from './input.ts'
import type { PreferencesPorts } from './ports.ts'
import { orderPins, preferencesAt, updatePreferences } from './rules.ts'

/** A field of `Conversation`. */
export const preferences: Required<ConversationResolvers<PreferencesPorts>>['preferences'] = async (
  { id },
  _args,
  { identity, preferences, clock },
) => {
  requireUser(identity)
  const row = await preferences.load(id)
  if (!row) throw notFound('conversation', id)
  return preferencesAt(row, clock.now())
}

export const updateConversationPreferences: Required<
  MutationResolvers<PreferencesPorts>
>['updateConversationPreferences'] = async (_, { input }, ports) => {
  const viewer = requireUser(ports.identity)
  const id = await updatePreferences(ports, viewer, input.conversationId, parseWanted(input, ports.clock.now()))
  ports.preferences.clear(id)
  return { conversation: { id } }
}

export const orderPinnedConversations: Required<
  MutationResolvers<PreferencesPorts>
>['orderPinnedConversations'] = async (_, { input }, ports) => {
  const ids = await orderPins(ports, requireUser(ports.identity), parseOrder(input))
  for (const id of ids) ports.preferences.clear(id)
  return { conversations: ids.map((id) => ({ id })) }
}
