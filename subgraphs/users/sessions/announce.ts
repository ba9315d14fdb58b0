import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Log } from '../../../platform/log/log.ts'
import { formatEnded, REVOKED_CHANNEL, type SessionCache } from '../../../platform/sessions/sessions.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import type { EndReason } from './log.ts'
import { findUnannounced, markAnnounced } from './store.ts'

/** Interval of the search for unannounced revocations, because a process may have died before it announced one. */
const RETRY_EVERY_MS = 1_000
/**
 * The pause after a failed try while sessions are outstanding. A server that hangs holds one try at a time, and a
 * server that refuses is asked ten times a second.
 */
const RETRY_SOON_MS = 100
/** Younger revocations are still being announced by the request that made them. */
const RETRY_AFTER_MS = 2_000
/** Session ids in one announcement: 20 KB on the bus. The rest waits for the next. */
const MAX_PER_ANNOUNCEMENT = 500

export interface Announcer extends AsyncDisposable {
  /**
   * Tells the session cache and every gateway that sessions have ended. Never rejects: a failed announcement is
   * retried until it succeeds, at once when the bus is back. The rows themselves record what is outstanding, so it
   * survives the death of any process.
   */
  announce(sessionIds: readonly string[], reason: EndReason): Promise<void>
}

/** `retryEveryMs` is for tests; the default is a second. */
export function startAnnouncer(
  deps: {
    readonly database: Database
    readonly sessions: Pick<SessionCache, 'revoke'>
    readonly bus: Pick<Bus, 'publish' | 'onGap'>
    readonly clock: Clock
    readonly log: Log
  },
  retryEveryMs = RETRY_EVERY_MS,
): Announcer {
  const { database, sessions, bus, clock, log } = deps
  let failing = false
  let closed = false
  let running: Promise<void> | null = null
  let soon: NodeJS.Timeout | null = null

  /**
   * The cache comes first: when a gateway closes a socket and its client reconnects, the session must not be in the
   * cache any more.
   */
  async function publishRevocations(sessionIds: readonly string[], reason: EndReason | null): Promise<void> {
    const ending = reason === 'REPLACED' ? 'replaced' : 'revoked'
    await sessions.revoke(sessionIds, ending)
    await bus.publish(REVOKED_CHANNEL, formatEnded(sessionIds, ending))
    await markAnnounced(database, sessionIds, new Date(clock.now()))
  }

  async function announce(sessionIds: readonly string[], reason: EndReason): Promise<void> {
    try {
      for (let start = 0; start < sessionIds.length; start += MAX_PER_ANNOUNCEMENT) {
        await publishRevocations(sessionIds.slice(start, start + MAX_PER_ANNOUNCEMENT), reason)
      }
    } catch (error) {
      if (!failing)
        log.warn('Sessions were revoked, but could not be announced to the gateways yet: retrying.', { error })
      failing = true
      retrySoon()
    }
  }

  /** True if another try is due. */
  async function publishOutstanding(): Promise<boolean> {
    try {
      // After a failure no request announces the young ones any more.
      const before = new Date(clock.now() - (failing ? 0 : RETRY_AFTER_MS))
      const outstanding = await findUnannounced(database, before, MAX_PER_ANNOUNCEMENT)
      for (const reason of new Set(outstanding.map((session) => session.reason))) {
        const ids = outstanding.filter((session) => session.reason === reason).map(({ id }) => id)
        await publishRevocations(ids, reason)
      }
      failing = false
      return outstanding.length === MAX_PER_ANNOUNCEMENT
    } catch (error) {
      // Logged once per outage.
      if (!failing) log.warn('Revoked sessions cannot be announced yet.', { error })
      failing = true
      return true
    }
  }

  /** Runs one check at a time. The next one serves requests that came during it. */
  function checkOutstanding(): void {
    if (closed) return
    running ??= publishOutstanding()
      .then((again) => void (again && retrySoon()))
      .finally(() => {
        running = null
      })
  }

  function retrySoon(): void {
    if (closed) return
    soon ??= setTimeout(() => {
      soon = null
      if (running) retrySoon()
      else checkOutstanding()
    }, RETRY_SOON_MS).unref()
  }

  const timer = setInterval(checkOutstanding, retryEveryMs)
  timer.unref()
  // Revocations during an outage of the bus were never announced, here or by a process that has died.
  const gaps = bus.onGap(() => {
    failing = true
    if (running) retrySoon()
    else checkOutstanding()
  })

  return {
    announce,
    async [Symbol.asyncDispose]() {
      closed = true
      clearInterval(timer)
      if (soon) clearTimeout(soon)
      gaps[Symbol.dispose]()
      await running
    },
  }
}
