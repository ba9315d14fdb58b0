import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import { REVOKED_CHANNEL } from '../../platform/sessions/sessions.ts'
import type { Sql } from '../../platform/sql/sql.ts'
import { makeAwayLog } from '../../platform/log/away.ts'
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
   * Between looks at what ended by itself, and at every open session in PostgreSQL: a bus may lose a revocation without
   * knowing, and one that could not be published is nowhere else. The default is 15 seconds.
   */
  readonly recheckMs?: number
}

const UNAUTHORIZED = 4401
/** Ids of one revocation message; a longer list is none of ours. */
const MAX_IDS = 100_000

/**
 * Closes the live connections of revoked sessions at once, wherever they were revoked; and, when the bus may have lost a
 * revocation and every `recheckMs`, of those that PostgreSQL says are over. Tokens and sessions that ran out close too.
 */
export async function startRevocationListener(
  { bus, sql, clock, log, closeSockets }: RevocationDeps,
  { recheckMs = 15_000 }: RevocationOptions = {},
): Promise<AsyncDisposable> {
  const databaseAway = makeAwayLog(log, clock, 'Open sessions could not be checked for revocation; trying again.')
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
    // Closes nothing: the way to look at every live connection.
    closeSockets(({ identity }) => (identity.kind === 'user' && open.add(identity.sessionId), false), UNAUTHORIZED, '')
    if (open.size === 0) return
    const ended = await findEndedSessions(sql, [...open], new Date(clock.now()))
    if (ended.size > 0) close(ended)
  }

  /** One at a time; whoever asks while one runs gets another after it, since that one may have read too early. */
  const check = () => {
    again = true
    checking ??= (async () => {
      while (again && !disposed) {
        again = false
        await checkOnce().catch(databaseAway)
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
    // No JSON: the caller says so and checks everybody.
    return null
  }
}
