import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, notFound } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import { PREFERENCES_CHANGED, type PreferencesChanged } from '../preferences/events.ts'
import { MESSAGES_DELIVERED, MESSAGES_READ, type PositionMoved } from './events.ts'
import type { ReadsPorts } from './ports.ts'
import { clearMarkedUnread, findOwnPositions, findTold, movePosition, type Position } from './store.ts'

interface Mark {
  readonly conversationId: string
  readonly upTo: number
}

/**
 * Moves a position of the viewer on and tells whom it concerns. Writes nothing, and tells nobody, if the position is there
 * already. Throws NOT_FOUND for a stranger. Returns the id of the conversation.
 */
export async function mark(
  { database, eventLog, bus, log }: Pick<ReadsPorts, 'database' | 'eventLog' | 'bus' | 'log'>,
  { userId, deviceId }: Viewer,
  position: Position,
  { conversationId, upTo }: Mark,
): Promise<string> {
  const id = parseId(conversationId)
  const own = id && (await findOwnPositions(database, userId, id))
  if (!id || !own) throw notFound('conversation', conversationId)
  if (own.lastSequence === 0) throw badInput('upTo', '`upTo` must be the number of a message, and there is none yet.')
  if (upTo < 1 || upTo > own.lastSequence)
    throw badInput('upTo', `\`upTo\` must be 1 to ${own.lastSequence}, the number of the last message.`)
  const endsMark = position === 'read' && own.markedUnread
  if (upTo <= own[position] && !endsMark) return id

  const isTold = await database.transaction(async (sql) => {
    // The events of one user keep the order of the positions.
    await eventLog.lock(sql, userId)
    const marked = endsMark && (await clearMarkedUnread(sql, userId, id))
    if (marked) {
      const payload: PreferencesChanged = { userId, deviceId, conversationIds: [id] }
      await eventLog.append(sql, { kind: PREFERENCES_CHANGED, key: userId, payload })
    }
    const before = await movePosition(sql, position, userId, id, upTo)
    if (before === null) return marked
    const told = await findTold(sql, userId, id, Math.max(before, own.firstVisible - 1), upTo)
    const payload: PositionMoved = { conversationId: id, userId, deviceId, upTo, told }
    const kind = position === 'read' ? MESSAGES_READ : MESSAGES_DELIVERED
    if (position === 'delivered' && told.length === 0) return marked
    await eventLog.append(sql, { kind, key: userId, payload })
    return true
  })
  if (isTold) announceAppended(bus, userId, log)
  return id
}
