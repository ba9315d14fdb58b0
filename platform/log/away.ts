import type { Clock } from '../clock/clock.ts'
import type { Log } from './log.ts'

/** While a service is away every request would say so: one line in this time is enough. */
const QUIET_MS = 10_000

/** Logs that a service is away, now and then. */
export function makeAwayLog(log: Log, clock: Clock, message: string): (error: unknown) => void {
  let quietUntilMs = -Infinity
  let passedOver = 0
  return (error) => {
    const now = clock.now()
    if (now < quietUntilMs) return void passedOver++
    log.warn(message, { error, passedOver })
    quietUntilMs = now + QUIET_MS
    passedOver = 0
  }
}
