import type { Complete } from '../../complete.ts'
import { connection, parsePage } from '../../page.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import { asUser } from '../as-users.ts'
import type { MutationResolvers, QueryResolvers, ReportResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../members/input.ts'
import type { GroupPorts } from '../ports.ts'
import { assign, close, parseReportFilter } from './queue.ts'
import { parseReport, parseUserReport, report, reportOfUser } from './reports.ts'
import { findReports, type ReportRow } from './store.ts'

type Mutations = Required<MutationResolvers<GroupPorts>>

export const reports: Required<QueryResolvers<GroupPorts>>['reports'] = async (_, args, { identity, database }) => {
  requireAdmin(identity, 'reports:read')
  const page = parsePage(args, MAX_PAGE)
  const range = parseReportFilter(args.filter)
  return connection(range ? await findReports(database, range, page) : [], page, ({ id }) => id)
}

export const reportGroup: Mutations['reportGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  return { reportId: await report(context, userId, parseReport(input)) }
}

export const reportUser: Mutations['reportUser'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  return { reportId: await reportOfUser(context, userId, parseUserReport(input)) }
}

export const assignReport: Mutations['assignReport'] = async (_, { input }, context) => {
  const { adminId } = requireAdmin(context.identity, 'reports:write')
  return { report: await assign(context, adminId, input) }
}

export const resolveReport: Mutations['resolveReport'] = async (_, { input }, context) => {
  const { adminId } = requireAdmin(context.identity, 'reports:write')
  return { report: await close(context, adminId, input, 'RESOLVED') }
}

export const dismissReport: Mutations['dismissReport'] = async (_, { input }, context) => {
  const { adminId } = requireAdmin(context.identity, 'reports:write')
  return { report: await close(context, adminId, input, 'DISMISSED') }
}

export const Report: Complete<ReportResolvers, ReportRow> = {
  reporter: ({ reporterId }) => asUser(reporterId),
  user: ({ userId }) => (userId === null ? null : asUser(userId)),
}
