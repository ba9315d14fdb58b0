import { notFound } from '../../errors.ts'
import { requireUser } from '../../viewer.ts'
import type { ConversationResolvers, MutationResolvers } from '../generated/resolvers.ts'
import type { DraftsPorts } from './ports.ts'
import { keepDraft } from './rules.ts'

/** A field of `Conversation`. */
export const draft: Required<ConversationResolvers<DraftsPorts>>['draft'] = async ({ id }, _, { identity, drafts }) => {
  requireUser(identity)
  const row = await drafts.load(id)
  if (!row) throw notFound('conversation', id)
  const { text, updatedAt } = row
  return text === null || updatedAt === null ? null : { text, updatedAt }
}

export const saveDraft: Required<MutationResolvers<DraftsPorts>>['saveDraft'] = async (_, { input }, ports) => {
  const id = await keepDraft(ports, requireUser(ports.identity), input)
  ports.drafts.clear(id)
  return { conversation: { id } }
}
