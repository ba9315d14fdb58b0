import { v7 } from 'uuid'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import { badInput, messagesNotAccepted, notFound, PublicError } from '../../errors.ts'
import { parseId } from '../../parse.ts'
import type { Viewer } from '../../viewer.ts'
import type { DisappearingPorts } from './ports.ts'
import { findSettable, setTimer } from './store.ts'

/** Shorter ones would be over before the message is read. */
const LEAST_SECONDS = 5
const MOST_SECONDS = 365 * 24 * 60 * 60

/** Throws NOT_FOUND for a stranger. What changes nothing is told to nobody. Returns the id of the conversation. */
export async function changeTimer(
  { database, eventLog, bus, clock, log }: Pick<DisappearingPorts, 'database' | 'eventLog' | 'bus' | 'clock' | 'log'>,
  { userId }: Viewer,
  given: string,
  seconds: number | null,
): Promise<string> {
  const id = parseId(given)
  if (!id) throw notFound('conversation', given)
  if (seconds !== null && (seconds < LEAST_SECONDS || seconds > MOST_SECONDS))
    throw badInput('seconds', `\`seconds\` must be ${LEAST_SECONDS} to ${MOST_SECONDS}, or null.`)
  const now = new Date(clock.now())
  const isTold = await database.transaction(async (sql) => {
    await eventLog.lock(sql, id)
    const before = await findSettable(sql, userId, id)
    if (!before) throw notFound('conversation', given)
    if (!before.maySet)
      throw new PublicError('FORBIDDEN', 'Only the owner and the admins of this group may let messages disappear.')
    if (before.isRefused) throw messagesNotAccepted()
    if (before.seconds === seconds) return false
    await setTimer(sql, id, seconds, { id: v7({ msecs: now.getTime() }), byId: userId, at: now })
    return true
  })
  if (isTold) announceAppended(bus, id, log)
  return id
}
