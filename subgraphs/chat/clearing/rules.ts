import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { removeDraft } from '../drafts/store.ts'
import { CONVERSATION_CLEARED, type ConversationCleared } from './events.ts'
import type { ClearingPorts } from './ports.ts'
import { clear, findCleared } from './store.ts'

/**
 * Clears a conversation for the viewer; with `hides` it leaves the viewer's lists too, and its draft goes. Writes nothing, and tells nobody,
 * if there is nothing to remove. Throws NOT_FOUND for a stranger. Returns the id.
 */
export async function clearFor(
  { database, eventLog, bus, clock, log }: Pick<ClearingPorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>,
  { userId, deviceId }: Viewer,
  conversationId: string,
  hides: boolean,
): Promise<string> {
  const id = parseId(conversationId)
  if (!id) throw notFound('conversation', conversationId)
  const isTold = await database.transaction(async (sql) => {
    await eventLog.lock(sql, userId)
    const cleared = await findCleared(sql, userId, id, hides)
    if (!cleared) throw notFound('conversation', conversationId)
    const { upTo, isNew } = cleared
    const hadDraft = hides && (await removeDraft(sql, userId, id, new Date(clock.now())))
    if (!isNew && !hadDraft) return false
    await clear(sql, userId, id, upTo, hides)
    const payload: ConversationCleared = { userId, deviceId, conversationId: id, upTo, deleted: hides }
    await eventLog.append(sql, { kind: CONVERSATION_CLEARED, key: userId, payload })
    return true
  })
  if (isTold) announceAppended(bus, userId, log)
  return id
}
