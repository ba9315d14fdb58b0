import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { SaveDraftInput } from '../generated/resolvers.ts'
import { DRAFT_CHANGED, type DraftChanged } from './events.ts'
import type { DraftsPorts } from './ports.ts'
import { findDrafts, saveDraft } from './store.ts'

/** Null, and an empty text, mean that there is no draft. It has as many characters as a message: what a user can make the database keep is bounded. */
function parseDraft(text: string | null, maxText: number): string | null {
  if (text === null || text === '') return null
  if (text.length > 2 * maxText || [...text].length > maxText)
    throw badInput('text', `\`text\` must be 1 to ${maxText} characters, or null.`)
  // PostgreSQL stores neither.
  if (/[\0\p{Cs}]/u.test(text)) throw badInput('text', '`text` must be whole characters, none of them null.')
  return text
}

/** Throws NOT_FOUND for a stranger. What changes nothing is told to nobody. Returns the id of the conversation. */
export async function keepDraft(
  {
    database,
    eventLog,
    bus,
    clock,
    log,
    maxText,
  }: Pick<DraftsPorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log' | 'maxText'>,
  { userId, deviceId }: Viewer,
  input: SaveDraftInput,
): Promise<string> {
  const id = parseId(input.conversationId)
  if (!id) throw notFound('conversation', input.conversationId)
  const text = parseDraft(input.text ?? null, maxText)
  const now = clock.now()
  const writtenAt = new Date(Math.min(input.writtenAt?.getTime() ?? now, now))
  if (writtenAt.getTime() < 0) throw badInput('writtenAt', '`writtenAt` must be after 1970.')
  const isTold = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const [before] = await findDrafts(sql, userId, [id])
    if (!before) throw notFound('conversation', input.conversationId)
    // The same text is written too: an earlier one that comes late must not replace it, nor come back after a removal.
    const isKept = await saveDraft(sql, userId, id, text, writtenAt)
    if (!isKept || before.text === text) return false
    const payload: DraftChanged = { userId, deviceId, conversationId: id }
    await eventLog.append(sql, { kind: DRAFT_CHANGED, key: userId, payload })
    return true
  })
  if (isTold) announceAppended(bus, userId, log)
  return id
}
