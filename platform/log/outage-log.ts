import type { Clock } from '../clock/clock.ts'
import type { Log } from './log.ts'

/** Minimum interval between two lines: during an outage every request would log one. */
const QUIET_MS = 10_000

/** Logs an outage of a service, at most once per interval. */
export function makeOutageLog(log: Log, clock: Clock, message: string): (error: unknown) => void {
  let quietUntilMs = -Infinity
  let suppressed = 0
  return (error) => {
    const now = clock.now()
    if (now < quietUntilMs) return void suppressed++
    log.warn(message, { error, suppressed })
    quietUntilMs = now + QUIET_MS
    suppressed = 0
  }
}
