import type { Complete } from '../../complete.ts'
import { notFound } from '../../errors.ts'
import { connection, parsePage } from '../../page.ts'
import { parseId } from '../../parse.ts'
import { requireAdmin, requireUser } from '../../viewer.ts'
import { asUser } from '../as-users.ts'
import type { GroupReportResolvers, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import { MAX_PAGE } from '../members/input.ts'
import type { GroupPorts } from '../ports.ts'
import { parseReport, report } from './reports.ts'
import { findReports, resolveReport, type ReportRow } from './store.ts'

type Mutations = Required<MutationResolvers<GroupPorts>>

export const groupReports: Required<QueryResolvers<GroupPorts>>['groupReports'] = async (_, args, context) => {
  requireAdmin(context.identity, 'reports:read')
  const page = parsePage(args, MAX_PAGE)
  const rows = await findReports(context.database, args.state ?? null, page)
  return connection(rows, page, ({ id }) => id)
}

export const reportGroup: Mutations['reportGroup'] = async (_, { input }, context) => {
  const { userId } = requireUser(context.identity)
  return { reportId: await report(context, userId, parseReport(input)) }
}

export const resolveGroupReport: Mutations['resolveGroupReport'] = async (_, { input }, context) => {
  const admin = requireAdmin(context.identity, 'reports:write')
  const id = parseId(input.reportId)
  const resolved = id && (await resolveReport(context.database, id, admin.adminId, new Date(context.clock.now())))
  if (!resolved) throw notFound('report', input.reportId)
  return { report: resolved }
}

export const GroupReport: Complete<GroupReportResolvers, ReportRow> = {
  reporter: ({ reporterId }) => asUser(reporterId),
}
