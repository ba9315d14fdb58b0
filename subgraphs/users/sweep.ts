import type { Clock } from '../../platform/clock/clock.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Database } from '../../platform/sql/sql.ts'
import { ENDED_SESSION_TTL_MS, MINUTE, UNUSED_DEVICE_TTL_MS } from './limits.ts'
import { forgetUnusedDevices } from './devices/store.ts'
import { forgetOldCodes } from './sign-in/store.ts'
import { forgetEndedSessions } from './sessions/store.ts'

/** Each sweep deletes at most 1,000 rows of a kind, so that its locks are short. */
const SWEEP_EVERY_MS = MINUTE

/** Deletes what anybody can create without signing in, and what nobody can use any more. */
export async function sweep(database: Database, clock: Clock): Promise<void> {
  const now = clock.now()
  await forgetOldCodes(database, new Date(now))
  await forgetEndedSessions(database, new Date(now - ENDED_SESSION_TTL_MS))
  await forgetUnusedDevices(database, new Date(now - UNUSED_DEVICE_TTL_MS))
}

export function startSweeper(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}): AsyncDisposable {
  const { database, clock, log } = deps
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= sweep(database, clock)
      .catch((error: unknown) =>
        log.warn('Old passwords, sessions and devices could not be deleted: retrying later.', { error }),
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
