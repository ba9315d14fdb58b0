import { v7 } from 'uuid'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { parseId, parseLines, type Valid } from '../../parse.ts'
import type { ReportGroupInput } from '../generated/resolvers.ts'
import { previewFor } from '../groups/preview.ts'
import { findRoles } from '../members/store.ts'
import type { ChangePorts } from '../ports.ts'
import { countReports, findSeenSender, insertReport, lockReports, type NewReport } from './store.ts'

const MAX_NOTE = 2_000
/** Maximum reports of one user in a day. Beyond it: RATE_LIMITED, so that nobody floods the admins. */
const MAX_A_DAY = 100
const DAY_MS = 86_400_000

type Draft = Valid<'report', NewReport>

export function parseReport(input: ReportGroupInput): Draft {
  const { groupId, userId, messageId, reason, note } = input
  if (userId != null && messageId != null) throw badInput('userId', 'Give `userId` or `messageId`, not both.')
  const parse = (kind: string, text: string | null | undefined) => {
    if (text == null) return null
    const id = parseId(text)
    if (id === null) throw notFound(kind, text)
    return id
  }
  return {
    id: v7(),
    groupId: parse('group', groupId)!, // it is required
    userId: parse('member', userId),
    messageId: parse('message', messageId),
    reason,
    note: note == null || note.trim() === '' ? '' : parseLines('note', note, MAX_NOTE),
  } as unknown as Draft // the only maker of Draft
}

/** Whoever may see a group may report it; only members may report members and messages. Returns the report's id. */
export async function report(ports: ChangePorts, reporterId: string, draft: Draft): Promise<string> {
  const { database, clock } = ports
  const { groupId, userId, messageId } = draft
  const preview = await previewFor(ports, reporterId, { groupId })
  if (!preview) throw notFound('group', groupId)
  const named = userId === null ? [reporterId] : [reporterId, userId]
  const roles = await findRoles(database, groupId, named)
  const aboutPart = userId !== null || messageId !== null
  if (aboutPart && !roles.has(reporterId)) throw notFound('group', groupId)
  if (userId === reporterId) throw badInput('userId', '`userId` must be another member.')
  if (userId !== null && !roles.has(userId)) throw notFound('member', userId)
  const senderId = messageId === null ? null : await findSeenSender(database, groupId, reporterId, messageId)
  if (messageId !== null && senderId === null) throw notFound('message', messageId)
  const now = clock.now()
  return database.transaction(async (sql) => {
    // Of reports at once, each counts those before it.
    await lockReports(sql, reporterId)
    if ((await countReports(sql, reporterId, new Date(now - DAY_MS), MAX_A_DAY)) >= MAX_A_DAY) {
      throw new PublicError('RATE_LIMITED', `You have reported ${MAX_A_DAY} times in a day: try again later.`, {
        retryAfterMs: DAY_MS,
      })
    }
    return insertReport(sql, reporterId, { ...draft, userId: userId ?? senderId }, new Date(now))
  })
}
