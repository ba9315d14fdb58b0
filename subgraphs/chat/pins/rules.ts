import { v7 } from 'uuid'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, messagesNotAccepted, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { ChangePorts } from '../change-ports.ts'
import { findConversationOf } from '../messages/receipts.ts'
import { messageDeleted } from '../messages/references.ts'
import { MESSAGE_PINNED, MESSAGE_UNPINNED, type PinChanged } from './events.ts'
import { findPinnable, insertPin, removePins, sayPinned, type Pinnable } from './store.ts'

/**
 * Maximum pinned messages of a conversation: more are no longer a choice that anybody would look through. Beyond it one must
 * be unpinned first (LIMIT_REACHED).
 */
export const MAX_PINNED_MESSAGES = 100

/**
 * Pins or unpins a message, and tells whoever may see it. What changes nothing is told to nobody. Throws NOT_FOUND if the
 * viewer may not see the message. Returns the id of the conversation.
 */
export async function pin(
  { database, eventLog, bus, clock, log }: Pick<ChangePorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>,
  { userId }: Viewer,
  given: string,
  pins: boolean,
): Promise<string> {
  const messageId = parseId(given)
  const conversationId = messageId && (await findConversationOf(database, messageId))
  if (!messageId || !conversationId) throw notFound('message', given)
  const now = new Date(clock.now())
  const isTold = await database.transaction(async (sql) => {
    await eventLog.lock(sql, conversationId)
    const message = await findPinnable(sql, userId, messageId)
    if (!message) throw notFound('message', given)
    if (!message.mayPin)
      throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may pin messages.')
    if (message.isPinned === pins) return false
    if (pins) {
      checkMayBePinned(message)
      await insertPin(sql, conversationId, messageId, userId, now)
      await sayPinned(sql, v7({ msecs: now.getTime() }), conversationId, messageId, userId, now)
    } else await removePins(sql, [messageId])
    const payload: PinChanged = { conversationId, messageId, by: userId }
    await eventLog.append(sql, { kind: pins ? MESSAGE_PINNED : MESSAGE_UNPINNED, key: conversationId, payload })
    return true
  })
  if (isTold) announceAppended(bus, conversationId, log)
  return conversationId
}

function checkMayBePinned({ type, isDeleted, isRefused, pinsOfConversation }: Pinnable): void {
  if (type === 'SYSTEM') throw badInput('messageId', 'A message of the type SYSTEM cannot be pinned.')
  if (isDeleted) throw messageDeleted('pinned')
  if (isRefused) throw messagesNotAccepted()
  if (pinsOfConversation >= MAX_PINNED_MESSAGES)
    throw new PublicError('LIMIT_REACHED', `A conversation may have ${MAX_PINNED_MESSAGES} pinned messages.`)
}
