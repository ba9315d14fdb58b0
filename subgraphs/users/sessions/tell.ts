import { announceAppended } from '../../../platform/eventlog/appended.ts'
import type { Bus } from '../../../platform/bus/bus.ts'
import type { EventLog } from '../../../platform/eventlog/eventlog.ts'
import type { Log } from '../../../platform/log/log.ts'
import type { Database, Sql } from '../../../platform/sql/sql.ts'
import { recordSecurityEvent } from '../security-log/store.ts'
import type { Announcer } from './announce.ts'
import { SESSION_STARTED, type SessionStarted, SESSIONS_ENDED, type SessionsEnded } from './events.ts'
import { type About, type EndReason, sessionsEnded } from './log.ts'

export interface TellPorts {
  readonly database: Database
  readonly eventLog: Pick<EventLog, 'lock' | 'append'>
  readonly bus: Bus
  readonly log: Log
}

/** Tells the user's other devices that a new device is signed in. Part of the sign-in's transaction. */
export async function appendStarted(
  { eventLog }: Pick<TellPorts, 'eventLog'>,
  sql: Sql,
  payload: SessionStarted,
): Promise<void> {
  await eventLog.append(sql, { kind: SESSION_STARTED, key: payload.userId, payload })
}

/** Tells the user's remaining devices that sessions have ended. Part of the transaction that ended them. */
export async function appendEnded(
  { eventLog }: Pick<TellPorts, 'eventLog'>,
  sql: Sql,
  payload: SessionsEnded,
): Promise<void> {
  if (payload.sessionIds.length > 0) await eventLog.append(sql, { kind: SESSIONS_ENDED, key: payload.userId, payload })
}

/** Who ends sessions of which user, and why. */
export interface Ending {
  readonly userId: string
  readonly reason: EndReason
  /** The device that ends them; null if it is none of the user's. */
  readonly deviceId: string | null
  /** What the security log says of each of them. */
  readonly about: About
}

/**
 * Ends sessions of a user by `end`, which returns their ids. The sessions, the security log and the event to the other
 * devices change in one transaction, so whichever process dies, the devices hear of what happened. The gateways are told
 * afterwards, with retries.
 */
export async function endSessions(
  ports: TellPorts & { readonly announcer: Pick<Announcer, 'announce'> },
  { userId, reason, deviceId, about }: Ending,
  end: (sql: Sql) => Promise<string[]>,
): Promise<string[]> {
  const { database, eventLog, announcer, bus, log } = ports
  const sessionIds = await database.transaction(async (sql) => {
    // The first statement, as the log needs it: `SessionsEnded` then stands after the `SessionStarted` of its sessions.
    await eventLog.lock(sql, userId)
    const ended = await end(sql)
    await recordSecurityEvent(sql, ...sessionsEnded(ended, reason, about))
    await appendEnded(ports, sql, { userId, sessionIds: ended, deviceId })
    return ended
  })
  await announcer.announce(sessionIds, reason)
  if (sessionIds.length > 0) announceAppended(bus, userId, log)
  return sessionIds
}
