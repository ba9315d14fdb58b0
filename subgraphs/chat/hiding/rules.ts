import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Sql } from '../../../platform/sql/sql.ts'
import { badInput, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { MESSAGES_DELETED_FOR_ME, type MessagesDeletedForMe } from './events.ts'
import { MAX_HIDDEN, MAX_HIDDEN_AT_ONCE } from './limits.ts'
import type { HidingPorts } from './ports.ts'
import { countHidden, findHideable, hide, type Hideable } from './store.ts'

/**
 * Deletes messages for the viewer alone: all of them or, if it throws, none. Those that the viewer deleted so before are
 * left alone, and told to nobody again. Throws NOT_FOUND for a message that the viewer may not see. Returns the ids of
 * their conversations.
 */
export async function hideFor(
  { database, eventLog, bus, log }: Pick<HidingPorts, 'database' | 'eventLog' | 'bus' | 'log'>,
  { userId, deviceId }: Viewer,
  given: readonly string[],
): Promise<string[]> {
  if (given.length < 1 || given.length > MAX_HIDDEN_AT_ONCE)
    throw badInput('messageIds', `\`messageIds\` must have 1 to ${MAX_HIDDEN_AT_ONCE} ids, not ${given.length}.`)
  const ids = given.map((text) => {
    const id = parseId(text)
    if (!id) throw notFound('message', text)
    return id
  })
  const { conversationIds, isTold } = await database.transaction(async (sql) => {
    // No clearing and no other call of the user comes between the count and the rows.
    await eventLog.lock(sql, userId)
    const found = await findHideable(sql, userId, ids)
    const known = new Set(found.map(({ id }) => id))
    const missing = ids.find((id) => !known.has(id))
    if (missing !== undefined) throw notFound('message', missing)
    const fresh = found.filter(({ isHidden }) => !isHidden)
    for (const conversationId of new Set(fresh.map((message) => message.conversationId))) {
      const messages = fresh.filter((message) => message.conversationId === conversationId)
      await checkLimit(sql, userId, conversationId, messages)
      await hide(sql, userId, conversationId, messages)
      const messageIds = messages.map(({ id }) => id)
      const payload: MessagesDeletedForMe = { userId, deviceId, conversationId, messageIds }
      await eventLog.append(sql, { kind: MESSAGES_DELETED_FOR_ME, key: userId, payload })
    }
    return {
      conversationIds: [...new Set(found.map(({ conversationId }) => conversationId))],
      isTold: fresh.length > 0,
    }
  })
  if (isTold) announceAppended(bus, userId, log)
  return conversationIds
}

async function checkLimit(sql: Sql, userId: string, conversationId: string, more: readonly Hideable[]): Promise<void> {
  if ((await countHidden(sql, userId, conversationId)) + more.length <= MAX_HIDDEN) return
  throw new PublicError(
    'LIMIT_REACHED',
    `You may delete ${MAX_HIDDEN} messages of one conversation for yourself: clear the conversation to delete more.`,
  )
}
