import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Database } from '../../platform/sql/sql.ts'
import {
  DAY,
  ENDED_SESSION_TTL_MS,
  MINUTE,
  PUSH_TARGET_CHANGES_MS,
  REJECTED_REQUEST_MS,
  SECURITY_LOG_DAYS,
  UNUSED_DEVICE_TTL_MS,
} from './limits.ts'
import { forgetPushTargetChanges, forgetUnusedDevices } from './devices/store.ts'
import { forgetReleasedUsernames } from './people/released-names.ts'
import { forgetRejected } from './friends/store.ts'
import { forgetSecurityEvents } from './security-log/store.ts'
import { forgetOldCodes } from './sign-in/store.ts'
import { forgetEndedSessions } from './sessions/store.ts'
import { forgetOldRefreshTokens } from './admin-sign-in/store.ts'
import { endLapsed } from './suspension/suspend.ts'

const SWEEP_EVERY_MS = MINUTE
/** Rows that one statement of a sweep deletes at most, so that its locks are short. */
const BATCH = 1_000
/**
 * Batches of one kind in one sweep. Strangers can create some kinds of rows, and one batch in a minute would never catch up
 * with a few of them. Beyond it the rest waits for the next sweep, so that no kind keeps the others from being swept.
 */
const MAX_BATCHES = 1_000

/** Repeats a deletion until less than a batch was left. */
async function repeat(forget: () => Promise<number>, signal: AbortSignal | undefined): Promise<void> {
  for (let batch = 0; batch < MAX_BATCHES && !signal?.aborted; batch++) if ((await forget()) < BATCH) return
}

/** Deletes what anybody can create without signing in, and what nobody can use any more; ends lapsed suspensions. */
export async function sweep(
  database: Database,
  clock: Clock,
  securityLogDays = SECURITY_LOG_DAYS,
  signal?: AbortSignal,
): Promise<void> {
  const now = clock.now()
  const before = (ms: number) => new Date(now - ms)
  const all = (forget: () => Promise<number>) => repeat(forget, signal)
  await all(() => forgetOldRefreshTokens(database, new Date(now)))
  await all(() => endLapsed(database, new Date(now)))
  await all(() => forgetOldCodes(database, new Date(now)))
  await all(() => forgetEndedSessions(database, before(ENDED_SESSION_TTL_MS)))
  await all(() => forgetUnusedDevices(database, before(UNUSED_DEVICE_TTL_MS)))
  await all(() => forgetPushTargetChanges(database, before(PUSH_TARGET_CHANGES_MS)))
  await all(() => forgetReleasedUsernames(database, new Date(now)))
  await all(() => forgetRejected(database, before(REJECTED_REQUEST_MS)))
  await all(() => forgetSecurityEvents(database, before(securityLogDays * DAY)))
}

export function startSweeper(
  deps: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  securityLogDays?: number,
): AsyncDisposable {
  const { database, clock, log } = deps
  const closing = new AbortController()
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= sweep(database, clock, securityLogDays, closing.signal)
      .catch((error: unknown) =>
        log.warn('Old passwords, sessions, devices and security events could not be deleted: retrying later.', {
          error,
        }),
      )
      .finally(() => {
        running = null
      })
  }, SWEEP_EVERY_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      closing.abort()
      await running
    },
  }
}
