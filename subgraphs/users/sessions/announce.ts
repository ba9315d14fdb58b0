import type { Bus } from '../../../platform/bus/bus.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Log } from '../../../platform/log/log.ts'
import { REVOKED_CHANNEL, type SessionCache } from '../../../platform/sessions/sessions.ts'
import type { Database } from '../../../platform/sql/sql.ts'
import { findUnannounced, markAnnounced } from './store.ts'

/** How often is looked for revocations that nobody told: a process may have died over one. */
const RETRY_EVERY_MS = 1_000
/**
 * The pause after a try that failed, while sessions are outstanding. A server that hangs holds one try at a time, which it
 * answers as soon as it goes on; one that refuses is asked ten times a second.
 */
const RETRY_SOON_MS = 100
/** Younger revocations are being told by the request that made them. */
const RETRY_AFTER_MS = 2_000
/** Session ids in one telling: 20 KB on the bus. What is beyond waits for the next. */
const MAX_PER_TELLING = 500

export interface Announcer extends AsyncDisposable {
  /**
   * Tells the session cache and every gateway that sessions ended. Never rejects: what was not told now is tried again until
   * it is, at once when the bus is back, for the rows themselves say what is outstanding, whichever process dies.
   */
  announce(sessionIds: readonly string[]): Promise<void>
}

/** `retryEveryMs`: for tests; a second where it is left out. */
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
      if (!failing)
        log.warn('Sessions were revoked, but their gateways could not be told yet: trying again.', { error })
      failing = true
      trySoon()
    }
  }

  /** True where another try is due. */
  async function tellOutstanding(): Promise<boolean> {
    try {
      // After a failure nobody else is telling the young ones.
      const before = new Date(clock.now() - (failing ? 0 : RETRY_AFTER_MS))
      const outstanding = await findUnannounced(database, before, MAX_PER_TELLING)
      if (outstanding.length > 0) await tell(outstanding)
      failing = false
      return outstanding.length === MAX_PER_TELLING
    } catch (error) {
      // Once per outage.
      if (!failing) log.warn('Revoked sessions cannot be announced yet.', { error })
      failing = true
      return true
    }
  }

  /** One at a time: whoever asks while one runs is served by the one after it. */
  function look(): void {
    if (closed) return
    running ??= tellOutstanding()
      .then((again) => void (again && trySoon()))
      .finally(() => {
        running = null
      })
  }

  function trySoon(): void {
    if (closed) return
    soon ??= setTimeout(() => {
      soon = null
      if (running) trySoon()
      else look()
    }, RETRY_SOON_MS).unref()
  }

  const timer = setInterval(look, retryEveryMs)
  timer.unref()
  // What was revoked while the bus was away was told to nobody, here or in a process that is gone.
  const gaps = bus.onGap(() => {
    failing = true
    if (running) trySoon()
    else look()
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
