import { connection, parsePage } from '../../page.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import type { MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import { parseReason } from '../administration/input.ts'
import { MAX_PAGE } from '../limits.ts'
import { projectMessage, showMentions } from '../messages/events.ts'
import type { MessageRow } from '../messages/history.ts'
import { parseSequencePlace } from '../messages/input.ts'
import { MAX_VERSIONS } from './limits.ts'
import type { ChangesPorts } from './ports.ts'
import { findVersions, type KeptVersion } from './store.ts'
import { moderatedMessage } from './versions.ts'

const answer = ({ identity, messages, knownMessages }: ChangesPorts, message: MessageRow) => {
  for (const loader of [messages, knownMessages]) loader.clear(message.id)
  return { message: projectMessage(message, requireUser(identity).userId) }
}

export const editMessage: Required<MutationResolvers<ChangesPorts>>['editMessage'] = async (_, { input }, ports) =>
  answer(ports, await ports.changes.edit(requireUser(ports.identity), input))

export const deleteMessage: Required<MutationResolvers<ChangesPorts>>['deleteMessage'] = async (_, { input }, ports) =>
  answer(ports, await ports.changes.delete(requireUser(ports.identity), input.messageId))

export const purgeMessage: Required<MutationResolvers<ChangesPorts>>['purgeMessage'] = async (_, { input }, ports) => {
  const { adminId } = requireAdmin(ports.identity, 'messages:write')
  const reason = input.reason == null ? null : parseReason(input.reason)
  const by = { adminId, reason, clientNetwork: ports.clientNetwork }
  return { messageId: await ports.changes.purge(by, input.messageId) }
}

export const messageVersions: Required<QueryResolvers<ChangesPorts>>['messageVersions'] = async (
  _,
  { messageId, ...args },
  { identity, database },
) => {
  const page = parsePage(args, MAX_PAGE)
  // Above the most versions there may be a deletion.
  const before = page.after === null ? MAX_VERSIONS + 2 : parseSequencePlace(page.after)
  const id = await moderatedMessage(database, identity, messageId)
  const rows = await findVersions(database, id, before, page.limit + 1)
  const { edges, pageInfo } = connection(rows, page, ({ version }) => String(version))
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: showVersion(node) })), pageInfo }
}

const showVersion = ({ version, body, madeAt }: KeptVersion) => ({
  version,
  madeAt,
  text: body.text,
  content: body.content ?? null,
  mentions: body.mentions ? showMentions(body.mentions) : null,
  mediaIds: [...(body.mediaIds ?? [])],
})
