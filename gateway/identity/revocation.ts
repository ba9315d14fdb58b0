import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import { type Ending, parseEnded, REVOKED_CHANNEL } from '../../platform/sessions/sessions.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { makeOutageLog } from '../../platform/log/outage-log.ts'
import type { Gateway } from '../core/types.ts'
import type { Identified } from './identify.ts'
import { checkSessions } from './sessions.ts'

export interface RevocationDeps {
  readonly bus: Bus
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  readonly closeSockets: Gateway<Identified>['closeSockets']
  /** Called at each check with the ids of the sessions that have open connections. */
  readonly onOpen?: (sessionIds: readonly string[]) => void
}

export interface RevocationOptions {
  /**
   * Interval of the check of all open sessions for expiry, and against PostgreSQL: a bus may lose a revocation
   * silently, and one that could not be published is only in PostgreSQL. The default is 15 seconds.
   */
  readonly recheckMs?: number
}

const UNAUTHORIZED = 4401
/** The reasons with which connections of ended sessions are closed. */
const REASONS = { revoked: 'SESSION_REVOKED', replaced: 'SESSION_REPLACED' } as const

export interface Revocations extends AsyncDisposable {
  /**
   * When a session expires, in Unix ms, as of the last check of the open sessions; undefined for one that was not open
   * then. It is later than a connection knows if use has prolonged the session.
   */
  expiresAtMs(sessionId: string): number | undefined
}

/**
 * Closes the live connections of revoked sessions at once, wherever they were revoked. After a gap in the bus, and
 * every `recheckMs`, it also closes those whose session has ended in PostgreSQL. Connections of expired sessions and
 * tokens are closed too.
 */
export async function startRevocationListener(
  { bus, sql, clock, log, closeSockets, onOpen }: RevocationDeps,
  { recheckMs = 15_000 }: RevocationOptions = {},
): Promise<Revocations> {
  const reportDatabaseOutage = makeOutageLog(log, clock, 'Open sessions could not be checked for revocation; retrying.')
  let disposed = false
  /** When the open sessions expire, as of the last check: since a connection was opened, use may have prolonged its session. */
  let prolonged: ReadonlyMap<string, number> = new Map()
  let again = false
  let checking: Promise<void> | undefined

  const close = (ended: ReadonlySet<string>, ending: Ending) =>
    closeSockets(
      ({ identity }) => identity.kind === 'user' && ended.has(identity.sessionId),
      UNAUTHORIZED,
      REASONS[ending],
    )

  const closeExpired = () => {
    const now = clock.now()
    const isOver = (expiresAtMs: number | null) => expiresAtMs !== null && expiresAtMs <= now
    closeSockets(
      ({ identity, expiresAtMs }) =>
        identity.kind === 'user' && isOver(prolonged.get(identity.sessionId) ?? expiresAtMs),
      UNAUTHORIZED,
      'SESSION_EXPIRED',
    )
    closeSockets(
      ({ identity, expiresAtMs }) => identity.kind === 'admin' && isOver(expiresAtMs),
      UNAUTHORIZED,
      'TOKEN_EXPIRED',
    )
  }

  const checkOnce = async () => {
    const open = new Set<string>()
    // Matches no connection: this is the way to list every live one.
    closeSockets(({ identity }) => (identity.kind === 'user' && open.add(identity.sessionId), false), UNAUTHORIZED, '')
    if (open.size === 0) {
      prolonged = new Map()
      return
    }
    onOpen?.([...open])
    const { ended, expiresAtMs } = await checkSessions(sql, [...open], new Date(clock.now()))
    prolonged = expiresAtMs
    for (const ending of ['revoked', 'replaced'] as const) if (ended[ending].size > 0) close(ended[ending], ending)
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
    const ended = parseEnded(text)
    if (!ended) return (log.error('A revocation is not a list of session ids; checking every open session.'), check())
    const closed = close(ended.sessionIds, ended.ending)
    if (closed > 0) log.info('Connections of revoked sessions were closed.', { closed })
  })
  const gaps = bus.onGap(check)
  const timer = setInterval(() => {
    closeExpired()
    check()
  }, recheckMs)
  timer.unref()

  return {
    expiresAtMs: (sessionId) => prolonged.get(sessionId),
    async [Symbol.asyncDispose]() {
      disposed = true
      clearInterval(timer)
      gaps[Symbol.dispose]()
      await listener[Symbol.asyncDispose]()
      await checking
    },
  }
}
