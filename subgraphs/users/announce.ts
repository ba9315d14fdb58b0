import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import { REVOKED_CHANNEL, type SessionCache } from '../../platform/sessions/sessions.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { findUnannounced, markAnnounced } from './store/sessions.ts'

/** How long a revocation that could not be told waits for its next try. */
const RETRY_EVERY_MS = 1_000
/** Younger revocations are being told by the request that made them. */
const RETRY_AFTER_MS = 2_000
/** Session ids in one telling: 20 KB on the bus. What is beyond waits for the next. */
const MAX_PER_TELLING = 500

export interface Announcer extends AsyncDisposable {
  /**
   * Tells the session cache and every gateway that sessions ended. Never rejects: what was not told now is told by the
   * timer, for the rows themselves say what is outstanding, whichever process dies.
   */
  announce(sessionIds: readonly string[]): Promise<void>
}

/** `retryEveryMs`: for tests; a second where it is left out. */
export function startAnnouncer(
  deps: {
    readonly database: Database
    readonly sessions: Pick<SessionCache, 'revoke'>
    readonly bus: Pick<Bus, 'publish'>
    readonly clock: Clock
    readonly log: Log
  },
  retryEveryMs = RETRY_EVERY_MS,
): Announcer {
  const { database, sessions, bus, clock, log } = deps
  let failing = false
  let running: Promise<void> | null = null

  /** The cache first: a gateway that closes a socket must not find the session there when the client comes again. */
  async function tell(sessionIds: readonly string[]): Promise<void> {
    await sessions.revoke(sessionIds)
    await bus.publish(REVOKED_CHANNEL, JSON.stringify(sessionIds))
    await markAnnounced(database, sessionIds, new Date(clock.now()))
  }

  async function announce(sessionIds: readonly string[]): Promise<void> {
    try {
      for (let start = 0; start < sessionIds.length; start += MAX_PER_TELLING) {
        await tell(sessionIds.slice(start, start + MAX_PER_TELLING))
      }
    } catch (error) {
      log.warn('Sessions were revoked, but their gateways could not be told yet: trying again.', { error })
    }
  }

  async function tellOutstanding(): Promise<void> {
    try {
      const outstanding = await findUnannounced(database, new Date(clock.now() - RETRY_AFTER_MS), MAX_PER_TELLING)
      if (outstanding.length > 0) await tell(outstanding)
      failing = false
    } catch (error) {
      // Once per outage: the timer comes by every second.
      if (!failing) log.warn('Revoked sessions cannot be announced yet.', { error })
      failing = true
    }
  }

  const timer = setInterval(() => {
    running ??= tellOutstanding().finally(() => {
      running = null
    })
  }, retryEveryMs)
  timer.unref()

  return {
    announce,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await running
    },
  }
}
