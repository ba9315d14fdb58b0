import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import { REVOKED_CHANNEL } from '../../platform/sessions/sessions.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import type { Gateway } from '../core/types.ts'
import type { Identified } from './identify.ts'
import { findEndedSessions } from './sessions.ts'

export interface RevocationDeps {
  readonly bus: Bus
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  readonly closeSockets: Gateway<Identified>['closeSockets']
}

export interface RevocationOptions {
  /**
   * Interval of the check of all open sessions for expiry, and against PostgreSQL: a bus may lose a revocation
   * silently, and one that could not be published is only in PostgreSQL. The default is 15 seconds.
   */
  readonly recheckMs?: number
}

const UNAUTHORIZED = 4401
/** Maximum ids of one revocation message; a longer list is invalid. */
const MAX_IDS = 100_000

/**
 * Closes the live connections of revoked sessions at once, wherever they were revoked. After a gap in the bus, and
 * every `recheckMs`, it also closes those whose session has ended in PostgreSQL. Connections of expired sessions and
 * tokens are closed too.
 */
export async function startRevocationListener(
  { bus, sql, clock, log, closeSockets }: RevocationDeps,
  { recheckMs = 15_000 }: RevocationOptions = {},
): Promise<AsyncDisposable> {
  const reportDatabaseOutage = makeOutageLog(log, clock, 'Open sessions could not be checked for revocation; retrying.')
  let disposed = false
  let again = false
  let checking: Promise<void> | undefined

  const close = (ended: ReadonlySet<string>) =>
    closeSockets(
      ({ identity }) => identity.kind === 'user' && ended.has(identity.sessionId),
      UNAUTHORIZED,
      'SESSION_REVOKED',
    )

  const closeExpired = () => {
    const now = clock.now()
    const over = (kind: 'user' | 'admin') => (context: Identified) =>
      context.identity.kind === kind && context.expiresAtMs !== null && context.expiresAtMs <= now
    closeSockets(over('user'), UNAUTHORIZED, 'SESSION_EXPIRED')
    closeSockets(over('admin'), UNAUTHORIZED, 'TOKEN_EXPIRED')
  }

  const checkOnce = async () => {
    const open = new Set<string>()
    // Matches no connection: this is the way to list every live one.
    closeSockets(({ identity }) => (identity.kind === 'user' && open.add(identity.sessionId), false), UNAUTHORIZED, '')
    if (open.size === 0) return
    const ended = await findEndedSessions(sql, [...open], new Date(clock.now()))
    if (ended.size > 0) close(ended)
  }

  /**
   * Runs one check at a time. A request during a check starts another one after it, because the running one may have
   * read too early.
   */
  const check = () => {
    again = true
    checking ??= (async () => {
      while (again && !disposed) {
        again = false
        await checkOnce().catch(reportDatabaseOutage)
      }
      checking = undefined
    })()
  }

  const listener = await bus.listen(REVOKED_CHANNEL, (text) => {
    const ids = parseIds(text)
    if (!ids) return (log.error('A revocation is not a list of session ids; checking every open session.'), check())
    const closed = close(ids)
    if (closed > 0) log.info('Connections of revoked sessions were closed.', { closed })
  })
  const gaps = bus.onGap(check)
  const timer = setInterval(() => {
    closeExpired()
    check()
  }, recheckMs)
  timer.unref()

  return {
    async [Symbol.asyncDispose]() {
      disposed = true
      clearInterval(timer)
      gaps[Symbol.dispose]()
      await listener[Symbol.asyncDispose]()
      await checking
    },
  }
}

function parseIds(text: string): Set<string> | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value) || value.length > MAX_IDS) return null
    return value.every((id): id is string => typeof id === 'string') ? new Set(value) : null
  } catch {
    // Not JSON: the caller logs it and checks every session.
    return null
  }
}
