import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { parseLines } from '../../parse.ts'
import { formatPlace } from '../../place.ts'
import { requireUser } from '../../viewer.ts'
import { asUser } from '../as-users.ts'
import type {
  GroupAuditEntryResolvers,
  GroupBanResolvers,
  GroupResolvers,
  MutationResolvers,
} from '../generated/resolvers.ts'
import { changedGroup, groupToChange, managed } from '../groups/rules.ts'
import { MAX_PAGE, parseUserId } from '../members/input.ts'
import type { GroupPorts } from '../ports.ts'
import { findAudit, type AuditRow } from './audit.ts'
import { ban, mute, unban } from './moderation.ts'
import { findBans, type BanRow } from './store.ts'

const MAX_REASON = 500

type Mutations = Required<MutationResolvers<GroupPorts>>

export const banGroupMember: Mutations['banGroupMember'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  const reason =
    input.reason == null || input.reason.trim() === '' ? '' : parseLines('reason', input.reason, MAX_REASON)
  await ban(context, userId, id, parseUserId(input.userId), reason)
  return { group: await changedGroup(context, id) }
}

export const unbanGroupMember: Mutations['unbanGroupMember'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await unban(context, userId, id, parseUserId(input.userId))
  return { group: await changedGroup(context, id) }
}

export const muteGroupMember: Mutations['muteGroupMember'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  const { id } = await groupToChange(context, input.groupId)
  await mute(context, userId, id, parseUserId(input.userId, 'member'), input.until ?? null)
  return { group: await changedGroup(context, id) }
}

export const bansOf: Required<GroupResolvers<GroupPorts>>['bans'] = async (group, args, { database }) => {
  const { id } = managed(group)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findBans(database, id, page), page, ({ createdAt, userId }) =>
    formatPlace({ at: createdAt, id: userId }),
  )
}

export const auditLogOf: Required<GroupResolvers<GroupPorts>>['auditLog'] = async (group, args, { database }) => {
  const { id } = managed(group)
  const page = parsePage(args, MAX_PAGE)
  return connection(await findAudit(database, id, page), page, (entry) => entry.id)
}

export const GroupBan: Complete<GroupBanResolvers, BanRow> = {
  user: ({ userId }) => asUser(userId),
  by: ({ byId }) => asUser(byId),
}

export const GroupAuditEntry: Complete<GroupAuditEntryResolvers, AuditRow> = {
  by: ({ byId }) => asUser(byId),
  user: ({ userId }) => (userId === null ? null : asUser(userId)),
}
