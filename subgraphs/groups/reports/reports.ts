import { v7 } from 'uuid'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { parseLines, requireId, type Valid } from '../../parse.ts'
import type { ReportGroupInput, ReportUserInput } from '../generated/resolvers.ts'
import { previewFor } from '../groups/preview.ts'
import { findMissingUsers, findRoles } from '../members/store.ts'
import type { ChangePorts } from '../ports.ts'
import { countReports, findSeenSender, insertReport, isDirectMessage, lockReports, type NewReport } from './store.ts'

const MAX_NOTE = 2_000
/** Maximum reports of one user in a day. Beyond it: RATE_LIMITED, so that nobody floods the admins. */
const MAX_A_DAY = 100
const DAY_MS = 86_400_000

type Draft = Valid<'report', NewReport & { readonly groupId: string }>
type UserDraft = Valid<'userReport', NewReport & { readonly userId: string }>

export function parseReport(input: ReportGroupInput): Draft {
  const { groupId, userId, messageId, reason, note } = input
  if (userId != null && messageId != null) throw badInput('userId', 'Give `userId` or `messageId`, not both.')
  return {
    id: v7(),
    groupId: requireId('group', groupId),
    userId: userId == null ? null : requireId('member', userId),
    messageId: messageId == null ? null : requireId('message', messageId),
    reason,
    note: parseNote(note),
  } as unknown as Draft // the only maker of Draft
}

export function parseUserReport({ userId, messageId, reason, note }: ReportUserInput): UserDraft {
  return {
    id: v7(),
    groupId: null,
    userId: requireId('user', userId),
    messageId: messageId == null ? null : requireId('message', messageId),
    reason,
    note: parseNote(note),
  } as unknown as UserDraft // the only maker of UserDraft
}

const parseNote = (note: string | null | undefined): string =>
  note == null || note.trim() === '' ? '' : parseLines('note', note, MAX_NOTE)

/** Whoever may see a group may report it; only members may report members and messages. Returns the report's id. */
export async function report(ports: ChangePorts, reporterId: string, draft: Draft): Promise<string> {
  const { database } = ports
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
  return keep(ports, reporterId, { ...draft, userId: userId ?? senderId })
}

/** Anybody may report any user, and a message that the user sent to them. Returns the report's id. */
export async function reportOfUser(ports: ChangePorts, reporterId: string, draft: UserDraft): Promise<string> {
  const { database } = ports
  const { userId, messageId } = draft
  if (userId === reporterId) throw badInput('userId', '`userId` must be another user.')
  if ((await findMissingUsers(database, [userId])).length > 0) throw notFound('user', userId)
  if (messageId !== null && !(await isDirectMessage(database, reporterId, userId, messageId)))
    throw notFound('message', messageId)
  return keep(ports, reporterId, draft)
}

function keep({ database, clock }: ChangePorts, reporterId: string, draft: NewReport): Promise<string> {
  const now = clock.now()
  return database.transaction(async (sql) => {
    // Of reports at once, each counts those before it.
    await lockReports(sql, reporterId)
    if ((await countReports(sql, reporterId, new Date(now - DAY_MS), MAX_A_DAY)) >= MAX_A_DAY) {
      throw new PublicError('RATE_LIMITED', `You have reported ${MAX_A_DAY} times in a day: try again later.`, {
        retryAfterMs: DAY_MS,
      })
    }
    return insertReport(sql, reporterId, draft, new Date(now))
  })
}
