import type { Bus } from '../../../platform/bus/bus.ts'
import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { SESSION_STARTED, type SessionStarted, SESSIONS_ENDED, type SessionsEnded } from './events.ts'

export interface TellPorts {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly log: Log
}

/** Tells the user's other devices that a new device is signed in. */
export const tellStarted = (ports: TellPorts, payload: SessionStarted) =>
  tell(ports, payload.userId, SESSION_STARTED, payload)

/** Tells the user's remaining devices that sessions have ended. */
export const tellEnded = async (ports: TellPorts, payload: SessionsEnded) => {
  if (payload.sessionIds.length > 0) await tell(ports, payload.userId, SESSIONS_ENDED, payload)
}

/**
 * In a transaction of its own, after that of the act: the log's lock must be a transaction's first statement, and a
 * sign-in finds its user later. If the process dies between the two, only the security log tells of the act. Never
 * rejects, because the act is done.
 */
async function tell(
  { database, eventLog, bus, log }: TellPorts,
  userId: string,
  kind: string,
  payload: SessionStarted | SessionsEnded,
) {
  try {
    await database.transaction(async (sql) => {
      await eventLog.lock(sql, userId)
      await eventLog.append(sql, { kind, key: userId, payload })
    })
    announceAppended(bus, userId, log)
  } catch (error) {
    log.warn("A user's other devices could not be told about a session.", { error })
  }
}
