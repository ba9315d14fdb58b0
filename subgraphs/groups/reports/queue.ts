import { recordAdminActs } from '../../admin-acts.ts'
import { notFound, PublicError } from '../../errors.ts'
import { parseId, parseLine, requireId } from '../../parse.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import type { AssignReportInput, QueryReportsArgs, ResolveReportInput } from '../generated/resolvers.ts'
import type { GroupPorts } from '../ports.ts'
import { assignReport, closeReport, lockReport, type ReportRange, type ReportRow } from './store.ts'

/** Maximum characters of an admin's answer. */
const MAX_ANSWER = 500
/** Maximum characters of an admin's id: identity providers make them. */
const MAX_ADMIN_ID = 200

type QueuePorts = Pick<GroupPorts, 'database' | 'clock' | 'clientNetwork'>

/** Null where an id cannot be one: no report fits it. */
export function parseReportFilter(filter: QueryReportsArgs['filter']): ReportRange | null {
  const { state, reason, assignedTo, from, until } = filter ?? {}
  const ids = (['groupId', 'userId', 'reporterId'] as const).map((field) => {
    const text = filter?.[field]
    return text == null ? { id: null, fits: true } : { id: parseId(text), fits: parseId(text) !== null }
  })
  if (!ids.every(({ fits }) => fits) || assignedTo?.includes('\0')) return null
  const [groupId = null, userId = null, reporterId = null] = ids.map(({ id }) => id)
  return {
    state: state ?? null,
    reason: reason ?? null,
    groupId,
    userId,
    reporterId,
    assignedTo: assignedTo ?? null,
    from: from ?? null,
    until: until ?? null,
  }
}

export function assign(ports: QueuePorts, adminId: string, input: AssignReportInput): Promise<ReportRow> {
  const to = input.adminId == null ? null : parseLine('adminId', input.adminId, MAX_ADMIN_ID)
  return changeReport(ports, input.reportId, async (sql, report, about) => {
    if (report.state !== 'OPEN') throw new PublicError('CONFLICT', 'The report is closed.')
    if (report.assignedTo === to) return report
    await recordAdminActs(sql, { ...about, kind: 'REPORT_ASSIGNED', adminId, note: to })
    return assignReport(sql, report.id, to)
  })
}

export function close(
  ports: QueuePorts,
  adminId: string,
  input: ResolveReportInput,
  outcome: 'RESOLVED' | 'DISMISSED',
): Promise<ReportRow> {
  const given = input.answer?.trim() ?? ''
  const answer = given === '' ? null : parseLine('answer', given, MAX_ANSWER)
  return changeReport(ports, input.reportId, async (sql, report, about) => {
    if (report.state === outcome) return report
    if (report.state !== 'OPEN') {
      throw new PublicError('CONFLICT', `The report was ${report.state === 'RESOLVED' ? 'resolved' : 'dismissed'}.`)
    }
    await recordAdminActs(sql, { ...about, kind: `REPORT_${outcome}`, adminId, note: answer })
    return closeReport(sql, report.id, { adminId, outcome, answer, at: about.at })
  })
}

/** What an act's line of the security log has of the report. */
interface About {
  readonly at: Date
  readonly userId: string | null
  readonly targetId: string
  readonly clientNetwork: string | null
}

/** Of two admins at once, the second sees what the first did. */
async function changeReport(
  { database, clock, clientNetwork }: QueuePorts,
  reportId: string,
  change: (sql: Sql, report: ReportRow, about: About) => Promise<ReportRow>,
): Promise<ReportRow> {
  const id = requireId('report', reportId)
  const at = new Date(clock.now())
  return database.transaction(async (sql) => {
    const report = await lockReport(sql, id)
    if (!report) throw notFound('report', reportId)
    return change(sql, report, { at, userId: report.userId, targetId: id, clientNetwork })
  })
}
