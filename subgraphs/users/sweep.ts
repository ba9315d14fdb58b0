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
import { forgetRejected } from './friends/store.ts'
import { forgetSecurityEvents } from './security-log/store.ts'
import { forgetOldCodes } from './sign-in/store.ts'
import { forgetEndedSessions } from './sessions/store.ts'
import { forgetOldRefreshTokens } from './admin-sign-in/store.ts'
import { endLapsed } from './suspension/suspend.ts'

/** Each sweep deletes at most 1,000 rows of a kind, so that its locks are short. */
const SWEEP_EVERY_MS = MINUTE

/** Deletes what anybody can create without signing in, and what nobody can use any more; ends lapsed suspensions. */
export async function sweep(database: Database, clock: Clock, securityLogDays = SECURITY_LOG_DAYS): Promise<void> {
  const now = clock.now()
  await forgetOldRefreshTokens(database, new Date(now))
  await endLapsed(database, new Date(now))
  await forgetOldCodes(database, new Date(now))
  await forgetEndedSessions(database, new Date(now - ENDED_SESSION_TTL_MS))
  await forgetUnusedDevices(database, new Date(now - UNUSED_DEVICE_TTL_MS))
  await forgetPushTargetChanges(database, new Date(now - PUSH_TARGET_CHANGES_MS))
  await forgetRejected(database, new Date(now - REJECTED_REQUEST_MS))
  await forgetSecurityEvents(database, new Date(now - securityLogDays * DAY))
}

export function startSweeper(
  deps: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  securityLogDays?: number,
): AsyncDisposable {
  const { database, clock, log } = deps
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= sweep(database, clock, securityLogDays)
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
      await running
    },
  }
}
